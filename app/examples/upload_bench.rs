//! A commune's month in one workbook: 27 villages × 60 indicators, downloaded, filled in, sent, taken; and a form opened.
//!
//! `cargo run --release -p binhyen --example upload_bench` prints Markdown: what each step takes by the wall and of the
//! processor, in process, on a database of its own. Wanted: the upload with its errors in 2 s, a form in 50 ms. Figures
//! are told, never judged.
#![expect(clippy::print_stdout, reason = "a program that talks to the person at the terminal")]

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use app::{SLICES, serve, start};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use benches::Nation;
use forms::{
    acts::{self, NewForm},
    design::{Design, Line, Part},
};
use kernel::{Assignment, Calendar, Day, Frequency, Level, Period, UnitId};
use rust_xlsxwriter::Workbook;
use sheet::{Book, Limits, Value};
use tower::ServiceExt;
use web::{App, Duty, Role, Settings, Who};

const VILLAGES: usize = 27;
/// So often each form is opened; the median is told.
const ROUNDS: usize = 40;
/// The kernel counts processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// Somebody at a browser, in process.
struct Desk {
    router: Router,
    cookie: String,
    csrf: String,
}

/// What an answer said.
struct Answer {
    status: StatusCode,
    to: String,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Desk {
    async fn send(&self, request: Request<Body>) -> Result<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        let (head, body) = response.into_parts();
        let to = head.headers.get(header::LOCATION).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        Ok(Answer { status: head.status, to, bytes: to_bytes(body, usize::MAX).await?.to_vec() })
    }

    async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty())?).await
    }

    async fn post(&self, path: &str, fields: &str) -> Result<Answer> {
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(format!("csrf={}&{fields}", self.csrf)))?).await
    }

    async fn upload(&self, bytes: &[u8]) -> Result<Answer> {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--edge\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"thang.xlsx\"\r\n\r\n",
            self.csrf
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let request = Request::post("/workbooks")
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        self.send(request.body(Body::from(body))?).await
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("binhyen.db");
    let app = start::open(file.to_str().context("the folder's name")?, Settings::default()).await?;
    let (commune, indicators) = village_country(&app).await?;
    let period = Period::on(Calendar::Civil, Frequency::Month, app.clock.today()).context("a month")?.before();
    let form = sixty(&app, commune, &indicators, period).await?;
    let desk = recorder(&app, commune).await?;

    println!("| {VILLAGES} villages × {} indicators, in process | wall | processor |\n|---|---|---|", indicators.len());
    let name = encode(&app.register.get().path(commune, app.clock.today()));
    let path = format!("/workbooks/form.xlsx?unit={name}&form={form}&period={period}&shape=rows");
    let start = Running::start();
    let empty = desk.get(&path).await?;
    start.tell("workbook made and downloaded");
    ensure!(empty.status == StatusCode::OK, "{}", empty.text());
    let book = sheet::read(&empty.bytes, &Limits::default())?;

    let wrong = filled(&book, true)?;
    let start = Running::start();
    let sent = desk.upload(&wrong).await?;
    let page = desk.get(&sent.to).await?;
    start.tell("sent with a wrong figure for each village: errors by cell");
    ensure!(page.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", page.status);
    ensure!(page.text().matches("nhiều").count() >= VILLAGES, "each error is told");

    let right = filled(&book, false)?;
    let start = Running::start();
    let sent = desk.upload(&right).await?;
    let page = desk.get(&sent.to).await?;
    start.tell("sent without errors: what would change");
    ensure!(page.status == StatusCode::OK, "{}", page.text());
    let seen = hidden(&page.text(), "seen")?;
    let start = Running::start();
    let taken = desk.post(&sent.to, &format!("seen={}", encode(&seen))).await?;
    start.tell("taken into the drafts");
    ensure!(taken.status == StatusCode::SEE_OTHER, "{}", taken.text());

    let village = app.register.get().children(commune, app.clock.today()).first().context("a village")?.id;
    let name = encode(&app.register.get().path(village, app.clock.today()));
    let opened = desk.post("/returns", &format!("unit={name}&form={form}&period={period}")).await?;
    ensure!(opened.status == StatusCode::SEE_OTHER, "{}", opened.text());
    let screen = format!("/work/matrix?form={form}&period={period}");
    for (what, path) in
        [("the form of one village opened", &opened.to), ("the screen for all villages opened", &screen)]
    {
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let start = Running::start();
            let page = desk.get(path).await?;
            rounds.push(start.stop());
            ensure!(page.status == StatusCode::OK && page.text().contains("data-cell="), "{path}: {}", page.status);
        }
        rounds.sort();
        let cpu: Duration = rounds.iter().map(|it| it.1).sum();
        row(&format!("{what}, median of {ROUNDS}"), rounds[ROUNDS / 2].0, cpu / u32::try_from(ROUNDS)?);
    }
    app.db.close().await;
    Ok(())
}

/// Villages of one commune of the invented nation, and the indicators that they report.
async fn village_country(app: &App) -> Result<(UnitId, Vec<String>)> {
    let mut nation = Nation::new(&app.register.get(), &app.catalogue.get(), 1.0);
    let parent = |at: usize| nation.villages.get(at).and_then(|it| it.parents.first()).map(|it| it.0);
    let first = (0..nation.villages.len()).find(|it| parent(*it).is_some() && parent(*it) == parent(it + VILLAGES - 1));
    let first = first.context("a commune with so many villages")?;
    let commune = parent(first).context("a commune")?;
    nation.villages = nation.villages.split_off(first);
    nation.villages.truncate(VILLAGES);
    let mut tx = app.db.write().await?;
    benches::insert_villages(&mut tx, &nation).await?;
    tx.commit().await?;
    start::reload(app).await?;
    let catalogue = app.catalogue.get();
    // Crime is asked of nobody.
    let asked = catalogue.indicators().iter().filter(|it| {
        matches!(it.rule.kind, figures::Kind::Count | figures::Kind::Stock)
            && it.decimals == 0
            && !it.is_award()
            && !it.code.starts_with("CRM")
    });
    let asked: Vec<String> = asked.take(benches::INDICATORS).map(|it| it.code.clone()).collect();
    ensure!(asked.len() == benches::INDICATORS, "{} indicators", asked.len());
    Ok((commune, asked))
}

fn everywhere(app: &App) -> Who {
    let roots = app.register.get().roots(app.clock.today()).into_iter().map(|it| it.id).collect::<Vec<_>>();
    Who::command("bench", roots.into_iter().flat_map(|unit| Duty::ALL.map(|duty| (duty, unit))).collect(), SLICES)
}

/// A monthly form with these lines, owed by the villages of a commune; its code.
async fn sixty(app: &App, commune: UnitId, indicators: &[String], period: Period) -> Result<String> {
    let who = everywhere(app);
    let refused = |err: web::Error| anyhow::anyhow!("{err}");
    let new = NewForm {
        owner: Some(commune),
        code: "bench".to_owned(),
        name: "60 chỉ tiêu".to_owned(),
        calendar: Calendar::Civil.prefix().to_owned(),
        frequency: Frequency::Month.word().to_owned(),
        copy: String::new(),
    };
    let code = acts::create(app, &who, &new).await.map_err(refused)?;
    let line = |it: &String| Line { indicator: it.clone(), ..Line::default() };
    let part =
        Part { title: "Số liệu".to_owned(), lines: indicators.iter().map(line).collect(), ..Part::default() };
    let design = Design { name: new.name, due_days: 5, sections: vec![part], ..Design::default() };
    acts::save(app, &who, &code, 1, design).await.map_err(refused)?;
    acts::publish(app, &who, &code, 2, &period.to_string()).await.map_err(refused)?;
    let form = app.catalogue.get().form_by_code(&code).context("the form")?.id;
    let (class, from) = (Level::Village as u8, period.first());
    acts::assign(app, &who, &Assignment { form, class, top: commune, from, until: Day::NEVER })
        .await
        .map_err(refused)?;
    Ok(code)
}

/// Somebody who fills in for the commune and its villages, signed in.
async fn recorder(app: &App, commune: UnitId) -> Result<Desk> {
    let account = access::NewAccount {
        name: "bench".to_owned(),
        full_name: "Bench".to_owned(),
        post: String::new(),
        password: "một mật khẩu dài".to_owned(),
        role: Role::of(Duty::Recorder, Level::Commune).context("the role")?,
        unit: commune,
    };
    let refused = |err: web::Error| anyhow::anyhow!("{err}");
    let id = access::add_account(app, &everywhere(app), &account).await.map_err(refused)?;
    let (cookie, key) = app.new_session();
    let mut tx = app.db.write().await?;
    web::open_session(&mut tx, &key, id, app.clock.now()).await?;
    tx.commit().await?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let mut desk = Desk { router: serve::router(app.clone()), cookie, csrf: String::new() };
    desk.csrf = hidden(&desk.get("/workbooks").await?.text(), "csrf")?;
    Ok(desk)
}

/// The workbook as a person fills it in: a number for each village and indicator, or one word too many in each row.
fn filled(book: &Book, wrong: bool) -> Result<Vec<u8>> {
    let mut out = Workbook::new();
    for sheet in &book.sheets {
        let tab = out.add_worksheet();
        tab.set_name(&sheet.name)?;
        for cell in &sheet.cells {
            let column = u16::try_from(cell.at.column)?;
            match &cell.value {
                Value::Text(text) => tab.write(cell.at.row, column, text)?,
                Value::Number(number) => tab.write(cell.at.row, column, *number)?,
                other => anyhow::bail!("{other:?}"),
            };
        }
        let is_unit = |it: &&sheet::Cell| matches!(&it.value, Value::Text(text) if text.parse::<UnitId>().is_ok());
        let rows: Vec<u32> = sheet.cells.iter().filter(is_unit).map(|it| it.at.row).collect();
        let last = sheet.cells.iter().map(|it| it.at.column).max().unwrap_or_default();
        for (at, row) in rows.iter().enumerate().filter(|_| sheet.name == "Số liệu") {
            for column in 2..=u16::try_from(last)? {
                let number = u32::try_from(Nation::value(at, usize::from(column - 2), 0))?;
                tab.write(*row, column, number)?;
            }
            if wrong {
                tab.write(*row, 2, "nhiều")?;
            }
        }
    }
    Ok(out.save_to_buffer()?)
}

fn hidden(page: &str, name: &str) -> Result<String> {
    let after = page.split_once(&format!("name=\"{name}\" value=\"")).with_context(|| format!("no field {name}"))?.1;
    Ok(after.split('"').next().unwrap_or_default().to_owned())
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|it| if it.is_ascii_alphanumeric() { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}

/// A measurement that goes on.
struct Running {
    wall: Instant,
    cpu: Duration,
}

impl Running {
    fn start() -> Running {
        Running { wall: Instant::now(), cpu: cpu() }
    }

    fn stop(&self) -> (Duration, Duration) {
        (self.wall.elapsed(), cpu().saturating_sub(self.cpu))
    }

    fn tell(&self, what: &str) {
        let (wall, cpu) = self.stop();
        row(what, wall, cpu);
    }
}

fn row(what: &str, wall: Duration, cpu: Duration) {
    println!("| {what} | {:.1} ms | {:.0} ms |", wall.as_secs_f64() * 1e3, cpu.as_secs_f64() * 1e3);
}

/// Processor time of this process, user and system.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(") ").map(|it| it.1.split(' ').collect()).unwrap_or_default();
    let count = |at: usize| fields.get(at).and_then(|it| it.parse::<u32>().ok()).unwrap_or(0);
    TICK * (count(11) + count(12))
}
