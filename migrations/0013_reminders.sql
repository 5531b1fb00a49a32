-- Words to a unit that a return is waited for: by a person, or by the timer before and after the due day. Once a day
-- from a person; from the timer once for each kind and due day.
create table reminder (
    province_id bigint not null,
    unit_id     bigint not null,
    form_id     bigint not null,
    period      text   not null,
    kind        text   not null,   -- asked; soon, due, late
    day         text   not null,   -- asked: that day; else the due day
    at          bigint not null,
    actor       text   not null,
    primary key (province_id, unit_id, form_id, period, kind, day)
);
