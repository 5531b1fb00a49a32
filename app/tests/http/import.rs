//! Figures from a file: whole or not at all, every bad line named.

use crate::world::{World, worlds};

const HEADER: &str = "unit_code,on,period,indicator,value,qualifier,coverage\n";

async fn refused(world: &World, csv: &str) -> String {
    let err =
        returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap_err().to_string();
    let mut conn = world.app.db.read().await.unwrap();
    let (rows,): (i64,) = conn.query("select cast(count(*) as bigint) from return_version").one().await.unwrap();
    let (heads,): (i64,) = conn.query("select cast(count(*) as bigint) from ledger_head").one().await.unwrap();
    assert_eq!((rows, heads), (0, 0), "nothing is half-written");
    err
}

#[tokio::test]
async fn every_bad_line_is_named_and_nothing_is_written() {
    for world in worlds().await {
        let lines = [
            "00004,2026-05-01,2026,LAU01,5,exact,own",
            "99999,2026-05-01,2026,LAU01,5,exact,own",
            "00004,hôm qua,2026,LAU01,5,exact,own",
            "00004,2026-05-01,2026-M13,LAU01,5,exact,own",
            "00004,2026-05-01,2026,XXX01,5,exact,own",
            "00004,2026-05-01,2026,LAU02,-5,exact,own",
            "00004,2026-05-01,2026,LAU03,1.900,exact,own",
            "00004,2026-05-01,2026,LAU04,99999999999999999999,exact,own",
            "00004,2026-05-01,2026,LAU05,5,chắc,own",
            "00004,2026-05-01,2026,LAU06,5,exact,tất cả",
            "00004,2026-05-01,2026,LAU01,6,exact,own",
            "00004,2026-05-01,2026,STD14,101,exact,own",
            "00004,2026-05-01,2026",
            "00004,2026-05-01,2015,LAU01,5,exact,own",
            "00004,2026-05-01,2026,OUT01,,exact,own",
        ];
        let err = refused(&world, &format!("{HEADER}{}\n", lines.join("\n"))).await;
        for line in 3..=16 {
            assert!(err.contains(&format!("line {line}:")), "line {line} is not named in {err}");
        }
        assert!(!err.contains("line 2:"), "{err}");
    }
}

#[tokio::test]
async fn files_that_are_no_such_files() {
    for world in worlds().await {
        assert!(refused(&world, "").await.contains("unit_code,on"));
        assert!(refused(&world, "a,b\n1,2\n").await.contains("unit_code,on"));
        assert!(refused(&world, HEADER).await.contains("no figures"));
        let latin = [HEADER.as_bytes(), b"00004,2026-05-01,2026,LAU01,5,exact,\xf4wn\n"].concat();
        let err =
            returns::import::figures(&world.app, "cli:test", "x", latin.as_slice()).await.unwrap_err().to_string();
        assert!(err.contains("UTF-8"), "{err}");
    }
}

#[tokio::test]
async fn figures_that_would_count_twice_within_the_file_are_named() {
    for world in worlds().await {
        let err = refused(
            &world,
            &format!(
                "{HEADER}MAU,2026-05-01,2026,LAU01,5,exact,whole\nM0001,2026-05-01,2026,LAU01,5,exact,own\n\
                 M0002,2026-05-01,2026,LAU02,5,exact,own\nM0002,2026-05-01,2026-M03,LAU02,5,exact,own\n\
                 M0003,2026-05-01,2026,STD13,5,exact,own\nM0003,2026-05-01,2026,STD11,4,exact,own\n"
            ),
        )
        .await;
        assert!(err.contains("Tỉnh Mẫu") || err.contains("Xã Mẫu 01"), "{err}");
        assert!(err.contains("Xã Mẫu 02"), "{err}");
        assert!(err.contains("line 6:"), "{err}");
    }
}

#[tokio::test]
async fn a_second_file_adds_cells_and_changes_none() {
    for world in worlds().await {
        let file = |lines: &str| format!("{HEADER}{lines}\n");
        let first = file("M0001,2026-05-01,2026,LAU01,5,exact,own");
        returns::import::figures(&world.app, "cli:test", "1.csv", first.as_bytes()).await.unwrap();
        let err = returns::import::figures(&world.app, "cli:test", "1.csv", first.as_bytes()).await.unwrap_err();
        assert!(err.to_string().contains("line 2:"), "{err}");
        let second = file("M0001,2026-05-01,2026,LAU02,50,exact,own");
        let counted = returns::import::figures(&world.app, "cli:test", "2.csv", second.as_bytes()).await.unwrap();
        assert_eq!((counted.figures, counted.versions), (1, 1));
        for (code, value) in [("LAU01", 5), ("LAU02", 50)] {
            assert_eq!(world.figure("Xã Mẫu 01", "2026-11-01", "2026", code, "then")["value"], value);
        }
        let checked = returns::check_ledger(&world.app).await.unwrap();
        assert_eq!((checked.versions, checked.findings), (2, Vec::new()));
    }
}
