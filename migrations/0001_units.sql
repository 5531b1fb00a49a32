-- Administrative units, dated. Days are ISO text; valid_until is the day after the last (rule 1).

create table unit_state (
    unit_id     bigint not null,
    valid_from  text   not null,  -- 0001-01-01 where the data does not know
    valid_until text,             -- null while it is in force
    code        text   not null,  -- used again with another meaning: only (code, day) finds a unit (rule 3)
    name        text   not null,
    full_name   text   not null,
    kind        text   not null,
    level       bigint not null check (level between 0 and 4),
    parent_id   bigint,           -- a root has none: the country, and the invented province
    synthetic   bigint not null check (synthetic in (0, 1)),
    source      text   not null,
    primary key (unit_id, valid_from),
    check (valid_until is null or valid_from < valid_until)
);

create table unit_succession (
    predecessor_id bigint not null,
    successor_id   bigint not null,
    since          text   not null,
    extent         text   not null,
    population     bigint check (population between 0 and 10000),  -- known share of people, in hundredths of a per cent
    instrument     text   not null,
    primary key (predecessor_id, successor_id, since)
);

create table unit_alias (
    unit_id   bigint not null,
    full_name text   not null,
    primary key (unit_id, full_name)
);
