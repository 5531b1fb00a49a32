-- What citizens read and write: news, feedback, figures that were published.

create table news (
    province_id  bigint not null,
    id           bigint not null,
    unit_id      bigint not null,
    title_vi     text   not null,
    body_vi      text   not null,
    title_en     text   not null,            -- empty where there is no English
    body_en      text   not null,
    state        bigint not null,            -- 0 draft, 1 published, 2 withdrawn
    revision     bigint not null,
    changed_at   bigint not null,
    published_at bigint,                     -- first time
    primary key (province_id, id)
);
create index news_by_id on news (id);
create index news_by_time on news (state, published_at);

-- Nothing about who wrote: no name, no address of any kind.
create table feedback (
    province_id bigint not null,
    id          bigint not null,
    topic       bigint not null,             -- 0 this site, 1 published figures, 2 the movement
    body        text   not null,
    sent_at     bigint not null,
    handled_at  bigint,
    primary key (province_id, id)
);
create index feedback_by_time on feedback (sent_at);

-- A period's figures as they were published once and for all below a root of the country.
create table open_release (
    province_id bigint not null,             -- the root
    id          bigint not null,
    period      text   not null,
    released_at bigint not null,
    primary key (province_id, id)
);

create table open_sheet (
    province_id bigint not null,             -- the root
    release_id  bigint not null,
    unit_id     bigint not null,
    sheets      text   not null,             -- JSON: per indicator the total and the units below
    primary key (province_id, release_id, unit_id)
);
