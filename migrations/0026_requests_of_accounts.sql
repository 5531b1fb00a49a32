-- Whose account a request came from: two people of one name at one unit must not see each other's.
alter table data_request add column account_id bigint;
create index data_request_by_account on data_request (account_id);
