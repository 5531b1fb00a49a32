//! Totals as the rules want them, through the whole application.

use serde_json::{Value, json};

use crate::world::{World, worlds};

async fn import(world: &World, lines: &str) {
    let csv = format!("unit_code,on,period,indicator,value,qualifier,coverage\n{lines}");
    returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
}

#[track_caller]
fn check(world: &World, unit: &str, period: &str, indicator: &str, expect: &[(&str, Value)]) {
    let answer = world.figure(unit, "2026-11-01", period, indicator, "then");
    for (key, value) in expect {
        assert_eq!(answer.get(*key), Some(value), "{key} of {answer}");
    }
}

#[tokio::test]
async fn rule_18_a_year_of_a_count_is_the_sum_of_its_parts_a_stock_its_last() {
    for world in worlds().await {
        let months: String = (1..=11)
            .flat_map(|month| {
                [("LAU01", month), ("MOD02", 100 + month)]
                    .map(|(code, value)| format!("M0001,2026-05-01,adm:2026-M{month:02},{code},{value},exact,own\n"))
            })
            .collect();
        import(&world, &months).await;
        // LAU01 and MOD02 stand on the monthly form that 44 communes owe: 11 of 12 × 44 unit-periods of the count.
        let count = [("value", json!(66)), ("reported", json!(11)), ("expected", json!(44 * 12))];
        check(&world, "Tỉnh Mẫu", "adm:2026", "LAU01", &count);
        check(&world, "Tỉnh Mẫu", "adm:2026", "MOD02", &[("value", Value::Null)]);
        import(&world, "M0001,2026-05-01,adm:2026-M12,MOD02,112,exact,own\n").await;
        check(&world, "Tỉnh Mẫu", "adm:2026", "MOD02", &[("value", json!(112))]);
    }
}

#[tokio::test]
async fn rule_19_qualifiers_of_sums() {
    for world in worlds().await {
        import(
            &world,
            "M0001,2026-05-01,2026,LAU01,10,exact,own\n\
             M0002,2026-05-01,2026,LAU01,20,almost,own\n\
             M0001,2026-05-01,2026,LAU02,10,more_than,own\n\
             M0002,2026-05-01,2026,LAU02,20,almost,own\n",
        )
        .await;
        check(&world, "Tỉnh Mẫu", "2026", "LAU01", &[("value", json!(30)), ("qualifier", json!("almost"))]);
        check(&world, "Tỉnh Mẫu", "2026", "LAU02", &[("value", json!(30)), ("qualifier", json!("about"))]);
    }
}

#[tokio::test]
async fn rule_12_and_13_shares_add_by_their_parts_and_bare_percentages_never() {
    for world in worlds().await {
        import(
            &world,
            "M0001,2026-05-01,2026,STD13,9,exact,own\n\
             M0001,2026-05-01,2026,STD11,10,exact,own\n\
             M0002,2026-05-01,2026,STD13,1,exact,own\n\
             M0002,2026-05-01,2026,STD11,2,exact,own\n\
             M0003,2026-05-01,2026,STD14,85.5,at_least,own\n",
        )
        .await;
        let sum = [("value", json!(10)), ("of", json!(12)), ("unit_of_measure", json!("%"))];
        check(&world, "Tỉnh Mẫu", "2026", "STD14", &sum);
        let bare = [("value", json!(85.5)), ("of", Value::Null), ("qualifier", json!("at_least"))];
        check(&world, "Xã Mẫu 03", "2026", "STD14", &bare);
    }
}

#[tokio::test]
async fn rule_17_what_is_never_added_across_places_is_the_units_own_figure_alone() {
    for world in worlds().await {
        import(&world, "M0001,2026-05-01,2026,MOD01,3,exact,own\nM0002,2026-05-01,2026,MOD01,4,exact,own\n").await;
        check(&world, "Tỉnh Mẫu", "2026", "MOD01", &[("value", Value::Null)]);
        check(&world, "Xã Mẫu 02", "2026", "MOD01", &[("value", json!(4))]);
    }
}

#[tokio::test]
async fn scaled_figures_keep_their_decimals() {
    for world in worlds().await {
        import(&world, "M0001,2026-05-01,2026,SUB05,13.85,exact,own\nM0002,2026-05-01,2026,SUB05,0.15,exact,own\n")
            .await;
        check(&world, "Xã Mẫu 01", "2026", "SUB05", &[("value", json!(13.85)), ("unit_of_measure", json!("kg"))]);
        check(&world, "Tỉnh Mẫu", "2026", "SUB05", &[("value", json!(14))]);
    }
}

#[tokio::test]
async fn rule_20_without_any_assignment_nothing_is_expected() {
    for world in worlds().await {
        import(&world, "00004,2026-05-01,2026,LAU01,5,exact,own\n").await;
        let nation = world.figure("VN", "2026-11-01", "2026", "LAU01", "then");
        assert_eq!((&nation["value"], &nation["expected"]), (&json!(5), &Value::Null));
        assert_eq!(nation["coverage"], "own");
    }
}

#[tokio::test]
async fn a_former_provinces_figure_under_the_boundaries_of_now() {
    for world in worlds().await {
        // Quảng Nam (49) merged whole into today's Đà Nẵng (48); Ba Đồn (458) was split among communes of Quảng Trị.
        import(&world, "49,2017-12-31,2017,LAU01,1900,almost,whole\n458,2021-12-31,2021,MOD04,4,exact,whole\n").await;
        let now = world.figure("48", "2026-11-01", "2017", "LAU01", "now");
        assert_eq!((&now["value"], &now["exact"], &now["not_separable"]), (&json!(1900), &json!(true), &json!(0)));
        assert_eq!(now["boundaries"], "now");
        let province = world.figure("Tỉnh Quảng Trị", "2026-11-01", "2021", "MOD04", "now");
        assert_eq!((&province["value"], &province["exact"]), (&json!(4), &json!(true)));
        let commune = world.figure("Phường Ba Đồn", "2026-11-01", "2021", "MOD04", "now");
        assert_eq!(commune["exact"], false);
        assert_eq!(commune["not_separable"], 4);
        assert_eq!(commune["value"], Value::Null);
    }
}

#[tokio::test]
async fn a_file_names_indicators_in_any_order_and_each_once() {
    for world in worlds().await {
        // The units name them in three orders, with white space, the second one in two pieces.
        import(
            &world,
            "M0001,2026-05-01,2026,LAU02,3,exact,own\n\
             M0001,2026-05-01,2026,LAU01,1,exact,own\n\
             M0001,2026-05-01,2026,SUB05,0.50,exact,own\n\
             M0002,2026-05-01,2026, LAU02 ,30,exact,own\n\
             M0003,2026-05-01,2026,SUB05,7.00,exact,own\n\
             M0003,2026-05-01,2026,LAU02,300,exact,own\n\
             M0002,2026-05-01,2026,SUB05,\u{a0}2.00,exact,own\n\
             M0002,2026-05-01,2026,LAU01,10,exact,own\n",
        )
        .await;
        for (indicator, expect) in [("LAU02", json!(333)), ("LAU01", json!(11)), ("SUB05", json!(9.5))] {
            check(&world, "Tỉnh Mẫu", "2026", indicator, &[("value", expect)]);
        }
        let twice = "unit_code,on,period,indicator,value,qualifier,coverage\n\
             M0001,2026-05-01,2025,SUB05,1,exact,own\n\
             M0001,2026-05-01,2025,LAU01,1,exact,own\n\
             M0001,2026-05-01,2025,LAU02,1,exact,own\n\
             M0001,2026-05-01,2025,SUB05,1,exact,own\n\
             M0001,2026-05-01,2025,LAU01,2,exact,own\n";
        let refused = returns::import::figures(&world.app, "cli:test", "test.csv", twice.as_bytes()).await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("line 5") && told.contains("line 6"), "{told}");
        assert!(told.contains("stands on line 2") && told.contains("stands on line 3"), "{told}");
        assert!(!told.contains("line 4:"), "{told}");
    }
}
