//! Years that are not in memory: a question that touches one has it read from the ledger, and nobody can tell.

use std::fmt::Write as _;

use app::{serve, start};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use figures::Engine;
use kernel::{Day, Period};
use returns::{
    figure::{Asked, ask},
    snapshot::{self, Unfit},
};
use store::Db;
use tower::ServiceExt;
use web::{App, Settings};

use crate::world::{World, worlds};

const REFORM: &str = include_str!("../../../data/reforms/example.csv");
const HEADER: &str = "unit_code,on,period,indicator,value,qualifier,coverage\n";

/// A server on the same database that holds so many years, perhaps with a file of totals.
async fn narrow(world: &World, years: usize, totals: Option<&std::path::Path>) -> App {
    let settings = Settings { years: Some(years), totals: totals.map(Into::into), ..Settings::default() };
    let db = Db::open(&world.place).await.unwrap();
    start::open_db(db, settings, world.app.clock.clone(), start::chance()).await.unwrap()
}

async fn catch_up(app: &App) {
    returns::follow::catch_up(app, &mut app.db.read().await.unwrap()).await.unwrap();
}

/// A month's figures of a dozen provinces, as they were then.
fn file(world: &World, year: i32, month: u8, indicator: &str) -> String {
    let period = format!("{year}-M{month:02}");
    let day = Period::parse(&period).unwrap().last();
    let register = world.app.register.get();
    let mut text = HEADER.to_owned();
    for (n, it) in register.children(world.unit_on("Toàn quốc", &day.to_string()), day).iter().take(12).enumerate() {
        writeln!(text, "{},{day},{period},{indicator},{},exact,own", it.code, n + usize::from(month)).unwrap();
    }
    text
}

async fn import(app: &App, text: &str) {
    returns::import::figures(app, "cli:test", "test.csv", text.as_bytes()).await.unwrap();
}

/// Numbers that look like chance and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of<'a, T: AsRef<str>>(&mut self, all: &'a [T]) -> &'a str {
        all[self.below(all.len())].as_ref()
    }
}

/// What a server answers to a question made of these numbers.
fn answer(app: &App, units: &[String], numbers: &mut Numbers) -> String {
    let year = 2021 + numbers.below(6);
    let period = match numbers.below(3) {
        0 => format!("{year}"),
        1 => format!("{year}-Q1"),
        _ => format!("{year}-M{:02}", numbers.below(3) + 1),
    };
    let asked = Asked {
        unit: numbers.of(units),
        on: None,
        period: &period,
        indicator: numbers.of(&["LAU01", "OUT01", "DIR01"]),
        boundaries: numbers.of(&["then", "now", "2023-01-01"]),
    };
    format!("{asked:?} {:?}", ask(app, &asked).map(|it| it.to_json()).map_err(|it| it.to_string()))
}

/// Names by which units are asked for: the country, and provinces of before and after the great reform.
fn units(world: &World) -> Vec<String> {
    let register = world.app.register.get();
    let on = |day: &str| {
        let day = Day::parse(day).unwrap();
        let all = register.children(world.unit_on("Toàn quốc", &day.to_string()), day);
        all.into_iter().take(12).map(|it| it.id.to_string()).collect::<Vec<_>>()
    };
    [vec!["Toàn quốc".to_owned()], on("2021-12-31"), on("2026-11-01")].concat()
}

#[track_caller]
fn same_answers(world: &World, narrow: &App, units: &[String], seed: u64) {
    let (mut one, mut other) = (Numbers(seed), Numbers(seed));
    for _ in 0..60 {
        assert_eq!(answer(narrow, units, &mut one), answer(&world.app, units, &mut other));
        assert!(narrow.figures.look(Engine::count_held_years) <= 1);
    }
}

fn held(app: &App) -> Vec<i32> {
    app.figures.look(Engine::held_years)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_server_that_holds_one_year_answers_as_one_that_holds_all() {
    for world in worlds().await {
        for year in 2021..2027 {
            import(&world.app, &file(&world, year, 1, "LAU01")).await;
        }
        let narrow = narrow(&world, 1, None).await;
        assert_eq!(held(&narrow), [2026], "the newest");
        let units = units(&world);
        same_answers(&world, &narrow, &units, 1);

        // Versions keep arriving, through either server, of old years too; some replace what is there.
        let mut numbers = Numbers(7);
        for (round, (month, indicator)) in [(2, "LAU01"), (2, "OUT01"), (3, "LAU01"), (1, "OUT01")].iter().enumerate() {
            for year in 2021..2027 {
                let (by, other) = if numbers.below(2) == 0 { (&world.app, &narrow) } else { (&narrow, &world.app) };
                import(by, &file(&world, year, *month, indicator)).await;
                catch_up(other).await;
            }
            same_answers(&world, &narrow, &units, 100 + round as u64);
        }

        // And while several ask at once: a sum of the country never falls.
        let askers: Vec<_> = (0..3_u64)
            .map(|seed| {
                let narrow = narrow.clone();
                tokio::spawn(async move {
                    let (mut numbers, mut least) = (Numbers(seed), [0; 6]);
                    for _ in 0..25 {
                        let at = numbers.below(6);
                        let period = format!("{}", 2021 + at);
                        let asked = Asked {
                            unit: "Toàn quốc",
                            on: None,
                            period: &period,
                            indicator: "DIR01",
                            boundaries: "then",
                        };
                        let value = ask(&narrow, &asked).unwrap().total.value.unwrap_or(0);
                        assert!(value >= least[at], "{period} fell from {} to {value}", least[at]);
                        least[at] = value;
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for month in 1..4 {
            for year in [2021, 2023, 2026] {
                import(&narrow, &file(&world, year, month, "DIR01")).await;
            }
        }
        for it in askers {
            it.await.unwrap();
        }
        catch_up(&world.app).await;
        same_answers(&world, &narrow, &units, 1000);
        for app in [&world.app, &narrow] {
            let checked = returns::check_ledger(app).await.unwrap();
            assert_eq!(checked.findings, Vec::<String>::new());
            assert_eq!(checked.figures, 792, "each cell of each version");
        }
        assert!(held(&narrow).len() <= 1);
        narrow.db.close().await;
    }
}

#[tokio::test]
async fn pages_and_files_are_the_same_whatever_is_in_memory() {
    for world in worlds().await {
        for year in 2021..2027 {
            for month in 1..3 {
                import(&world.app, &file(&world, year, month, "LAU01")).await;
            }
        }
        let narrow = narrow(&world, 1, None).await;
        let routers = [serve::router(narrow.clone()), world.router.clone()];
        let person = world.person("capbo").await;
        let unit = world.unit("Toàn quốc");
        let years = "2021,2022,2023,2024,2025,2026";
        for path in [
            format!("/units/{unit}?period=2022"),
            format!("/units/{unit}"),
            format!("/units/{unit}/figures/LAU01?period=2023-M02"),
            format!("/units/{unit}/series/LAU01"),
            format!("/units/{unit}/table?period=2023&indicators=LAU01&change=1&share=1"),
            format!("/units/{unit}/map?period=2024&indicator=LAU01"),
            format!("/units/{unit}/charts?period=2022"),
            format!("/units/{unit}/brief?period=2022"),
            format!("/units/{unit}/figures.csv?below=self&indicators=LAU01&period={years}"),
            format!("/units/{unit}/figures.json?below=children&indicators=LAU01&period=2025&boundaries=now"),
        ] {
            let [one, other] =
                [get(&routers[0], &person.cookie, &path).await, get(&routers[1], &person.cookie, &path).await];
            assert_eq!(one, other, "{path}");
        }
        assert_eq!(held(&narrow).len(), 1);
        narrow.db.close().await;
    }
}

async fn get(router: &Router, cookie: &str, path: &str) -> String {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn the_file_of_totals_says_which_years_it_holds() {
    for world in worlds().await {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("totals");
        for year in 2023..2027 {
            import(&world.app, &file(&world, year, 1, "LAU01")).await;
        }
        let one = narrow(&world, 2, None).await;
        assert_eq!(held(&one), [2025, 2026]);
        let saved = snapshot::save(&one, &path).await.unwrap();
        one.db.close().await;
        // What comes afterwards, of a year in the file, of one that is out, and of one that nobody knew.
        for (year, month) in [(2026, 2), (2023, 2), (2022, 1)] {
            import(&world.app, &file(&world, year, month, "LAU01")).await;
        }
        let units = units(&world);
        for years in [1, 2, 4] {
            let again = narrow(&world, years, Some(&path)).await;
            assert!(snapshot::reached(&again).await.rows > saved.rows);
            assert_eq!(held(&again).len(), years, "{:?}", held(&again));
            let (mut numbers, mut others) = (Numbers(3), Numbers(3));
            for _ in 0..60 {
                assert_eq!(answer(&again, &units, &mut numbers), answer(&world.app, &units, &mut others));
            }
            assert_eq!(returns::check_ledger(&again).await.unwrap().findings, Vec::<String>::new());
            again.db.close().await;
        }
        // Who holds every year does not take a file without some.
        let conn = &mut world.app.db.read().await.unwrap();
        assert!(matches!(snapshot::restore(&world.app, conn, &path).await.unwrap(), Err(Unfit::Years)));
    }
}

#[tokio::test]
async fn units_that_change_while_a_year_is_out_are_changed_in_it() {
    for world in worlds().await {
        import(
            &world.app,
            &format!(
                "{HEADER}M0001,2026-11-01,2026-M08,LAU01,10,exact,own\nM0002,2026-11-01,2026-M08,LAU01,20,exact,own\n"
            ),
        )
        .await;
        import(&world.app, &file(&world, 2024, 1, "LAU01")).await;
        let narrow = narrow(&world, 1, None).await;
        let old = Asked { unit: "Toàn quốc", on: None, period: "2024", indicator: "LAU01", boundaries: "then" };
        assert!(ask(&narrow, &old).unwrap().total.value > Some(0));
        assert_eq!(held(&narrow), [2024]);
        units::apply_reform(&world.app, &world.demo_who(), REFORM).await.unwrap();
        catch_up(&narrow).await;
        let asked = Asked {
            unit: "M0101",
            on: Day::parse("2027-01-01"),
            period: "2026-M08",
            indicator: "LAU01",
            boundaries: "2027-01-01",
        };
        let answer = ask(&narrow, &asked).unwrap().to_json();
        assert_eq!(answer["value"], 30);
        assert_eq!(answer, ask(&world.app, &asked).unwrap().to_json());
        let preview = units::preview_reform(&narrow, &world.demo_who(), &REFORM.replace("2027", "2028")).await;
        let whole = units::preview_reform(&world.app, &world.demo_who(), &REFORM.replace("2027", "2028")).await;
        assert_eq!(preview.map(|it| it.effect.counts()).ok(), whole.map(|it| it.effect.counts()).ok());
        narrow.db.close().await;
    }
}

#[tokio::test]
async fn without_its_ledger_a_year_that_is_out_has_no_answer() {
    for world in worlds().await {
        for year in [2024, 2026] {
            import(&world.app, &file(&world, year, 1, "LAU01")).await;
        }
        let narrow = narrow(&world, 1, None).await;
        let mut tx = world.app.db.write().await.unwrap();
        tx.query("update return_version set cells = $1 where period = $2")
            .bind([9_u8].as_slice())
            .bind("2024-M01")
            .run()
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let asked = |period| Asked { unit: "Toàn quốc", on: None, period, indicator: "LAU01", boundaries: "then" };
        let error = ask(&narrow, &asked("2024")).unwrap_err();
        assert_eq!(error, returns::figure::AskError::Unread);
        assert!(ask(&narrow, &asked("2026")).unwrap().total.value > Some(0));
        let unit = world.unit("Toàn quốc");
        let person = world.person("capbo").await;
        let request = Request::get(format!("/units/{unit}?period=2024")).header(header::COOKIE, &person.cookie);
        let page = serve::router(narrow.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(page.status(), 500);
        narrow.db.close().await;
    }
}
