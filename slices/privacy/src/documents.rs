//! The register, the impact assessment and the transparency report as official documents. Their words are the slice's
//! Vietnamese texts; they name nobody.

use kernel::{Level, UnitState};
use paper::{Align, Block, Cell, Column, Document, Header, Issued, Kind, Run, Signature, Table};
use web::{App, Error, Lang, Result, Who};

use crate::{HANDLE, clock::clocks, counted::Year, register::Declared, request::OUTCOMES, retention::rules};

/// What says the texts of documents: always Vietnamese.
struct Words<'a>(&'a App);

impl Words<'_> {
    fn t(&self, id: &str) -> String {
        self.0.texts.say(Lang::Vi, id, &[])
    }

    fn ta(&self, id: &str, args: &[(&'static str, String)]) -> String {
        self.0.texts.say(Lang::Vi, id, args)
    }

    fn text(&self, id: &str) -> Block {
        Block::text(self.t(id))
    }

    fn heading(&self, id: &str) -> Block {
        Block::heading(1, self.t(id))
    }
}

/// The register of processing.
///
/// # Errors
/// Forbidden, to who is no officer.
pub(crate) fn register(app: &App, who: &Who) -> Result<Document> {
    let w = Words(app);
    let blocks = vec![w.text("privacy-about"), w.text("privacy-never"), Block::Table(table_of_register(&w)?), end(&w)];
    frame(app, who, &w, "privacy-title", blocks)
}

/// The assessment of the processing's impact: what is processed, why, the risks, and what stands against them.
///
/// # Errors
/// As [`register`].
pub(crate) fn assessment(app: &App, who: &Who) -> Result<Document> {
    let w = Words(app);
    let mut blocks = vec![
        w.heading("privacy-dpia-1"),
        w.text("privacy-dpia-purpose"),
        w.text("privacy-dpia-kinds"),
        w.heading("privacy-dpia-2"),
        w.text("privacy-dpia-columns"),
        Block::Table(table_of_register(&w)?),
        w.heading("privacy-dpia-3"),
    ];
    let row = |it: &crate::Rule| {
        let what = w.t(&format!("privacy-removes-{}", it.what));
        vec![Cell::from(what), it.days.to_string().into(), it.source.as_str().into()]
    };
    let head = ["privacy-removed-what", "privacy-removed-days", "privacy-source"];
    blocks.push(Block::Table(table(&w, &head, &[5, 2, 6], rules().iter().map(row).collect())));
    blocks.push(w.heading("privacy-dpia-4"));
    for risk in ["outsider", "insider", "purpose", "sensitive", "secret", "loss"] {
        blocks.push(Block::Paragraph(vec![
            Run::bold(w.t(&format!("privacy-risk-{risk}"))),
            Run::plain(format!(" {}", w.t(&format!("privacy-measure-{risk}")))),
        ]));
    }
    blocks.push(w.heading("privacy-dpia-5"));
    blocks.push(w.text("privacy-dpia-rights"));
    let row = |it: &crate::clock::Clock| {
        let status = if it.status == "to-check" { w.t("privacy-to-check") } else { w.t("privacy-confirmed") };
        vec![Cell::from(w.t(&format!("privacy-kind-{}", it.kind))), it.source.as_str().into(), status.into()]
    };
    let head = ["privacy-kind", "privacy-source", "privacy-clock-status"];
    blocks.push(Block::Table(table(&w, &head, &[3, 8, 3], clocks().iter().map(row).collect())));
    blocks.push(w.text("privacy-dpia-incidents"));
    blocks.push(end(&w));
    frame(app, who, &w, "privacy-dpia", blocks)
}

/// The yearly report: how many requests, incidents, accounts, looks at what is protected, and what was removed.
///
/// # Errors
/// As [`register`].
pub(crate) fn transparency(app: &App, who: &Who, it: &Year) -> Result<Document> {
    let w = Words(app);
    let today = app.clock.today();
    let number = |count: usize| viet::number(i64::try_from(count).unwrap_or(i64::MAX));
    let mut blocks = vec![w.heading("privacy-report-requests")];
    let row = |clock: &crate::clock::Clock| {
        let of_kind: Vec<_> = it.requests.iter().filter(|it| it.kind == clock.kind).collect();
        let ended = |outcome: &str| of_kind.iter().filter(|it| it.outcome.as_deref() == Some(outcome)).count();
        let late = of_kind.iter().filter(|it| it.is_late(today)).count();
        let counts = std::iter::once(of_kind.len()).chain(OUTCOMES.iter().map(|it| ended(it))).chain([late]);
        let name = Cell::from(w.t(&format!("privacy-kind-{}", clock.kind)));
        std::iter::once(name).chain(counts.map(|it| Cell::from(number(it)))).collect::<Vec<_>>()
    };
    let outcomes = OUTCOMES.map(|it| format!("privacy-outcome-{it}"));
    let mut head = vec!["privacy-kind", "privacy-report-received"];
    head.extend(outcomes.iter().map(String::as_str));
    head.push("privacy-report-late");
    blocks.push(Block::Table(table(&w, &head, &[5, 2, 2, 2, 2, 2, 2], clocks().iter().map(row).collect())));
    blocks.push(w.heading("privacy-report-incidents"));
    let now = app.clock.now();
    let in_time = it.incidents.iter().filter(|it| it.notified_at.is_some() && it.is_in_time(now)).count();
    let people: i64 = it.incidents.iter().map(|it| it.people).sum();
    blocks.push(Block::text(w.ta(
        "privacy-report-incident-counts",
        &[("count", number(it.incidents.len())), ("in_time", number(in_time)), ("people", viet::number(people))],
    )));
    blocks.push(w.heading("privacy-report-accounts"));
    let (open, closed) = it.accounts;
    let places = [("open", number(open)), ("closed", number(closed))];
    blocks.push(Block::text(w.ta("privacy-report-account-counts", &places)));
    blocks.push(w.heading("privacy-report-reads"));
    let row = |(act, count): &(&str, i64)| {
        vec![Cell::from(w.t(&format!("privacy-reads-{}", act.replace('.', "-")))), viet::number(*count).into()]
    };
    let head = ["privacy-report-read-what", "privacy-report-count"];
    blocks.push(Block::Table(table(&w, &head, &[8, 3], it.reads.iter().map(row).collect())));
    blocks.push(w.heading("privacy-report-removed"));
    if it.removed.is_empty() {
        blocks.push(w.text("privacy-report-removed-none"));
    } else {
        let row = |rule: &crate::Rule| {
            let count = it.removed.get(&rule.code).copied().unwrap_or(0);
            let count = viet::number(i64::try_from(count).unwrap_or(i64::MAX));
            vec![Cell::from(w.t(&format!("privacy-removes-{}", rule.what))), count.into()]
        };
        let head = ["privacy-removed-what", "privacy-report-count"];
        blocks.push(Block::Table(table(&w, &head, &[8, 3], rules().iter().map(row).collect())));
    }
    blocks.push(w.text("privacy-report-nobody"));
    blocks.push(end(&w));
    let mut document = frame(app, who, &w, "privacy-report", blocks)?;
    document.subject = w.ta("privacy-report-of", &[("year", it.number.to_string())]);
    Ok(document)
}

/// The last line of a body.
fn end(w: &Words<'_>) -> Block {
    w.text("privacy-paper-end")
}

fn table(w: &Words<'_>, head: &[&str], widths: &[u32], rows: Vec<Vec<Cell>>) -> Table {
    let align = |at: usize| if at > 0 && widths.len() != 3 { Align::Center } else { Align::Left };
    Table {
        caption: None,
        columns: widths.iter().enumerate().map(|(at, width)| Column::new(*width, align(at))).collect(),
        header: vec![head.iter().map(|it| Cell::from(w.t(it))).collect()],
        rows,
        notes: Vec::new(),
        landscape: false,
    }
}

/// The personal columns, those declared alike together.
fn table_of_register(w: &Words<'_>) -> Result<Table> {
    let all = crate::register().map_err(|err| Error::Internal(err.into()))?;
    let mut rows: Vec<(&Declared, Vec<&str>)> = Vec::new();
    for it in all.iter().filter(|it| it.is_personal()) {
        match rows.iter_mut().find(|row| row.0.table == it.table && row.0.codes() == it.codes()) {
            Some(row) => row.1.push(&it.column),
            None => rows.push((it, vec![&it.column])),
        }
    }
    let row = |(first, columns): &(&Declared, Vec<&str>)| {
        let words = first.codes().map(|(kind, code)| Cell::from(w.t(&format!("privacy-{kind}-{code}"))));
        let name = Cell::from(format!("{}: {}", first.table, columns.join(", ")));
        std::iter::once(name).chain(words).collect::<Vec<_>>()
    };
    let head = ["privacy-columns", "privacy-purpose", "privacy-basis", "privacy-retention", "privacy-readers"];
    let rows = rows.iter().map(row).collect();
    let mut table = table(w, &head, &[4, 4, 4, 4, 3], rows);
    table.columns.iter_mut().for_each(|it| it.align = Align::Left);
    Ok(table)
}

/// Head and signature of the officer's unit around a body.
fn frame(app: &App, who: &Who, w: &Words<'_>, subject: &str, blocks: Vec<Block>) -> Result<Document> {
    let (register, today) = (app.register.get(), app.clock.today());
    let scope = who.scope(HANDLE)?;
    let state = scope.tops().iter().find_map(|it| register.get(*it, today)).ok_or(Error::NotFound)?;
    let place = if state.level == Level::Nation { w.t("privacy-paper-capital") } else { place(state) };
    Ok(Document {
        header: Header {
            issuing_body: body(w, state),
            symbol: Kind::Report.symbol("BVDLCN"),
            place,
            issued: u16::try_from(today.year()).map_or(Issued::Blank, Issued::Year),
            ..Header::default()
        },
        mark: state.synthetic.then(|| w.t("privacy-paper-sample")),
        kind: Kind::Report.title(),
        subject: w.t(subject),
        blocks,
        signature: Signature { lines: vec![w.t("privacy-paper-signs")], name: None },
        recipients: ["privacy-paper-to-body", "privacy-paper-to-file"].map(|it| w.t(it)).to_vec(),
        ..Document::default()
    })
}

fn body(w: &Words<'_>, state: &UnitState) -> String {
    if state.level == Level::Nation {
        return w.t("privacy-paper-body-nation").to_uppercase();
    }
    w.ta("privacy-paper-body", &[("unit", state.full_name.clone())]).to_uppercase()
}

/// The unit's name without its kind, unless that is only a number.
fn place(state: &UnitState) -> String {
    let plain = !state.name.starts_with(|it: char| it.is_ascii_digit());
    if plain { state.name.clone() } else { state.full_name.clone() }
}
