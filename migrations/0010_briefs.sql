-- Wordings of reports that a unit has made its own. The newest number holds; older ones stay.
create table brief_template (
    unit_id bigint not null,
    span    text   not null,             -- month, quarter, half, year, years
    number  bigint not null,             -- 1, 2, 3 …
    content text   not null,
    made_at bigint not null,
    made_by text   not null,
    primary key (unit_id, span, number)
);

-- Reports that were signed: the file as it was, and every figure in it.
create table frozen_brief (
    id          bigint not null primary key,
    unit_id     bigint not null,
    period      text   not null,
    title       text   not null,
    figures     text   not null,         -- JSON: code, name, words, value, of, not_separable
    lines       text   not null,         -- JSON: paragraphs as pieces of text, those from figures with their code
    docx        bytea  not null,
    docx_hash   text   not null,         -- SHA-256 of docx
    frozen_at   bigint not null,
    frozen_by   text   not null,
    final       bytea,                   -- the .docx that was signed, if it was edited by hand
    final_hash  text,
    final_at    bigint,
    final_by    text
);
create index frozen_brief_by_unit on frozen_brief (unit_id, frozen_at);

-- Certificates that no longer hold, by the code printed on them. No names.
create table revoked_certificate (
    code       text   not null primary key,
    unit_id    bigint not null,
    revoked_at bigint not null,
    revoked_by text   not null
);

-- How many came to a meeting: a count and nothing else.
create table attendance (
    code    text   not null primary key,
    unit_id bigint not null,
    period  text   not null,
    count   bigint not null
);
create unique index attendance_by_unit on attendance (unit_id, period);
