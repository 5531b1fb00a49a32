//! `GET /returns/new`, `POST /returns`: opening a return.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::{Form, Issue, Issues, Period, Register, Resolve, UnitId};
use web::{App, Choice, Crumb, Error, Field, Page, Result, Select, Typed, Who};

use super::only;
use crate::{FILL, acts, askable};

/// So many candidates for an ambiguous name are listed.
const CANDIDATES: usize = 12;

#[derive(Template)]
#[template(path = "opening.html")]
struct Opening<'a> {
    p: &'a Page,
    unit: Field<'a>,
    form: Select<'a>,
    period: Select<'a>,
}

pub(crate) async fn blank(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let mut asked = Typed(asked);
    if asked.text("unit").is_empty() {
        let scope = who.scope(FILL)?;
        if let [only] = scope.tops() {
            asked.0.push(("unit".to_owned(), app.register.get().path(*only, page.today)));
        }
    }
    render(page, &app, &who, &asked, &Issues::new())
}

pub(crate) async fn open(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let opened = match read(&app, &typed) {
        Ok((unit, form, period)) => {
            let form = app.catalogue.get().form(form).cloned().ok_or(Error::NotFound)?;
            acts::open(&app, &who, unit, &form, period).await
        }
        Err(issues) => Err(Error::Refused(issues)),
    };
    let to = |id| format!("/returns/{id}");
    web::answered(opened, to, async |issues| render(page, &app, &who, &typed, &issues)).await
}

fn render(page: Page, app: &App, who: &Who, typed: &Typed, issues: &Issues) -> Result<Response> {
    let way = vec![Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() }];
    let page = page.crumbs(way);
    let catalogue = app.catalogue.get();
    let (register, scope) = (app.register.get(), who.scope(FILL)?);
    let is_for = |it: &&Form| scope.tops().iter().any(|top| it.is_for(&register, *top, page.today));
    let asked: Vec<&Form> = catalogue.forms.iter().filter(|it| !it.sections.is_empty()).filter(is_for).collect();
    let usual = asked.iter().find(|it| !it.open).or(asked.first());
    let said = |name: &str, usual: Option<String>| match typed.text(name) {
        "" => usual.unwrap_or_default(),
        said => said.to_owned(),
    };
    let form = said("form", usual.map(|it| it.code.clone()));
    let period = said("period", usual.and_then(|it| it.back_from(page.today, 1).nth(1)).map(|it| it.to_string()));
    let forms = asked.iter().map(|it| Choice { value: it.code.clone(), label: it.name.clone() }).collect();
    let main = Opening {
        p: &page,
        unit: Field::new(&page, "unit", "returns-unit", typed.text("unit"), issues).hint(page.t("returns-unit-hint")),
        form: Select::new(&page, "form", "returns-form", &form, forms, issues),
        period: Select::grouped(&page, "period", "returns-period", askable::periods(&page, asked, &period))
            .issues(&page, issues),
    };
    page.show_issues(&page.t("returns-new-title"), issues, &main)
}

/// Which unit, form and period are meant, or all that is unclear about them.
fn read(app: &App, typed: &Typed) -> std::result::Result<(UnitId, kernel::FormId, Period), Issues> {
    let catalogue = app.catalogue.get();
    let mut issues = Issues::new();
    let form = catalogue.form_by_code(typed.text("form")).filter(|it| !it.sections.is_empty());
    let period = Period::parse(typed.text("period"));
    // Without a period no day says which unit a name means.
    if let (Some(form), Ok(period)) = (form, &period) {
        return resolve(&app.register.get(), typed.text("unit"), *period).map(|unit| (unit, form.id, *period));
    }
    if form.is_none() {
        issues.push(Issue::new("form", "returns-form-unknown"));
    }
    if period.is_err() {
        issues.push(Issue::new("period", "returns-period-unknown").with("text", typed.text("period")));
    }
    Err(issues)
}

/// The unit that a text means in a period: as it was called on the period's last day, or while it still was.
fn resolve(register: &Register, text: &str, period: Period) -> std::result::Result<UnitId, Issues> {
    let day = period.last();
    match register.resolve(text, day) {
        Ok(unit) => Ok(unit),
        Err(Resolve::NotOn { unit, from, until }) if from <= day && period.first() < until => Ok(unit),
        Err(Resolve::NotOn { unit, .. }) => {
            let name = register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
            Err(only(Issue::new("unit", "returns-unit-other-days").with("name", name)))
        }
        Err(Resolve::Ambiguous(units)) => {
            let name = |it: &UnitId| format!("{} ({it})", register.path(*it, day));
            let mut names: Vec<String> = units.iter().take(CANDIDATES).map(name).collect();
            if units.len() > CANDIDATES {
                names.push("…".to_owned());
            }
            let issue = Issue::new("unit", "returns-unit-ambiguous")
                .with("text", text)
                .with("count", units.len())
                .with("day", web::date(day))
                .with("names", names.join("; "));
            Err(only(issue))
        }
        Err(Resolve::Unknown) => Err(only(Issue::new("unit", "returns-unit-unknown").with("text", text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Day, Level, UnitState};

    fn state(id: i64, name: &str, level: Level, parent: Option<i64>, until: Day) -> UnitState {
        let (name, full_name) = (name.to_owned(), name.to_owned());
        UnitState { name, full_name, until, ..UnitState::invented(id, level, parent) }
    }

    #[track_caller]
    fn check(text: &str, period: &str, expect: std::result::Result<i64, &str>) {
        let reform = Day::parse("2026-03-01").unwrap();
        let states = vec![
            state(1, "Tỉnh Một", Level::Province, None, Day::NEVER),
            state(2, "Tỉnh Hai", Level::Province, None, Day::NEVER),
            state(11, "Xã Mẫu", Level::Commune, Some(1), Day::NEVER),
            state(21, "Xã Mẫu", Level::Commune, Some(2), Day::NEVER),
            state(12, "Xã Cũ", Level::Commune, Some(1), reform),
        ];
        let register = Register::new(states, Vec::new(), Vec::new()).unwrap();
        let found = resolve(&register, text, Period::parse(period).unwrap());
        assert_eq!(found.map(|it| it.0).map_err(|it| it[0].text), expect);
    }

    #[test]
    fn a_name_means_a_unit_of_the_period() {
        check("Xã Mẫu, Tỉnh Hai", "2026-M05", Ok(21));
        check("Xã Mẫu", "2026-M05", Err("returns-unit-ambiguous"));
        check("Xã Không", "2026-M05", Err("returns-unit-unknown"));
        check("Xã Cũ", "2026-M02", Ok(12));
        check("Xã Cũ", "2026-Q1", Ok(12));
        check("Xã Cũ", "2026-Q2", Err("returns-unit-other-days"));
    }
}
