-- How somebody proved who they are: 1 by the password alone, 2 by a second factor too, or by a passkey.
-- Sessions from before this step count as the former.
alter table session add column strength bigint not null default 1;

-- The secret that an account shares with an app on a telephone. `last_step` is the latest half minute whose code was
-- used: a code works once.
create table totp (
    account_id  bigint primary key references account (id),
    secret      text not null,
    last_step   bigint not null,
    added_at    bigint not null
);

-- Each opens the second door once; as a hash.
create table recovery_code (
    key         text primary key,
    account_id  bigint not null references account (id)
);
create index recovery_code_by_account on recovery_code (account_id);

-- The public half of a key that never leaves a telephone or computer.
create table passkey (
    id          text primary key,
    account_id  bigint not null references account (id),
    name        text not null,
    public_key  text not null,
    added_at    bigint not null,
    used_at     bigint
);
create index passkey_by_account on passkey (account_id);

-- A question put to a passkey, until it is answered or five minutes have passed.
create table passkey_question (
    key         text primary key,
    account_id  bigint references account (id),
    state       text not null,
    created_at  bigint not null
);

-- Browsers in which an account has signed in before: a crowd that guesses elsewhere does not slow them. The key is a
-- hash; nothing else is known of the browser.
create table known_browser (
    key         text primary key,
    account_id  bigint not null references account (id),
    seen_at     bigint not null
);
create index known_browser_by_account on known_browser (account_id);

-- Attempts to sign in, by a bucket that hides the name: from `free_at` on the next one is looked at.
create table attempt (
    bucket      text primary key,
    tries       bigint not null,
    free_at     bigint not null,
    seen_at     bigint not null
);
