//! `binhyen bench …`: the country's year of invented figures, to try this program and others with, and how long its
//! pages take.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use access::NewAccount;
use anyhow::{Context, bail, ensure};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use benches::{MONTHS, Nation, YEAR};
use kernel::{Assignment, Day, Level, UnitId};
use tower::ServiceExt as _;
use web::{App, Duty, Role, Settings};

use crate::{
    commands::{everyone, in_words, say},
    serve, start,
};

/// How often each page is asked for.
const ASKED: usize = 100;

/// Makes a folder with a database that knows the invented villages, and one file to import for each month.
///
/// # Errors
/// When there is a database already, or the folder cannot be written.
pub(crate) async fn data(folder: &Path, scale: f64) -> anyhow::Result<()> {
    let (app, nation) = begin(folder, scale).await?;
    app.db.close().await;
    for month in 1..=MONTHS {
        let path = folder.join(format!("figures-{YEAR}-{month:02}.csv"));
        let cannot = || format!("không ghi được tệp / cannot write {}", path.display());
        let mut out = BufWriter::new(File::create(&path).with_context(cannot)?);
        nation.write_month(month, &mut out).and_then(|()| out.flush()).with_context(cannot)?;
    }
    say(&format!(
        "{} thôn, tổ dân phố (không có thật) × {} chỉ tiêu × {MONTHS} tháng / invented villages × indicators × months\n\
         for f in {}/*.csv; do binhyen import figures \"$f\" --database {}; done",
        nation.villages.len(),
        nation.indicators.len(),
        folder.display(),
        database(folder)?
    ));
    Ok(())
}

/// Fills such a database itself, and asks in this process, as a browser would, for the pages that show most of it.
///
/// # Errors
/// As [`data`]; when a page is not shown.
pub(crate) async fn pages(folder: &Path, scale: f64) -> anyhow::Result<()> {
    let (app, nation) = begin(folder, scale).await?;
    start::reload(&app).await?;
    for month in 1..=MONTHS {
        let mut file = Vec::new();
        nation.write_month(month, &mut file)?;
        let name = format!("figures-{YEAR}-{month:02}.csv");
        returns::import::figures(&app, "cli:bench", &name, file.as_slice()).await?;
    }
    let day = Day::parse("2026-12-31").context("no such day")?;
    let register = app.register.get();
    let unit = |level: Level| register.of_level(level, day).find(|it| !it.synthetic).map(|it| it.id);
    let country = unit(Level::Nation).context("no country")?;
    let province = unit(Level::Province).context("no province")?;
    every_village_owes(&app, country).await.map_err(|err| in_words(&app, err))?;
    let cookie = reader(&app, country).await.map_err(|err| in_words(&app, err))?;
    let router = serve::router(app.clone());
    say(&format!(
        "{} × {} × {MONTHS} = {} số liệu / figures\n\n| page | p50 | p95 | most | the first time | over the wire |\n|---|---|---|---|---|---|",
        nation.villages.len(),
        nation.indicators.len(),
        app.totals(figures::Engine::figures).map_err(|err| in_words(&app, err))?
    ));
    for (name, unit) in [("country", country), ("a province", province)] {
        for (when, query) in [
            ("a month", "period=2026-M11"),
            ("the year", "period=2026"),
            ("a month in which every village owes a return", "period=adm:2026-M11"),
            ("the latest figures", ""),
        ] {
            let path = format!("/units/{unit}?{query}");
            let (times, bytes) = ask(&router, &path, &cookie).await?;
            say(&format!("| {name}, {when} | {} | {bytes} B |", times.map(in_milliseconds).join(" | ")));
        }
    }
    app.db.close().await;
    Ok(())
}

fn database(folder: &Path) -> anyhow::Result<String> {
    let file = folder.join("binhyen.db");
    Ok(file.to_str().context("tên thư mục không phải UTF-8 / the folder's name is not UTF-8")?.to_owned())
}

/// A new database in this folder that knows the invented villages.
async fn begin(folder: &Path, scale: f64) -> anyhow::Result<(App, Nation)> {
    if !(scale > 0.0 && scale <= 10.0) {
        bail!("--scale phải lớn hơn 0, nhiều nhất 10 / must be above 0, at most 10");
    }
    let place = database(folder)?;
    if fs::exists(&place)? {
        bail!(
            "đã có cơ sở dữ liệu, hãy chọn thư mục khác / there is a database already, choose another folder: {place}"
        );
    }
    fs::create_dir_all(folder)
        .with_context(|| format!("không tạo được thư mục / cannot make the folder {}", folder.display()))?;
    let app = start::open(&place, Settings::default()).await?;
    let nation = Nation::new(&app.register.get(), &app.catalogue.get(), scale);
    let mut tx = app.db.write().await?;
    benches::insert_villages(&mut tx, &nation).await?;
    tx.commit().await?;
    Ok((app, nation))
}

/// The monthly form, of every village of the country: so that the pages have somebody to wait for.
async fn every_village_owes(app: &App, country: UnitId) -> web::Result<()> {
    let form = app.catalogue.get().form_by_code("thang").ok_or(web::Error::NotFound)?.id;
    let from = Day::parse("2025-12-15").ok_or(web::Error::NotFound)?;
    let owes = Assignment { form, class: Level::Village as u8, top: country, from, until: Day::NEVER };
    forms::acts::assign(app, &everyone(app), &owes).await
}

/// The session cookie of a new reader of the whole country.
async fn reader(app: &App, country: UnitId) -> web::Result<String> {
    let new = NewAccount {
        name: "bench".to_owned(),
        full_name: "Người đo".to_owned(),
        post: String::new(),
        role: Role::of(Duty::Reader, Level::Nation).ok_or(web::Error::NotFound)?,
        unit: country,
        password: "mật khẩu để đo thời gian".to_owned(),
    };
    let account = access::add_account(app, &everyone(app), &new).await?;
    let (cookie, key) = app.new_session();
    let mut tx = app.db.write().await?;
    web::open_session(&mut tx, &key, account, app.clock.now()).await?;
    tx.commit().await?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Asks for a page again and again: p50, p95, the most and the first time, and its compressed bytes.
async fn ask(router: &Router, path: &str, cookie: &str) -> anyhow::Result<([Duration; 4], usize)> {
    let (mut times, mut bytes) = (Vec::with_capacity(ASKED), 0);
    for _ in 0..ASKED {
        let request = Request::get(path).header(header::COOKIE, cookie).header(header::ACCEPT_ENCODING, "gzip");
        let begun = Instant::now();
        let answer = router.clone().oneshot(request.body(Body::empty())?).await?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        bytes = to_bytes(answer.into_body(), usize::MAX).await?.len();
        times.push(begun.elapsed());
    }
    let first = times.first().copied().unwrap_or_default();
    times.sort();
    let at = |part: usize| times.get((times.len().saturating_sub(1)) * part / 100).copied().unwrap_or_default();
    Ok(([at(50), at(95), at(100), first], bytes))
}

fn in_milliseconds(it: Duration) -> String {
    format!("{:.1} ms", it.as_secs_f64() * 1000.0)
}
