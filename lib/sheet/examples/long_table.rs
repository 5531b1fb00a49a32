//! Measures how long a workbook of 100,000 rows and 20 figures each takes, and how much memory: `cargo run --release -p
//! sheet --example long_table`. Figures are told, never judged.
#![expect(clippy::print_stdout, reason = "a program that talks to the person at the terminal")]

use std::{fs, hint::black_box, io, time::Instant};

use sheet::{Put, Stream};

const ROWS: i64 = 100_000;
const FIGURES: i64 = 20;

/// Takes bytes and only counts them.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += black_box(bytes).len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let before = memory();
    let begun = Instant::now();
    let names: Vec<String> = (0..FIGURES).map(|it| format!("Chỉ tiêu {it}")).collect();
    let heads: Vec<&str> = ["Mã", "Đơn vị"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let mut book = Stream::new(Counter(0), "Số liệu", &heads, &["#,##0"])?;
    // Figures without pattern, the same on every machine.
    let mut figure = 1_i64;
    for row in 0..ROWS {
        let (id, name) = (format!("u-{row:X}"), format!("Xã Mẫu {row}"));
        let mut cells = vec![Put::Text(&id), Put::Text(&name)];
        for _ in 0..FIGURES {
            figure = (figure * 48_271) % 2_147_483_647;
            cells.push(Put::Number(figure % 10_000, 0, 0));
        }
        book.row(&cells)?;
    }
    let written = book.finish()?.0;
    let spent = begun.elapsed();
    println!(
        "{ROWS} × {FIGURES} figures: {:.2} s, {} kB, memory {} kB → {} kB",
        spent.as_secs_f64(),
        written / 1024,
        before,
        memory()
    );
    Ok(())
}

/// The greatest resident set of this process so far, kB.
fn memory() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
