//! Reports, what people change in them, what becomes of them once signed, and the conference.

mod conference;
pub(crate) mod frozen;
mod reports;
mod templates;

use std::{
    io::{Cursor, Read},
    process::Command,
};

use crate::world::World;

/// Figures of communes of the invented province in 2026 and the year before: counts, an estimate, a share, zero, tips.
pub(crate) async fn some_figures(world: &World) {
    import(
        world,
        "M0001,2026-05-01,2026,LAU01,12,exact,own\n\
         M0002,2026-05-01,2026,LAU01,8,exact,own\n\
         M0003,2026-05-01,2026,LAU01,0,exact,own\n\
         M0001,2026-05-01,2025,LAU01,10,exact,own\n\
         M0002,2026-05-01,2025,LAU01,6,exact,own\n\
         M0001,2026-05-01,2026,LAU02,3500,almost,own\n\
         M0001,2026-05-01,2026,MOD04,3,exact,own\n\
         M0001,2026-05-01,2026,MOD02,21,exact,own\n\
         M0001,2026-05-01,2026,STD13,9,exact,own\n\
         M0001,2026-05-01,2026,STD11,10,exact,own\n\
         M0002,2026-05-01,2026,OUT01,0,exact,own\n\
         M0001,2026-05-01,2026,TIP01,40,exact,own\n\
         M0001,2026-05-01,2025,TIP01,20,exact,own\n",
    )
    .await;
}

async fn import(world: &World, lines: &str) {
    let csv = format!("unit_code,on,period,indicator,value,qualifier,coverage\n{lines}");
    returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
}

/// The acts of the audit that begin so, the latest last.
async fn acts(world: &World, begin: &str) -> Vec<String> {
    let mut conn = world.app.db.read().await.unwrap();
    let rows: Vec<(String,)> =
        conn.query("select act from audit_entry order by at, province_id, seq").all().await.unwrap();
    rows.into_iter().map(|it| it.0).filter(|it| it.starts_with(begin)).collect()
}

/// A part of a packed file.
fn part(file: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut bytes = Vec::new();
    archive.by_name(name).unwrap_or_else(|_| panic!("no {name}")).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The text of a .docx, all in one line.
fn word(file: &[u8]) -> String {
    let xml = String::from_utf8(part(file, "word/document.xml")).unwrap();
    let mut text = String::new();
    for piece in xml.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap();
        text.push_str(if tag == "/w:p" { " " } else { "" });
        text.push_str(if tag.starts_with("w:t") && !tag.starts_with("w:tbl") { rest } else { "" });
    }
    flat(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// The text of a PDF, all in one line.
fn pdf(file: &[u8]) -> String {
    flat(&tool("pdftotext", &["-layout"], file, &["-"]))
}

/// What a program of poppler says of a file.
fn tool(program: &str, before: &[&str], file: &[u8], after: &[&str]) -> String {
    let kept = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(kept.path(), file).unwrap();
    let said = Command::new(program).args(before).arg(kept.path()).args(after).output().expect("install poppler-utils");
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8_lossy(&said.stdout).into_owned()
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The address after this in a page, up to the quote.
#[track_caller]
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let (_, rest) = text.split_once(mark).unwrap_or_else(|| panic!("no «{mark}» in {text}"));
    rest.split('"').next().unwrap()
}
