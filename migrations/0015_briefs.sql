-- Wordings of reports and conference papers that a unit has made its own. The newest number holds; older ones stay.
create table brief_template (
    province_id bigint not null,
    unit_id     bigint not null,
    wording     text   not null,         -- month, quarter, half, year, years, programme, speech …
    number      bigint not null,         -- 1, 2, 3 …
    content     text   not null,
    made_at     bigint not null,
    made_by     text   not null,
    primary key (province_id, unit_id, wording, number)
);
-- A unit may come to another province; its templates go with it.
create unique index brief_template_by_unit on brief_template (unit_id, wording, number);

-- Reports that were signed: the file as it was, and every figure in it.
create table frozen_brief (
    province_id bigint not null,
    id          bigint not null,
    unit_id     bigint not null,
    period      text   not null,
    title       text   not null,
    figures     text   not null,         -- JSON: code, name, words, value, of
    lines       text   not null,         -- JSON: paragraphs and rows as pieces of text, those from figures with their code
    docx        bytea  not null,
    docx_hash   text   not null,         -- SHA-256 of docx
    frozen_at   bigint not null,
    frozen_by   text   not null,
    final       bytea,                   -- the .docx that was signed, if it was edited by hand
    final_hash  text,
    final_at    bigint,
    final_by    text,
    primary key (province_id, id)
);
create unique index frozen_brief_by_unit on frozen_brief (unit_id, id);

-- Certificates that no longer hold, by the code printed on them. No names.
create table revoked_certificate (
    province_id bigint not null,
    code        text   not null,
    unit_id     bigint not null,
    revoked_at  bigint not null,
    revoked_by  text   not null,
    primary key (province_id, code)
);
create unique index revoked_certificate_by_code on revoked_certificate (code);

-- How many came to a meeting: a count and nothing else.
create table attendance (
    province_id bigint not null,
    unit_id     bigint not null,
    period      text   not null,
    code        text   not null,         -- in the address behind the QR code; not to be guessed
    count       bigint not null,
    primary key (province_id, unit_id, period)
);
create unique index attendance_by_unit on attendance (unit_id, period);
create unique index attendance_by_code on attendance (code);
