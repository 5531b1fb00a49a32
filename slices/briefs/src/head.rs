//! Who issues the report: the header, the signature and the recipients.

use kernel::{Level, UnitState};
use paper::{Header, Issued, Kind, Signature};

use crate::words::in_text;

/// The steering committee's usual name; its unit's name follows. Places have names of their own.
const COMMITTEE: &str = "Ban Chỉ đạo phong trào Toàn dân bảo vệ an ninh Tổ quốc";
/// The body above a committee; its unit's name follows.
pub(crate) const PEOPLES_COMMITTEE: &str = "Ủy ban nhân dân";
/// Who gets the report.
const RECIPIENTS: [&str; 3] = ["Cấp trên trực tiếp (để báo cáo)", "Các thành viên Ban Chỉ đạo", "Lưu: VT, Công an"];

/// Whoever issues the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issuer {
    /// In a sentence: "Ban Chỉ đạo … tỉnh Nam Định".
    pub(crate) name: String,
    parent: Option<String>,
    body: &'static str,
    signs: Vec<String>,
}

impl Issuer {
    /// The issuer of a unit's report: the committee named, else the unit's steering committee; a village, which has
    /// none, reports itself. `above` is the full name of the unit above.
    pub(crate) fn new(state: &UnitState, above: Option<&str>, committee: Option<&str>) -> Issuer {
        let named = committee.map(str::trim).filter(|it| !it.is_empty());
        if let (Level::Village, None) = (state.level, named) {
            let post = if state.kind == "to_dan_pho" { "TỔ TRƯỞNG" } else { "TRƯỞNG THÔN" };
            return Issuer {
                name: state.full_name.clone(),
                parent: above.map(|it| format!("{PEOPLES_COMMITTEE} {it}")),
                body: "",
                signs: vec![post.to_owned()],
            };
        }
        let name = match (named, state.level) {
            (Some(name), _) => name.to_owned(),
            (None, Level::Nation) => format!("{COMMITTEE} Trung ương"),
            (None, _) => format!("{COMMITTEE} {}", in_text(state)),
        };
        if name.starts_with(PEOPLES_COMMITTEE) {
            let signs = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"].map(str::to_owned).to_vec();
            return Issuer { name, parent: None, body: "UBND", signs };
        }
        let parent = (state.level != Level::Nation).then(|| format!("{PEOPLES_COMMITTEE} {}", state.full_name));
        let signs = ["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"].map(str::to_owned).to_vec();
        Issuer { name, parent, body: "BCĐ", signs }
    }

    /// The header of a paper of this kind, with number, day and month left to be written.
    pub(crate) fn header(&self, state: &UnitState, year: i32, kind: Kind) -> Header {
        Header {
            parent_body: self.parent.as_ref().map(|it| it.to_uppercase()),
            issuing_body: self.name.to_uppercase(),
            number: None,
            symbol: kind.symbol(self.body).trim_end_matches('-').to_owned(),
            place: place(state),
            issued: u16::try_from(year).map_or(Issued::Blank, Issued::Year),
        }
    }

    pub(crate) fn signature(&self) -> Signature {
        Signature { lines: self.signs.clone(), name: None }
    }
}

/// The recipients.
pub(crate) fn recipients() -> Vec<String> {
    RECIPIENTS.map(str::to_owned).to_vec()
}

/// The unit's name without its kind, unless it is only a number.
fn place(state: &UnitState) -> String {
    match state.level {
        Level::Nation => "Hà Nội".to_owned(),
        _ if state.name.starts_with(|it: char| it.is_ascii_digit()) => state.full_name.clone(),
        _ if state.full_name == "Thành phố Hồ Chí Minh" => state.full_name.clone(),
        _ => state.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::sample::unit;

    #[test]
    fn the_committee_of_the_unit_issues() {
        let state = unit("Thị xã Ba Đồn", "Ba Đồn");
        let issuer = Issuer::new(&state, None, None);
        let header = issuer.header(&state, 2026, Kind::Report);
        assert_eq!(header.parent_body.as_deref(), Some("ỦY BAN NHÂN DÂN THỊ XÃ BA ĐỒN"));
        assert_eq!(header.issuing_body, "BAN CHỈ ĐẠO PHONG TRÀO TOÀN DÂN BẢO VỆ AN NINH TỔ QUỐC THỊ XÃ BA ĐỒN");
        assert_eq!(header.number_line().replace('\u{a0}', ""), "Số:/BC-BCĐ");
        assert!(header.date_line().starts_with("Ba Đồn, ngày") && header.date_line().ends_with("năm 2026"));
        assert_eq!(issuer.signature().lines, ["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN"]);
    }

    #[test]
    fn places_name_their_committee_as_they_do() {
        let state = unit("Tỉnh Nam Định", "Nam Định");
        let named = Issuer::new(&state, None, Some("Ban Chỉ đạo 138 tỉnh Nam Định"));
        assert_eq!(named.header(&state, 2026, Kind::Report).issuing_body, "BAN CHỈ ĐẠO 138 TỈNH NAM ĐỊNH");
        let people = Issuer::new(&state, None, Some("Ủy ban nhân dân tỉnh Nam Định"));
        assert_eq!(people.header(&state, 2026, Kind::Report).parent_body, None);
        assert_eq!(people.header(&state, 2026, Kind::Report).symbol, "BC-UBND");
        assert_eq!(people.signature().lines, ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]);
        assert_eq!(Issuer::new(&state, None, Some(" ")), Issuer::new(&state, None, None));
    }

    #[test]
    fn a_village_reports_itself() {
        let state = UnitState { level: Level::Village, kind: "thon".into(), ..unit("Thôn 1", "1") };
        let issuer = Issuer::new(&state, Some("Xã Mẫu 01"), None);
        let header = issuer.header(&state, 2026, Kind::Report);
        assert_eq!(header.parent_body.as_deref(), Some("ỦY BAN NHÂN DÂN XÃ MẪU 01"));
        assert_eq!((header.issuing_body.as_str(), header.place.as_str()), ("THÔN 1", "Thôn 1"));
    }
}
