-- The first roles become lines of data/access/roles.csv: each by the level of its unit, as the unit was last.
update account_grant set role = (
    select case account_grant.role
        when 'reader' then 'committee-reader'
        else case s.level
            when 0 then 'ministry' when 1 then 'province' when 2 then 'district' when 3 then 'commune' else 'village'
        end || '-' || account_grant.role
    end
    from unit_state s where s.unit_id = account_grant.unit_id order by s.valid_from desc limit 1
)
where role in ('recorder', 'approver', 'reader')
  and exists (select 1 from unit_state s where s.unit_id = account_grant.unit_id);

-- Who is away while this right lasts: a deputy holds the same role at the same unit until a day.
alter table account_grant add column deputy_for bigint;

-- An account as somebody else's sign-in service knows it (OpenID Connect): it opens the account, and makes no rights.
create table identity (
    issuer      text not null,
    subject     text not null,
    account_id  bigint not null references account (id),
    linked_at   bigint not null,
    used_at     bigint,
    primary key (issuer, subject)
);
create index identity_by_account on identity (account_id);

-- A question put to that service, until it is answered or ten minutes have passed. The key is a hash of what the browser
-- carries; `state` holds what the answer is checked against.
create table identity_question (
    key         text primary key,
    account_id  bigint references account (id),
    state       text not null,
    created_at  bigint not null
);
