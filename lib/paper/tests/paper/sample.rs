//! A made-up report of three pages: a table of 40 rows, names of 200 characters, texts that look like markup.

use paper::{Align, Block, Cell, Column, Date, Document, Header, Issued, Run, Signature, Table};

pub(crate) const HOSTILE: &str = "Nguyễn & <b>Con</b> #let x = 1 *đậm* _nghiêng_ $a$ @nhãn \\ \"ngoặc\" `mã` // ]]>";

pub(crate) fn long_name() -> String {
    let name = "Ban Chỉ đạo phong trào Toàn dân bảo vệ an ninh Tổ quốc khu dân cư kiểu mẫu số một ".repeat(3);
    name.chars().take(200).collect()
}

pub(crate) fn report() -> Document {
    let result = "Trong năm, các xã, phường đã củng cố, kiện toàn và xây dựng mới các mô hình tự quản về an ninh, trật \
                  tự tại địa bàn dân cư, cơ quan, doanh nghiệp và nhà trường; nhân dân đã cung cấp ";
    let mut blocks = vec![
        Block::heading(1, "I. TÌNH HÌNH"),
        Block::text("To\u{302}̉ quốc: chữ tổ hợp và chữ dựng sẵn phải như nhau."),
        Block::heading(2, "1. Kết quả chung"),
        Block::Paragraph(vec![
            Run::plain(result),
            Run::plain("hơn\u{a0}1.200").from_source("/figures/TIP01"),
            Run::plain(" tin báo, trong đó "),
            Run::bold("98 tin"),
            Run::plain(" có giá trị, "),
            Run::italic("tăng 12,50%"),
            Run::plain(" so với cùng kỳ."),
        ]),
        Block::heading(3, "a) Về mô hình"),
        Block::Item(vec![Run::plain("Xây dựng mới 41 mô hình; nhân rộng 7 mô hình.")]),
        Block::Item(vec![Run::plain(HOSTILE)]),
        Block::heading(2, "2. Kết quả theo đơn vị"),
        Block::Table(table()),
    ];
    blocks.extend((1..=8).map(|at| Block::text(format!("{at}. {result}đầy đủ, kịp thời {at} nguồn tin cho Công an."))));
    blocks.push(Block::text("Trên đây là báo cáo kết quả công tác năm 2026 của Ban Chỉ đạo tỉnh Mẫu./."));
    Document {
        header: Header {
            parent_body: Some("ỦY BAN NHÂN DÂN TỈNH MẪU".into()),
            issuing_body: "BAN CHỈ ĐẠO PHONG TRÀO".into(),
            number: None,
            symbol: "BC-BCĐ".into(),
            place: "Tỉnh Mẫu".into(),
            issued: Issued::Day(Date::new(2026, 2, 5).expect("a real day")),
        },
        mark: Some("DỮ LIỆU MẪU".into()),
        kind: Some("BÁO CÁO".into()),
        subject: "Kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc năm 2026".into(),
        addressees: vec!["Bộ Công an".into(), "Ủy ban nhân dân tỉnh Mẫu".into()],
        bases: vec!["Căn cứ Quy chế hoạt động của Ban Chỉ đạo".into(), "Căn cứ Kế hoạch công tác năm 2026".into()],
        blocks,
        signature: Signature {
            lines: ["TM. BAN CHỈ ĐẠO", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"].map(String::from).to_vec(),
            name: Some("Nguyễn Thị Ngọc Ánh".into()),
        },
        recipients: ["Như trên", "Thường trực Tỉnh ủy (để báo cáo)", "Lưu: VT, BCĐ"].map(String::from).to_vec(),
        ..Document::default()
    }
}

fn table() -> Table {
    let row = |at: usize| -> Vec<Cell> {
        let name = if at == 20 { long_name() } else { format!("Xã Mẫu số {at}") };
        vec![at.to_string().into(), name.into(), (at * 37).to_string().into(), "41/44 (93,18%)".into()]
    };
    let mut rows: Vec<Vec<Cell>> = (1..=39).map(row).collect();
    rows.push(vec![
        Cell::new(vec![Run::bold("Tổng cộng")]).over(2, 1),
        Cell::new(vec![Run::bold("28.860")]),
        Cell::new(vec![Run::bold("41/44 (93,18%)")]),
    ]);
    Table {
        caption: Some("Bảng 1. Số tin báo và mô hình theo xã".into()),
        columns: vec![
            Column::new(1, Align::Center),
            Column::new(6, Align::Left),
            Column::new(2, Align::Right),
            Column::new(3, Align::Right),
        ],
        header: vec![
            vec![Cell::from("TT").over(1, 2), Cell::from("Đơn vị").over(1, 2), Cell::from("Năm 2026").over(2, 1)],
            vec!["Tin báo".into(), "Mô hình".into()],
        ],
        rows,
        notes: vec!["Ghi chú: trong đó có số ước.".into()],
        landscape: false,
    }
}

/// An official letter, the smallest document: no title, no table, nothing optional.
pub(crate) fn letter() -> Document {
    Document {
        header: Header {
            issuing_body: "CÔNG AN XÃ MẪU".into(),
            number: Some(7),
            symbol: "CAX".into(),
            place: "Xã Mẫu".into(),
            issued: Issued::Year(2026),
            ..Header::default()
        },
        subject: "đôn đốc gửi báo cáo tháng 10".into(),
        addressees: vec!["Trưởng các thôn".into()],
        blocks: vec![Block::text("Đề nghị các thôn gửi báo cáo trước ngày 15./.")],
        signature: Signature { lines: vec!["TRƯỞNG CÔNG AN XÃ".into()], name: None },
        recipients: vec!["Như trên".into(), "Lưu: CAX".into()],
        ..Document::default()
    }
}
