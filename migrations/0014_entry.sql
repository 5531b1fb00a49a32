-- What a draft was before each step of work on it, the latest few: so that a step can be taken back.
create table draft_step (
    province_id bigint not null,
    return_id   bigint not null,
    id          bigint not null,
    draft       text not null,
    at          bigint not null,
    account_id  bigint not null,
    primary key (province_id, return_id, id)
);

-- The very place that a figure of an accepted version came from: a file, its sheet and cell. What was typed has none.
create table figure_place (
    province_id  bigint not null,
    version_id   bigint not null,
    indicator_id bigint not null,
    place        text not null,
    primary key (province_id, version_id, indicator_id)
);
