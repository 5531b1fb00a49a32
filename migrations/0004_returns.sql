-- Forms: what is asked, of whom, how often.
create table form (
    id          bigint primary key,
    code        text not null,
    name        text not null,
    calendar    text not null,
    frequency   text not null,
    due_days    bigint not null,
    takes_award bigint not null,
    is_open     bigint not null
);
create unique index form_by_code on form (code);

create table form_item (
    form_id      bigint not null references form (id),
    position     bigint not null,
    section      text not null,
    indicator_id bigint not null,
    is_required  bigint not null,
    primary key (form_id, position)
);

create table form_assignment (
    form_id     bigint not null references form (id),
    class       bigint not null,
    top_unit_id bigint not null,
    valid_from  text not null,
    valid_until text,
    primary key (form_id, class, top_unit_id, valid_from)
);

-- The working copy of a return: a draft until it is approved. What was typed is kept as typed.
create table periodic_return (
    province_id  bigint not null,
    id           bigint not null,
    unit_id      bigint not null,
    form_id      bigint not null,
    period       text not null,
    closes_on    text,
    state        text not null,
    revision     bigint not null,
    draft        text not null,
    late_entry   bigint not null,
    submitted_at bigint,
    submitted_by bigint,
    returned_why text,
    version_id   bigint,
    changed_at   bigint not null,
    changed_by   bigint,
    primary key (province_id, id),
    unique (province_id, unit_id, form_id, period)
);
create index periodic_return_by_id on periodic_return (id);
create index periodic_return_by_state on periodic_return (province_id, state, changed_at);

-- The ledger: an accepted version is one immutable row with all its cells. The sequence is that of commits.
create table return_version (
    province_id  bigint not null,
    seq          bigint not null,
    id           bigint not null,
    return_id    bigint not null,
    number       bigint not null,
    unit_id      bigint not null,
    form_id      bigint not null,
    period       text not null,
    closes_on    text,
    cells        bytea not null,
    awards       text not null,
    replaces     bigint,
    reason       text not null,
    origin       text not null,
    submitted_at bigint,
    submitted_by text not null,
    accepted_at  bigint not null,
    accepted_by  text not null,
    primary key (province_id, seq)
);
create index return_version_by_id on return_version (id);
create unique index return_version_by_unit on return_version (province_id, unit_id, form_id, period, number);

create table ledger_head (
    province_id bigint primary key,
    seq         bigint not null
);

-- What happened to a return: sent, sent back with a reason, approved, corrected.
create table return_event (
    province_id bigint not null,
    return_id   bigint not null,
    id          bigint not null,
    at          bigint not null,
    act         text not null,
    actor       text not null,
    reason      text not null,
    primary key (province_id, return_id, id)
);
