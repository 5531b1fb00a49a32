//! What an address asks of a table: names may stand several times, and what is read is handed on to files as it came.

use std::collections::BTreeSet;

use kernel::{Frequency, Period};
use web::App;

/// The part of an address after the question mark, as it came; a name may stand several times.
#[derive(Debug, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    /// The value of a name; empty if it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|it| it.0 == name).map_or("", |it| it.1.trim())
    }

    /// All values of a name, as one list with commas.
    pub(crate) fn list(&self, name: &str) -> String {
        let all = self.0.iter().filter(|it| it.0 == name).map(|it| it.1.trim());
        all.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(",")
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
}

/// Every period of which figures are held, and the years around them.
pub(crate) fn held(app: &App) -> BTreeSet<Period> {
    let mut all = app.periods();
    let years: Vec<Period> = all.iter().filter_map(|it| it.within(Frequency::Year)).collect();
    all.extend(years);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stand_several_times_make_a_list() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let query = Query(vec![pair("indicators", "LAU01"), pair("period", " 2025 "), pair("indicators", "LAU02,X")]);
        assert_eq!(query.list("indicators"), "LAU01,LAU02,X");
        assert_eq!((query.text("period"), query.text("order"), query.ticked("share")), ("2025", "", false));
    }
}
