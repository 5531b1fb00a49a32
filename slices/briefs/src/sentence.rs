//! Says sentences as far as their figures exist, each figure once.

use std::collections::{BTreeSet, HashMap};

use kernel::IndicatorId;
use paper::Run;
use returns::figure::in_words;

use crate::{
    gather::Figure,
    wording::{Condition, Divisor, Piece, Test},
    words::{Share, Words, between, change, said},
};

/// Says sentences about a set of figures.
pub(crate) struct Speaker<'a> {
    words: &'a Words,
    by_code: HashMap<&'a str, &'a Figure>,
    by_id: HashMap<IndicatorId, &'a Figure>,
    /// Codes that were said, the parts of shares among them.
    done: BTreeSet<&'a str>,
    /// What most incomplete figures were made of, said once for all.
    usual: Option<Share>,
}

/// Stands for a figure that was used but not said: it may still be said elsewhere.
const ONLY_USED: &str = "";

/// A sentence and the codes said in it.
type Spoken<'a> = (Vec<Run>, Vec<&'a str>);

impl<'a> Speaker<'a> {
    pub(crate) fn new(words: &'a Words, figures: &'a [Figure], usual: Option<Share>) -> Speaker<'a> {
        Speaker {
            words,
            by_code: figures.iter().map(|it| (it.code(), it)).collect(),
            by_id: figures.iter().map(|it| (it.answer.indicator.id(), it)).collect(),
            done: BTreeSet::new(),
            usual,
        }
    }

    /// The figure with this code, if it was reported.
    pub(crate) fn figure(&self, code: &str) -> Option<&'a Figure> {
        self.by_code.get(code).copied()
    }

    /// Takes a code as said.
    pub(crate) fn mark(&mut self, code: &str) {
        if let Some((code, _)) = self.by_code.get_key_value(code) {
            self.done.insert(code);
        }
    }

    /// Whether the figure was said, by itself or as a part of a share.
    pub(crate) fn was_said(&self, code: &str) -> bool {
        self.done.contains(code)
    }

    /// The sentence with its full stop and its remarks, and the figures in it; `None` if a figure that it needs does
    /// not exist or was said.
    pub(crate) fn say(&mut self, pieces: &[Piece]) -> Option<(Vec<Run>, Vec<&'a Figure>)> {
        let (mut runs, codes) = self.pieces(pieces)?;
        if codes.is_empty() {
            return None;
        }
        let figures: Vec<&Figure> = codes.iter().filter_map(|it| self.figure(it)).collect();
        for figure in &figures {
            self.done.insert(figure.code());
            if figure.answer.total.of.is_some() {
                let terms =
                    figure.answer.indicator.rule.numerator.iter().chain(&figure.answer.indicator.rule.denominator);
                let parts = terms.filter_map(|it| self.by_id.get(&it.indicator)).map(|it| it.code());
                self.done.extend(parts);
            }
        }
        let remark = remark(&figures, self.usual).map(|it| format!(" ({it})")).unwrap_or_default();
        runs.push(Run::plain(format!("{remark}.")));
        Some((joined(runs), figures))
    }

    fn pieces(&self, pieces: &[Piece]) -> Option<Spoken<'a>> {
        let (mut runs, mut codes) = (Vec::new(), Vec::new());
        for piece in pieces {
            let (said, of) = self.piece(piece)?;
            runs.extend(said);
            codes.extend(of);
        }
        Some((runs, codes))
    }

    fn piece(&self, piece: &Piece) -> Option<Spoken<'a>> {
        match piece {
            Piece::Text(text) => Some((vec![Run::plain(text)], Vec::new())),
            Piece::Word(name) => Some((vec![Run::plain(self.words.get(name)?)], Vec::new())),
            Piece::Figure(code) => {
                let figure = self.figure(code).filter(|it| !self.done.contains(it.code()))?;
                Some((vec![Run::plain(said(figure)?).from_source(code)], vec![figure.code()]))
            }
            Piece::Change(code) => {
                let figure = self.figure(code)?;
                let change = change(figure)?.sentence(&figure.answer.indicator.measure);
                Some((vec![Run::plain(change).from_source(code)], vec![ONLY_USED]))
            }
            Piece::Before(code) => {
                let figure = self.figure(code)?;
                let before = in_words(figure.before.as_ref()?, &figure.answer.indicator)?;
                Some((vec![Run::plain(before).from_source(code)], vec![ONLY_USED]))
            }
            Piece::Spelled(code) => {
                let figure = self.figure(code)?;
                let total = &figure.answer.total;
                let whole = figure.answer.indicator.decimals == 0 && total.of.is_none() && !total.percent_only;
                let value = total.value.filter(|_| whole)?;
                Some((vec![Run::plain(viet::words(value)).from_source(code)], vec![ONLY_USED]))
            }
            Piece::Quotient(code, by) => {
                let figure = self.figure(code)?;
                Some((vec![Run::plain(self.quotient(figure, by)?).from_source(code)], vec![ONLY_USED]))
            }
            Piece::Maybe(inner) => Some(self.pieces(inner).unwrap_or_default()),
            Piece::Any(items) => {
                let mut said: Vec<Spoken<'a>> = Vec::new();
                for item in items {
                    // A share and its first part must not both be said: the earlier item goes first.
                    let fresh = |of: &Vec<&str>| !of.iter().any(|it| self.is_part(it, &said));
                    said.extend(self.pieces(item).filter(|(_, of)| !of.is_empty() && fresh(of)));
                }
                let count = said.len();
                let (mut runs, mut codes) = (Vec::new(), Vec::new());
                for (at, (item, of)) in said.into_iter().enumerate() {
                    runs.push(Run::plain(between(at, count)));
                    runs.extend(item);
                    codes.extend(of);
                }
                (count > 0).then_some((runs, codes))
            }
        }
    }

    /// A figure for one of another, with one decimal; `None` where one is missing, estimated away or zero.
    fn quotient(&self, figure: &Figure, by: &Divisor) -> Option<String> {
        let value = |it: &Figure| {
            let total = &it.answer.total;
            let scale = 10_i128.pow(u32::from(it.answer.indicator.decimals));
            total.value.filter(|_| total.of.is_none() && !total.percent_only).map(|it| (i128::from(it), scale))
        };
        let (above, scale) = value(figure)?;
        let (below, other) = match by {
            Divisor::Number(number) => (i128::from(*number), 1),
            Divisor::Figure(code) => value(self.figure(code)?)?,
        };
        let (above, below) = (above.checked_mul(10)?.checked_mul(other)?, below.checked_mul(scale)?);
        if below == 0 {
            return None;
        }
        let half = if (above < 0) == (below < 0) { below / 2 } else { -below / 2 };
        let tenths = i64::try_from((above + half) / below).ok()?;
        Some(viet::decimal(tenths, 1))
    }

    /// Fields of the pieces that divide by a figure that is zero.
    pub(crate) fn divided_by_zero(&self, pieces: &[Piece]) -> Vec<String> {
        let mut found = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Quotient(code, Divisor::Figure(by))
                    if self.figure(by).is_some_and(|it| it.answer.total.value == Some(0)) =>
                {
                    found.push(format!("{code}/{by}"));
                }
                Piece::Maybe(inner) => found.extend(self.divided_by_zero(inner)),
                Piece::Any(items) => found.extend(items.iter().flat_map(|it| self.divided_by_zero(it))),
                _ => {}
            }
        }
        found
    }

    /// Whether a condition holds; one about a figure that is not there holds only for `missing`.
    pub(crate) fn holds(&self, condition: &Condition) -> bool {
        let figure = self.figure(&condition.code);
        match (condition.test, figure) {
            (Test::Missing, figure) => figure.is_none(),
            (_, None) => false,
            (Test::Up, Some(figure)) => change(figure).is_some_and(|it| it.is_up()),
            (Test::Down, Some(figure)) => change(figure).is_some_and(|it| it.is_down()),
            (Test::Compared(sign, number), Some(figure)) => {
                let Some(value) = figure.answer.total.value else { return false };
                let scaled = i128::from(number) * 10_i128.pow(u32::from(figure.answer.indicator.decimals));
                let value = i128::from(value);
                match sign {
                    ">" => value > scaled,
                    ">=" => value >= scaled,
                    "<" => value < scaled,
                    "<=" => value <= scaled,
                    _ => value == scaled,
                }
            }
        }
    }

    /// A line that is said even without figures: its words only; with figures, as a sentence.
    pub(crate) fn say_item(&mut self, pieces: &[Piece]) -> Option<(Vec<Run>, Vec<&'a Figure>)> {
        if pieces.iter().any(|it| !it.codes().is_empty()) {
            return self.say(pieces);
        }
        let (mut runs, _) = self.pieces(pieces)?;
        runs.push(Run::plain("."));
        Some((joined(runs), Vec::new()))
    }

    /// Whether the code is a part of a share among those said.
    fn is_part(&self, code: &str, said: &[Spoken<'a>]) -> bool {
        let Some(figure) = self.figure(code) else { return false };
        let id = figure.answer.indicator.id();
        let shares = said.iter().flat_map(|(_, codes)| codes).filter_map(|it| self.figure(it));
        shares.filter(|it| it.answer.total.of.is_some()).any(|it| {
            let rule = &it.answer.indicator.rule;
            rule.numerator.iter().chain(&rule.denominator).any(|term| term.indicator == id)
        })
    }
}

/// What must be said beside the numbers: who reported, and that estimates are among them.
fn remark(figures: &[&Figure], usual: Option<Share>) -> Option<String> {
    let mut remarks = Vec::new();
    let shares: Vec<Share> = figures.iter().filter_map(|it| Share::of(it)).collect();
    let same = shares.len() == figures.len() && shares.iter().all(|it| shares.first() == Some(it));
    if let Some(unusual) = shares.iter().find(|it| Some(**it) != usual) {
        let apart = || "số liệu chưa đủ, chi tiết tại Bảng số liệu".to_owned();
        remarks.push(if same { unusual.words() } else { apart() });
    }
    if figures.iter().any(|it| it.estimated) {
        remarks.push("trong đó có số ước".to_owned());
    }
    remarks.extend(notes(figures));
    (!remarks.is_empty()).then(|| remarks.join("; "))
}

/// So many notes, of so many letters together, can stand in a sentence; more stand below the table only.
const MOST_NOTES: usize = 2;
const LONGEST_NOTES: usize = 160;

/// What people remarked on the figures; beside others, with the number that is meant.
fn notes(figures: &[&Figure]) -> Vec<String> {
    let pairs = figures.iter().flat_map(|it| it.notes.iter().map(move |note| (it, note)));
    let notes: Vec<String> = pairs
        .map(|(it, note)| match (figures.len(), said(it)) {
            (2.., Some(number)) => format!("{number}: {note}"),
            _ => note.clone(),
        })
        .collect();
    let letters: usize = notes.iter().map(|it| it.chars().count()).sum();
    if notes.len() <= MOST_NOTES && letters <= LONGEST_NOTES { notes } else { Vec::new() }
}

/// Neighbouring plain runs as one.
pub(crate) fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut res: Vec<Run> = Vec::new();
    for run in runs {
        match res.last_mut() {
            Some(last)
                if last.source.is_none()
                    && run.source.is_none()
                    && last.bold == run.bold
                    && last.italic == run.italic =>
            {
                last.text.push_str(&run.text);
            }
            _ if run.text.is_empty() => {}
            _ => res.push(run),
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{gather::sample, wording};

    fn say(sentences: &[&str], figures: &[Figure]) -> Vec<String> {
        let words = sample::words();
        let mut speaker = Speaker::new(&words, figures, None);
        let said = sentences.iter().filter_map(|it| speaker.say(&wording::sentence(it).unwrap()));
        said.map(|(runs, _)| runs.iter().map(|it| it.text.as_str()).collect()).collect()
    }

    const LAUNCHES: [&str; 2] =
        ["{unit}: {LAU01} cuộc phát động[ với {LAU02} lượt người tham gia].", "Có {LAU02} lượt người tham gia."];

    #[test]
    fn a_sentence_is_said_as_far_as_its_figures_exist() {
        let (one, two) = (|| sample::figure("LAU01", 19), || sample::figure("LAU02", 3500));
        assert_eq!(say(&LAUNCHES, &[one(), two()]), ["tỉnh Mẫu: 19 cuộc phát động với 3.500 lượt người tham gia."]);
        assert_eq!(say(&LAUNCHES, &[one()]), ["tỉnh Mẫu: 19 cuộc phát động."]);
        assert_eq!(say(&LAUNCHES, &[two()]), ["Có 3.500 lượt người tham gia."]);
        assert!(say(&LAUNCHES, &[]).is_empty());
        assert_eq!(say(&LAUNCHES, &[sample::figure("LAU01", 0), two()]), ["Có 3.500 lượt người tham gia."]);
    }

    const SITES: [&str; 1] = ["Đã <xây dựng {MOD04} mô hình[ tại {MOD08} xã]|củng cố {MOD05}|nhân rộng {MOD06}>."];

    #[test]
    fn derived_words_leave_the_figure_to_be_said() {
        let mut one = sample::figure("LAU01", 20);
        one.before = Some(sample::figure("LAU01", 16).answer.total);
        let figures = [one, sample::figure("LAU02", 3500), sample::figure("LAU03", 0)];
        let said = say(
            &[
                "Bình quân {LAU02/LAU01} lượt một cuộc, {LAU02/12} lượt một tháng.",
                "Số cuộc {LAU01:change}, {before} là {LAU01:before}, nay {LAU01} ({LAU01:words}).",
                "Chia {LAU01/LAU03}.",
            ],
            &figures,
        );
        let expect = [
            "Bình quân 175 lượt một cuộc, 291,7 lượt một tháng.",
            "Số cuộc tăng 4 cuộc (25%), năm 2020 là 16, nay 20 (hai mươi).",
        ];
        assert_eq!(said, expect);
        let words = sample::words();
        let speaker = Speaker::new(&words, &figures, None);
        let pieces = wording::sentence("Chia {LAU01/LAU03}[ và {LAU02/LAU01}].").unwrap();
        assert_eq!(speaker.divided_by_zero(&pieces), ["LAU01/LAU03"]);
        let holds = |code: &str, test| speaker.holds(&Condition { code: code.into(), test });
        assert!(holds("LAU01", Test::Up) && !holds("LAU01", Test::Down) && holds("LAU01", Test::Compared(">=", 20)));
        assert!(holds("LAU09", Test::Missing) && !holds("LAU09", Test::Compared("<", 1)));
    }

    #[test]
    fn lists_join_what_there_is() {
        let figure = sample::figure;
        assert_eq!(say(&SITES, &[figure("MOD05", 4)]), ["Đã củng cố 4."]);
        assert_eq!(say(&SITES, &[figure("MOD04", 1), figure("MOD06", 4)]), ["Đã xây dựng 1 mô hình và nhân rộng 4."]);
        let all = [figure("MOD04", 1), figure("MOD08", 2), figure("MOD05", 3), figure("MOD06", 4)];
        assert_eq!(say(&SITES, &all), ["Đã xây dựng 1 mô hình tại 2 xã; củng cố 3; nhân rộng 4."]);
        assert!(say(&SITES, &[figure("MOD08", 2)]).is_empty());
    }

    const STANDARD: [&str; 2] =
        ["Có <{STD24} xã|{STD14} khu dân cư|{STD23} xã|{STD13} khu dân cư> đạt.", "Có {STD13} khu."];

    #[test]
    fn a_share_says_its_parts_too() {
        let parts = [sample::figure("STD13", 92), sample::figure("STD11", 95)];
        let whole = [sample::ratio("STD14", 92, 95), parts[0].clone(), parts[1].clone()];
        assert_eq!(say(&STANDARD, &whole), ["Có 92/95 (96,84%) khu dân cư đạt."]);
        assert_eq!(say(&STANDARD, &parts[..1]), ["Có 92 khu dân cư đạt."]);
        let percent = [sample::percent("STD14", 8500), sample::percent("STD24", 6400)];
        assert_eq!(say(&STANDARD, &percent), ["Có 64% xã và 85% khu dân cư đạt."]);
    }

    #[test]
    fn notes_travel_with_their_figure() {
        let mut noted = sample::percent("STD24", 6400);
        noted.notes = vec!["tỷ lệ tính trên số xã".into()];
        let said = say(&STANDARD, &[noted.clone(), sample::percent("STD14", 8500)]);
        assert_eq!(said, ["Có 64% xã và 85% khu dân cư đạt (64%: tỷ lệ tính trên số xã)."]);
        assert_eq!(say(&STANDARD, &[noted.clone()]), ["Có 64% xã đạt (tỷ lệ tính trên số xã)."]);
        noted.notes = vec!["dài ".repeat(50)];
        assert_eq!(say(&STANDARD, &[noted]), ["Có 64% xã đạt."]);
    }

    #[test]
    fn remarks_stand_before_the_full_stop() {
        let mut part = sample::figure("LAU01", 19);
        part.answer.total.reported = 41;
        part.answer.total.expected = Some(44);
        part.estimated = true;
        let said = say(&["Có {LAU01} cuộc."], &[part.clone()]);
        assert_eq!(said, ["Có 19 cuộc (41/44 đơn vị đã báo cáo; trong đó có số ước)."]);
        let said = say(&["Có {LAU01} cuộc với {LAU02} lượt."], &[part, sample::figure("LAU02", 5)]);
        assert_eq!(said, ["Có 19 cuộc với 5 lượt (số liệu chưa đủ, chi tiết tại Bảng số liệu; trong đó có số ước)."]);
    }
}
