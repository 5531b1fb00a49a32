//! The application through its doors, in process, on every database that is there: SQLite always, PostgreSQL where
//! `TEST_POSTGRES` names a server (`make test` starts one).

#[cfg(test)]
mod apart;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod calendars;
#[cfg(test)]
mod cancel;
#[cfg(test)]
mod chains;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod crash_approvals;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod entry;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod guarded;
#[cfg(test)]
mod guide;
#[cfg(test)]
mod handover;
#[cfg(test)]
mod import;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod locks;
#[cfg(test)]
mod maps;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod model;
#[cfg(test)]
mod own_data;
#[cfg(test)]
mod people;
#[cfg(test)]
mod person;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod reforms;
#[cfg(test)]
mod returns;
#[cfg(test)]
mod review;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod totals;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod weights;
#[cfg(test)]
mod workbooks;
#[cfg(test)]
mod world;
#[cfg(test)]
mod years;
