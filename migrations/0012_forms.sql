-- Forms and indicators that units make for themselves and all below, and forms that grow versions.
alter table form add column owner_unit_id bigint;      -- null: shared by all

create table form_version (
    form_id      bigint not null references form (id),
    number       bigint not null,
    design       text   not null,                      -- name, days, sections and lines, as JSON
    is_published bigint not null,
    valid_from   text,                                 -- asked for periods that begin on this day or later; null: a draft
    revision     bigint not null,
    changed_at   bigint not null,
    changed_by   text   not null,
    primary key (form_id, number)
);

create table own_indicator (
    id            bigint primary key,
    owner_unit_id bigint not null,
    code          text   not null,
    name_vi       text   not null,
    name_en       text   not null,
    measure       text   not null,
    kind          text   not null,
    across        text   not null,
    over_time     text   not null,
    numerator     text   not null,
    denominator   text   not null,
    decimals      bigint not null,
    created_at    bigint not null,
    created_by    text   not null
);
create unique index own_indicator_by_code on own_indicator (code);

-- A return keeps the version of its form that it was opened with.
alter table periodic_return add column form_version bigint not null default 1;

-- Grows with every change of indicators, forms, assignments and granted time, in the same transaction.
create table catalogue_version (
    id      bigint not null primary key check (id = 1),
    version bigint not null
);

insert into catalogue_version (id, version) values (1, 1);
