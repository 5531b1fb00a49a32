-- The first roles become lines of data/access/roles.csv: each by the level of its unit, as the unit was last.
update account_grant set role = (
    select case account_grant.role
        when 'reader' then 'committee-reader'
        else case s.level
            when 0 then 'ministry' when 1 then 'province' when 2 then 'district' when 3 then 'commune' else 'village'
        end || '-' || account_grant.role
    end
    from unit_state s where s.unit_id = account_grant.unit_id order by s.valid_from desc limit 1
)
where role in ('recorder', 'approver', 'reader')
  and exists (select 1 from unit_state s where s.unit_id = account_grant.unit_id);

-- Who is away while this right lasts: a deputy holds the same role at the same unit until a day.
alter table account_grant add column deputy_for bigint;
