-- From this day on no new period asks for an indicator of a unit's own; null: it is asked for.
alter table own_indicator add column retired_from text;
