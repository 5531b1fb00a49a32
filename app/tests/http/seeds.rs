//! Every published figure of the five documents comes out again: from the command line's question, from the report.

use std::process::Command;

use serde::Deserialize;

use crate::{model::demo_file, world::demo_worlds};

#[derive(Debug, Deserialize)]
struct Fact {
    #[serde(rename = "fact")]
    id: String,
    unit: String,
    on: String,
    period: String,
    indicator: String,
    value: f64,
    of: Option<f64>,
    qualifier: String,
    percent_only: String,
    coverage: String,
    optional: String,
}

fn facts() -> Vec<Fact> {
    let text = include_str!("../../../data/demo/seeds.csv");
    let all: Vec<Fact> = csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect();
    assert_eq!(all.len(), 38);
    all.into_iter().filter(|it| it.optional != "yes").collect()
}

#[tokio::test]
async fn every_published_figure_comes_out_as_it_went_in() {
    for world in demo_worlds().await {
        for fact in facts() {
            let answer = world.figure(&fact.unit, &fact.on, &fact.period, &fact.indicator, "then");
            let of = |name: &str| answer.get(name).unwrap_or_else(|| panic!("{name} is missing"));
            assert_eq!(of("value").as_f64(), Some(fact.value), "{}: {answer}", fact.id);
            assert_eq!(of("of").as_f64(), fact.of, "{}: {answer}", fact.id);
            assert_eq!(of("qualifier"), fact.qualifier.as_str(), "{}", fact.id);
            assert_eq!(of("coverage"), fact.coverage.as_str(), "{}", fact.id);
            assert_eq!(of("boundaries"), "then");
            assert_eq!(of("exact"), true);
            assert_eq!(of("not_separable"), 0);
            if fact.percent_only == "yes" || fact.of.is_some() {
                assert_eq!(of("unit_of_measure"), "%", "{}", fact.id);
            }
            let keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
            let mut expect = [
                "unit",
                "indicator",
                "on",
                "period",
                "value",
                "of",
                "qualifier",
                "unit_of_measure",
                "coverage",
                "reported",
                "expected",
                "boundaries",
                "exact",
                "not_separable",
            ];
            expect.sort_unstable();
            let mut keys = keys;
            keys.sort_unstable();
            assert_eq!(keys, expect);
        }
    }
}

/// A number as the report writes it.
fn written(fact: &Fact) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "the file's numbers are whole")]
    let whole = |it: f64| viet::number(it as i64);
    let qualifier = match fact.qualifier.as_str() {
        "almost" => "gần\u{a0}",
        "more_than" => "hơn\u{a0}",
        "at_least" => "từ\u{a0}",
        _ => "",
    };
    let value = whole(fact.value);
    match fact.of {
        Some(of) => format!("{qualifier}{value}/{}", whole(of)),
        None if fact.percent_only == "yes" => format!("{qualifier}{value}%"),
        None => format!("{qualifier}{value}"),
    }
}

#[test]
fn every_published_figure_stands_in_the_report_in_word_and_pdf() {
    let folder = tempfile::tempdir().unwrap();
    let mut reports: Vec<(String, String, String)> = Vec::new();
    for fact in facts() {
        let key = (fact.unit.clone(), fact.on.clone(), fact.period.clone());
        if !reports.contains(&key) {
            reports.push(key);
        }
    }
    assert_eq!(reports.len(), 5);
    for (at, (unit, on, period)) in reports.iter().enumerate() {
        let docx = folder.path().join(format!("{at}.docx"));
        let pdf = folder.path().join(format!("{at}.pdf"));
        for out in [&docx, &pdf] {
            let made = Command::new(env!("CARGO_BIN_EXE_binhyen"))
                .args(["summary", "--unit", unit, "--on", on, "--period", period, "--database"])
                .arg(demo_file())
                .arg("--out")
                .arg(out)
                .output()
                .unwrap();
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        let word = Command::new("/usr/bin/python3")
            .args(["-c", READ_DOCX])
            .arg(&docx)
            .output()
            .expect("python3 with python3-docx reads the report back");
        assert!(word.status.success(), "{}", String::from_utf8_lossy(&word.stderr));
        let pages =
            Command::new("pdftotext").arg("-layout").arg(&pdf).arg("-").output().expect("install poppler-utils");
        assert!(pages.status.success());
        let flat = |bytes: &[u8]| String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
        let (word, pages) = (flat(&word.stdout), flat(&pages.stdout));
        for fact in facts().iter().filter(|it| (&it.unit, &it.period) == (unit, period)) {
            let expect = written(fact).replace('\u{a0}', " ");
            assert!(word.contains(&expect), "{}: no «{expect}» in the .docx: {word}", fact.id);
            assert!(pages.contains(&expect), "{}: no «{expect}» in the .pdf: {pages}", fact.id);
        }
        for text in [&word, &pages] {
            assert!(text.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), "{text}");
            assert!(text.contains("Nơi nhận:"), "{text}");
            assert!(text.contains("./."), "{text}");
        }
    }
}

/// Prints every paragraph and cell of a .docx, in order.
const READ_DOCX: &str = "
import sys, docx
from docx.oxml.ns import qn
d = docx.Document(sys.argv[1])
for p in d.element.body.iter(qn('w:p')):
    print(''.join(t.text or '' for t in p.iter(qn('w:t'))))
";

#[test]
fn libreoffice_opens_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let docx = folder.path().join("report.docx");
    let made = Command::new(env!("CARGO_BIN_EXE_binhyen"))
        .args(["--database"])
        .arg(demo_file())
        .args(["summary", "--unit", "Thị xã Ba Đồn", "--period", "2021", "--out"])
        .arg(&docx)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let converted = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(&docx)
        .output()
        .expect("install libreoffice-writer-nogui");
    assert!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    assert!(folder.path().join("report.pdf").metadata().unwrap().len() > 10_000);
}
