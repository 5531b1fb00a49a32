-- An account whose data are kept and not used until that is lifted, and the reason of the last decision about it.
alter table account add column restricted_at bigint;
alter table account add column restricted_why text;
