-- The account of who holds a post, if who keeps the roster said so: its owner sees the term among what is held about them.
alter table post_term add column account_id bigint;
create index post_term_by_account on post_term (account_id);
