-- When somebody put their first steps away; null: they still see them.
alter table account add column guide_closed_at bigint;
