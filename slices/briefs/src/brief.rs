//! The report itself: facts and wording become one document.

use std::collections::BTreeSet;

use figures::{Boundaries, Frequency, Kind};
use forms::AwardWord;
use kernel::{Catalogue, Day, UnitState, VersionId};
use paper::{Block, Document, Run};
use returns::{AwardRow, figure::Answer};
use store::Conn;
use web::App;

use crate::{
    BriefError, awards,
    gather::{Asks, Facts, Figure, Wanted, gather},
    head::{Issuer, recipients},
    pictures,
    sentence::{Speaker, joined},
    tables, template,
    wording::{self, Line, Part, Template, WordingError},
    words::{self, Share, Words, change, in_text},
};

/// What stands above an invented unit's report.
const MARK: &str = "DỮ LIỆU MẪU – KHÔNG PHẢI SỐ LIỆU THẬT";
/// What the report is about; the period follows.
const SUBJECT: &str = "Kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc";

/// So many records are named; of more the number is told.
const MOST_NAMED: usize = 12;

/// A summary report, ready to be written in any format.
#[derive(Debug, Clone)]
pub struct Brief {
    /// What was asked.
    pub wanted: Wanted,
    /// The unit as it was under the boundaries asked for.
    pub unit: UnitState,
    /// The paper.
    pub document: Document,
    /// What could not be said, by line of the template: a division by zero.
    pub problems: Vec<WordingError>,
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
    let (_, text) = template::chosen(app, conn, wanted.unit, wanted.wording).await?;
    let template = wording::read(&text, &app.catalogue.get()).map_err(BriefError::Wording)?;
    write_with(app, conn, wanted, &template).await
}

/// The same with a template that need not be kept: for previews.
pub(crate) async fn write_with(
    app: &App,
    conn: &mut Conn,
    wanted: &Wanted,
    template: &Template,
) -> Result<Brief, BriefError> {
    let facts = gather(app, conn, wanted, &Asks::of(template)).await?;
    let names = forms::award_words()?;
    let today = app.clock.today();
    let writer = Writer {
        words: Words::new(&facts.state, wanted.period, today).held(&wanted.held.0, &wanted.held.1),
        usual: tables::usual(&facts.figures),
        catalogue: &app.catalogue.get(),
        names: &names,
        facts: &facts,
        wanted,
        today,
    };
    let (document, problems) = writer.document(template)?;
    Ok(Brief {
        problems,
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
    fn document(&self, template: &Template) -> Result<(Document, Vec<WordingError>), BriefError> {
        let (state, wording) = (&self.facts.state, self.wanted.wording);
        let issuer = Issuer::new(state, self.facts.above.as_deref(), self.wanted.committee.as_deref());
        let mut blocks = if wording.is_report() { self.opening(&issuer) } else { Vec::new() };
        let mut speaker = Speaker::new(&self.words, &self.facts.figures, self.usual);
        let (mut number, mut problems) = (0, Vec::new());
        for part in template.parts.iter().filter(|it| it.only.is_empty() || it.only.contains(&state.level)) {
            let body = self.part(part, &mut speaker, &mut problems)?;
            if !body.is_empty() && !part.title.is_empty() {
                number += 1;
                blocks.push(Block::heading(1, format!("{}. {}", paper::roman(number), part.title)));
            }
            blocks.extend(body);
        }
        if wording.is_report() {
            blocks.push(Block::text(format!(
                "Trên đây là báo cáo kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc {} của {}./.",
                self.words.span,
                in_text(state)
            )));
        } else {
            close(&mut blocks);
        }
        let subject = template.subject.as_ref().and_then(|it| speaker.say_item(it)).map(|(runs, _)| {
            let text: String = runs.iter().map(|it| it.text.as_str()).collect();
            text.trim_end_matches('.').to_owned()
        });
        let mut signature = issuer.signature();
        if !template.signature.is_empty() {
            signature.lines.clone_from(&template.signature);
        }
        let own = &template.recipients;
        let (title, kind) = wording.heading();
        let document = Document {
            header: issuer.header(state, self.today.year(), kind),
            mark: state.synthetic.then(|| MARK.to_owned()),
            kind: Some(title),
            subject: subject.unwrap_or_else(|| format!("{SUBJECT} {}", self.words.full_span)),
            addressees: template.addressees.clone(),
            bases: template.bases.clone(),
            blocks,
            signature,
            recipients: if own.is_empty() { recipients() } else { own.clone() },
            ..Document::default()
        };
        Ok((document, problems))
    }

    /// Who reports what, and on what the figures stand.
    fn opening(&self, issuer: &Issuer) -> Vec<Block> {
        let mut remarks = vec![match self.wanted.boundaries {
            Boundaries::Then => "Số liệu theo địa giới khi báo cáo.".to_owned(),
            Boundaries::On(day) if day == self.today => "Số liệu theo địa giới hiện hành.".to_owned(),
            Boundaries::On(day) => format!("Số liệu theo địa giới ngày {}.", web::date(day)),
        }];
        if !self.facts.complete {
            remarks.push("Địa giới trước kỳ dữ liệu: chưa đủ, nên không nêu số đơn vị phải báo cáo.".to_owned());
        }
        if self.facts.figures.iter().any(|it| it.partial) {
            remarks.push("Số cộng từ nhiều đơn vị chỉ gồm các đơn vị đã có số liệu.".to_owned());
        }
        if self.words.running {
            remarks.push(format!("Kỳ báo cáo chưa kết thúc; số liệu tính đến ngày {}.", web::date(self.today)));
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

    fn part(
        &self,
        part: &Part,
        speaker: &mut Speaker<'_>,
        problems: &mut Vec<WordingError>,
    ) -> Result<Vec<Block>, BriefError> {
        let mut blocks = Vec::new();
        let mut paragraph: Vec<Run> = Vec::new();
        let mut told: Vec<&Figure> = Vec::new();
        for (at, line) in &part.lines {
            if let Line::Sentence(pieces) | Line::Item(pieces) | Line::Text(pieces) | Line::If(_, pieces) = line {
                problems.extend(speaker.divided_by_zero(pieces).into_iter().map(|field| WordingError {
                    line: *at,
                    field,
                    why: "chia cho 0: câu này được bỏ qua/division by zero: the sentence is left out".to_owned(),
                }));
            }
            match line {
                Line::Sentence(pieces) => {
                    if let Some((runs, figures)) = speaker.say(pieces) {
                        add(&mut paragraph, runs);
                        told.extend(figures);
                    }
                }
                Line::If(condition, pieces) => {
                    if speaker.holds(condition)
                        && let Some((runs, figures)) = speaker.say_item(pieces)
                    {
                        add(&mut paragraph, runs);
                        told.extend(figures);
                    }
                }
                Line::Item(pieces) => {
                    end(&mut blocks, &mut paragraph);
                    if let Some((runs, figures)) = speaker.say_item(pieces) {
                        blocks.push(Block::Item(runs));
                        told.extend(figures);
                    }
                }
                Line::Text(pieces) => {
                    end(&mut blocks, &mut paragraph);
                    if let Some((runs, figures)) = speaker.say_item(pieces) {
                        blocks.push(Block::Paragraph(runs));
                        told.extend(figures);
                    }
                }
                Line::Chart(code) => {
                    end(&mut blocks, &mut paragraph);
                    blocks.extend(pictures::chart(&self.facts.below, code, &self.words).map(Block::Picture));
                }
                Line::Map(code) => {
                    end(&mut blocks, &mut paragraph);
                    blocks.extend(pictures::map(self.facts, code, &self.words)?.map(Block::Picture));
                }
                Line::Records(codes) => {
                    end(&mut blocks, &mut paragraph);
                    blocks.extend(self.records(codes));
                }
                Line::Years(_, _) => {
                    blocks.extend(tables::years(&self.facts.years).map(Block::Table));
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
                    let table = tables::children(&self.facts.below, &self.facts.figures, &self.words);
                    blocks.extend(table.map(Block::Table));
                }
                Line::Missing => blocks.extend(self.missing()),
                Line::Figures => {}
            }
        }
        end(&mut blocks, &mut paragraph);
        if self.wanted.wording.is_report() {
            blocks.extend(self.zeros(part, speaker));
            blocks.extend(self.changes(&told));
        }
        Ok(blocks)
    }

    /// The records that other slices hold behind these figures, by name: a line a figure.
    fn records(&self, codes: &[String]) -> Vec<Block> {
        let asked = |code: &str| codes.is_empty() || codes.iter().any(|it| it == code);
        let line = |(code, labels): (&String, &Vec<String>)| {
            let figure = self.facts.figures.iter().find(|it| it.code() == code)?;
            let (named, more) = labels.split_at(labels.len().min(MOST_NAMED));
            let more = if more.is_empty() {
                String::new()
            } else {
                format!(" và {} tên khác", viet::number(i64::try_from(more.len()).ok()?))
            };
            let name = Run::plain(self.words.name(&figure.answer.indicator)).from_source(code);
            Some(Block::Item(vec![name, Run::plain(format!(": {}{more}.", named.join("; ")))]))
        };
        self.facts.records.iter().filter(|(code, _)| asked(code)).filter_map(line).collect()
    }

    /// What was reported as zero: said, for zero is not missing.
    fn zeros(&self, part: &Part, speaker: &Speaker<'_>) -> Option<Block> {
        let codes: BTreeSet<&str> = part
            .lines
            .iter()
            .map(|(_, it)| it)
            .filter(|it| matches!(it, Line::Sentence(_)))
            .flat_map(Line::codes)
            .collect();
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
        let today = web::date(self.today);
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

/// Closes a paper as Decree 30 wants it: "./.".
fn close(blocks: &mut [Block]) {
    if let Some(Block::Paragraph(runs) | Block::Item(runs)) = blocks.last_mut()
        && let Some(last) = runs.last_mut()
        && last.text.ends_with('.')
    {
        last.text.push_str("/.");
    }
}
