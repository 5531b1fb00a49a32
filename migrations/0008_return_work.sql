-- More time granted for one return, with the reason. Of several the latest holds.
create table due_extension (
    province_id bigint not null,
    id          bigint not null,
    unit_id     bigint not null,
    form_id     bigint not null,
    period      text not null,
    until       text not null,
    reason      text not null,
    granted_at  bigint not null,
    granted_by  text not null,
    primary key (province_id, id)
);

-- Who stands for what was sent: name and post as they were at that moment.
create table return_signature (
    province_id bigint not null,
    return_id   bigint not null,
    signed_at   bigint not null,
    full_name   text not null,
    post        text not null,
    primary key (province_id, return_id, signed_at)
);

-- What is said about one figure of a return, between those who send and those who approve.
create table figure_comment (
    province_id  bigint not null,
    return_id    bigint not null,
    id           bigint not null,
    indicator_id bigint not null,
    at           bigint not null,
    author       text not null,
    comment      text not null,
    primary key (province_id, return_id, id)
);

-- Periods that were closed and opened again, each time with the reason. The latest row holds.
create table period_lock (
    top_unit_id bigint not null,
    form_id     bigint not null,
    period      text not null,
    id          bigint not null,
    is_locked   bigint not null,
    at          bigint not null,
    actor       text not null,
    reason      text not null,
    primary key (top_unit_id, form_id, period, id)
);
