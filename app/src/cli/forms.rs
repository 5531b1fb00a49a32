use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `forms`
#[derive(Debug, Args)]
pub struct Forms {
    /// What to do with forms.
    #[command(subcommand)]
    pub act: FormsAct,
}

/// `forms …`
#[derive(Debug, Subcommand)]
pub enum FormsAct {
    /// Ghi biểu mẫu và chỉ tiêu riêng của một đơn vị ra tệp JSON / write a unit's own forms and indicators
    Export {
        /// Đơn vị (tên đầy đủ, mã hoặc u-…) / unit (full name, code or u-…)
        #[arg(long)]
        unit: String,
        /// Tệp kết quả, hoặc - / the file to write, or -
        #[arg(long, default_value = "-")]
        out: PathBuf,
    },
    /// Cho xem khác biệt; với --apply thì nhập / show the difference; with --apply bring it in
    Import {
        /// Đơn vị (tên đầy đủ, mã hoặc u-…) / unit (full name, code or u-…)
        #[arg(long)]
        unit: String,
        /// Nhập thật / really bring it in
        #[arg(long)]
        apply: bool,
        /// Tệp JSON / JSON file
        file: PathBuf,
    },
}
