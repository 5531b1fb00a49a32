//! The application through its doors, in process, on every database that is there: SQLite always, PostgreSQL where
//! `TEST_POSTGRES` names a server (`make test` starts one).

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod calendars;
#[cfg(test)]
mod cancel;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod guarded;
mod import;
#[cfg(test)]
mod maps;
#[cfg(test)]
mod model;
mod portal;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod reforms;
#[cfg(test)]
mod returns;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod world;
