//! Which wordings there are: one per kind of period, and those of the conference's papers.

use figures::Frequency;
use paper::Kind;

/// What a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// The report of a month.
    Month,
    /// The report of a quarter.
    Quarter,
    /// The report of half a year.
    Half,
    /// The report of a year.
    Year,
    /// The report of a project of several years, ending with the one named.
    Years,
    /// The conference's programme.
    Programme,
    /// Notes for the speech.
    Speech,
    /// The list of awards.
    Awards,
    /// The appeal that opens the new year.
    Appeal,
    /// The pledge that the units sign.
    Pledge,
    /// The invitation.
    Invitation,
}

impl Wording {
    /// All of them: reports first, then the conference's papers in the order of the day.
    pub const ALL: [Wording; 11] = [
        Wording::Month,
        Wording::Quarter,
        Wording::Half,
        Wording::Year,
        Wording::Years,
        Wording::Programme,
        Wording::Speech,
        Wording::Awards,
        Wording::Appeal,
        Wording::Pledge,
        Wording::Invitation,
    ];

    /// The word in addresses and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Wording::Month => "month",
            Wording::Quarter => "quarter",
            Wording::Half => "half",
            Wording::Year => "year",
            Wording::Years => "years",
            Wording::Programme => "programme",
            Wording::Speech => "speech",
            Wording::Awards => "awards",
            Wording::Appeal => "appeal",
            Wording::Pledge => "pledge",
            Wording::Invitation => "invitation",
        }
    }

    /// The id of its name in the texts.
    pub(crate) fn text(self) -> String {
        format!("briefs-wording-{}", self.word())
    }

    /// Reads [`Wording::word`].
    pub fn parse(word: &str) -> Option<Wording> {
        Wording::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The report of a period.
    pub fn of(frequency: Frequency) -> Wording {
        match frequency {
            Frequency::Month => Wording::Month,
            Frequency::Quarter => Wording::Quarter,
            Frequency::Half => Wording::Half,
            Frequency::Year => Wording::Year,
        }
    }

    /// How often a period comes that this wording can speak of.
    pub(crate) fn frequency(self) -> Frequency {
        match self {
            Wording::Month => Frequency::Month,
            Wording::Quarter => Frequency::Quarter,
            Wording::Half => Frequency::Half,
            _ => Frequency::Year,
        }
    }

    /// Whether it is a report: with what stands before and after the parts.
    pub(crate) fn is_report(self) -> bool {
        matches!(self, Wording::Month | Wording::Quarter | Wording::Half | Wording::Year | Wording::Years)
    }

    /// The name of the paper in capitals, and the kind whose symbol it bears.
    pub(crate) fn heading(self) -> (String, Kind) {
        let (title, kind) = match self {
            Wording::Programme => (None, Kind::Programme),
            Wording::Invitation => (None, Kind::Invitation),
            Wording::Speech => (Some("ĐỀ CƯƠNG PHÁT BIỂU"), Kind::Report),
            Wording::Awards => (Some("DANH SÁCH"), Kind::Report),
            Wording::Appeal => (Some("LỜI PHÁT ĐỘNG"), Kind::Report),
            Wording::Pledge => (Some("GIAO ƯỚC THI ĐUA"), Kind::Report),
            _ => (None, Kind::Report),
        };
        (title.map(str::to_owned).or_else(|| kind.title()).unwrap_or_default(), kind)
    }

    /// The wording that is part of the program.
    pub(crate) fn built_in(self) -> String {
        let text = match self {
            Wording::Month => include_str!("../../../../data/briefs/month.txt"),
            Wording::Quarter => include_str!("../../../../data/briefs/quarter.txt"),
            Wording::Half => include_str!("../../../../data/briefs/half.txt"),
            Wording::Year => include_str!("../../../../data/briefs/year.txt"),
            Wording::Years => include_str!("../../../../data/briefs/years.txt"),
            Wording::Programme => include_str!("../../../../data/briefs/programme.txt"),
            Wording::Speech => include_str!("../../../../data/briefs/speech.txt"),
            Wording::Awards => include_str!("../../../../data/briefs/awards.txt"),
            Wording::Appeal => include_str!("../../../../data/briefs/appeal.txt"),
            Wording::Pledge => include_str!("../../../../data/briefs/pledge.txt"),
            Wording::Invitation => include_str!("../../../../data/briefs/invitation.txt"),
        };
        let mut whole = String::with_capacity(2 * text.len());
        for line in text.lines() {
            let part = line.strip_prefix(INCLUDE).and_then(|name| PARTS.iter().find(|it| it.0 == name));
            whole.push_str(part.map_or(line, |it| it.1.trim_end()));
            // A part is followed by an empty line, as it would be typed.
            whole.push_str(if part.is_some() { "\n\n" } else { "\n" });
        }
        whole
    }
}

/// Parts that several wordings of the program share. People who change a wording see it whole: this is no word of the
/// language.
const PARTS: [(&str, &str); 7] = [
    ("launches", include_str!("../../../../data/briefs/parts/launches.txt")),
    ("models", include_str!("../../../../data/briefs/parts/models.txt")),
    ("tips", include_str!("../../../../data/briefs/parts/tips.txt")),
    ("weapons", include_str!("../../../../data/briefs/parts/weapons.txt")),
    ("standard", include_str!("../../../../data/briefs/parts/standard.txt")),
    ("forces", include_str!("../../../../data/briefs/parts/forces.txt")),
    ("tables", include_str!("../../../../data/briefs/parts/tables.txt")),
];
const INCLUDE: &str = "@include ";
