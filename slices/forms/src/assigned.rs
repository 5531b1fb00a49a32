//! Who owes what, as the engine wants to know it.

use kernel::{Catalogue, Day, Form};

/// The catalogue's assignments, one for each version of a form that falls into their days, and one
/// more from each day on which an indicator of it is retired.
pub fn assignments(catalogue: &Catalogue) -> Vec<figures::Assignment> {
    let mut res = Vec::new();
    for it in &catalogue.assignments {
        let Ok(number) = u32::try_from(it.form) else { continue };
        let mut versions: Vec<&Form> = catalogue.asked_versions(it.form).collect();
        versions.sort_by_key(|it| (it.since, it.number));
        for (at, form) in versions.iter().enumerate() {
            // A version is asked until the next one begins.
            let ends = versions.get(at + 1).map_or(Day::NEVER, |it| it.since);
            let (from, until) = (it.from.max(form.since), it.until.min(ends));
            if from < until {
                res.push(figures::Assignment {
                    form: number,
                    indicators: form.asked().map(|it| it.indicator).collect(),
                    calendar: form.calendar,
                    frequency: form.frequency,
                    class: it.class,
                    top: it.top.0,
                    from,
                    until,
                });
            }
        }
    }
    res
}
