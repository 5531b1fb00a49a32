//! The report itself: facts and wording become one document.

use std::collections::BTreeSet;

use figures::{Boundaries, Frequency, Kind};
use kernel::{Catalogue, Day, UnitState, VersionId};
use paper::{Block, Document, Run};
use returns::{AwardRow, AwardWord, figure::Answer};
use store::Conn;
use web::App;

use crate::{
    BriefError, awards,
    gather::{Facts, Figure, Wanted, gather},
    head::{Issuer, recipients},
    sentence::{Speaker, joined},
    tables,
    wording::{self, Line, Part},
    words::{self, Share, Words, change, in_text, roman},
};

/// What stands above an invented unit's report.
const MARK: &str = "DỮ LIỆU MẪU – KHÔNG PHẢI SỐ LIỆU THẬT";
/// What the report is about; the period follows.
const SUBJECT: &str = "Kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc";

/// A summary report, ready to be written in any format.
#[derive(Debug, Clone)]
pub struct Brief {
    /// What was asked.
    pub wanted: Wanted,
    /// The unit as it was under the boundaries asked for.
    pub unit: UnitState,
    /// The paper.
    pub document: Document,
    /// Every figure of the unit and period that has a value, in the catalogue's order.
    pub figures: Vec<Figure>,
    /// What somebody owed and nobody gave.
    pub missing: Vec<Answer>,
    /// The award rows behind the award figures.
    pub awards: Vec<AwardRow>,
    /// The accepted versions that the figures come from.
    pub sources: Vec<VersionId>,
}

/// Writes the report of a unit and period, only from accepted figures.
///
/// # Errors
/// When the unit is not in force under these boundaries, or the database cannot be read.
pub async fn write(app: &App, conn: &mut Conn, wanted: &Wanted) -> Result<Brief, BriefError> {
    let parts = wording::year()?;
    let compared: Vec<String> = parts
        .iter()
        .flat_map(|it| &it.lines)
        .flat_map(|it| if let Line::Children(codes) = it { codes.clone() } else { Vec::new() })
        .collect();
    let facts = gather(app, conn, wanted, &compared).await?;
    let names = returns::award_words()?;
    let today = app.clock.today();
    let writer = Writer {
        words: Words::new(&facts.state, wanted.period, today),
        usual: tables::usual(&facts.figures),
        catalogue: &app.catalogue.get(),
        names: &names,
        facts: &facts,
        wanted,
        today,
    };
    let document = writer.document(&parts);
    Ok(Brief {
        wanted: wanted.clone(),
        document,
        sources: facts.versions.iter().copied().map(VersionId).collect(),
        figures: facts.figures,
        missing: facts.missing,
        unit: facts.state,
        awards: facts.awards,
    })
}

/// Everything at hand while writing.
struct Writer<'a> {
    words: Words,
    usual: Option<Share>,
    catalogue: &'a Catalogue,
    names: &'a [AwardWord],
    facts: &'a Facts,
    wanted: &'a Wanted,
    today: Day,
}

impl Writer<'_> {
    fn document(&self, parts: &[Part]) -> Document {
        let state = &self.facts.state;
        let issuer = Issuer::new(state, self.facts.above.as_deref(), self.wanted.committee.as_deref());
        let mut blocks = self.opening(&issuer);
        let mut speaker = Speaker::new(&self.words, &self.facts.figures, self.usual);
        let mut number = 0;
        for part in parts {
            let body = self.part(part, &mut speaker);
            if !body.is_empty() {
                number += 1;
                blocks.push(Block::heading(1, format!("{}. {}", roman(number), part.title)));
                blocks.extend(body);
            }
        }
        blocks.push(Block::text(format!(
            "Trên đây là báo cáo kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc {} của {}./.",
            self.words.span,
            in_text(state)
        )));
        Document {
            header: issuer.header(state, self.today.year()),
            mark: state.synthetic.then(|| MARK.to_owned()),
            kind: Some("BÁO CÁO".to_owned()),
            subject: format!("{SUBJECT} {}", self.words.full_span),
            addressees: Vec::new(),
            bases: Vec::new(),
            blocks,
            signature: issuer.signature(),
            recipients: recipients(),
            ..Document::default()
        }
    }

    /// Who reports what, and on what the figures stand.
    fn opening(&self, issuer: &Issuer) -> Vec<Block> {
        let mut remarks = vec![match self.wanted.boundaries {
            Boundaries::Then => "Số liệu theo địa giới khi báo cáo.".to_owned(),
            Boundaries::On(day) if day == self.today => "Số liệu theo địa giới hiện hành.".to_owned(),
            Boundaries::On(day) => format!("Số liệu theo địa giới ngày {}.", words::short(day)),
        }];
        if !self.facts.complete {
            remarks.push("Địa giới trước kỳ dữ liệu: chưa đủ, nên không nêu số đơn vị phải báo cáo.".to_owned());
        }
        if self.facts.figures.iter().any(|it| it.partial) {
            remarks.push("Số cộng từ nhiều đơn vị chỉ gồm các đơn vị đã có số liệu.".to_owned());
        }
        if self.words.running {
            remarks.push(format!("Kỳ báo cáo chưa kết thúc; số liệu tính đến ngày {}.", words::short(self.today)));
        }
        if let Some(usual) = self.usual {
            let which = match usual.every {
                Some(Frequency::Month) => "Các chỉ tiêu báo cáo hằng tháng được tổng hợp từ",
                Some(_) => "Các chỉ tiêu báo cáo nhiều kỳ trong năm được tổng hợp từ",
                None => "Các chỉ tiêu chưa đủ báo cáo được tổng hợp khi có",
            };
            remarks.push(format!("{which} {}, trừ chỗ có ghi khác.", usual.words()));
        }
        let lead = if self.facts.figures.is_empty() {
            let (unit, span) = (in_text(&self.facts.state), &self.words.full_span);
            format!("Chưa có số liệu nào được duyệt của {unit} trong {span}.")
        } else {
            format!("{} báo cáo {} {} như sau:", issuer.name, words::lower_first(SUBJECT), self.words.span)
        };
        vec![Block::text(lead), Block::Paragraph(vec![Run::italic(remarks.join(" "))])]
    }

    fn part(&self, part: &Part, speaker: &mut Speaker<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut paragraph: Vec<Run> = Vec::new();
        let mut told: Vec<&Figure> = Vec::new();
        for line in &part.lines {
            match line {
                Line::Sentence(pieces) => {
                    if let Some((runs, figures)) = speaker.say(pieces) {
                        add(&mut paragraph, runs);
                        told.extend(figures);
                    }
                }
                Line::Break => end(&mut blocks, &mut paragraph),
                Line::Awards => {
                    let (rows, figures) = (&self.facts.awards, &self.facts.figures);
                    if let Some(runs) = awards::sentence(rows, self.names, &self.words, self.catalogue) {
                        add(&mut paragraph, runs);
                        rows.iter()
                            .filter_map(|it| awards::code_of(it, self.catalogue))
                            .for_each(|it| speaker.mark(it));
                        told.extend(figures.iter().filter(|it| it.answer.indicator.is_award()));
                    }
                    end(&mut blocks, &mut paragraph);
                    blocks.extend(awards::table(rows, self.names, &self.words).map(Block::Table));
                }
                Line::Figures if !self.facts.figures.is_empty() => {
                    blocks.push(Block::Table(tables::figures(&self.facts.figures, &self.words, self.usual)));
                }
                Line::Children(_) => {
                    let table = tables::children(&self.facts.children, &self.facts.figures, &self.words);
                    blocks.extend(table.map(Block::Table));
                }
                Line::Missing => blocks.extend(self.missing()),
                Line::Figures => {}
            }
        }
        end(&mut blocks, &mut paragraph);
        blocks.extend(self.zeros(part, speaker));
        blocks.extend(self.changes(&told));
        blocks
    }

    /// What was reported as zero: said, for zero is not missing.
    fn zeros(&self, part: &Part, speaker: &Speaker<'_>) -> Option<Block> {
        let codes: BTreeSet<&str> =
            part.lines.iter().filter(|it| matches!(it, Line::Sentence(_))).flat_map(Line::codes).collect();
        let zero = |it: &&Figure| {
            let total = &it.answer.total;
            codes.contains(it.code()) && total.value == Some(0) && total.of.is_none() && !speaker.was_said(it.code())
        };
        let names: Vec<String> =
            self.facts.figures.iter().filter(zero).map(|it| self.words.name_in_text(&it.answer.indicator)).collect();
        (!names.is_empty()).then(|| Block::text(format!("Số liệu báo cáo bằng 0: {}.", names.join("; "))))
    }

    /// Told figures against the year before.
    fn changes(&self, told: &[&Figure]) -> Option<Block> {
        let told = told.iter().filter_map(|it| change(it).map(|change| (&it.answer.indicator, change)));
        let changes: Vec<String> = told
            .map(|(it, change)| format!("{} {}", self.words.name_in_text(it), change.sentence(&it.measure)))
            .collect();
        (!changes.is_empty()).then(|| Block::text(format!("So với {}: {}.", self.words.before, changes.join("; "))))
    }

    /// What was owed and not given.
    fn missing(&self) -> Option<Block> {
        let name = |it: &Answer| {
            // A stock is missing when its last part is, though earlier parts were given (rule 18).
            let stock = if it.indicator.rule.kind == Kind::Stock { " (số cuối kỳ)" } else { "" };
            format!("{}{stock}", self.words.name_in_text(&it.indicator))
        };
        let names: Vec<String> = self.facts.missing.iter().map(name).collect();
        let today = words::short(self.today);
        (!names.is_empty()).then(|| Block::text(format!("Đến ngày {today}, chưa có số liệu về: {}.", names.join("; "))))
    }
}

/// Adds a sentence to a paragraph.
fn add(paragraph: &mut Vec<Run>, sentence: Vec<Run>) {
    if !paragraph.is_empty() {
        paragraph.push(Run::plain(" "));
    }
    paragraph.extend(sentence);
}

/// Closes a paragraph.
fn end(blocks: &mut Vec<Block>, paragraph: &mut Vec<Run>) {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(joined(std::mem::take(paragraph))));
    }
}
