-- Requests of the people concerned: to see, correct, delete or restrict what is held about them.
create table data_request (
    province_id     bigint not null,
    id              bigint not null,
    unit_id         bigint not null,
    kind            text   not null,  -- see, correct, delete, restrict
    about           text   not null,  -- account, roster, other
    channel         text   not null,  -- paper, in-person, phone, email
    applicant       text,             -- null once the retention time is over
    received_on     text   not null,
    acknowledged_on text,
    due_on          text   not null,
    extended_why    text,
    answered_on     text,
    outcome         text,             -- done, partly, refused, nothing-held
    answer          text,
    revision        bigint not null,
    primary key (province_id, id)
);
create index data_request_by_id on data_request (id);

-- What went wrong with personal data, and when the specialised body was told: 72 hours.
create table data_incident (
    province_id bigint not null,
    id          bigint not null,
    unit_id     bigint not null,
    kind        text   not null,  -- disclosed, lost, altered, accessed
    detected_at bigint not null,
    people      bigint not null,  -- how many are concerned, as far as is known
    what        text   not null,
    notified_at bigint,
    informed_on text,             -- when the people concerned were told
    measures    text,
    closed_on   text,
    revision    bigint not null,
    primary key (province_id, id)
);
create index data_incident_by_id on data_incident (id);

-- What each run of the retention job removed: how many, by rule.
create table retention_run (
    id     bigint primary key,
    at     bigint not null,
    report text   not null
);
