//! Validation rules, the unit's own past, and the explanation that travels with a figure.

use crate::{
    returns::{MONTH, decide, open, send},
    world::worlds,
};

/// The month with other figures in some places.
fn month<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = MONTH.iter().filter(|it| others.iter().all(|other| other.0 != it.0));
    kept.chain(others).copied().collect()
}

#[tokio::test]
async fn an_error_of_a_rule_stops_the_return_and_is_named_at_its_figure() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        let wrong = month(&[("v.LAU01", "9"), ("v.LAU02", "3"), ("v.MOD02", "1"), ("v.MOD04", "2")]);
        let answer = send(&recorder, &at, &wrong, "submit").await;
        answer.is(422).has("href=\"#v.LAU02\"").has("Mỗi cuộc phát động có ít nhất một người tham gia (3 ≥ 9 là sai)");
        answer.has("href=\"#v.MOD04\"");
        // A note explains a warning, never an error.
        let noted = month(&[("v.LAU01", "9"), ("v.LAU02", "3"), ("n.LAU02", "đúng như vậy")]);
        send(&recorder, &at, &noted, "submit").await.is(422);
        // Kept as typed all the same, with what is wrong.
        recorder.get(&at).await.is(200).has("value=\"9\"").has("là sai");
        send(&recorder, &at, &month(&[]), "submit").await.is(303);
    }
}

#[tokio::test]
async fn a_sudden_change_is_sent_only_with_a_word_of_explanation_that_travels_with_the_figure() {
    for world in worlds().await {
        let (recorder, approver) = (world.person("xa01").await, world.person("tinhmau").await);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M09").await;
        send(&recorder, &at, &month(&[("v.MOD02", "10")]), "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        // Tips may change as they like: no size of theirs is usual or unusual.
        let sudden = month(&[("v.LAU02", "90"), ("v.TIP01", "400"), ("v.MOD02", "12"), ("v.MOD04", "1")]);
        let answer = send(&recorder, &at, &sudden, "submit").await;
        answer.is(422).has("href=\"#v.LAU02\"").has("khác nhiều so với kỳ trước (1.250)").has("href=\"#v.MOD02\"");
        assert!(!answer.text.contains("href=\"#v.TIP01\""), "guarded figures have no usual size");
        let explained: Vec<(&str, &str)> = sudden
            .iter()
            .copied()
            .chain([("n.LAU02", "Chỉ tổ chức ở một thôn do mưa lũ"), ("n.MOD02", "Nhận một điểm từ xã bên")])
            .collect();
        send(&recorder, &at, &explained, "submit").await.is(303);
        let review = approver.get(&format!("{at}/review")).await;
        review.is(200).has("khác nhiều so với kỳ trước").has("Chỉ tổ chức ở một thôn do mưa lũ");
        decide(&approver, &at, "approval", "").await.is(303);
        recorder.get(&at).await.is(200).has("Nhận một điểm từ xã bên");
    }
}

#[tokio::test]
async fn figures_of_another_form_are_held_against_the_year() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let who = world.demo_who();
        let catalogue = world.app.catalogue.get();
        let class = kernel::Level::Commune as u8;
        let (from, until) = (kernel::Day::parse("2025-12-15").unwrap(), kernel::Day::NEVER);
        let form = catalogue.form_by_code("nam").unwrap().id;
        let owes = kernel::Assignment { form, class, top: world.unit("Tỉnh Mẫu"), from, until };
        forms::acts::assign(&world.app, &who, &owes).await.unwrap();
        let approver = world.person("tinhmau").await;
        let at = open(&recorder, "Xã Mẫu 01", "adm:2026-M10").await;
        send(&recorder, &at, &MONTH, "submit").await.is(303);
        decide(&approver, &at, "approval", "").await.is(303);
        let fields = [("unit", "Xã Mẫu 01"), ("form", "nam"), ("period", "adm:2026")];
        let at = recorder.post("/returns", &fields).await.is(303).to().to_owned();
        let year = [("v.LAU03", "3"), ("v.STD11", "12"), ("v.STD12", "11"), ("v.STD13", "10")];
        // Two launches were reported in the year.
        send(&recorder, &at, &year, "submit").await.is(422).has("href=\"#v.LAU03\"").has("(3 ≤ 2 là sai)");
        let year = [("v.LAU03", "2"), ("v.STD11", "12"), ("v.STD12", "9"), ("v.STD13", "10")];
        send(&recorder, &at, &year, "submit").await.is(422).has("href=\"#v.STD13\"");
        let year = [("v.LAU03", "2"), ("v.STD11", "12"), ("v.STD12", "11"), ("v.STD13", "10")];
        send(&recorder, &at, &year, "submit").await.is(303);
    }
}
