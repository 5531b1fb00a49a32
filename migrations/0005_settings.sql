-- What this installation is: few words by key.
create table setting (
    key   text primary key,
    value text not null
);
