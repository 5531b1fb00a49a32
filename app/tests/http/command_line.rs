//! The binary as scripts call it.

use std::process::{Command, Output};

use crate::model::demo_file;

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_binhyen")).args(args).arg("--database").arg(demo_file()).output().unwrap()
}

#[track_caller]
fn fails(args: &[&str], says: &str) {
    let out = run(args);
    assert!(!out.status.success(), "{args:?} should fail");
    assert!(out.stdout.is_empty(), "nothing on standard output: {}", String::from_utf8_lossy(&out.stdout));
    let err = String::from_utf8_lossy(&out.stderr);
    assert!(err.contains(says), "no «{says}» in {err}");
}

const FIGURE: [&str; 9] =
    ["figure", "--unit", "Tỉnh Quảng Nam", "--period", "2017", "--indicator", "LAU01", "--on", "2017-12-31"];

#[test]
fn a_figure_in_json() {
    let mut args = FIGURE.to_vec();
    args.push("--json");
    let out = run(&args);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(json["value"], 1900);
    assert_eq!(json["qualifier"], "almost");
    assert_eq!(json["unit"]["full_name"], "Tỉnh Quảng Nam");
    assert_eq!(json["unit"]["code"], "49");
    assert!(json["unit"]["id"].as_str().unwrap().starts_with("u-"));
    // Rule 4: the hierarchy of 2017 is not in the data.
    assert_eq!(json["expected"], serde_json::Value::Null);
}

#[test]
fn rule_21_the_default_day_is_the_periods_last_under_then_and_today_under_now() {
    let out = run(&["figure", "--unit", "Tỉnh Kon Tum", "--period", "2022", "--indicator", "MOD00", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((json["on"].as_str(), json["value"].as_i64()), (Some("2022-12-31"), Some(48)));
    fails(
        &["figure", "--unit", "Tỉnh Kon Tum", "--period", "2022", "--indicator", "MOD00", "--boundaries", "now"],
        "Kon Tum",
    );
    // A unit of today asked for a period in which it was not there.
    fails(
        &[
            "figure",
            "--unit",
            "Phường Ba Đồn, Tỉnh Quảng Trị",
            "--on",
            "2026-01-01",
            "--period",
            "2021",
            "--indicator",
            "MOD04",
        ],
        "--boundaries now",
    );
}

#[test]
fn what_is_not_understood_is_said_on_standard_error() {
    fails(
        &["figure", "--unit", "Tỉnh Không Có", "--period", "2021", "--indicator", "LAU01", "--json"],
        "Tỉnh Không Có",
    );
    fails(
        &["figure", "--unit", "Tỉnh Kon Tum", "--on", "2026-01-01", "--period", "2021", "--indicator", "LAU01"],
        "2025-06-30",
    );
    fails(&["figure", "--unit", "Tỉnh Kon Tum", "--period", "2022", "--indicator", "XYZ01"], "XYZ01");
    fails(&["figure", "--unit", "Tỉnh Kon Tum", "--period", "2022-M13", "--indicator", "LAU01"], "2022-M13");
    fails(&["figure", "--unit", "Xã Tân Tiến", "--on", "2025-08-01", "--period", "2025", "--indicator", "LAU01"], "7 ");
    fails(&["summary", "--unit", "Tỉnh Kon Tum", "--period", "2022", "--out", "/tmp/report.txt"], ".docx");
}

#[test]
fn nothing_reported_is_null_and_zero_is_zero() {
    let out = run(&["figure", "--unit", "Tỉnh Kon Tum", "--period", "2022", "--indicator", "LAU01", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(json["value"], serde_json::Value::Null);
    assert_eq!(json["qualifier"], serde_json::Value::Null);
    assert_eq!(json["coverage"], serde_json::Value::Null);
}

#[test]
fn the_demo_is_whole_and_the_doctor_finds_nothing() {
    let out = run(&["doctor"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

#[test]
fn the_invented_province_stays_out_of_the_nation() {
    let of = |unit: &str| {
        let out = run(&["figure", "--unit", unit, "--period", "adm:2026-M01", "--indicator", "OUT01", "--json"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap()
    };
    let mau = of("Tỉnh Mẫu");
    assert_eq!((mau["reported"].as_i64(), mau["expected"].as_i64()), (Some(44), Some(44)));
    assert!(mau["value"].as_i64().unwrap() > 0);
    assert_eq!(of("VN")["value"], serde_json::Value::Null);
}

#[test]
fn a_demo_is_served_on_this_machine_only() {
    fails(&["serve", "--listen", "0.0.0.0:0"], "127.0.0.1");
}

#[tokio::test]
async fn forms_go_out_and_come_in_and_units_are_reminded() {
    for world in crate::world::worlds().await {
        let run = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_binhyen"));
            command.args(args).arg("--database").arg(&world.place);
            async move { tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap() }
        };
        let said =
            |out: &Output| format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("forms.json");
        let path = file.to_str().unwrap();
        let out = run(&["forms", "export", "--unit", "Tỉnh Mẫu", "--out", path]).await;
        assert!(out.status.success(), "{}", said(&out));
        let empty = std::fs::read_to_string(&file).unwrap();
        let wanted = "{\"code\":\"CAM01\",\"name_vi\":\"Camera\",\"measure\":\"chiếc\",\"kind\":\"count\"}";
        std::fs::write(&file, empty.replace("\"indicators\": []", &format!("\"indicators\": [{wanted}]"))).unwrap();
        let out = run(&["forms", "import", "--unit", "Tỉnh Mẫu", path]).await;
        assert!(out.status.success() && said(&out).contains("+ CAM01"), "{}", said(&out));
        let out = run(&["forms", "import", "--unit", "Tỉnh Mẫu", "--apply", path]).await;
        assert!(out.status.success() && said(&out).contains("1 chỉ tiêu"), "{}", said(&out));
        // The server that runs learns of it when it follows.
        returns::follow::catch_up(&world.app, &mut world.app.db.read().await.unwrap()).await.unwrap();
        let code = ::forms::indicator::code(world.unit("Tỉnh Mẫu"), "CAM01");
        assert!(world.app.catalogue.get().by_code(&code).is_some());
        std::fs::write(&file, "không phải JSON").unwrap();
        let out = run(&["forms", "import", "--unit", "Tỉnh Mẫu", "--apply", path]).await;
        assert!(!out.status.success() && said(&out).contains("dòng 1"), "{}", said(&out));
        let out = run(&["remind"]).await;
        assert!(out.status.success() && said(&out).contains("đã nhắc"), "{}", said(&out));
    }
}

#[cfg(feature = "parquet")]
#[test]
fn a_pivot_as_a_parquet_file_says_what_the_csv_file_says() {
    use axum::body::Bytes;
    use parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::RowAccessor,
    };
    let hundredths = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
        format!("{whole}{part:0<2}").parse::<i64>().unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let export = |unit: &str, format: &str, out: &str| {
        let which = ["--below", "province", "--period", "2021,2022", "--indicator", "all", "--format", format];
        run(&[&["export", "figures", "--unit", unit][..], &which, &["--out", out]].concat())
    };
    for (format, name) in [("parquet", "figures.parquet"), ("csv", "figures.csv")] {
        let out = export("Toàn quốc", format, &file(name));
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
    let bytes = std::fs::read(file("figures.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    let text = std::fs::read_to_string(file("figures.csv")).unwrap();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(rows.len(), lines.len());
    let mut known = 0;
    for (row, line) in rows.iter().zip(lines) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!((row.get_string(1).unwrap().as_str(), row.get_string(4).unwrap().as_str()), (fields[1], fields[4]));
        let value = row.get_decimal(5).ok().map(|it| i64::from_be_bytes(it.data().try_into().unwrap()));
        let said = Some(fields[5]).filter(|it| !it.is_empty()).map(hundredths);
        assert_eq!(value, said, "{line}");
        known += usize::from(value.is_some());
    }
    assert!(known > 0, "some figures are there");
    // Refused as any other format, with nothing left behind.
    assert!(!export("Tỉnh Không Có", "parquet", &file("gone.parquet")).status.success());
    assert!(!folder.path().join("gone.parquet").exists());
}
