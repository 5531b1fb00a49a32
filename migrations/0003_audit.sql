-- What was done, by whom, to what: written in the same transaction as the change, chained by hashes per province.
create table audit_head (
    province_id bigint primary key,
    seq         bigint not null,
    hash        text not null
);
create table audit_entry (
    province_id bigint not null,
    seq         bigint not null,
    at          bigint not null,
    account_id  bigint,
    actor       text not null,
    act         text not null,
    unit_id     bigint,
    object      text not null,
    hash        text not null,
    primary key (province_id, seq)
);
