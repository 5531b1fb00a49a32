//! Words of the commands that look after a database: keys, checks, retention, measuring.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `retention`
#[derive(Debug, Args)]
pub struct Retention {
    /// Chỉ đếm, không xóa / count only, remove nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `key`
#[derive(Debug, Args)]
pub struct Key {
    /// What to do with the keys.
    #[command(subcommand)]
    pub act: KeyAct,
}

/// `key …`
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum KeyAct {
    /// Thêm khóa mới; máy chủ niêm phong lại khi khởi động / add a new key; a server seals anew when it starts
    Rotate,
}

/// `bench`
#[derive(Debug, Args)]
pub struct Bench {
    /// What to make.
    #[command(subcommand)]
    pub act: BenchAct,
}

/// `bench …`
#[derive(Debug, Subcommand)]
pub enum BenchAct {
    /// Một năm số liệu của cả nước đến cấp thôn / a year of the whole country's figures, down to villages
    Data(BenchPlace),
    /// Đo trang của cả nước và một tỉnh với số liệu ấy / how long the pages of country and province take with it
    Pages(BenchPlace),
}

/// How much is made, and where.
#[derive(Debug, Args)]
pub struct BenchPlace {
    /// Quy mô: 1 là cả nước / scale: 1 is the country
    #[arg(long, default_value_t = 1.0)]
    pub scale: f64,
    /// Thư mục kết quả / the folder to write
    #[arg(long)]
    pub out: PathBuf,
}

/// `doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// Phần cần kiểm tra / what to check
    #[arg(value_enum, default_value = "all")]
    pub part: DoctorPart,
}

/// What the doctor looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoctorPart {
    /// Tất cả
    All,
    /// Số liệu và sổ cái
    Figures,
    /// Nhật ký
    Audit,
}
