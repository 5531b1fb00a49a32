-- Who may sign in, and what they may do where.
create table account (
    id          bigint primary key,
    name        text not null,
    folded      text not null,
    full_name   text not null,
    post        text not null,
    password    text not null,
    created_at  bigint not null,
    closed_at   bigint
);
create unique index account_by_name on account (folded);

-- A right is a role at a unit between two days; the day after the last may be open.
create table account_grant (
    account_id  bigint not null references account (id),
    role        text not null,
    unit_id     bigint not null,
    valid_from  text not null,
    valid_until text,
    primary key (account_id, role, unit_id)
);

-- The key is a hash: whoever reads this table cannot sign in with it.
create table session (
    key         text primary key,
    account_id  bigint not null references account (id),
    created_at  bigint not null,
    seen_at     bigint not null
);
create index session_by_account on session (account_id);

-- One row at most: the link that makes the first administrator, as a hash.
create table first_link (
    key         text primary key,
    created_at  bigint not null
);
