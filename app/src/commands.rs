//! What each command does. The server's pages call the same acts.

use std::{
    io::{BufRead, IsTerminal, Write},
    process::ExitCode,
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Assignment, Day, Level};
use web::{App, Duty, Limits, Role, Settings, Who};

use crate::{
    SLICES, anchor, bench,
    cli::{
        Assign, BenchAct, Cli, Command, Demo, ExportWhat, Figure, ImportWhat, KeyAct, LevelWord, Serve, Unit, UserAct,
    },
    demo, doctor, export, forms, papers, provider, reform, retention, seal, serve, start,
};

/// Runs a command. Failures go to standard error, the answer to standard output.
pub fn run(cli: Cli) -> ExitCode {
    init_log(matches!(cli.command, Command::Serve(_) | Command::Demo(_)));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(it) => it,
        Err(err) => {
            say_error(&anyhow::anyhow!(err));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(code) => code,
        Err(err) => {
            say_error(&err);
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let years = Some(usize::from(cli.years_in_memory));
    let open = || start::open(&cli.database, Settings { years, ..Settings::default() });
    match &cli.command {
        Command::Serve(args) => serve_database(&cli.database, years, args).await?,
        Command::Demo(args) => run_demo(args).await?,
        Command::Migrate => {
            open().await?.db.close().await;
            say("cơ sở dữ liệu đã cập nhật / the database is up to date");
        }
        Command::User(args) => user(&open().await?, &args.act).await?,
        Command::Unit(args) => unit(&open().await?, args)?,
        Command::Assign(args) => assign(&open().await?, args).await?,
        Command::Forms(args) => forms::run(&open().await?, &args.act).await?,
        Command::Remind => {
            let told = returns::acts::remind_by_timer(&open().await?).await.map_err(|err| anyhow::anyhow!("{err}"))?;
            say(&format!("đã nhắc {told} báo cáo / reminded of {told} returns"));
        }
        Command::Figure(args) => figure(&open().await?, args)?,
        Command::Summary(args) => papers::summary(&open().await?, args).await?,
        Command::Briefs(args) => papers::briefs(&open().await?, args).await?,
        Command::Verify(args) => papers::verify(&cli.database, args).await?,
        Command::Import(args) => {
            let ImportWhat::Figures { file } = &args.what;
            let app = open().await?;
            let cannot = || format!("không đọc được tệp / cannot read {}", file.display());
            let input = std::fs::File::open(file).with_context(cannot)?;
            let name = file.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
            // Nothing is drawn where nobody looks: the bar hides itself unless standard error is a terminal.
            let bar = ProgressBar::new(input.metadata().with_context(cannot)?.len());
            bar.set_style(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {elapsed} {msg}")?);
            let counted = returns::import::figures(&app, &cli_user(), &name, bar.wrap_read(input)).await?;
            bar.finish_and_clear();
            say(&format!(
                "đã nhập {} số liệu của {} đơn vị-kỳ / imported {} figures of {} unit-periods",
                counted.figures, counted.versions, counted.figures, counted.versions
            ));
        }
        Command::Export(args) => {
            let ExportWhat::Figures(args) = &args.what;
            export::figures(&open().await?, args)?;
        }
        Command::Reform(args) => reform::run(&open().await?, &args.act).await?,
        Command::Bench(args) => match &args.act {
            BenchAct::Data(it) => bench::data(&it.out, it.scale).await?,
            BenchAct::Pages(it) => bench::pages(&it.out, it.scale).await?,
        },
        Command::Key(args) => {
            let KeyAct::Rotate = args.act;
            let names: Vec<String> =
                seal::rotate(&cli.database, &start::chance())?.names().map(str::to_owned).collect();
            say(&format!("khóa niêm phong, mới nhất trước / seal keys, newest first: {}", names.join(", ")));
            say("hãy khởi động lại máy chủ / restart the server");
        }
        Command::Retention(args) => retention::run(&open().await?, args.dry_run).await?,
        Command::Doctor(args) => return doctor::run(&open().await?, &cli.database, args.part).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve_database(place: &str, years: Option<usize>, args: &Serve) -> anyhow::Result<()> {
    let provider = provider::configured(args)?;
    let Serve { secure_cookies, host, base_url, contact, breached, .. } = args.clone();
    if let Some(path) = &breached {
        let _ = std::fs::File::open(path).with_context(|| {
            format!(
                "không đọc được danh sách mật khẩu bị lộ / cannot read the list of known passwords {}",
                path.display()
            )
        })?;
    }
    let seal = Some(seal::keys(place, &start::chance())?);
    let settings = Settings {
        secure: secure_cookies,
        host,
        base_url,
        contact,
        breached,
        seal,
        years,
        provider,
        limits: Some(Limits::SERVER),
        ..Settings::default()
    };
    let app = start::open(place, settings).await?;
    access::seal_anew(&app).await.map_err(|err| anyhow::anyhow!("{err}"))?;
    let anchoring = anchor::begin(&app, place)?;
    let link = access::first_link(&app).await.map_err(|err| anyhow::anyhow!("{err}"))?;
    serve::serve(app, args.listen, |at| {
        say(&format!("Bình Yên: http://{at}"));
        if let Some(key) = link {
            say(&format!(
                "Chưa có quản trị viên. Mở đường dẫn này một lần để tạo / open once to make the first administrator:\n  http://{at}/first?key={key}"
            ));
        }
    })
    .await?;
    anchoring.abort();
    Ok(())
}

async fn run_demo(args: &Demo) -> anyhow::Result<()> {
    let mut app = demo::open(&args.data_dir, args.reset).await?;
    app.settings.base_url = Some(format!("http://localhost:{}", args.listen.port()));
    app.settings.limits = Some(Limits::SERVER);
    if args.no_serve {
        app.db.close().await;
        return Ok(());
    }
    serve::serve(app, args.listen, |at| {
        let host = if at.ip().is_loopback() { "localhost".to_owned() } else { at.ip().to_string() };
        say(&format!("Bình Yên (dữ liệu mẫu / demo): http://{host}:{}", at.port()));
        say(&format!("Mật khẩu chung / password for all: {}", demo::PASSWORD));
        for (name, full_name, post, _, unit) in demo::LOGINS {
            say(&format!("  {name:<9} {full_name} – {post}, {unit}"));
        }
    })
    .await
}

async fn user(app: &App, act: &UserAct) -> anyhow::Result<()> {
    match act {
        UserAct::Add { name, full_name, post, role, unit } => {
            let mut password = String::new();
            if std::io::stdin().is_terminal() {
                say("Mật khẩu (một dòng) / password (one line):");
            }
            std::io::stdin()
                .lock()
                .read_line(&mut password)
                .context("không đọc được mật khẩu / cannot read the password")?;
            let (register, today) = (app.register.get(), app.clock.today());
            let unit = returns::figure::resolve(&register, unit, today)?;
            let known = register.get(unit, today).and_then(|it| Role::named(role, it.level));
            let account = access::NewAccount {
                name: name.clone(),
                full_name: full_name.clone(),
                post: post.clone(),
                password: password.trim_end_matches(['\r', '\n']).to_owned(),
                role: known.context("vai trò này không có ở cấp của đơn vị / no such role at a unit of this level")?,
                unit,
            };
            access::add_account(app, &everyone(app), &account).await.map_err(|err| in_words(app, err))?;
            say(&format!("đã thêm tài khoản / added the account {name}"));
        }
        UserAct::FirstLink { address } => {
            match access::first_link(app).await.map_err(|err| anyhow::anyhow!("{err}"))? {
                Some(key) => say(&format!("{address}/first?key={key}")),
                None => anyhow::bail!("đã có quản trị viên / there is an administrator already"),
            }
        }
    }
    Ok(())
}

fn unit(app: &App, args: &Unit) -> anyhow::Result<()> {
    let on = read_day(args.on.as_deref())?.unwrap_or(app.clock.today());
    let register = app.register.get();
    let found = match returns::figure::resolve(&register, &args.name, on) {
        Ok(unit) => unit,
        Err(err @ returns::figure::AskError::NoUnit(_)) => {
            let near = register.search(&args.name, None, 10);
            if near.is_empty() {
                return Err(err.into());
            }
            for it in near {
                say(&format!("{}  {}  {}  {}", it.id, it.code, it.full_name, days(it)));
            }
            return Ok(());
        }
        Err(err) => return Err(err.into()),
    };
    let states = register.states_of(found);
    let name = |unit: kernel::UnitId| register.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    if args.json {
        let state = register.get(found, on);
        let json = serde_json::json!({
            "id": found.to_string(),
            "code": state.map(|it| &it.code),
            "full_name": state.map(|it| &it.full_name),
            "path": register.path(found, on),
            "on": on.to_string(),
            "states": states.iter().map(|it| serde_json::json!({"code": it.code, "full_name": it.full_name,
                "from": open_day(it.from), "until": open_day(it.until)})).collect::<Vec<_>>(),
            "predecessors": register.predecessors(found).map(|it| it.predecessor.to_string()).collect::<Vec<_>>(),
            "successors": register.successors(found).map(|it| it.successor.to_string()).collect::<Vec<_>>(),
        });
        say(&json.to_string());
        return Ok(());
    }
    say(&format!("{found}  {}", register.path(found, on)));
    for it in states {
        say(&format!("  {}  {}  {}", it.code, it.full_name, days(it)));
    }
    for it in register.predecessors(found) {
        say(&format!("  ← {}  {} ({})", it.on, name(it.predecessor), it.instrument));
    }
    for it in register.successors(found) {
        say(&format!("  → {}  {} ({})", it.on, name(it.successor), it.instrument));
    }
    Ok(())
}

fn open_day(day: Day) -> Option<String> {
    (day != Day::BEGINNING && day != Day::NEVER).then(|| day.to_string())
}

fn days(it: &kernel::UnitState) -> String {
    let from = open_day(it.from).unwrap_or_else(|| "…".to_owned());
    let last = open_day(it.until).and_then(|_| open_day(it.last_day())).unwrap_or_else(|| "nay".to_owned());
    format!("{from} – {last}")
}

async fn assign(app: &App, args: &Assign) -> anyhow::Result<()> {
    let catalogue = app.catalogue.get();
    let form = catalogue.form_by_code(&args.form).with_context(|| {
        let codes: Vec<&str> = catalogue.forms.iter().map(|it| it.code.as_str()).collect();
        format!("không có biểu mẫu «{}»; có / no such form; there are: {}", args.form, codes.join(", "))
    })?;
    let from = read_day(Some(&args.from))?.unwrap_or(app.clock.today());
    let assignment = Assignment {
        form: form.id,
        class: level_of(args.level) as u8,
        top: returns::figure::resolve(&app.register.get(), &args.top, from)?,
        from,
        until: read_day(args.until.as_deref())?.map_or(Day::NEVER, |it| it.plus(1)),
    };
    ::forms::acts::assign(app, &everyone(app), &assignment).await.map_err(|err| in_words(app, err))?;
    say(&format!("đã giao biểu mẫu / assigned: {} → {}", form.name, args.top));
    Ok(())
}

pub(crate) fn level_of(word: LevelWord) -> Level {
    match word {
        LevelWord::Province => Level::Province,
        LevelWord::District => Level::District,
        LevelWord::Commune => Level::Commune,
        LevelWord::Village => Level::Village,
    }
}

fn figure(app: &App, args: &Figure) -> anyhow::Result<()> {
    let asked = returns::figure::Asked {
        unit: &args.unit,
        on: read_day(args.on.as_deref())?,
        period: &args.period,
        indicator: &args.indicator,
        boundaries: &args.boundaries,
    };
    let answer = returns::figure::ask(app, &asked)?;
    if args.json {
        say(&answer.to_json().to_string());
        return Ok(());
    }
    let words = returns::figure::in_words(&answer.total, &answer.indicator);
    let words = words.unwrap_or_else(|| "chưa có số liệu / nothing reported".to_owned());
    say(&format!(
        "{} – {}, {}: {words} {}",
        answer.full_name, answer.indicator.name_vi, answer.period, answer.indicator.measure
    ));
    if !answer.total.exact {
        say(&format!(
            "không tách được / not separable: {}",
            // Of a share it is the numerator's (rule 23).
            viet::decimal(
                answer.total.not_separable,
                if answer.indicator.is_ratio() { 0 } else { answer.indicator.decimals }
            )
        ));
    }
    if let Some(expected) = answer.total.expected {
        say(&format!("đã báo cáo / reported: {}/{expected}", answer.total.reported));
    }
    Ok(())
}

pub(crate) fn read_day(text: Option<&str>) -> anyhow::Result<Option<Day>> {
    let Some(text) = text else { return Ok(None) };
    let day = Day::parse(text).with_context(|| {
        format!("«{text}» không phải một ngày; hãy ghi như 2025-07-01 / is no day; write it as 2025-07-01")
    })?;
    Ok(Some(day))
}

/// `cli:<os user>`: who is at the keyboard, as the ledger and the audit name them.
fn cli_user() -> String {
    let name = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).or_else(|_| std::env::var("LOGNAME"));
    format!("cli:{}", name.unwrap_or_else(|_| "root".to_owned()))
}

/// Who runs the command may do everything: they hold the database.
pub(crate) fn everyone(app: &App) -> Who {
    let register = app.register.get();
    let roots = register.roots(app.clock.today());
    let grants = roots.iter().flat_map(|unit| Duty::ALL.map(|duty| (duty, unit.id))).collect();
    Who::command(&cli_user(), grants, SLICES)
}

/// A refusal in Vietnamese and English.
pub(crate) fn in_words(app: &App, err: web::Error) -> anyhow::Error {
    match err {
        web::Error::Refused(issues) => {
            let line = |it: &kernel::Issue| {
                let say = |lang| app.texts.issue(lang, it);
                format!("{} / {}", say(web::Lang::Vi), say(web::Lang::En))
            };
            anyhow::anyhow!(issues.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        other => anyhow::anyhow!("{other}"),
    }
}

fn init_log(server: bool) {
    let default = if server { "info,sqlx=warn" } else { "warn" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("BINHYEN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

pub(crate) fn say(line: &str) {
    // A reader that went away (`| head`) is no failure of ours.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn say_error(err: &anyhow::Error) {
    let _ = writeln!(std::io::stderr().lock(), "lỗi / error: {err:#}");
}
