-- What the registry and the signer add to a report that is frozen, and the same report as PDF.
alter table frozen_brief add column number bigint;
alter table frozen_brief add column signed_on text;
alter table frozen_brief add column pdf bytea;             -- none where it was frozen before this was kept
alter table frozen_brief add column pdf_hash text;         -- SHA-256 of pdf
