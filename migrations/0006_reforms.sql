-- Boundary reforms that were applied, and the number by which other servers learn that the units have changed.

create table unit_reform (
    id          bigint not null primary key,
    fingerprint text   not null unique,  -- SHA-256 of the file without marks of its editor: the same file is applied once
    first_day   text   not null,         -- first day of the new state; of several, the earliest
    last_day    text   not null,         -- of several, the latest
    instruments text   not null,         -- the resolutions it names, one a line
    began       bigint not null,         -- units that began
    ended       bigint not null,         -- units that ended
    continued   bigint not null,         -- units that go on with another name, code, kind or parent
    applied_at  bigint not null,
    applied_by  text   not null,         -- a sign-in name, cli:<os user>, or data for what the program brings
    content     text                     -- the file as it was given; null for what the program brings
);

create table unit_register (
    id      bigint not null primary key check (id = 1),
    version bigint not null              -- grows with every change of units, in the same transaction
);

insert into unit_register (id, version) values (1, 1);
