//! Giấy khen and bằng khen, ready to print: A4 on its long side, one to a page.

use serde::Serialize;
use serde_json::json;

use crate::lines::{MOTTO, NATION};
use crate::pdf::{Sheet, write};
use crate::{Error, Fonts, Issued, Picture, Signature};

/// One certificate.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Certificate {
    /// A warning in capitals above everything.
    pub mark: Option<String>,
    /// Who grants, in capitals: "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MẪU".
    pub authority: String,
    /// What is granted, in capitals: "GIẤY KHEN".
    pub form: String,
    /// To whom.
    pub recipient: String,
    /// Post or place of the recipient.
    pub detail: Option<String>,
    /// What for.
    pub reason: String,
    /// The decision and the book it is entered in, line by line.
    pub decision: Vec<String>,
    /// Place name before the date.
    pub place: String,
    /// The day.
    pub issued: Issued,
    /// Who signs.
    pub signature: Signature,
    /// The code by which it can be checked.
    pub qr: Option<Picture>,
}

/// Certificates as one PDF.
///
/// # Errors
/// A signature that does not fit, or a layout that fails.
pub fn certificates(list: &[Certificate], fonts: &Fonts) -> Result<Vec<u8>, Error> {
    list.iter().try_for_each(|it| it.signature.check())?;
    let one = |it: &Certificate| {
        json!({
            "mark": it.mark, "authority": it.authority, "form": it.form, "recipient": it.recipient,
            "detail": it.detail, "reason": it.reason, "decision": it.decision,
            "date_line": format!("{}, {}", it.place, it.issued.words()),
            "signs": it.signature.lines, "name": it.signature.name.clone().unwrap_or_default(), "qr": it.qr,
        })
    };
    let first = list.first();
    let data = json!({
        "nation": NATION,
        "motto": MOTTO,
        "families": fonts.families(),
        "title": first.map_or("GIẤY KHEN", |it| it.form.as_str()),
        "author": first.map_or("", |it| it.authority.as_str()),
        "day": first.map_or(Issued::Blank, |it| it.issued).file_day(),
        "certificates": list.iter().map(one).collect::<Vec<_>>(),
    });
    write(Sheet::Certificate, data, fonts)
}
