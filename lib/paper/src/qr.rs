//! QR codes as drawings.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

use crate::Picture;

/// The text as a QR code of so many millimetres; `None` if it is longer than a code holds (about 2,300 bytes).
pub fn qr(text: &str, alt: &str, width: u16) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + 4, y + 4); // Writing to a string cannot fail.
        }
    }
    let edge = size + 8;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {edge} {edge}\" width=\"{edge}\" height=\"{edge}\"><rect width=\"{edge}\" height=\"{edge}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    );
    Some(Picture { svg, alt: alt.to_owned(), caption: None, width })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_refused() {
        assert!(qr("Bình Yên", "mã", 20).is_some_and(|it| it.svg.contains("viewBox=\"0 0 29 29\"")));
        assert_eq!(qr(&"x".repeat(3000), "mã", 20), None);
    }
}
