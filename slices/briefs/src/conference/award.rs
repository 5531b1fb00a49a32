//! What is handed over: the decision and its certificates, each with a code by which anybody can check it.

use kernel::Level;
use paper::{Align, Appendix, Article, Block, Cell, Certificate, Column, Document, Kind, Signature, Table};
use sha2::{Digest, Sha256};

use super::Pack;
use crate::{
    certificate::{self, Content},
    head::{Issuer, PEOPLES_COMMITTEE},
    tables::upper_first,
    words::in_text,
};

/// Millimetres.
const QR: u16 = 34;

/// "Chủ tịch Ủy ban nhân dân xã Mẫu 01", in capitals.
fn authority(pack: &Pack) -> String {
    format!("Chủ tịch {PEOPLES_COMMITTEE} {}", in_text(&pack.report.unit)).to_uppercase()
}

/// What is granted: the province's is a bằng khen, others' a giấy khen.
fn form(pack: &Pack) -> &'static str {
    if pack.report.unit.level == Level::Province { "BẰNG KHEN" } else { "GIẤY KHEN" }
}

fn reason(pack: &Pack) -> String {
    format!("Đã có thành tích xuất sắc trong phong trào Toàn dân bảo vệ an ninh Tổ quốc {}", pack.span())
}

/// Signs what a paper says; its text for the QR code and its code.
fn signed(pack: &Pack, form: &str, recipient: String) -> (String, String) {
    let content = Content {
        form: form.to_owned(),
        recipient,
        reason: reason(pack),
        authority: authority(pack),
        day: upper_first(&pack.span()),
    };
    certificate::sign(&content, pack.report.wanted.unit, &pack.key)
}

/// One certificate for each recipient, and what their codes hold.
pub(super) fn certificates(pack: &Pack) -> (Vec<Certificate>, Vec<String>) {
    let one = |recipient: &String| {
        let (text, code) = signed(pack, form(pack), recipient.clone());
        let certificate = Certificate {
            mark: pack.report.document.mark.clone(),
            authority: authority(pack),
            form: form(pack).to_owned(),
            recipient: recipient.clone(),
            reason: reason(pack),
            decision: vec!["Quyết định số: ……/QĐ-UBND".to_owned(), "Vào sổ số: ……".to_owned(), format!("Mã: {code}")],
            place: pack.report.document.header.place.clone(),
            issued: pack.report.document.header.issued,
            signature: Signature { lines: vec!["CHỦ TỊCH".to_owned()], name: None },
            qr: paper::qr(&text, "Mã kiểm tra giấy khen", 30),
            ..Certificate::default()
        };
        (certificate, text)
    };
    pack.plan.recipients.iter().map(one).unzip()
}

/// The decision on all of them, its list as an appendix, and what its code holds; nothing without recipients. What is signed names how many there
/// are and the hash of the list, so that the list can be checked too.
pub(super) fn decision(pack: &Pack) -> Option<(Document, String)> {
    let names = &pack.plan.recipients;
    if names.is_empty() {
        return None;
    }
    let state = &pack.report.unit;
    let hash = kernel::hex(&Sha256::digest(names.join("\n").as_bytes()));
    let list = hash.get(..16).unwrap_or_default();
    let count = viet::number(i64::try_from(names.len()).unwrap_or(i64::MAX));
    let recipients = format!("{count} tập thể, cá nhân; mã danh sách {list}");
    let (text, code) = signed(pack, "QUYẾT ĐỊNH KHEN THƯỞNG", recipients);
    let committee = format!("{PEOPLES_COMMITTEE} {}", in_text(state));
    let issuer = Issuer::new(state, None, Some(&committee));
    let own = &pack.report.document;
    let article = |text: String| Article { text, ..Article::default() };
    let blocks = paper::articles(&[
        article(format!(
            "Tặng {} cho {count} tập thể, cá nhân có tên trong danh sách kèm theo đã có thành tích xuất sắc trong phong \
             trào Toàn dân bảo vệ an ninh Tổ quốc {}.",
            form(pack).to_lowercase(),
            pack.span()
        )),
        article("Tiền thưởng thực hiện theo quy định hiện hành của pháp luật về thi đua, khen thưởng.".to_owned()),
        article("Quyết định này có hiệu lực kể từ ngày ký. Các cơ quan, đơn vị liên quan và tập thể, cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành./.".to_owned()),
    ]);
    let row = |(at, name): (usize, &String)| -> Vec<Cell> { vec![(at + 1).to_string().into(), name.as_str().into()] };
    let table = Table {
        columns: vec![Column::new(1, Align::Center), Column::new(9, Align::Left)],
        header: vec![vec!["TT".into(), "Tập thể, cá nhân".into()]],
        rows: names.iter().enumerate().map(row).collect(),
        notes: vec![format!("Mã quyết định: {code}. Mã danh sách: {list}.")],
        ..Table::default()
    };
    let qr = paper::qr(&text, "Mã kiểm tra quyết định", QR);
    let mut listed = vec![Block::Table(table)];
    listed.extend(
        qr.map(|it| {
            Block::Picture(paper::Picture { caption: Some("Mã kiểm tra quyết định".to_owned()), ..it })
        }),
    );
    let document = Document {
        header: issuer.header(state, pack.today.year(), Kind::Decision),
        mark: own.mark.clone(),
        kind: Kind::Decision.title(),
        subject: format!("Về việc khen thưởng phong trào Toàn dân bảo vệ an ninh Tổ quốc {}", pack.span()),
        authority: Some(authority(pack)),
        bases: vec![
            "Căn cứ Luật Tổ chức chính quyền địa phương".to_owned(),
            "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022".to_owned(),
            format!("Xét thành tích trong phong trào Toàn dân bảo vệ an ninh Tổ quốc {}", pack.span()),
        ],
        resolution: Kind::Decision.resolution(),
        blocks,
        signature: Signature { lines: vec!["CHỦ TỊCH".to_owned()], name: None },
        recipients: vec!["Như Điều 3".to_owned(), "Lưu: VT, Công an".to_owned()],
        appendices: vec![Appendix {
            title: "DANH SÁCH KHEN THƯỞNG".to_owned(), blocks: listed, ..Appendix::default()
        }],
        ..Document::default()
    };
    Some((document, text))
}
