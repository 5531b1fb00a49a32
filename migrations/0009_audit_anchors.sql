-- The heads of all chains of the audit, signed from time to time with a key that is not in the database.
create table audit_anchor (
    number     bigint not null primary key,  -- from 1, without a gap
    at         bigint not null,
    heads      text   not null,              -- one chain a line: province, number of its last row, its hash
    before     text   not null,              -- the signature of the anchor before
    public_key text   not null,              -- Ed25519, hex
    signature  text   not null
);

create index audit_entry_by_time on audit_entry (at);
create index audit_entry_by_unit on audit_entry (unit_id, at);
create index audit_entry_by_actor on audit_entry (actor, at);
