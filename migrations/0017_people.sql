-- Who holds an appointed public post of the movement, and the teams. Nothing about a person but name, post, unit, term,
-- day of training and consent. Days are ISO text; an end is the day after the last.
create table team (
    province_id bigint not null,
    id          bigint not null,
    unit_id     bigint not null,
    kind        text   not null,  -- security, mediation
    number      bigint not null,  -- tells teams of one kind in one unit apart
    decision    text   not null,
    founded_on  text   not null,
    closed_from text,
    revision    bigint not null,
    primary key (province_id, id)
);
create index team_by_id on team (id);
create index team_by_unit on team (province_id, unit_id);

-- The name is null once consent was withdrawn or the term has long ended: the post is still counted.
create table post_term (
    province_id     bigint not null,
    id              bigint not null,
    unit_id         bigint not null,
    team_id         bigint,
    post            text   not null,
    full_name       text,
    valid_from      text   not null,
    valid_until     text,
    trained_on      text,
    consent_version bigint not null,
    consented_on    text   not null,
    withdrawn_at    bigint,
    revision        bigint not null,
    primary key (province_id, id)
);
create index post_term_by_id on post_term (id);
create index post_term_by_unit on post_term (province_id, unit_id);

-- What a team did in a month of the administrative calendar, counted.
create table team_month (
    province_id bigint not null,
    team_id     bigint not null,
    period      text   not null,
    patrols     bigint not null,
    incidents   bigint not null,
    attendances bigint not null,
    primary key (province_id, team_id, period)
);

-- The yearly rating of a team, of the year from 15 November to 14 November.
create table team_rating (
    province_id bigint not null,
    team_id     bigint not null,
    year        bigint not null,
    unit_id     bigint not null,  -- who decided
    grade       text   not null,
    decision    text   not null,
    decided_on  text   not null,
    primary key (province_id, team_id, year)
);
