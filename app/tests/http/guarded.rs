//! Counts of information from the people, of people reformed, of crime and of key areas are never put in order, mapped,
//! drawn, compared between units, pinned or made a target: not by a page, not by a data file.

use sheet::{At, Limits, Value};

use crate::{
    returns::{MONTH, decide, open, send},
    world::{World, encode, worlds},
};

/// A month of two communes with every guarded indicator that is counted.
async fn month(world: &World) -> Vec<String> {
    let catalogue = world.app.catalogue.get();
    let guarded = catalogue.indicators().iter().filter(|it| it.is_guarded());
    let mut csv = "unit_code,on,period,indicator,value,qualifier,coverage\n".to_owned();
    for it in guarded.clone().filter(|it| !it.is_ratio()) {
        for (at, unit) in ["M0001", "M0002"].iter().enumerate() {
            csv.extend([format!("{unit},2026-05-01,adm:2026-M03,{},{},exact,own\n", it.code, 7 + at)]);
            csv.extend([format!("{unit},2026-05-01,adm:2026-M02,{},{},exact,own\n", it.code, 3 + at)]);
        }
    }
    returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
    guarded.map(|it| it.code.clone()).collect()
}

#[tokio::test]
async fn no_page_makes_a_contest_of_what_is_guarded() {
    for world in worlds().await {
        let guarded = month(&world).await;
        assert!(guarded.len() > 30, "{}", guarded.len());
        let reader = world.person("tinhmau").await;
        let (mau, commune) = (world.unit("Tỉnh Mẫu"), world.unit("Xã Mẫu 01"));
        let place = "period=adm:2026-M03";
        let chooser = reader.get(&format!("/units/{commune}/neighbours?{place}")).await;
        let unit = reader.get(&format!("/units/{mau}?{place}")).await;
        chooser.is(200);
        unit.is(200);
        for code in &guarded {
            assert!(!chooser.text.contains(&format!("value=\"{code}\"")), "{code} is offered beside neighbours");
            let compared = reader.get(&format!("/units/{commune}/neighbours?{place}&indicator={code}")).await;
            compared.is(422).has("không được so giữa các đơn vị");
            let figure = reader.get(&format!("/units/{mau}/figures/{code}?{place}")).await;
            figure.is(200);
            for sign in ["<svg", "value=\"pin\"", "so với năm trước"] {
                assert!(!figure.text.contains(sign), "{code}: {sign}");
            }
            assert!(!figure.text.contains("Các đơn vị trực thuộc"), "{code} stands side by side");
            reader.post(&format!("/units/{mau}/pins"), &[("indicator", code), ("act", "pin")]).await.is(422);
            let ordered = reader.get(&format!("/units/{mau}/table?{place}&indicators={code}&order={code}")).await;
            ordered.is(422);
        }
        for screen in 1..6 {
            let wall = reader.get(&format!("/units/{mau}/wall?{place}&screen={screen}")).await;
            wall.is(200);
            let drawn = wall.text.split("<svg").nth(1).unwrap_or_default();
            assert!(guarded.iter().all(|it| !drawn.contains(it.as_str())), "screen {screen} draws what is guarded");
        }
    }
}

#[tokio::test]
async fn the_wall_turns_its_pages_only_when_told() {
    let world = worlds().await.remove(0);
    month(&world).await;
    let mut csv = "unit_code,on,period,indicator,value,qualifier,coverage\n".to_owned();
    for code in ["LAU01", "LAU02", "OUT01", "OUT02", "MOD02", "FES01"] {
        csv.extend([format!("M0003,2026-05-01,adm:2026-M03,{code},9,exact,own\n")]);
    }
    returns::import::figures(&world.app, "cli:test", "more.csv", csv.as_bytes()).await.unwrap();
    let reader = world.person("xemmau").await;
    let wall = format!("/units/{}/wall?period=adm:2026-M03", world.unit("Tỉnh Mẫu"));
    let still = reader.get(&wall).await;
    assert!(still.headers.get("refresh").is_none());
    still.has("&#38;turning=1");
    let turning = reader.get(&format!("{wall}&screen=2&turning=1")).await;
    let next = turning.headers.get("refresh").unwrap().to_str().unwrap().to_owned();
    assert!(next.starts_with("20; url=/units/") && next.ends_with("&screen=1&turning=1"), "{next}");
    reader.get("/units/u-1ZZZZ/wall").await.is(404);
}

/// A rule of the data may hold a guarded count against another of the same return, never against a year before, a
/// number, or what is not guarded: that would be a target.
#[test]
fn no_data_file_sets_a_target_for_what_is_guarded() {
    let is_guarded = |text: &str| ["TIP", "REF", "CRM", "KEY"].iter().any(|it| text.starts_with(it));
    let rules = include_str!("../../../data/rules/rules.csv");
    let mut seen = 0;
    for line in rules.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let terms: Vec<&str> = [fields[2], fields[4]].iter().flat_map(|it| it.split(['+', '-'])).collect();
        let bare = |it: &&&str| is_guarded(it.rsplit('.').next().unwrap());
        if terms.iter().filter(bare).count() > 0 {
            seen += 1;
            assert!(terms.iter().all(|it| is_guarded(it)), "{line}: compared with another period or another thing");
        }
    }
    assert!(seen >= 2, "the rules about guarded counts are read");
    for (name, text) in [
        ("forms.csv", include_str!("../../../data/forms/forms.csv")),
        ("items.csv", include_str!("../../../data/forms/items.csv")),
        ("indicators.csv", include_str!("../../../data/indicators.csv")),
    ] {
        let head = text.lines().next().unwrap();
        for word in ["target", "rank", "score", "goal", "weight"] {
            assert!(!head.contains(word), "{name} has a column {word}");
        }
    }
}

#[tokio::test]
async fn what_somebody_pins_stands_on_top_for_them_alone() {
    for world in worlds().await {
        let csv = "unit_code,on,period,indicator,value,qualifier,coverage\n\
                   M0001,2026-05-01,adm:2026-M03,FIN02,1234567,exact,own\n";
        returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
        let (leader, reader) = (world.person("tinhmau").await, world.person("xemmau").await);
        let mau = world.unit("Tỉnh Mẫu");
        let page = format!("/units/{mau}?period=adm:2026-M03");
        let pin = |act: &'static str| [("indicator", "FIN02"), ("act", act), ("query", "period=adm:2026-M03")];
        assert!(!leader.get(&page).await.text.contains("Bạn đã ghim"));
        let pinned = leader.post(&format!("/units/{mau}/pins"), &pin("pin")).await;
        pinned.is(303);
        assert_eq!(pinned.to(), format!("{page}&done=pinned-figure"));
        leader.get(&page).await.has("Bạn đã ghim").has("Kinh phí xã hội hóa huy động");
        assert!(!reader.get(&page).await.text.contains("Bạn đã ghim"));
        leader.post(&format!("/units/{mau}/pins"), &pin("unpin")).await.is(303);
        assert!(!leader.get(&page).await.text.contains("Bạn đã ghim"));
        world.person("xa01").await.post(&format!("/units/{mau}/pins"), &pin("pin")).await.is(404);
        leader.post(&format!("/units/{mau}/pins"), &[("indicator", "XXX99"), ("act", "pin")]).await.is(404);
    }
}

#[tokio::test]
async fn small_counts_of_tips_leave_their_unit_in_sums_alone() {
    const PERIOD: &str = "adm:2026-M10";
    for world in worlds().await {
        let (one, two, above) = (world.person("xa01").await, world.person("xa02").await, world.person("tinhmau").await);
        let month = |tips: &'static str, telling: &'static str| {
            [&MONTH[..4], &[("v.TIP01", tips), ("v.TIP02", telling)]].concat()
        };
        // In the second commune nothing is small; in the first nothing but.
        for (person, unit, month) in [(&one, "Xã Mẫu 01", month("4", "3")), (&two, "Xã Mẫu 02", month("87", "65"))]
        {
            let at = open(person, unit, PERIOD).await;
            send(person, &at, &month, "submit").await.is(303);
            decide(&above, &at, "approval", "").await.is(303);
        }
        let (first, second) = (world.unit("Xã Mẫu 01"), world.unit("Xã Mẫu 02"));
        // Reports: of the first neither to those above nor in the paper that the commune itself sends up.
        for person in [&above, &one] {
            let brief = person.get(&format!("/units/{first}/brief?period={PERIOD}")).await;
            brief.is(200).has("1.250");
            assert!(!brief.text.contains("/figures/TIP0"), "a link to a small count of tips");
        }
        let brief = above.get(&format!("/units/{second}/brief?period={PERIOD}")).await;
        brief.is(200).has("/figures/TIP01").has("87");
        let mau = world.unit("Tỉnh Mẫu");
        above.get(&format!("/units/{mau}/brief?period={PERIOD}")).await.is(200).has("/figures/TIP01").has("91");
        // Files of figures.
        let query = format!("period={PERIOD}&indicators=TIP01,LAU02&below=children");
        let json = above.get(&format!("/units/{mau}/figures.json?{query}")).await;
        json.is(200).has("1250");
        let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
        assert!(!json.to_string().contains(":4,") && !json.to_string().contains(":4}"), "{json}");
        let book = above.bytes(&format!("/units/{mau}/figures.xlsx?{query}")).await;
        let book = sheet::read(&book, &Limits::default()).unwrap();
        let values = || book.sheets.iter().flat_map(|it| &it.cells).map(|it| &it.value);
        assert!(values().any(|it| *it == Value::Number(1250.0)) && values().all(|it| *it != Value::Number(4.0)));
        // Workbooks for all communes, filled in from above: neither what was sent nor what is past.
        let province = world.person("nhapmau").await;
        for (period, tab) in [(PERIOD, "Số liệu"), ("adm:2026-M11", "Kỳ trước")] {
            let path =
                format!("/workbooks/form.xlsx?unit={}&form=thang&period={period}&shape=rows", encode("Tỉnh Mẫu"));
            let book = sheet::read(&province.bytes(&path).await, &Limits::default()).unwrap();
            let sheet = book.sheets.iter().find(|it| it.name == tab).unwrap();
            let at = |text: &str| sheet.cells.iter().find(|it| it.value == Value::Text(text.to_owned())).unwrap().at;
            let value = |unit: kernel::UnitId, code: &str| {
                sheet.cell(At::new(at(&unit.to_string()).row, at(code).column)).map(|it| it.value.clone())
            };
            let shown = |it: Option<Value>| it.filter(|it| *it != Value::Text(String::new()));
            assert_eq!(shown(value(first, "TIP01")), None, "{tab}");
            assert_eq!(shown(value(second, "TIP01")), Some(Value::Number(87.0)), "{tab}");
            assert_eq!(shown(value(first, "LAU02")), Some(Value::Number(1250.0)), "{tab}");
        }
    }
}
