//! The pages over a database with figures in it.

#[cfg(test)]
mod site;

use axum::http::StatusCode;
use site::Site;

/// What a reader sees: no tags, single spaces.
fn words(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |it| it.1));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(html: &str, expect: &str) {
    let words = words(html).replace('\u{a0}', " ");
    assert!(words.contains(expect), "«{expect}» is not in:\n{words}");
}

#[tokio::test]
async fn a_published_figure_is_shown_and_led_back_to_its_version() {
    let site = Site::new().await;
    let quang_nam = site.unit("Tỉnh Quảng Nam", "2017-12-31");
    let cells = "LAU01=1900:almost LAU02=355000:more_than TIP02=2500:almost MOD04=175 MOD08=41";
    let version = site.enter(quang_nam, "cong-bo-nam", "2017", "whole", cells).await;
    site.enter(quang_nam, "cong-bo-nam", "2016", "whole", "LAU01=2000 MOD04=150 TIP02=2000").await;
    let ba_don = site.unit("Thị xã Ba Đồn", "2021-12-31");
    site.enter(ba_don, "cong-bo-nam", "2021", "whole", "MOD04=4 STD23=15 STD21=16 STD13=92 STD11=95").await;
    let reader = site.reader(site.unit("Toàn quốc", "2026-11-21")).await;

    let html = site.page(&reader, &format!("/units/{quang_nam}")).await;
    says(&html, "Số liệu – Năm 2017");
    says(&html, "gần 1.900 cuộc");
    says(&html, "số công bố của cả địa bàn");
    says(&html, "giảm khoảng 100 (−5%) so với năm trước");
    says(&html, "tăng 25 (+16,67%) so với năm trước");
    says(&html, "Địa giới trước kỳ dữ liệu: chưa đủ");
    says(&html, "đến hết 30/06/2025");
    // Plain numbers only: what people reported is not held against the year before.
    says(&html, "gần 2.500 tin 2.000 – số công bố của cả địa bàn");

    let drill = site.page(&reader, &format!("/units/{quang_nam}/figures/LAU01?period=2017")).await;
    says(&drill, "gần 1.900 cuộc Số công bố của cả địa bàn");
    assert!(drill.contains(&format!("/versions/{version}")));
    let page = site.page(&reader, &format!("/versions/{version}")).await;
    says(&page, "Bản số 1 đã duyệt");
    says(&page, "gần 1.900 cuộc cả địa bàn nhập tay");

    let ratio = site.page(&reader, &format!("/units/{ba_don}/figures/STD24")).await;
    says(&ratio, "15/16 (93,75%)");
    says(&ratio, "Tử số Số xã, phường, đặc khu được công nhận đạt 15");
    // The district is closed; the province of today holds it whole.
    let quang_tri = site.unit("Tỉnh Quảng Trị", "2026-11-21");
    let now = site.page(&reader, &format!("/units/{quang_tri}")).await;
    says(&now, "Tính theo địa giới hiện hành");
    says(&now, "78 đơn vị chưa có số liệu trong kỳ này: Xã A Dơi");
    says(&now, "15/16 (93,75%)");
    site.page(&reader, &format!("/units/{quang_tri}/figures/MOD04?period=2021&boundaries=now")).await;
    let hanoi = site.unit("Thành phố Hà Nội", "2026-11-21");
    says(&site.page(&reader, &format!("/units/{hanoi}")).await, "Chưa có số liệu nào được duyệt");
}

#[tokio::test]
async fn the_months_of_a_province_with_who_is_missing() {
    let site = Site::new().await;
    let mau = site.unit("Tỉnh Mẫu", "2026-11-21");
    let register = site.app.register.get();
    let communes = register.children(mau, site::day("2026-11-21"));
    for (n, commune) in communes.iter().enumerate().take(41) {
        let cells = format!(
            "LAU01={} LAU02={} OUT01=3 OUT02={} TIP01={} TIP02=1 MOD02=7 MOD04={} FOR11=30",
            n % 4,
            n * 57 + 20,
            n * 31 + 40,
            n % 3 + 1,
            n % 2
        );
        site.enter(commune.id, "thang", "adm:2026-M10", "own", &cells).await;
    }
    let reader = site.reader(mau).await;
    let html = site.page(&reader, &format!("/units/{mau}")).await;
    says(&html, "Dữ liệu mẫu do phần mềm tạo ra");
    says(&html, "41/44 đơn vị đã báo cáo");
    says(&html, "3 đơn vị chưa có đủ báo cáo được duyệt: Phường Mẫu 42, Phường Mẫu 43, Phường Mẫu 44.");
    says(&html, "quá hạn 33 ngày");
    says(&html, "nộp muộn 33 ngày");
    assert!(!html.contains("data-label=\"TIP"));
    let year = site.page(&reader, &format!("/units/{mau}?period=adm:2026")).await;
    says(&year, "41/528 lượt báo cáo đã có");

    let tips = site.page(&reader, &format!("/units/{mau}/figures/TIP01?period=adm:2026-M10")).await;
    says(&tips, "Chỉ tiêu này không đặt cạnh nhau giữa các đơn vị");
    // The one address of such a figure is this page's own, in the other language.
    assert_eq!(tips.matches("figures/TIP01?period").count(), 1, "no unit stands beside another");
    let drill = site.page(&reader, &format!("/units/{mau}/figures/LAU01?period=adm:2026-M10")).await;
    says(&drill, "Tổng số của chính đơn vị và của các đơn vị trực thuộc đã báo cáo");
    says(&drill, "Phường Mẫu 44 chưa có số liệu 0/1 đơn vị đã báo cáo");
}

#[tokio::test]
async fn out_of_scope_is_not_found() {
    let site = Site::new().await;
    let mau = site.unit("Tỉnh Mẫu", "2026-11-21");
    let nam_dinh = site.unit("Tỉnh Nam Định", "2021-12-31");
    let version = site.enter(nam_dinh, "cong-bo-nam", "2021", "whole", "MOD04=17").await;
    let elsewhere = site.unit("Thành phố Hà Nội", "2026-11-21");
    let paths =
        |unit| [format!("/units/{unit}"), format!("/units/{unit}/figures/MOD04"), format!("/versions/{version}")];
    let reader = site.reader(mau).await;
    for path in
        paths(nam_dinh).into_iter().chain([format!("/units/{elsewhere}"), "/units/u-0".into(), "/units/x".into()])
    {
        assert_eq!(site.get(&reader, &path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(site.get(&reader, &format!("/units/{mau}/figures/NONE")).await.0, StatusCode::NOT_FOUND);
    // Nam Định went whole into Ninh Bình: who reads there reads its past.
    let heir = site.reader(site.unit("Tỉnh Ninh Bình", "2026-11-21")).await;
    for path in paths(nam_dinh) {
        assert_eq!(site.get(&heir, &path).await.0, StatusCode::OK, "{path}");
    }
    assert_eq!(site.get("", &format!("/units/{mau}")).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_cannot_be_read_is_said() {
    let site = Site::new().await;
    let mau = site.unit("Tỉnh Mẫu", "2026-11-21");
    let reader = site.reader(mau).await;
    for (query, expect) in [
        ("period=2021-M13", "“2021-M13” không phải kỳ báo cáo"),
        ("boundaries=soon", "“soon” không phải cách tính địa giới"),
        ("on=tomorrow", "“tomorrow” không phải một ngày"),
    ] {
        let (status, html) = site.get(&reader, &format!("/units/{mau}?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        says(&html, expect);
    }
    let (status, html) = site.get(&reader, &format!("/units/{mau}?period=2017&boundaries=then")).await;
    assert_eq!(status, StatusCode::OK);
    says(&html, "Đơn vị không có hiệu lực vào ngày 31/12/2017");
}
