-- A year that is not in memory is read period by period, each in the order of the ledger.
create index return_version_by_period on return_version (province_id, period, seq);
