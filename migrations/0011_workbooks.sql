-- A file that somebody sent and has not yet taken or thrown away; deleted after a day in any case. Seen by who sent it.
create table workbook_upload (
    province_id bigint not null,
    id          bigint not null,
    account_id  bigint not null,
    return_id   bigint,
    file_name   text not null,
    content     bytea not null,
    mapping     text not null,
    uploaded_at bigint not null,
    primary key (province_id, id)
);
create index workbook_upload_by_account on workbook_upload (account_id, uploaded_at);

-- Which columns of workbooks of a certain make are which indicators: kept under a name, for those of the same unit.
create table workbook_mapping (
    province_id bigint not null,
    id          bigint not null,
    unit_id     bigint not null,
    name        text not null,
    mapping     text not null,
    saved_at    bigint not null,
    saved_by    bigint not null,
    primary key (province_id, id),
    unique (province_id, unit_id, name)
);
