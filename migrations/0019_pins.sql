-- The figures that a person wants on top of a unit's page.
create table pin (
    account_id   bigint not null,
    unit_id      bigint not null,
    indicator_id bigint not null,
    pinned_at    bigint not null,
    primary key (account_id, unit_id, indicator_id)
);
