//! The periods that may be chosen where a return or a workbook is asked for: nobody types a code.

use kernel::{Form, Frequency, Period};
use web::{Group, Page};

/// So many years back the months, quarters and halves go.
const YEARS: usize = 4;
/// So many years back the years go: what was published long ago is entered late.
const LONG_YEARS: usize = 25;

/// The periods of these forms, those of one calendar and length together, the latest first. The one chosen is among
/// them, however old it is.
pub fn periods<'a>(page: &Page, forms: impl IntoIterator<Item = &'a Form>, chosen: &str) -> Vec<Group> {
    let years = |it: &Form| if it.frequency == Frequency::Year { LONG_YEARS } else { YEARS };
    let all = forms.into_iter().flat_map(|it| it.back_from(page.today, years(it)));
    page.periods(all, Period::parse(chosen).ok())
}
