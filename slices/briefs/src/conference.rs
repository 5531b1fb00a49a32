//! The conference: every paper of the day from the same figures, in one file; a page with large figures; a count of who
//! came that keeps nothing else.

use std::io::{Cursor, Write};

use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use ed25519_dalek::SigningKey;
use kernel::{Period, UnitId};
use paper::{Bar, Block, Certificate, Date, Document, Issued, Kind, Picture, Run, Signature, Slide, Slides, Table};
use serde::Deserialize;
use web::{App, Crumb, Error, Field, Page, Result, Typed, Who};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    Brief, Figure,
    certificate::{self, Content},
    pages::{Asked, covered, failed, periods, understood, written},
    render::fonts,
    template::editable,
    words::{lower_first, span},
};

/// The figures that are shown large: the most telling of each group that may be shown in a hall.
const SHOWN: [&str; 10] = ["LAU01", "LAU02", "OUT01", "OUT02", "MOD00", "MOD02", "MOD04", "STD14", "FES01", "LAU07"];
/// So many charts are on the slides.
const CHARTS: usize = 5;
/// So many certificates at once, and letters in a name.
const MOST_CERTIFICATES: usize = 300;
const LONGEST_NAME: usize = 200;

/// What is typed for the pack.
#[derive(Debug, Clone, Default)]
struct Plan {
    place: String,
    time: String,
    /// Who gets a certificate, one a line; used once and not kept.
    recipients: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    period: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "conference.html")]
struct ConferencePage<'a> {
    p: &'a Page,
    unit: UnitId,
    period: String,
    place: Field<'a>,
    time: Field<'a>,
    count: Option<i64>,
    door: String,
    qr: String,
}

#[derive(askama::Template)]
#[template(path = "day.html")]
struct DayPage<'a> {
    p: &'a Page,
    title: String,
    figures: Vec<(String, String)>,
}

#[derive(askama::Template)]
#[template(path = "door.html")]
struct DoorPage<'a> {
    p: &'a Page,
    code: String,
    counted: bool,
}

/// What to type for the pack, and the door of the day.
pub(crate) async fn page(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let unit = editable(&app, &who, &id)?;
    let wanted = understood(&app, unit, &Asked::of(which.period, None), &periods(&app))?;
    let period = wanted.period.to_string();
    let mut tx = app.db.write().await?;
    let secret: [u8; 8] = app.chance.bytes();
    tx.query("insert into attendance (code, unit_id, period, count) values ($1, $2, $3, $4) on conflict (unit_id, period) do nothing")
        .bind(kernel::hex(&secret))
        .bind(unit.0)
        .bind(period.clone())
        .bind(0_i64)
        .run()
        .await?;
    let found: Option<(String, i64)> = tx
        .query("select code, count from attendance where unit_id = $1 and period = $2")
        .bind(unit.0)
        .bind(period.clone())
        .maybe()
        .await?;
    tx.commit().await?;
    let (code, count) = found.ok_or(Error::NotFound)?;
    let door = format!("/attendance/{code}");
    let full_name = app.register.get().latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    let page = page.crumbs(vec![Crumb { label: full_name, path: format!("/units/{unit}") }]);
    let none = kernel::Issues::new();
    let content = ConferencePage {
        p: &page,
        unit,
        period,
        place: Field::new(&page, "place", "briefs-conference-place", "", &none),
        time: Field::new(&page, "time", "briefs-conference-time", "", &none),
        count: Some(count),
        qr: paper::qr(&door, &door, 40).map(|it| it.svg).unwrap_or_default(),
        door,
    };
    page.show(&page.t("briefs-conference"), &content)
}

/// All papers of the conference in one file.
pub(crate) async fn pack(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    typed: Typed,
) -> Result<Response> {
    let unit = editable(&app, &who, &id)?;
    let wanted = understood(&app, unit, &Asked::of(which.period, None), &periods(&app))?;
    let Ok(brief) = written(&app, &wanted).await? else { return Err(Error::NotFound) };
    let names = typed.text("recipients").lines().map(str::trim).filter(|it| !it.is_empty());
    let short = |it: &str, most: usize| it.chars().take(most).collect::<String>();
    let plan = Plan {
        place: short(typed.text("place"), LONGEST_NAME),
        time: short(typed.text("time"), LONGEST_NAME),
        recipients: names.map(|it| short(it, LONGEST_NAME)).take(MOST_CERTIFICATES).collect(),
    };
    let key = certificate::key(&app).await?;
    let period = wanted.period;
    let leave = app.heavy.clone().acquire_owned().await;
    let packed = tokio::task::spawn_blocking(move || packed(&brief, &plan, period, &key))
        .await
        .map_err(|err| failed(err.into()))?
        .map_err(|err| failed(err.into()))?;
    drop(leave);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"hoi-nghi-{}.zip\"", period.year())),
    ];
    Ok((headers, packed).into_response())
}

fn packed(brief: &Brief, plan: &Plan, period: Period, key: &SigningKey) -> std::result::Result<Vec<u8>, paper::Error> {
    let failed = |e: zip::result::ZipError| paper::Error::Package(e.to_string());
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let mut add = |name: &str, bytes: &[u8]| {
        file.start_file(name, options).map_err(failed)?;
        file.write_all(bytes).map_err(|e| paper::Error::Package(e.to_string()))
    };
    for (name, document) in documents(brief, plan, period) {
        add(&format!("{name}.docx"), &paper::docx(&document, fonts())?)?;
        add(&format!("{name}.pdf"), &paper::pdf(&document, fonts())?)?;
    }
    let tables: Vec<Table> = brief
        .document
        .blocks
        .iter()
        .filter_map(|it| if let Block::Table(table) = it { Some(table.clone()) } else { None })
        .collect();
    if let Some(day) = Date::new(u16::try_from(period.year()).unwrap_or(2000), 12, 31).filter(|_| !tables.is_empty()) {
        add("8-phu-luc-so-lieu.xlsx", &paper::xlsx(&brief.document.title(), &tables, day)?)?;
    }
    add("7-trinh-chieu.pdf", &paper::slides(&show(brief, period), fonts())?)?;
    let certificates = certificates(brief, plan, period, key);
    if !certificates.is_empty() {
        add("9-giay-khen.pdf", &paper::certificates(&certificates, fonts())?)?;
    }
    Ok(file.finish().map_err(failed)?.into_inner())
}

/// The papers, in the order of the day.
fn documents(brief: &Brief, plan: &Plan, period: Period) -> Vec<(&'static str, Document)> {
    let (year, next) = (span(period), period.year() + 1);
    let own = &brief.document;
    let blank = |text: &str, dots: &str| if text.is_empty() { dots.to_owned() } else { text.to_owned() };
    let (place, time) = (blank(&plan.place, "……………………"), blank(&plan.time, "… giờ …, ngày … tháng …"));
    let body = own.header.symbol.split_once('-').map_or("BCĐ", |(_, it)| it).to_owned();
    let paper = |kind: Kind, subject: String, blocks: Vec<Block>| Document {
        header: paper::Header { symbol: kind.symbol(&body), ..own.header.clone() },
        mark: own.mark.clone(),
        kind: kind.title(),
        subject,
        blocks,
        signature: own.signature.clone(),
        recipients: own.recipients.clone(),
        ..Document::default()
    };
    let movement = "phong trào Toàn dân bảo vệ an ninh Tổ quốc";
    let steps = [
        "Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu;",
        "Báo cáo tổng kết;",
        "Tham luận, phát biểu ý kiến;",
        "Phát biểu chỉ đạo;",
        "Công bố các quyết định khen thưởng, trao thưởng;",
        "Phát động phong trào và ký giao ước thi đua;",
        "Bế mạc.",
    ];
    let mut programme = vec![Block::text(format!("Thời gian: {time}. Địa điểm: {place}."))];
    programme.extend(steps.iter().enumerate().map(|(at, it)| Block::text(format!("{}. {it}", at + 1))));
    programme.push(Block::text("Trên đây là chương trình hội nghị./."));

    let mut notes =
        vec![Block::text("Kính thưa các quý vị đại biểu!"), Block::text(format!("Những số liệu chính {year}:"))];
    notes.extend(shown(brief).map(|it| Block::Item(vec![Run::plain(spoken(it))])));
    notes.push(Block::text("Xin trân trọng cảm ơn các quý vị đại biểu./."));

    let is_award = |it: &&Block| matches!(it, Block::Table(table) if table.caption.as_deref().is_some_and(|it| it.starts_with("Khen thưởng")));
    let mut awards: Vec<Block> = own.blocks.iter().filter(is_award).cloned().collect();
    if awards.is_empty() {
        awards.push(Block::text(format!("Chưa có số liệu khen thưởng {year} được duyệt.")));
    }
    awards.push(Block::text("Danh sách này đọc theo thứ tự từ cấp cao xuống cấp dưới./."));

    let appeal = [
        format!("Phát huy kết quả {year}, hội nghị phát động {movement} năm {next} với các nội dung sau:"),
        "1. Nâng cao cảnh giác, chấp hành pháp luật, tích cực tham gia bảo vệ an ninh, trật tự.".to_owned(),
        "2. Xây dựng, củng cố và nhân rộng các mô hình tự quản hoạt động có hiệu quả.".to_owned(),
        "3. Xây dựng khu dân cư, cơ quan, doanh nghiệp, nhà trường an toàn về an ninh, trật tự./.".to_owned(),
    ];
    let pledge = [
        format!("Chúng tôi, đại diện các đơn vị, cùng ký giao ước thi đua thực hiện {movement} năm {next}:"),
        "1. Đăng ký và phấn đấu đạt tiêu chuẩn “An toàn về an ninh, trật tự”.".to_owned(),
        "2. Xây dựng mới hoặc củng cố ít nhất một mô hình.".to_owned(),
        "3. Báo cáo đúng hạn, số liệu đúng thực tế.".to_owned(),
        "Đại diện các đơn vị ký tên dưới đây./.".to_owned(),
    ];
    let texts = |lines: &[String]| lines.iter().map(|it| Block::text(it.as_str())).collect::<Vec<_>>();
    let invite = [
        format!("Trân trọng kính mời ông (bà): ……………………………… dự hội nghị tổng kết {movement} {year}."),
        format!("Thời gian: {time}. Địa điểm: {place}."),
        "Rất hân hạnh được đón tiếp./.".to_owned(),
    ];
    vec![
        ("1-bao-cao", own.clone()),
        ("2-chuong-trinh", paper(Kind::Programme, format!("Hội nghị tổng kết {movement} {year}"), programme)),
        (
            "3-de-cuong-phat-bieu",
            Document {
                kind: Some("ĐỀ CƯƠNG PHÁT BIỂU".into()),
                ..paper(Kind::Report, format!("Tại hội nghị tổng kết {movement} {year}"), notes)
            },
        ),
        (
            "4-danh-sach-khen-thuong",
            Document {
                kind: Some("DANH SÁCH".into()),
                ..paper(Kind::Report, format!("Khen thưởng {movement} {year}"), awards)
            },
        ),
        (
            "5-phat-dong",
            Document {
                kind: Some("LỜI PHÁT ĐỘNG".into()),
                ..paper(Kind::Report, format!("{} năm {next}", upper_first(movement)), texts(&appeal))
            },
        ),
        (
            "5-giao-uoc",
            Document {
                kind: Some("GIAO ƯỚC THI ĐUA".into()),
                ..paper(Kind::Report, format!("Thực hiện {movement} năm {next}"), texts(&pledge))
            },
        ),
        ("6-giay-moi", paper(Kind::Invitation, format!("Dự hội nghị tổng kết {movement} {year}"), texts(&invite))),
    ]
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The figures for the hall.
fn shown(brief: &Brief) -> impl Iterator<Item = &Figure> {
    let of = |code: &&str| brief.figures.iter().find(|it| it.code() == *code);
    SHOWN.iter().filter_map(move |it| of(&it)).filter(|it| !it.answer.indicator.is_guarded())
}

fn spoken(figure: &Figure) -> String {
    let indicator = &figure.answer.indicator;
    let number = returns::figure::in_words(&figure.answer.total, indicator).unwrap_or_default();
    format!("{}: {number} {}.", indicator.name_vi, if indicator.is_ratio() { "" } else { &indicator.measure })
        .replace(" .", ".")
}

fn show(brief: &Brief, period: Period) -> Slides {
    let chart = |figure: &Figure| -> Option<Picture> {
        let indicator = &figure.answer.indicator;
        let bar = |label: String, total: &figures::Total, light| {
            let text = returns::figure::in_words(total, indicator)?;
            Some(Bar { label, value: total.value?, text, light })
        };
        let mut bars: Vec<Bar> = Vec::new();
        if let Some(before) = &figure.before {
            bars.extend(bar(upper_first(&span(period.year_before())), before, true));
        }
        bars.extend(bar(upper_first(&span(period)), &figure.answer.total, false));
        (!bars.is_empty()).then(|| paper::bars(&indicator.name_vi, &bars, 200))
    };
    let slides = shown(brief).take(CHARTS).map(|it| Slide {
        title: it.answer.indicator.name_vi.clone(),
        lines: vec![spoken(it)],
        picture: chart(it),
    });
    Slides {
        mark: brief.document.mark.clone(),
        title: format!("Hội nghị tổng kết {}", span(period)),
        subtitle: brief.document.subject.clone(),
        footer: brief.unit.full_name.clone(),
        issued: Issued::Year(u16::try_from(period.year()).unwrap_or(2000)),
        slides: slides.collect(),
    }
}

fn certificates(brief: &Brief, plan: &Plan, period: Period, key: &SigningKey) -> Vec<Certificate> {
    let authority = format!("CHỦ TỊCH ỦY BAN NHÂN DÂN {}", brief.unit.full_name.to_uppercase());
    let form = if brief.unit.level == kernel::Level::Province { "BẰNG KHEN" } else { "GIẤY KHEN" };
    let reason = format!(
        "Đã có thành tích xuất sắc trong phong trào Toàn dân bảo vệ an ninh Tổ quốc {}",
        lower_first(&span(period))
    );
    let one = |recipient: &String| {
        let content = Content {
            form: form.to_owned(),
            recipient: recipient.clone(),
            reason: reason.clone(),
            authority: authority.clone(),
            day: upper_first(&span(period)),
        };
        let (text, code) = certificate::sign(&content, key);
        Certificate {
            mark: brief.document.mark.clone(),
            authority: authority.clone(),
            form: form.to_owned(),
            recipient: recipient.clone(),
            reason: reason.clone(),
            decision: vec!["Quyết định số: ……/QĐ-UBND".into(), "Vào sổ số: ……".into(), format!("Mã: {code}")],
            place: brief.document.header.place.clone(),
            issued: brief.document.header.issued,
            signature: Signature { lines: vec!["CHỦ TỊCH".into()], name: None },
            qr: paper::qr(&text, "Mã kiểm tra giấy khen", 30),
            ..Certificate::default()
        }
    };
    plan.recipients.iter().map(one).collect()
}

/// The year's figures, large, for the wall of the hall.
pub(crate) async fn day(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let wanted = understood(&app, unit, &Asked::of(which.period, None), &periods(&app))?;
    let Ok(brief) = written(&app, &wanted).await? else { return Err(Error::NotFound) };
    let number = |it: &Figure| returns::figure::in_words(&it.answer.total, &it.answer.indicator).unwrap_or_default();
    let figures = shown(&brief).map(|it| (number(it), it.answer.indicator.name_vi.clone())).collect();
    let title = format!("{} – {}", brief.unit.full_name, span(wanted.period));
    let page = page.synthetic(brief.unit.synthetic);
    page.show(&title, &DayPage { p: &page, title: title.clone(), figures })
}

/// The page behind the QR code at the door.
pub(crate) async fn door(
    State(app): State<App>,
    page: Page,
    Path(code): Path<String>,
    Query(asked): Query<Counted>,
) -> Result<Response> {
    known(&app, &code).await?;
    page.show(&page.t("briefs-door"), &DoorPage { p: &page, code, counted: asked.done.is_some() })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Counted {
    done: Option<String>,
}

async fn known(app: &App, code: &str) -> Result<()> {
    let mut conn = app.db.read().await?;
    let found: Option<(i64,)> =
        conn.query("select count from attendance where code = $1").bind(code.to_owned()).maybe().await?;
    found.map(|_| ()).ok_or(Error::NotFound)
}

/// Counts one more, and forgets who.
pub(crate) async fn enter(State(app): State<App>, Path(code): Path<String>, _form: Typed) -> Result<Response> {
    known(&app, &code).await?;
    let mut tx = app.db.write().await?;
    tx.query("update attendance set count = count + 1 where code = $1").bind(code.clone()).run().await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/attendance/{code}?done=counted")).into_response())
}
