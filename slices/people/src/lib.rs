//! Who holds the movement's public posts, and what its teams do: rosters, terms, teams, monthly counts, yearly ratings.
//!
//! Names stand only beside an appointed public post out of a fixed list (`data/people/posts.csv`), with the person's consent
//! in a version; a withdrawn consent erases the name at once, a term that has long ended erases it too, and the post is
//! still counted. Patrols, incidents and training are counts of a team and a month. The yearly rating belongs to the team,
//! never to a person; at most one team in five of those rated good may be rated excellent. Respected persons, elders and
//! dignitaries are no posts: they are counted in returns (FOR14), for their names would tell what they believe or where
//! they come from. There is no search over people.
//!
//! Records stay with the unit in which they were made. When units merge, the successor's pages show them, told from its
//! own; when a unit was split, somebody says to which heir a record belongs. The counts feed the indicators FOR*
//! ([`SLICE`]'s `derives`).

mod acts;
mod consent;
mod demo;
mod derive;
mod month;
mod pages;
mod place;
mod post;
mod rating;
mod store;
mod team;
mod term;

pub use acts::{
    links::{OwnTerm, own_terms, unlink_closed},
    terms::erase_names,
};
pub use consent::{Consent, consents};
pub use demo::load_demo;
pub use post::post_name;
pub use store::terms::given;
pub use term::person_name;

use web::{Derive, Duty, Nav, Permission, Right, Rule, Slice};

/// Reads rosters and teams of the units in scope.
pub const READ: Permission = Permission("people.read");
/// Keeps rosters and teams of the units in scope.
pub const RECORD: Permission = Permission("people.record");
/// Decides the yearly rating of the teams in scope.
pub const RATE: Permission = Permission("people.rate");

/// Restricts terms of the units in scope at the wish of the person, sees and lifts what is restricted.
pub const RESTRICT: Permission = Permission("people.restrict");

/// The slice.
pub const SLICE: Slice = Slice {
    name: "people",
    routes: pages::routes,
    nav: &[
        Nav { text: "people-nav", path: "/units/{id}/people", right: Right::May(READ) },
        Nav { text: "people-nav-restricted", path: "/people/restrictions", right: Right::May(RESTRICT) },
    ],
    permissions: &[
        (READ, &[Duty::Recorder, Duty::Approver, Duty::Reader]),
        (RECORD, &[Duty::Recorder]),
        (RATE, &[Duty::Approver]),
        (RESTRICT, &[Duty::DataOfficer]),
    ],
    derives: &[
        Derive {
            indicator: "FOR01",
            rule: Rule::Stock,
            text: "people-derive-teams",
            records: |app, over| Box::pin(derive::teams(app, over)),
        },
        Derive {
            indicator: "FOR02",
            rule: Rule::Sum,
            text: "people-derive-members",
            records: |app, over| Box::pin(derive::members(app, over)),
        },
        Derive {
            indicator: "FOR03",
            rule: Rule::Distinct,
            text: "people-derive-villages-with-team",
            records: |app, over| Box::pin(derive::villages_with_team(app, over)),
        },
        Derive {
            indicator: "FOR04",
            rule: Rule::Stock,
            text: "people-derive-villages",
            records: |app, over| Box::pin(std::future::ready(Ok(derive::villages(app, over)))),
        },
        Derive {
            indicator: "FOR06",
            rule: Rule::Count,
            text: "people-derive-excellent",
            records: |app, over| Box::pin(derive::rated(app, over, rating::Grade::Excellent)),
        },
        Derive {
            indicator: "FOR07",
            rule: Rule::Count,
            text: "people-derive-good",
            records: |app, over| Box::pin(derive::rated(app, over, rating::Grade::Good)),
        },
        Derive {
            indicator: "FOR10",
            rule: Rule::Sum,
            text: "people-derive-attendances",
            records: |app, over| Box::pin(derive::months(app, over, |it| it.attendances)),
        },
        Derive {
            indicator: "FOR11",
            rule: Rule::Sum,
            text: "people-derive-patrols",
            records: |app, over| Box::pin(derive::months(app, over, |it| it.patrols)),
        },
        Derive {
            indicator: "FOR13",
            rule: Rule::Sum,
            text: "people-derive-incidents",
            records: |app, over| Box::pin(derive::months(app, over, |it| it.incidents)),
        },
    ],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
