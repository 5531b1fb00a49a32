//! The program is killed at any moment while it imports: what it acknowledged is there, of the rest nothing, on either
//! store.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use kernel::Level;

use crate::world::{World, worlds};

/// How many imports are killed.
const KILLED: u8 = 9;
const INDICATORS: [&str; 4] = ["LAU01", "OUT01", "MOD02", "DIR01"];
const PROVINCES: [&str; 5] =
    ["Tỉnh Quảng Trị", "Tỉnh Ninh Bình", "Thành phố Đà Nẵng", "Tỉnh Lào Cai", "Tỉnh Quảng Ngãi"];

/// A month's figures of the communes of some provinces: hundreds of versions in several ledgers.
fn file(world: &World, month: u8) -> (String, usize) {
    let mut text = "unit_code,on,period,indicator,value,qualifier,coverage\n".to_owned();
    let register = world.app.register.get();
    let day = kernel::Day::parse("2025-12-31").unwrap();
    let below = |name: &&str| register.descendants(world.unit_on(name, "2025-12-31"), day);
    let communes: Vec<_> = PROVINCES.iter().flat_map(below).filter(|it| it.level == Level::Commune).collect();
    for it in &communes {
        for (value, indicator) in INDICATORS.iter().enumerate() {
            writeln!(text, "{},2025-12-31,2025-M{month:02},{indicator},{value},exact,own", it.code).unwrap();
        }
    }
    (text, communes.len())
}

fn import(place: &str, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_binhyen"));
    command.args(["import", "figures"]).arg(file).arg("--database").arg(place);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[tokio::test]
async fn killed_while_importing() {
    for world in worlds().await {
        let folder = tempfile::tempdir().unwrap();
        let path = |month: u8| folder.path().join(format!("m{month}.csv"));
        let mut units = 0;
        // The months after the communes began.
        let months: Vec<u8> = (8..=12).collect();
        for month in &months {
            let (text, count) = file(&world, *month);
            std::fs::write(path(*month), text).unwrap();
            units = count;
        }
        world.app.db.close().await;

        // One is left alone, to know how long it takes.
        let start = Instant::now();
        assert!(import(&world.place, &path(8)).status().unwrap().success());
        let whole = start.elapsed();
        let mut acknowledged = vec!["m8.csv".to_owned()];
        let mut killed = 0;
        for round in 0..KILLED {
            let month = months[1 + usize::from(round) % (months.len() - 1)];
            if acknowledged.contains(&format!("m{month}.csv")) {
                continue;
            }
            let mut child = import(&world.place, &path(month)).spawn().unwrap();
            // Early and late, most of them while it writes: it reads first.
            let moment = whole * (50 + u32::from(round) * 61 % 50) / 100;
            let begun = Instant::now();
            let status = loop {
                if let Some(status) = child.try_wait().unwrap() {
                    break status;
                }
                if begun.elapsed() >= moment {
                    child.kill().unwrap();
                    break child.wait().unwrap();
                }
                std::thread::sleep(Duration::from_millis(1));
            };
            if status.success() {
                acknowledged.push(format!("m{month}.csv"));
            } else {
                killed += 1;
            }
        }
        assert!(killed > 0, "nothing was killed, {whole:?} is no measure");

        // After all that the database is as if only whole files had ever been there.
        let after = World::open(&world.place, None).await;
        let mut conn = after.app.db.read().await.unwrap();
        let rows: Vec<(String, i64)> = conn
            .query("select origin, cast(count(*) as bigint) from return_version group by origin")
            .all()
            .await
            .unwrap();
        let rows: BTreeMap<String, i64> = rows.into_iter().collect();
        for (origin, count) in &rows {
            assert_eq!(usize::try_from(*count).unwrap(), units, "{origin} is half there");
        }
        for it in &acknowledged {
            assert!(rows.contains_key(it), "{it} was acknowledged and is lost");
        }
        let (holes,): (i64,) = conn
            .query(
                "select cast(count(*) as bigint) from ledger_head h where h.seq <>
                     (select count(*) from return_version v where v.province_id = h.province_id)",
            )
            .one()
            .await
            .unwrap();
        assert_eq!(holes, 0, "ledgers without gaps");
        assert!(audit::broken(&mut conn).await.unwrap().is_empty());
        drop(conn);
        let held = after.app.figures.look(figures::Engine::figures);
        assert_eq!(held, rows.len() * units * INDICATORS.len(), "totals are the ledger's");
        let checked = after.app.periods().len();
        assert_eq!(checked, rows.len());
        after.app.db.close().await;
        let doctor =
            Command::new(env!("CARGO_BIN_EXE_binhyen")).args(["doctor", "--database"]).arg(&world.place).output();
        let doctor = doctor.unwrap();
        assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));

        // And what was killed can simply be imported again.
        for month in months.iter().filter(|it| !rows.contains_key(&format!("m{it}.csv"))).take(1) {
            assert!(import(&world.place, &path(*month)).status().unwrap().success());
        }
    }
}
