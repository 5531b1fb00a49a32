//! What a report costs: `report_bench ROWS REPORTS` on standard output, progress on standard error. `make bench` runs it.

#![expect(clippy::cast_precision_loss, reason = "counts are small")]

use std::{
    io::{Write, stderr, stdout},
    time::Instant,
};

use paper::{Align, Block, Cell, Column, Document, Fonts, Header, Kind, Signature, Table};

fn report(rows: usize, number: usize) -> Document {
    let row = |at: usize| -> Vec<Cell> {
        vec![
            at.to_string().into(),
            format!("Xã Mẫu số {at}").into(),
            (at * 37 + number).to_string().into(),
            "41/44".into(),
        ]
    };
    let table = Table {
        caption: Some("Kết quả theo đơn vị".into()),
        columns: [(1, Align::Center), (6, Align::Left), (2, Align::Right), (3, Align::Right)]
            .map(|(width, align)| Column::new(width, align))
            .to_vec(),
        header: vec![["TT", "Đơn vị", "Số cuộc", "Ghi chú"].map(Cell::from).to_vec()],
        rows: (1..=rows).map(row).collect(),
        ..Table::default()
    };
    Document {
        header: Header {
            issuing_body: format!("BAN CHỈ ĐẠO XÃ MẪU {number}"),
            symbol: "BC-BCĐ".into(),
            ..Header::default()
        },
        kind: Kind::Report.title(),
        subject: "Kết quả phong trào năm 2026".into(),
        blocks: vec![Block::Table(table), Block::text("Trên đây là báo cáo./.")],
        signature: Signature { lines: vec!["TRƯỞNG BAN".into()], name: None },
        ..Document::default()
    }
}

/// Peak and present memory of this process, in megabytes.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|it| it.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().next().and_then(|it| it.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    format!("{} MB now, {} MB at most", of("VmRSS:"), of("VmHWM:"))
}

/// Processor time of this process, all its threads, in milliseconds; the kernel counts hundredths of a second.
fn processor() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name, in brackets, may hold spaces; user and system time are the 12th and 13th word after it.
    let words = status.rsplit_once(')').map_or("", |it| it.1).split_whitespace();
    words.skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() * 10.0
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse().ok());
    let (rows, reports) = (arguments.next().unwrap_or(129), arguments.next().unwrap_or(100_usize));
    let fonts = Fonts::find();
    paper::docx(&report(rows, 0), &fonts)?;
    paper::pdf(&report(rows, 0), &fonts)?;
    for (name, write) in [(".docx", paper::docx as fn(&Document, &Fonts) -> _), (".pdf", paper::pdf)] {
        let (before, start) = (processor(), Instant::now());
        for number in 1..=reports {
            write(&report(rows, number), &fonts)?;
            if number.is_multiple_of(20) {
                write!(stderr(), "\r{name} {number}/{reports}")?;
            }
        }
        writeln!(stderr())?;
        let count = reports as f64;
        writeln!(
            stdout(),
            "ours {name}, {rows} rows: {:.1} ms CPU, {:.1} ms by the clock each; {}",
            (processor() - before) / count,
            start.elapsed().as_secs_f64() * 1000.0 / count,
            memory()
        )?;
    }
    Ok(())
}
