//! Words of the commands that write and check papers.

use std::path::PathBuf;

use briefs::Part;
use clap::Args;

use super::LevelWord;
use crate::brief_workers::part;

/// `summary`
#[derive(Debug, Args)]
pub struct Summary {
    /// Đơn vị / unit
    #[arg(long)]
    pub unit: String,
    /// Ngày mà tên hoặc mã chỉ đơn vị đó / day on which the name or code means the unit
    #[arg(long)]
    pub on: Option<String>,
    /// Kỳ / period
    #[arg(long)]
    pub period: String,
    /// Địa giới: then, now hoặc một ngày / boundaries: then, now or a day
    #[arg(long, default_value = "then")]
    pub boundaries: String,
    /// Tệp kết quả: .docx, .pdf, .xlsx, .html, .json / the file to write
    #[arg(long)]
    pub out: PathBuf,
}

/// `briefs`
#[derive(Debug, Args)]
pub struct Briefs {
    /// Đơn vị trên cùng / the unit at the top
    #[arg(long, default_value = "VN")]
    pub unit: String,
    /// Cấp của các đơn vị báo cáo / the level that reports
    #[arg(long, value_enum, default_value = "commune")]
    pub level: LevelWord,
    /// Kỳ / period
    #[arg(long)]
    pub period: String,
    /// Địa giới: then, now hoặc một ngày / boundaries: then, now or a day
    #[arg(long, default_value = "then")]
    pub boundaries: String,
    /// Dạng tệp, cách nhau bằng dấu phẩy: docx, pdf, xlsx, html, json / kinds of file, separated by commas
    #[arg(long, default_value = "docx,pdf", value_delimiter = ',')]
    pub format: Vec<String>,
    /// Thư mục kết quả / the folder to write into
    #[arg(long)]
    pub out: PathBuf,
    /// Which of the reports: how the command tells its own helpers.
    #[arg(long, hide = true, value_parser = part)]
    pub part: Option<Part>,
}

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Tệp hoặc nội dung mã QR / a file, or the text of the QR code
    pub text: String,
    /// Khóa công khai: tệp hoặc 64 chữ số; không có thì hỏi cơ sở dữ liệu / public key: a file or 64 digits; else the
    /// database is asked
    #[arg(long)]
    pub key: Option<String>,
    /// Tệp danh sách đã thu hồi, mỗi dòng một mã / file of revoked codes, one a line
    #[arg(long, requires = "key")]
    pub revoked: Option<PathBuf>,
}
