//! Whatever people type, both files are written.

use paper::{Block, Cell, Column, Document, Run, Signature, Table};
use proptest::prelude::*;

use crate::pages::FONTS;

pub(crate) fn with_text(text: &str) -> Document {
    let table = Table {
        caption: Some(text.into()),
        columns: vec![Column::new(1, paper::Align::Left); 2],
        header: vec![vec![Cell::from(text).over(2, 1)]],
        rows: vec![vec![text.into(), text.into()]],
        notes: vec![text.into()],
        landscape: false,
    };
    Document {
        mark: Some(text.into()),
        kind: Some(text.into()),
        subject: text.into(),
        addressees: vec![text.into(); 2],
        bases: vec![text.into()],
        recipients: vec![text.into()],
        blocks: vec![
            Block::heading(u8::try_from(text.len() % 9).unwrap_or(0), text),
            Block::Table(table),
            Block::Item(vec![Run::bold(text), Run::italic(text)]),
        ],
        signature: Signature { lines: vec!["CHỦ TỊCH".into()], name: Some(text.into()) },
        ..Document::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_written(text in any::<String>()) {
        let document = with_text(&text);
        prop_assert_eq!(paper::pdf(&document, &FONTS).err().map(|e| e.to_string()), None);
        prop_assert_eq!(paper::docx(&document, &FONTS).err().map(|e| e.to_string()), None);
    }
}
