//! Tables and files of many figures: every cell is what asking for it alone answers.

use std::{io::BufRead as _, process::Command};

use kernel::Day;
use serde_json::Value;

use crate::{
    model::demo_file,
    world::{World, demo_worlds, worlds},
};

const TWENTY: &str = "LAU01,LAU02,OUT01,OUT02,MOD02,MOD00,MOD04,MOD05,MOD06,STD14,STD24,STD34,STD44,STD54,MED07,FOR11,\
                      FES01,AWA03,AWA05,FIN03";

async fn import(world: &World, lines: &str) {
    let csv = format!("unit_code,on,period,indicator,value,qualifier,coverage\n{lines}");
    returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
}

/// Counts, a share by its parts and as a bare percentage, decimals, an estimate, a guarded count.
async fn some_figures(world: &World) {
    import(
        world,
        "M0001,2026-05-01,2026,LAU01,10,almost,own\n\
         M0002,2026-05-01,2026,LAU01,30,exact,own\n\
         M0003,2026-05-01,2026,LAU01,0,exact,own\n\
         M0001,2026-05-01,2025,LAU01,8,exact,own\n\
         M0001,2026-05-01,2026,STD13,9,exact,own\n\
         M0001,2026-05-01,2026,STD11,10,exact,own\n\
         M0003,2026-05-01,2026,STD14,85.5,at_least,own\n\
         M0002,2026-05-01,2026,SUB05,13.85,exact,own\n\
         M0002,2026-05-01,2026,TIP01,7,exact,own\n\
         M0001,2026-05-01,adm:2026-M03,LAU01,4,exact,own\n",
    )
    .await;
}

/// Every object of the file is the answer to the single question; says how many there are.
#[track_caller]
fn every_cell_is_as_asked_alone(world: &World, text: &str) -> usize {
    let all: Vec<Value> = serde_json::from_str(text).unwrap();
    for cell in &all {
        let word = |it: &Value| it.as_str().unwrap().to_owned();
        let unit = word(&cell["unit"]["id"]);
        let alone = world.figure(
            &unit,
            &word(&cell["on"]),
            &word(&cell["period"]),
            &word(&cell["indicator"]),
            &word(&cell["boundaries"]),
        );
        assert_eq!(*cell, alone);
    }
    all.len()
}

fn records(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap).collect()
}

#[tokio::test]
async fn every_cell_of_a_pivot_is_what_asking_alone_answers() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("xemmau").await;
        let unit = world.unit("Tỉnh Mẫu");
        let query = "below=children&period=2026,2025,adm:2026&indicators=LAU01,STD14,STD13,SUB05,TIP01,MOD01";
        let answer = person.get(&format!("/units/{unit}/figures.json?{query}&boundaries=then")).await;
        answer.is(200);
        let disposition = answer.headers.get("content-disposition").unwrap().to_str().unwrap();
        assert_eq!(disposition, format!("attachment; filename=\"{unit}-2026.json\""));
        assert_eq!(every_cell_is_as_asked_alone(&world, &answer.text), 44 * 3 * 6);
        for below in ["self", "village"] {
            let path = format!("/units/{unit}/figures.json?below={below}&period=2026&indicators=all&boundaries=now");
            let text = person.get(&path).await.is(200).text.clone();
            assert!(every_cell_is_as_asked_alone(&world, &text) >= 100, "{below}");
        }
    }
}

#[tokio::test]
async fn a_csv_file_says_the_same_and_reads_back() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("xemmau").await;
        let unit = world.unit("Tỉnh Mẫu");
        let path = format!("/units/{unit}/figures.csv?period=2026&indicators=LAU01&indicators=STD14,SUB05");
        let text = person.get(&path).await.is(200).text.clone();
        let header = "unit_id,unit_code,full_name,period,indicator,value,of,qualifier,unit_of_measure,coverage,\
                      reported,expected,boundaries,exact,not_separable\n";
        assert!(text.starts_with(header), "{text}");
        let all = records(&text);
        assert_eq!(all.len(), 44 * 3);
        let of = |code: &str, indicator: &str| {
            let found = all.iter().find(|it| &it[1] == code && &it[4] == indicator).unwrap();
            found.iter().skip(2).collect::<Vec<_>>().join("|")
        };
        assert_eq!(of("M0001", "LAU01"), "Xã Mẫu 01|2026|LAU01|10||almost|cuộc|own|1||then|true|0");
        assert_eq!(of("M0001", "STD14"), "Xã Mẫu 01|2026|STD14|9|10|exact|%|own|1||then|true|0");
        assert_eq!(of("M0003", "STD14"), "Xã Mẫu 03|2026|STD14|85.5||at_least|%|own|0||then|true|0");
        assert_eq!(of("M0002", "SUB05"), "Xã Mẫu 02|2026|SUB05|13.85||exact|kg|own|1||then|true|0");
        assert_eq!(of("M0004", "LAU01"), "Xã Mẫu 04|2026|LAU01||||cuộc||0||then|true|0");
        // Greatest first, nothing last.
        let ordered = person.get(&format!("{path}&order=LAU01")).await.is(200).text.clone();
        let names: Vec<String> = records(&ordered).iter().step_by(3).take(4).map(|it| it[1].to_owned()).collect();
        assert_eq!(names, ["M0002", "M0001", "M0003", "M0004"]);
    }
}

#[tokio::test]
async fn merged_and_split_units_under_the_boundaries_of_now() {
    for world in worlds().await {
        // Quảng Nam merged whole into Đà Nẵng; Ba Đồn was split among communes of Quảng Trị.
        import(&world, "49,2017-12-31,2017,LAU01,1900,almost,whole\n458,2021-12-31,2021,MOD04,4,exact,whole\n").await;
        let nation = world.person("capbo").await;
        let path = |below: &str, period: &str, boundaries: &str| {
            let root = world.unit("Toàn quốc");
            format!(
                "/units/{root}/figures.json?below={below}&period={period}&indicators=LAU01,MOD04&boundaries={boundaries}"
            )
        };
        let text = nation.get(&path("province", "2017", "now")).await.is(200).text.clone();
        assert_eq!(every_cell_is_as_asked_alone(&world, &text), 34 * 2);
        assert!(text.contains("\"value\":1900"), "{text}");
        let text = nation.get(&path("province", "2017", "then")).await.is(200).text.clone();
        let root = world.unit("Toàn quốc");
        // Communes whose district of then is not in the data stand under the nation too; they are no provinces.
        let register = world.app.register.get();
        let below = register.children(root, Day::parse("2017-12-31").unwrap());
        let provinces = below.iter().filter(|it| it.level == kernel::Level::Province).count();
        assert!(provinces > 60, "before the merger: {provinces}");
        assert_eq!(every_cell_is_as_asked_alone(&world, &text), provinces * 2);
        let text = nation.get(&path("commune", "2021", "now")).await.is(200).text.clone();
        let split = text.lines().filter(|it| it.contains("\"exact\":false") && it.contains("\"not_separable\":4"));
        assert!(split.count() > 1);
        assert!(text.contains("\"full_name\":\"Phường Ba Đồn\""));
        // On the page the amount that nobody can divide stands beside the missing value.
        let quang_tri = world.unit("Tỉnh Quảng Trị");
        let mut pages = String::new();
        for number in 1..=3 {
            let path = format!("/units/{quang_tri}/table?period=2021&indicators=MOD04&boundaries=now&page={number}");
            pages += &nation.get(&path).await.is(200).text;
        }
        assert!(pages.contains("chưa tách được: 4"), "{pages}");
        // A unit that did not exist then has no figures then.
        let path = format!("/units/{quang_tri}/figures.csv?period=2021&indicators=MOD04&boundaries=1900-01-01");
        let answer = nation.get(&path).await;
        assert!([200, 422].contains(&answer.status.as_u16()));
    }
}

#[tokio::test]
async fn out_of_scope_is_not_found_in_every_form() {
    for world in worlds().await {
        let commune = world.person("xa01").await;
        let paths = |unit: kernel::UnitId| {
            ["figures.csv", "figures.json", "table", "series/LAU01", "completeness", "completeness.csv"]
                .map(|it| format!("/units/{unit}/{it}?period=2026&indicators=LAU01&below=self"))
        };
        for path in paths(world.unit("Xã Mẫu 02")).iter().chain(&paths(world.unit("Tỉnh Mẫu"))) {
            commune.get(path).await.is(404);
        }
        for path in paths(world.unit("Xã Mẫu 01")) {
            commune.get(&path).await.is(200);
        }
        let own = world.unit("Xã Mẫu 01");
        commune.get(&format!("/units/{own}/series/XXX99")).await.is(404);
        // The administrator manages accounts and reads no figures.
        world.person("quantrimau").await.get(&paths(world.unit("Tỉnh Mẫu"))[0]).await.is(403);
    }
}

#[tokio::test]
async fn guarded_counts_are_listed_and_never_compared() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("xemmau").await;
        let unit = world.unit("Tỉnh Mẫu");
        let query = "period=2026&indicators=TIP01,LAU01&share=1&change=1";
        let page = person.get(&format!("/units/{unit}/table?{query}")).await;
        // Xã Mẫu 02 gave 30 of 40; of its denunciations there is the number alone.
        page.is(200).has("75% của tổng").has("+25% so với năm trước").has("chỉ để tra cứu").has("order=LAU01");
        page.has(">7</a></span>");
        assert!(!page.text.contains("order=TIP01") && !page.text.contains("100% của tổng"));
        let refused = person.get(&format!("/units/{unit}/table?{query}&order=TIP01")).await;
        refused.is(422).has("Không xếp thứ tự các đơn vị theo TIP01");
        let refused = person.get(&format!("/units/{unit}/figures.csv?{query}&order=TIP01")).await;
        refused.is(422).has("không xếp thứ tự theo TIP01");
        let series = person.get(&format!("/units/{unit}/series/TIP01")).await;
        series.is(200);
        assert!(!series.text.contains("So với cùng kỳ"));
    }
}

#[tokio::test]
async fn what_cannot_be_understood_is_said() {
    for world in worlds().await {
        let person = world.person("xemmau").await;
        let unit = world.unit("Tỉnh Mẫu");
        for (query, csv, page) in [
            ("period=2026-X&indicators=LAU01", "không phải kỳ báo cáo", "không phải kỳ báo cáo"),
            ("indicators=LAU01&below=all", "ít nhất một kỳ", "Không có cách chọn đơn vị"),
            ("period=2026", "ít nhất một mã chỉ tiêu", ""),
            ("period=2026&indicators=LAU99", "không có chỉ tiêu «LAU99»", "không có chỉ tiêu “LAU99”"),
            ("period=2026&indicators=LAU01&boundaries=here", "không phải then, now", "không phải then, now"),
            ("period=2026&indicators=LAU01&below=ward", "không phải self", "Không có cách chọn đơn vị"),
        ] {
            person.get(&format!("/units/{unit}/figures.csv?{query}")).await.is(422).has(csv);
            let answer = person.get(&format!("/units/{unit}/table?{query}")).await;
            answer.is(if page.is_empty() { 200 } else { 422 }).has(page);
        }
    }
}

#[tokio::test]
async fn a_large_pivot_is_made_in_pieces() {
    for world in worlds().await {
        let root = world.unit("Toàn quốc");
        let path = format!("/units/{root}/figures.csv?below=commune&period=2025&indicators={TWENTY}&boundaries=now");
        let pieces = world.person("capbo").await.pieces(&path).await;
        // 3,321 communes × 20 indicators, never more than a few hundred kilobytes of it at once.
        let lines: usize = pieces.concat().lines().count();
        assert_eq!(lines, 1 + 3_321 * 20);
        assert!(pieces.len() > 10, "{}", pieces.len());
        assert!(pieces.iter().all(|it| it.len() < 1_000_000));
    }
}

#[tokio::test]
async fn a_series_shows_every_period_held_and_the_year_before() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("xa01").await;
        let unit = world.unit("Xã Mẫu 01");
        let page = person.get(&format!("/units/{unit}/series/LAU01")).await;
        page.is(200).has("gần\u{a0}10 cuộc").has("8 cuộc").has("4 cuộc").has("+25%").has("Tháng 3 năm 2026");
        page.has("period=2025,2026,adm:2026,adm:2026-M03\"").has("1/12 báo cáo");
        let later = person.get(&format!("/units/{unit}/series/LAU01?from=2026")).await;
        later.is(200);
        assert!(!later.text.contains("8 cuộc"));
        person.get(&format!("/units/{unit}/series/LAU01?from=never")).await.is(422).has("không phải kỳ báo cáo");
        // Under then, a unit that had ended is not asked; under now, former units are not in force.
        import(&world, "458,2021-12-31,2021,MOD04,4,exact,whole\n").await;
        let former = world.unit_on("Thị xã Ba Đồn", "2021-12-31");
        let nation = world.person("capbo").await;
        nation.get(&format!("/units/{former}/series/MOD04")).await.is(200).has("Năm 2021").has("4 điểm");
        nation.get(&format!("/units/{former}/series/MOD04?boundaries=now")).await.is(200).has("không có hiệu lực");
    }
}

#[tokio::test]
async fn completeness_counts_what_was_owed_and_names_who_is_behind() {
    for world in demo_worlds().await {
        let who = world.demo_who();
        let (unit, period) = (world.unit("Tỉnh Mẫu"), "adm:2026-M03");
        let name = "tinhmau-doc";
        let account = access::NewAccount {
            name: name.to_owned(),
            full_name: "Người xem".to_owned(),
            post: "Cán bộ".to_owned(),
            password: "một mật khẩu dài".to_owned(),
            role: world.role(web::Duty::Reader, unit),
            unit,
        };
        access::add_account(&world.app, &who, &account).await.unwrap();
        let person = world.person(name).await;
        let query = format!("form=thang&period={period}");
        let text = person.get(&format!("/units/{unit}/completeness.csv?{query}")).await.is(200).text.clone();
        let all = records(&text);
        let counts =
            |it: &csv::StringRecord| -> Vec<usize> { it.iter().skip(5).map(|it| it.parse().unwrap()).collect() };
        let whole = counts(&all[0]);
        assert_eq!(whole[0], 44);
        // The parts make the whole, in every line and over all lines.
        for it in all.iter().map(counts) {
            assert_eq!((it[1], it[0]), (it[2] + it[3], it[1] + it[4] + it[5]), "{it:?}");
        }
        let sum = all.iter().skip(1).map(counts).reduce(|a, b| a.iter().zip(&b).map(|(a, b)| a + b).collect());
        assert_eq!(sum, Some(whole.clone()));
        // What figures say of the same month.
        let figure = world.figure("Tỉnh Mẫu", "2026-11-21", period, "LAU01", "then");
        assert_eq!(figure["expected"], whole[0]);
        let page = person.get(&format!("/units/{unit}/completeness?{query}")).await;
        page.is(200).has("Xã Mẫu 01").has("Hạn nộp").has(&format!("Phải nộp 44; đã nhận {}", whole[1]));
        if whole[3] > 0 {
            page.has(&format!("Nộp muộn ({})", whole[3])).has("/returns/");
        }
        // Without a question: the last month that ended.
        person.get(&format!("/units/{unit}/completeness")).await.is(200).has("adm:2026-M11\" selected");
        person.get(&format!("/units/{unit}/completeness?form=none")).await.is(422).has("Không có biểu mẫu");
        person.get(&format!("/units/{unit}/completeness?form=thang&period=2026")).await.is(200).has("Không đơn vị nào");
        // A year is all its months.
        let year = person.get(&format!("/units/{unit}/completeness.csv?form=thang&period=adm:2026")).await;
        assert_eq!(counts(&records(&year.text)[0])[0], 44 * 12);
    }
}

#[test]
fn the_command_line_writes_the_same_file() {
    let database = demo_file();
    let run = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_binhyen"))
            .args(["export", "figures", "--unit", "Tỉnh Mẫu"])
            .args(args)
            .arg("--database")
            .arg(database)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (out.status.success(), text(out.stdout), text(out.stderr))
    };
    let (ok, out, err) = run(&["--period", "adm:2026-M03,adm:2026-M04", "--indicator", "LAU01,MOD02"]);
    assert!(ok, "{err}");
    assert_eq!(records(&out).len(), 44 * 2 * 2);
    assert_eq!(err, "", "no progress where nobody looks");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figures.json");
    let path = file.to_str().unwrap();
    let (ok, out, err) =
        run(&["--below", "self", "--period", "adm:2026-M03", "--indicator", "all", "--format", "json", "--out", path]);
    assert!(ok && out.is_empty(), "{err}");
    let all: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(all.len() > 100);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    for (args, word) in [
        (["--period", "adm:2026-M03", "--indicator", "XYZ"], "no indicator"),
        (["--period", "2026-M3", "--indicator", "all"], "is no period"),
    ] {
        let (ok, out, err) = run(&args);
        assert!(!ok && out.is_empty() && err.contains(word), "{err}");
    }
    let (ok, _, err) = run(&["--period", "2026", "--indicator", "all", "--order", "CRM01"]);
    assert!(!ok && err.contains("units are not ordered by CRM01"), "{err}");
    let day = Day::parse("2026-01-01").unwrap().to_string();
    let (ok, _, err) = run(&["--period", "2026", "--indicator", "LAU01", "--below", "town", "--on", &day]);
    assert!(!ok && err.contains("is not self, children"), "{err}");
}

#[tokio::test]
async fn a_pivot_as_a_workbook_holds_the_figures_of_the_csv_file() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = crate::returns::open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        let mut fields = crate::returns::MONTH.to_vec();
        fields.push(("q.LAU02", "about"));
        crate::returns::send(&recorder, &at, &fields, "submit").await.is(303);
        crate::returns::decide(&approver, &at, "approval", "").await.is(303);
        let path = format!(
            "/units/{}/figures.xlsx?below=children&period=adm:2026-M10&indicators=LAU01,LAU02,SUB05",
            world.unit("Tỉnh Mẫu")
        );
        let bytes = approver.bytes(&path).await;
        let book = sheet::read(&bytes, &sheet::Limits::default()).unwrap();
        let table = &book.sheets[0];
        let row = table.rows().find(|it| table.text(sheet::At::new(it.0, 2)) == Some("Xã Mẫu 01")).unwrap().0;
        let value = |column| table.cell(sheet::At::new(row, column)).map(|it| it.value.clone());
        assert_eq!(value(3), Some(sheet::Value::Text("adm:2026-M10".into())));
        assert_eq!(value(4), Some(sheet::Value::Number(2.0)));
        assert_eq!(value(5), Some(sheet::Value::Number(1250.0)));
        assert_eq!(value(6), None, "nothing is not zero");
        assert!(table.text(sheet::At::new(0, 4)).unwrap().starts_with("LAU01 "));
        recorder.get(&path).await.is(404);
    }
}
