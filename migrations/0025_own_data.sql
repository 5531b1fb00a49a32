-- A term whose processing is restricted at the wish of the person: kept, and neither shown, exported nor changed by
-- others than who answers for personal data, until it is lifted.
alter table post_term add column restricted_at bigint;

-- What somebody did, for themselves to see.
create index audit_entry_by_account on audit_entry (account_id, at);
