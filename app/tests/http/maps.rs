//! Maps and charts: whole, complete, within scope, and of nothing that must never be mapped.

use crate::world::{World, worlds};

/// Figures of all provinces of today: for each n-th, n times ten.
async fn provinces(world: &World) {
    let register = world.app.register.get();
    let nation = world.unit("Toàn quốc");
    let mut csv = "unit_code,on,period,indicator,value,qualifier,coverage\n".to_owned();
    for (at, it) in register.children(nation, world.app.clock.today()).iter().enumerate().skip(1) {
        csv.extend([format!("{},2026-05-01,2026,LAU01,{},exact,whole\n", it.code, at * 10)]);
        csv.extend([format!("{},2026-05-01,2026,TIP02,{},exact,whole\n", it.code, at)]);
    }
    returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
}

#[expect(clippy::print_stderr, reason = "the size is wanted, not only whether it fits")]
#[tokio::test]
async fn the_nation_is_drawn_whole_with_both_archipelagos() {
    for world in worlds().await {
        provinces(&world).await;
        let reader = world.person("capbo").await;
        let path = format!("/units/{}/map?indicator=LAU01&period=2026", world.unit("Toàn quốc"));
        let answer = reader.get(&path).await;
        answer.is(200).has("Quần đảo Hoàng Sa (TP. Đà Nẵng)").has("Quần đảo Trường Sa (tỉnh Khánh Hòa)");
        answer.has(">Quần đảo Hoàng Sa<").has(">(TP. Đà Nẵng)<").has(">Quần đảo Trường Sa<").has(">(tỉnh Khánh Hòa)<");
        answer.has("Made with Natural Earth").has("role=\"img\"");
        assert_eq!(answer.text.matches("class=\"area ").count(), 34);
        assert_eq!(answer.text.matches("class=\"area none\"").count(), 1, "the first province has no figure");
        assert_eq!(answer.text.matches("class=\"islands c").count(), 2);
        assert!(!answer.text.contains("style="), "the policy allows no inline style");
        assert_eq!(answer.text.matches("<th scope=\"row\">").count(), 34, "the table holds every province");
        let size = reader.weigh(&path).await;
        eprintln!("national map: {} bytes of page, {size} over the wire", answer.text.len());
        assert!(size <= 60 * 1024, "{size}");
        let then = reader.get(&path.replace("2026", "2021")).await;
        then.is(200).has("Quần đảo Hoàng Sa (TP. Đà Nẵng)").has("Tỉnh Quảng Nam");
        assert_eq!(then.text.matches("class=\"area ").count(), 63);
        let now = reader.get(&(path.replace("2026", "2021") + "&boundaries=now")).await;
        assert_eq!(now.text.matches("class=\"area ").count(), 34);
    }
}

#[tokio::test]
async fn what_must_never_be_a_contest_is_not_mapped() {
    for world in worlds().await {
        provinces(&world).await;
        let reader = world.person("capbo").await;
        let map = format!("/units/{}/map", world.unit("Toàn quốc"));
        let chooser = reader.get(&map).await;
        chooser.is(200).has("<option value=\"LAU01\"");
        for it in world.app.catalogue.get().indicators().iter().filter(|it| it.is_guarded()) {
            assert!(!chooser.text.contains(&format!("value=\"{}\"", it.code)), "{} is offered", it.code);
            let answer = reader.get(&format!("{map}?indicator={}&period=2026", it.code)).await;
            answer.is(422).has("không được lập bản đồ");
            assert!(!answer.text.contains("<svg") && !answer.text.contains("<table"), "{} is shown", it.code);
        }
        reader.get(&format!("{map}?indicator=XXX99")).await.is(422).has("XXX99");
        reader.get(&format!("{map}?period=20x")).await.is(422).has("20x");
    }
}

#[tokio::test]
async fn maps_and_charts_keep_to_the_readers_scope() {
    for world in worlds().await {
        let (commune, province) = (world.person("xa01").await, world.person("xemmau").await);
        for page in ["map", "charts"] {
            let at = |name: &str| format!("/units/{}/{page}", world.unit(name));
            commune.get(&at("Xã Mẫu 01")).await.is(200);
            commune.get(&at("Xã Mẫu 02")).await.is(404);
            commune.get(&at("Tỉnh Mẫu")).await.is(404);
            province.get(&at("Tỉnh Mẫu")).await.is(200);
            province.get(&at("Toàn quốc")).await.is(404);
            province.get(&format!("/units/u-1ZZZZ/{page}")).await.is(404);
        }
    }
}

#[tokio::test]
async fn a_province_is_drawn_as_cells_that_claim_no_place() {
    for world in worlds().await {
        let csv = "unit_code,on,period,indicator,value,qualifier,coverage\n\
                   M0001,2026-05-01,adm:2026-M03,LAU01,0,exact,own\n\
                   M0002,2026-05-01,adm:2026-M03,LAU01,7,exact,own\n\
                   M0002,2026-05-01,adm:2026-M03,TIP02,777,exact,own\n";
        returns::import::figures(&world.app, "cli:test", "test.csv", csv.as_bytes()).await.unwrap();
        let reader = world.person("xemmau").await;
        let unit = world.unit("Tỉnh Mẫu");
        let map = reader.get(&format!("/units/{unit}/map?lang=vi")).await;
        map.is(200).has("Sơ đồ, không phải bản đồ địa giới").has("Tháng 3 năm 2026");
        assert_eq!(map.text.matches("class=\"area ").count(), 44);
        assert_eq!(map.text.matches("class=\"area none\"").count(), 42, "zero is a figure, silence is none");
        let charts = reader.get(&format!("/units/{unit}/charts?period=adm:2026")).await;
        charts
            .is(200)
            .has("Cuộc phát động phong trào TDBVANTQ (cuộc)")
            .has("Báo cáo đã có theo tháng")
            .has("Phường Mẫu 44");
        for answer in [&map, &charts] {
            assert!(!answer.text.contains("style=") && !answer.text.contains("777"));
        }
        reader.get(&format!("/units/{unit}?period=adm:2026-M03")).await.is(200).has("/charts?period=adm:2026-M03");
    }
}
