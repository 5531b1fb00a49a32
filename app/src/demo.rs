//! The demo: the figures that five published documents state, and an invented province that shows the monthly work.
//!
//! Everything enters as people would enter it: returns are opened, typed, sent, approved. Nothing is written past the
//! acts of the slices.

use std::path::Path;

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use kernel::{Clock, Day, Instant, Level, Period, UnitId};
use returns::{Draft, RawAward, RawCell, acts};
use serde::Deserialize;
use web::{App, Duty, Role, Settings, Who};

use crate::{SLICES, start};

const SEEDS: &str = include_str!("../../data/demo/seeds.csv");
const MAU: &str = include_str!("../../data/demo/mau_returns.csv");

/// The password of every demo login.
pub const PASSWORD: &str = access::DEMO_PASSWORD;

/// Invented news of the invented province: title and text, Vietnamese and English.
const NEWS: &[(&str, &str, &str, &str)] = &[
    (
        "Tỉnh Mẫu chuẩn bị Ngày hội Toàn dân bảo vệ an ninh Tổ quốc",
        "Ngày hội năm nay tổ chức ở từng khu dân cư, từ cuối tháng 6 đến giữa tháng 8.\n\nMỗi nơi tự chọn ngày; phần lễ \
         ngắn gọn, phần hội để bà con gặp nhau.",
        "Tỉnh Mẫu prepares the festival of the movement",
        "This year the festival is held in each residential area, from the end of June to the middle of August.\n\nEach \
         place chooses its day.",
    ),
    (
        "44 xã, phường đã nộp báo cáo tháng",
        "Báo cáo tháng của các xã, phường được nộp và duyệt trên phần mềm. Bà con xem số liệu cả năm ở mục Số liệu công \
         bố sau khi năm kết thúc.",
        "",
        "",
    ),
];

/// The demo logins: name, full name, post, duty, unit, and the day on which that unit's name is looked up.
pub const LOGINS: &[(&str, &str, &str, Duty, &str)] = &[
    ("xa01", "Cán bộ Xã Mẫu 01", "Cán bộ tổng hợp", Duty::Recorder, "Xã Mẫu 01"),
    ("nhapmau", "Tổng hợp Tỉnh Mẫu", "Cán bộ tổng hợp cấp tỉnh", Duty::Recorder, "Tỉnh Mẫu"),
    ("tinhmau", "Lãnh đạo Tỉnh Mẫu", "Người duyệt cấp tỉnh", Duty::Approver, "Tỉnh Mẫu"),
    ("xemmau", "Văn phòng Tỉnh Mẫu", "Người xem", Duty::Reader, "Tỉnh Mẫu"),
    ("quangtri", "Văn phòng Tỉnh Quảng Trị", "Người nhập cấp tỉnh", Duty::Recorder, "Tỉnh Quảng Trị"),
    ("capbo", "Cơ quan thường trực cấp Bộ", "Người duyệt cấp Bộ", Duty::Approver, "Toàn quốc"),
    ("dulieumau", "Phụ trách dữ liệu Tỉnh Mẫu", "Phụ trách dữ liệu cá nhân", Duty::DataOfficer, "Tỉnh Mẫu"),
    ("quantri", "Quản trị hệ thống", "Quản trị", Duty::Administrator, "Toàn quốc"),
];

/// Opens the demo database of a folder, and makes it first if it is not there.
///
/// # Errors
/// Says which step failed; a database that was half made is removed.
pub async fn open(folder: &Path, reset: bool) -> anyhow::Result<App> {
    let file = folder.join("binhyen.db");
    std::fs::create_dir_all(folder)
        .with_context(|| format!("không tạo được thư mục / cannot make the folder {}", folder.display()))?;
    if reset {
        remove(&file)?;
    }
    let place = file.to_str().context("tên thư mục không phải UTF-8 / the folder's name is not UTF-8")?;
    let seal = Some(crate::seal::keys(place, &start::chance())?);
    let settings = Settings { seal, ..Settings::default() };
    let app = start::open(place, settings.clone()).await?;
    if app.settings.demo {
        return Ok(app);
    }
    if let Err(err) = fill(&app).await {
        app.db.close().await;
        remove(&file)?;
        return Err(err);
    }
    app.db.close().await;
    start::open(place, settings).await
}

/// Fills an empty database with the demo.
///
/// # Errors
/// Says which row of which file could not be entered.
pub async fn fill(app: &App) -> anyhow::Result<()> {
    units::load_demo(&app.db).await?;
    start::reload(app).await?;
    let mau = resolve(app, "Tỉnh Mẫu", app.clock.today())?;
    let nation = resolve(app, "Toàn quốc", app.clock.today())?;
    let form = app.catalogue.get().form_by_code("thang").context("form thang")?.id;
    let everything = [Duty::Recorder, Duty::Approver, Duty::Administrator, Duty::Publisher];
    let grants = [nation, mau].into_iter().flat_map(|unit| everything.map(|duty| (duty, unit))).collect();
    let who = Who::command("demo", grants, SLICES);
    let from = Day::parse("2025-12-15").context("day")?;
    let owes = kernel::Assignment { form, class: Level::Commune as u8, top: mau, from, until: Day::NEVER };
    forms::acts::assign(app, &who, &owes).await.map_err(|err| anyhow::anyhow!("{err}"))?;
    for (name, full_name, post, duty, unit) in LOGINS {
        add_login(app, &who, name, full_name, post, *duty, resolve(app, unit, app.clock.today())?).await?;
    }
    enter_seeds(app, &who).await?;
    enter_mau(app, &who).await?;
    let communes = ["Xã Mẫu 01", "Xã Mẫu 02", "Xã Mẫu 03"].map(|it| resolve(app, it, app.clock.today()));
    let communes = communes.into_iter().collect::<anyhow::Result<Vec<UnitId>>>()?;
    people::load_demo(app, &who, &communes).await.map_err(|err| anyhow::anyhow!("rosters: {err:?}"))?;
    publish(app, &who, nation, mau).await?;
    let mut tx = app.db.write().await?;
    store::set_setting(&mut tx, start::DEMO, "1").await?;
    tx.commit().await?;
    Ok(())
}

/// What citizens see: the years that published documents state, and two pieces of invented news.
async fn publish(app: &App, who: &Who, nation: UnitId, mau: UnitId) -> anyhow::Result<()> {
    let failed = |err: web::Error| anyhow::anyhow!("{err}");
    let today = app.clock.today();
    let over = |it: &Period| {
        it.calendar() == kernel::Calendar::Civil && it.frequency() == kernel::Frequency::Year && it.last() < today
    };
    let years: Vec<Period> = app.periods().into_iter().filter(over).collect();
    for year in years {
        match portal::release(app, who, nation, year).await {
            // A year of shares only has nothing to publish.
            Ok(_) | Err(web::Error::Refused(_)) => {}
            Err(err) => return Err(failed(err)),
        }
    }
    for (title_vi, body_vi, title_en, body_en) in NEWS {
        let news = portal::Draft {
            title_vi: (*title_vi).to_owned(),
            body_vi: (*body_vi).to_owned(),
            title_en: (*title_en).to_owned(),
            body_en: (*body_en).to_owned(),
        };
        portal::write(app, who, mau, news, portal::State::Published).await.map_err(failed)?;
    }
    Ok(())
}

async fn add_login(
    app: &App,
    who: &Who,
    name: &str,
    full_name: &str,
    post: &str,
    duty: Duty,
    unit: UnitId,
) -> anyhow::Result<()> {
    let level = app.register.get().get(unit, app.clock.today()).map(|it| it.level);
    let role = level.and_then(|it| Role::of(duty, it)).with_context(|| format!("{name}: role"))?;
    let account = access::NewAccount {
        name: name.to_owned(),
        full_name: full_name.to_owned(),
        post: post.to_owned(),
        password: PASSWORD.to_owned(),
        role,
        unit,
    };
    access::add_account(app, who, &account).await.map_err(|err| anyhow::anyhow!("{name}: {err:?}"))?;
    Ok(())
}

#[derive(Debug, Clone, Deserialize)]
struct Seed {
    source: String,
    unit: String,
    on: String,
    period: String,
    indicator: String,
    value: String,
    of: String,
    qualifier: String,
    percent_only: String,
    coverage: String,
    optional: String,
    note: String,
}

/// One return per document: the form of yearly published figures, filled in from the file's rows.
async fn enter_seeds(app: &App, who: &Who) -> anyhow::Result<()> {
    let mut returns: Vec<(Seed, Draft)> = Vec::new();
    for row in csv::Reader::from_reader(SEEDS.as_bytes()).deserialize() {
        let seed: Seed = row.context("data/demo/seeds.csv")?;
        if seed.optional == "yes" {
            continue;
        }
        let same = |it: &(Seed, Draft)| (&it.0.unit, &it.0.period) == (&seed.unit, &seed.period);
        let at = returns.iter().position(same).unwrap_or(returns.len());
        if at == returns.len() {
            let draft = Draft { source: seed.source.clone(), ..Draft::default() };
            returns.push((seed.clone(), draft));
        }
        let Some((_, draft)) = returns.get_mut(at) else { continue };
        add_fact(app, draft, &seed).with_context(|| format!("{} {}", seed.unit, seed.indicator))?;
    }
    for (seed, draft) in returns {
        let on = Day::parse(&seed.on).with_context(|| format!("{}: {}", seed.unit, seed.on))?;
        let unit = resolve(app, &seed.unit, on)?;
        enter(app, app, who, unit, "cong-bo-nam", &seed.period, draft, true).await?;
    }
    Ok(())
}

/// Puts one published fact where the form asks for it: award rows, the two parts of a share, or one line.
fn add_fact(app: &App, draft: &mut Draft, seed: &Seed) -> anyhow::Result<()> {
    let catalogue = app.catalogue.get();
    let indicator = catalogue.by_code(&seed.indicator).context("unknown indicator")?;
    let cell = |value: &str, qualifier: &str, note: &str| RawCell {
        value: value.to_owned(),
        qualifier: if qualifier == "exact" { String::new() } else { qualifier.to_owned() },
        coverage: seed.coverage.clone(),
        note: note.to_owned(),
        ..RawCell::default()
    };
    if indicator.is_award() {
        let rule = catalogue.award_rules.iter().find(|it| it.indicator == indicator.id()).context("award rule")?;
        let recipient = if rule.recipient.is_empty() { "collective" } else { &rule.recipient };
        draft.awards.push(RawAward {
            authority: rule.authority.clone(),
            award: rule.form.clone(),
            recipient: recipient.to_owned(),
            count: seed.value.clone(),
            coverage: seed.coverage.clone(),
        });
        return Ok(());
    }
    if seed.of.is_empty() {
        if indicator.is_ratio() && seed.percent_only != "yes" {
            bail!("a share needs its denominator");
        }
        draft.cells.insert(indicator.code.clone(), cell(&seed.value, &seed.qualifier, &seed.note));
        return Ok(());
    }
    let part = |terms: &[figures::Term]| terms.first().and_then(|it| catalogue.indicator(it.indicator));
    let above = part(&indicator.rule.numerator).context("numerator")?;
    let below = part(&indicator.rule.denominator).context("denominator")?;
    draft.cells.insert(above.code.clone(), cell(&seed.value, &seed.qualifier, &seed.note));
    draft.cells.insert(below.code.clone(), cell(&seed.of, "exact", ""));
    Ok(())
}

/// The months of the invented province, each return at the day and hour that the file gives.
async fn enter_mau(app: &App, who: &Who) -> anyhow::Result<()> {
    let mut reader = csv::Reader::from_reader(MAU.as_bytes());
    let header = reader.headers().context("data/demo/mau_returns.csv")?.clone();
    let rows: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().context("data/demo/mau_returns.csv")?;
    let progress = ProgressBar::new(u64::try_from(rows.len()).unwrap_or(0));
    for row in &rows {
        let field = |name: &str| header.iter().position(|it| it == name).and_then(|at| row.get(at)).unwrap_or_default();
        let received = Day::parse(field("received_on")).with_context(|| format!("{row:?}"))?;
        let then = App { clock: fixed_clock(received), ..app.clone() };
        let unit = resolve(app, field("unit"), received)?;
        let mut draft = Draft::default();
        for (name, value) in header.iter().zip(row).skip(5).filter(|(_, value)| !value.is_empty()) {
            let about = field("qualifiers").strip_prefix(name) == Some(":about");
            let qualifier = if about { "about".to_owned() } else { String::new() };
            draft.cells.insert(name.to_owned(), RawCell { value: value.to_owned(), qualifier, ..RawCell::default() });
        }
        let outcome = field("outcome");
        let id = enter(&then, app, who, unit, "thang", field("period"), draft, outcome == "approved").await?;
        if outcome == "returned" {
            let reason = "Số ca tuần tra tăng gấp nhiều lần so với tháng trước. Đề nghị kiểm tra lại.";
            let (line, _) = acts::find(&then, &scope(who)?, id).await.map_err(|err| anyhow::anyhow!("{err}"))?;
            acts::send_back(&then, who, id, line.revision, reason, &[])
                .await
                .map_err(|err| anyhow::anyhow!("{err}"))?;
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(())
}

fn scope(who: &Who) -> anyhow::Result<web::Scope> {
    who.scope(returns::APPROVE).map_err(|err| anyhow::anyhow!("{err}"))
}

/// Ten in the morning of a day.
fn fixed_clock(day: Day) -> Clock {
    Clock::new(move || Instant::at(day, 10 * 60))
}

/// Opens, types, sends and, if told to, approves one return.
#[expect(clippy::too_many_arguments, reason = "one line of the demo's file is that wide")]
async fn enter(
    app: &App,
    totals: &App,
    who: &Who,
    unit: UnitId,
    form: &str,
    period: &str,
    draft: Draft,
    approve: bool,
) -> anyhow::Result<kernel::ReturnId> {
    let says = |err: web::Error| match err {
        web::Error::Refused(issues) => anyhow::anyhow!("{unit} {period}: {issues:?}"),
        other => anyhow::anyhow!("{unit} {period}: {other}"),
    };
    let catalogue = app.catalogue.get();
    let form = catalogue.form_by_code(form).context("form")?;
    let period = Period::parse(period)?;
    let id = acts::open(app, who, unit, form, period).await.map_err(says)?;
    let line = acts::submit(app, who, id, 1, draft).await.map_err(says)?;
    if approve {
        acts::approve(totals, who, id, line.revision).await.map_err(says)?;
    }
    Ok(id)
}

fn resolve(app: &App, name: &str, on: Day) -> anyhow::Result<UnitId> {
    Ok(returns::figure::resolve(&app.register.get(), name, on)?)
}

fn remove(file: &Path) -> anyhow::Result<()> {
    for end in ["", "-wal", "-shm", ".totals"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(&name) {
            Ok(()) => (),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => (),
            Err(err) => {
                return Err(err).with_context(|| format!("không xóa được / cannot remove {}", name.display()));
            }
        }
    }
    Ok(())
}
