use std::fmt;

/// Why nothing was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetError {
    /// No bytes, or no cell with anything in it.
    Empty,
    /// Larger than so many bytes.
    Large(usize),
    /// Unpacks to more than so many bytes.
    Unpacks(u64),
    /// More sheets than so many.
    Sheets(usize),
    /// A sheet of more rows than so many.
    Rows(String, u32),
    /// A sheet of more columns than so many.
    Columns(String, u32),
    /// More cells than so many.
    Cells(usize),
    /// It holds macros.
    Macros,
    /// It wants a password.
    Locked,
    /// It is something else: a picture, a web page, a document; says what in Vietnamese and English.
    Other(&'static str, &'static str),
    /// It is what it says, but broken; says which part.
    Broken(String),
    /// Text in an encoding that is not known.
    Encoding,
}

impl SheetError {
    /// The reason in Vietnamese, saying how to mend it.
    pub fn vietnamese(&self) -> String {
        match self {
            Self::Empty => "Tệp không có ô nào có nội dung. Hãy kiểm tra đã chọn đúng tệp và đã lưu tệp.".into(),
            Self::Large(most) => {
                format!("Tệp lớn hơn {} MB. Hãy bỏ hình ảnh và các trang không cần, rồi lưu lại.", most >> 20)
            }
            Self::Unpacks(most) => {
                format!("Tệp giải nén ra hơn {} MB. Hãy chép riêng phần số liệu sang tệp mới.", most >> 20)
            }
            Self::Sheets(most) => format!("Tệp có hơn {most} trang. Hãy chia thành nhiều tệp."),
            Self::Rows(sheet, most) => format!(
                "Trang “{sheet}” có hơn {} dòng. Hãy xóa các dòng không cần (cả các dòng ở cuối trang) rồi lưu lại.",
                viet::number(i64::from(*most))
            ),
            Self::Columns(sheet, most) => {
                format!("Trang “{sheet}” có hơn {most} cột. Hãy xóa các cột không cần rồi lưu lại.")
            }
            Self::Cells(most) => format!(
                "Tệp có hơn {} ô có nội dung. Hãy chia thành nhiều tệp.",
                viet::number(i64::try_from(*most).unwrap_or(i64::MAX))
            ),
            Self::Macros => "Tệp có macro nên không được nhận. Hãy lưu lại dạng “Excel Workbook (.xlsx)”.".into(),
            Self::Locked => "Tệp có đặt mật khẩu. Hãy bỏ mật khẩu rồi lưu lại.".into(),
            Self::Other(what, _) => {
                format!("Tệp này là {what}, không phải bảng tính. Hãy chọn tệp .xlsx, .ods, .xls hoặc .csv.")
            }
            Self::Broken(part) => {
                format!("Tệp bị hỏng, không đọc được ({part}). Hãy mở bằng Excel hoặc LibreOffice rồi lưu lại.")
            }
            Self::Encoding => "Không nhận ra bảng mã chữ của tệp. Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx.".into(),
        }
    }
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                write!(f, "no cell of the file holds anything: check that it is the right one and was saved")
            }
            Self::Large(most) => {
                write!(f, "the file is larger than {} MB: take out pictures and spare sheets", most >> 20)
            }
            Self::Unpacks(most) => {
                write!(f, "the file unpacks to more than {} MB: copy the figures into a new one", most >> 20)
            }
            Self::Sheets(most) => write!(f, "the file has more than {most} sheets: split it"),
            Self::Rows(sheet, most) => {
                write!(f, "the sheet “{sheet}” has more than {most} rows: delete those not needed, at its end too")
            }
            Self::Columns(sheet, most) => {
                write!(f, "the sheet “{sheet}” has more than {most} columns: delete those not needed")
            }
            Self::Cells(most) => write!(f, "the file has more than {most} cells: split it"),
            Self::Macros => write!(f, "the file holds macros and is not taken: save it as “Excel Workbook (.xlsx)”"),
            Self::Locked => write!(f, "the file has a password: take it off and save again"),
            Self::Other(_, what) => {
                write!(f, "the file is {what}, no spreadsheet: choose an .xlsx, .ods, .xls or .csv file")
            }
            Self::Broken(part) => {
                write!(f, "the file is broken ({part}): open it with Excel or LibreOffice and save it again")
            }
            Self::Encoding => write!(f, "the text's encoding is not known: save as “CSV UTF-8” or .xlsx"),
        }
    }
}

impl std::error::Error for SheetError {}
