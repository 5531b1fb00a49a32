use super::*;

fn catalogue() -> Catalogue {
    forms::catalogue().unwrap()
}

#[test]
fn the_wordings_of_the_program_are_sound() {
    for which in Wording::ALL {
        let word = which.word();
        let template = read(&which.built_in(), &catalogue()).unwrap_or_else(|it| panic!("{word}: {it:?}"));
        assert!(template.parts.len() >= if which.is_report() { 6 } else { 1 }, "{word}");
        assert!(template.subject.is_some() || which.is_report(), "{word}");
        assert!(!which.built_in().contains("@include"), "{word}");
        assert_eq!(Wording::parse(word), Some(which));
    }
}

/// The template with one line in its part.
fn with(line: &str) -> String {
    format!("@signature\n== PHẦN\n{line}\n")
}

#[track_caller]
fn check_wrong(text: &str, line: usize, field: &str, why: &str) {
    let found = read(text, &catalogue()).expect_err(text);
    let hit = found.iter().any(|it| it.line == line && it.field.contains(field) && it.why.contains(why));
    assert!(hit, "{text}: {found:?}");
}

#[test]
fn what_is_wrong_is_said_with_line_and_field() {
    check_wrong(&with("Có {LAU01} cuộc"), 3, "", "full stop");
    check_wrong(&with("Có {LAU01 cuộc."), 3, "{LAU01 cuộc", "not closed");
    check_wrong(&with("Có [{LAU01} cuộc."), 3, "", "] is missing");
    check_wrong(&with("Có {LAU01}] cuộc."), 3, "]", "too many");
    check_wrong(&with("Có <{LAU01}|{LAU02} cuộc."), 3, "", "> is missing");
    check_wrong(&with("Có {LAU01} | cuộc."), 3, "|", "too many");
    check_wrong(&with("Có {LAU99} cuộc."), 3, "LAU99", "no such indicator");
    check_wrong(&with("Có {tên} và {LAU01}."), 3, "tên", "no such field");
    check_wrong(&with("Bình quân {LAU02/0} lượt."), 3, "LAU02/0", "division by zero");
    check_wrong(&with("Bình quân {LAU02/LAU99} lượt."), 3, "LAU99", "no such indicator");
    check_wrong(&with("Nguồn tin {TIP01:change}."), 3, "TIP01", "must not be compared");
    check_wrong(&with("? TIP01 up: Có {TIP01} tin."), 3, "TIP01", "must not be compared");
    check_wrong(&with("? TIP01 >= 100: Có {TIP01} tin."), 3, "TIP01", "must not be compared");
    check_wrong(&with("Bình quân {TIP01/12} tin."), 3, "TIP01", "must not be compared");
    check_wrong(&with("? LAU01 nhiều: Có {LAU01}."), 3, "LAU01 nhiều", "a sign");
    check_wrong(&with("@chart TIP01"), 3, "TIP01", "must not be compared");
    check_wrong(&with("@map KEY01"), 3, "KEY01", "must not be compared");
    check_wrong(&with("@chart TIP16"), 3, "TIP16", "must not be compared");
    check_wrong(&with("@records LAU99"), 3, "LAU99", "no such indicator");
    check_wrong(&with("@children LAU01 TIP02"), 3, "TIP02", "must not be compared");
    check_wrong(&with("@what"), 3, "@what", "no such command");
    check_wrong(&with("@years 99 LAU01"), 3, "@years", "no such command");
    check_wrong(&with("@only ward"), 3, "ward", "levels");
    check_wrong(&with("Một câu không số."), 3, "", "without a figure");
    check_wrong(&with(&"[".repeat(50)), 3, "", "full stop");
    check_wrong(&with(&format!("{}.", "[".repeat(50))), 3, "", "too deep");
    check_wrong("== PHẦN\nCó {LAU01} cuộc.", 1, "@signature", "signature is missing");
    check_wrong("@signature KT. TRƯỞNG BAN\n== PHẦN\n@figures", 1, "KT.", "post");
    check_wrong("@signature\nCó {LAU01} cuộc.", 2, "", "before the first part");
    check_wrong("@subject Kết quả {LAU01}\n@signature\n== A\n@figures", 1, "", "no figure");
    check_wrong(&"x".repeat(70_000), 1, "", "too long");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let found = read("== A\nCó {LAU98}.\nCó {LAU99}.", &catalogue()).unwrap_err();
    assert_eq!(found.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 3, 1]);
}

#[test]
fn templates_say_who_signs_and_to_whom() {
    let text = "@subject Kết quả {span}\n@signature TM. BAN CHỈ ĐẠO / TRƯỞNG BAN\n@base Căn cứ A\n@to Bộ Công an\n\
                @recipient Lưu: VT\n== A\n@only commune village\n- Giữ vững an ninh {span}.\n? LAU01 >= 1.000: Hơn {LAU01} cuộc.";
    let read = read(text, &catalogue()).unwrap();
    assert_eq!(read.signature, ["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"]);
    assert_eq!((read.bases.len(), read.addressees.len(), read.recipients.len()), (1, 1, 1));
    assert_eq!(read.parts[0].only, [Level::Commune, Level::Village]);
    let (9, Line::If(condition, _)) = &read.parts[0].lines[1] else { panic!("{:?}", read.parts) };
    assert_eq!(condition.test, Test::Compared(">=", 1000));
}
