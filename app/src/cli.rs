//! The command line, as clap reads it.

mod care;
mod oidc;
mod values;

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

mod forms;

pub use care::{Bench, BenchAct, BenchPlace, Doctor, DoctorPart, Key, KeyAct, Retention};
pub use forms::{Forms, FormsAct};
pub use oidc::Oidc;

/// Bình Yên: số liệu và báo cáo của phong trào Toàn dân bảo vệ an ninh Tổ quốc.
#[derive(Debug, Parser)]
#[command(name = "binhyen", version, max_term_width = 100)]
pub struct Cli {
    /// Tệp SQLite hoặc địa chỉ postgres:// / a SQLite file or a postgres:// address
    #[arg(long, global = true, env = "BINHYEN_DATABASE", default_value = "binhyen.db", hide_env_values = true)]
    pub database: String,
    /// Số năm số liệu giữ trong bộ nhớ; năm cũ hơn được đọc từ sổ cái khi cần / years of figures held in memory; older
    /// ones are read from the ledger when asked for
    #[arg(long, global = true, env = "BINHYEN_YEARS_IN_MEMORY", default_value_t = 5, hide_env_values = true,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub years_in_memory: u16,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Chạy máy chủ / run the server
    Serve(Serve),
    /// Tạo dữ liệu mẫu và chạy thử / make the demo data and serve it
    Demo(Demo),
    /// Cập nhật cấu trúc cơ sở dữ liệu và danh mục / bring schema and reference data up to date
    Migrate,
    /// Tài khoản / accounts
    User(User),
    /// Tra cứu đơn vị hành chính / look up an administrative unit
    Unit(Unit),
    /// Giao biểu mẫu cho các đơn vị / let units owe a form
    Assign(Assign),
    /// Biểu mẫu và chỉ tiêu riêng / forms and indicators of units' own
    Forms(Forms),
    /// Nhắc các đơn vị đến hạn, quá hạn gửi báo cáo / remind units of what is due
    Remind,
    /// Hỏi một số liệu / ask for one figure
    Figure(Figure),
    /// Viết báo cáo tổng kết / write the summary report
    Summary(Summary),
    /// Viết báo cáo của mọi đơn vị một cấp / write the reports of all units of a level
    Briefs(Briefs),
    /// Kiểm tra giấy khen, quyết định / check a certificate or decision
    Verify(Verify),
    /// Nhập số liệu từ tệp / import figures from a file
    Import(Import),
    /// Xuất số liệu ra tệp / export figures to a file
    Export(Export),
    /// Thay đổi địa giới hành chính / boundary reforms
    Reform(Reform),
    /// Khóa niêm phong các bí mật trong cơ sở dữ liệu / the keys that seal the database's secrets
    Key(Key),
    /// Kiểm tra cơ sở dữ liệu / check the database
    Doctor(Doctor),
    /// Xóa dữ liệu cá nhân hết thời hạn lưu / remove personal data that have outlived their time
    Retention(Retention),
    /// Dữ liệu không có thật để đo / invented data to measure with
    Bench(Bench),
}

/// `serve`
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Địa chỉ lắng nghe / address to listen on
    #[arg(long, default_value = "127.0.0.1:8138")]
    pub listen: SocketAddr,
    /// Chỉ gửi cookie qua https / send cookies over https only
    #[arg(long)]
    pub secure_cookies: bool,
    /// Tên máy chủ; yêu cầu gửi tới tên khác bị từ chối / the host's name; requests for another are refused
    #[arg(long)]
    pub host: Option<String>,
    /// Địa chỉ công khai, in trong mã QR: https://… / public address, printed in QR codes
    #[arg(long, env = "BINHYEN_BASE_URL", value_parser = values::base_url)]
    pub base_url: Option<String>,
    /// Nơi báo lỗ hổng, ghi ở /.well-known/security.txt / whom to tell of a weakness
    #[arg(long, value_parser = values::contact)]
    pub contact: Option<String>,
    /// Tệp SHA-1 đã sắp xếp của các mật khẩu bị lộ / sorted SHA-1 lines of passwords that others know
    #[arg(long)]
    pub breached: Option<PathBuf>,
    /// Whom else people may sign in through.
    #[command(flatten)]
    pub oidc: Oidc,
}

/// `demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Thư mục chứa dữ liệu mẫu / folder of the demo data
    #[arg(long, default_value = "var/demo")]
    pub data_dir: PathBuf,
    /// Địa chỉ lắng nghe (chỉ máy này) / address to listen on (this machine only)
    #[arg(long, default_value = "127.0.0.1:8138")]
    pub listen: SocketAddr,
    /// Chỉ tạo dữ liệu / make the data only
    #[arg(long)]
    pub no_serve: bool,
    /// Xóa và tạo lại / remove and make anew
    #[arg(long)]
    pub reset: bool,
}

/// `user`
#[derive(Debug, Args)]
pub struct User {
    /// What to do with accounts.
    #[command(subcommand)]
    pub act: UserAct,
}

/// `user …`
#[derive(Debug, Subcommand)]
pub enum UserAct {
    /// Thêm tài khoản; mật khẩu đọc từ dòng đầu của đầu vào chuẩn / add; the password is standard input's first line
    Add {
        /// Tên đăng nhập / sign-in name
        name: String,
        /// Họ tên / full name
        #[arg(long)]
        full_name: String,
        /// Chức vụ / post
        #[arg(long, default_value = "")]
        post: String,
        /// Vai trò, như commune-recorder; recorder là vai trò nhập số liệu ở cấp của đơn vị / role, such as
        /// commune-recorder; recorder is the recorder's role of the unit's level
        #[arg(long, value_parser = values::role)]
        role: String,
        /// Đơn vị (tên đầy đủ, mã hoặc u-…) / unit (full name, code or u-…)
        #[arg(long)]
        unit: String,
    },
    /// Tạo đường dẫn một lần cho quản trị viên đầu tiên / make the one-time link of the first administrator
    FirstLink {
        /// Địa chỉ của máy chủ / the server's address
        #[arg(long, default_value = "http://localhost:8138")]
        address: String,
    },
}

/// `unit`
#[derive(Debug, Args)]
pub struct Unit {
    /// Tên, mã, u-… hoặc từ cần tìm / name, code, u-… or words to search for
    pub name: String,
    /// Ngày / day (default: today)
    #[arg(long)]
    pub on: Option<String>,
    /// In JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// `assign`
#[derive(Debug, Args)]
pub struct Assign {
    /// Mã biểu mẫu / the form's code
    #[arg(long)]
    pub form: String,
    /// Đơn vị trên cùng / the unit at the top
    #[arg(long)]
    pub top: String,
    /// Cấp phải báo cáo / the level that owes it
    #[arg(long, value_enum)]
    pub level: LevelWord,
    /// Từ ngày / from this day on
    #[arg(long)]
    pub from: String,
    /// Đến hết ngày / up to this day
    #[arg(long)]
    pub until: Option<String>,
}

/// A level on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LevelWord {
    /// Tỉnh
    Province,
    /// Huyện (đến 30/6/2025)
    District,
    /// Xã
    Commune,
    /// Thôn
    Village,
}

/// `figure`
#[derive(Debug, Args)]
pub struct Figure {
    /// Đơn vị (tên đầy đủ, mã hoặc u-…) / unit (full name, code or u-…)
    #[arg(long)]
    pub unit: String,
    /// Ngày mà tên hoặc mã chỉ đơn vị đó / day on which the name or code means the unit
    #[arg(long)]
    pub on: Option<String>,
    /// Kỳ: 2021, 2021-H1, 2021-Q2, 2021-M07, adm:2021-M07 / period
    #[arg(long)]
    pub period: String,
    /// Mã chỉ tiêu / indicator code
    #[arg(long)]
    pub indicator: String,
    /// Địa giới: then, now hoặc một ngày / boundaries: then, now or a day
    #[arg(long, default_value = "then")]
    pub boundaries: String,
    /// In JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// `import`
#[derive(Debug, Args)]
pub struct Import {
    /// What to import.
    #[command(subcommand)]
    pub what: ImportWhat,
}

/// `import …`
#[derive(Debug, Subcommand)]
pub enum ImportWhat {
    /// Số liệu, bảy cột `unit_code,on,period,indicator,value,qualifier,coverage` / figures
    Figures {
        /// Tệp CSV / CSV file
        file: PathBuf,
    },
}

/// `export`
#[derive(Debug, Args)]
pub struct Export {
    /// What to export.
    #[command(subcommand)]
    pub what: ExportWhat,
}

/// `export …`
#[derive(Debug, Subcommand)]
pub enum ExportWhat {
    /// Số liệu của nhiều đơn vị, kỳ và chỉ tiêu / figures of many units, periods and indicators
    Figures(ExportFigures),
}

/// `export figures`
#[derive(Debug, Args)]
pub struct ExportFigures {
    /// Đơn vị (tên đầy đủ, mã hoặc u-…) / unit (full name, code or u-…)
    #[arg(long)]
    pub unit: String,
    /// Ngày mà tên hoặc mã chỉ đơn vị đó / day on which the name or code means the unit
    #[arg(long)]
    pub on: Option<String>,
    /// Các dòng: self, children, hoặc mọi đơn vị cấp province, district, commune, village / which units
    #[arg(long, default_value = "children")]
    pub below: String,
    /// Kỳ, cách nhau bằng dấu phẩy / periods, separated by commas
    #[arg(long)]
    pub period: String,
    /// Mã chỉ tiêu, cách nhau bằng dấu phẩy, hoặc all / indicator codes, separated by commas, or all
    #[arg(long)]
    pub indicator: String,
    /// Địa giới: then, now hoặc một ngày / boundaries: then, now or a day
    #[arg(long, default_value = "then")]
    pub boundaries: String,
    /// Thứ tự: name hoặc mã chỉ tiêu, lớn nhất trước / order: name or an indicator code, greatest first
    #[arg(long, default_value = "name")]
    pub order: String,
    /// Dạng tệp / kind of file
    #[arg(long, value_enum, default_value = "csv")]
    pub format: FormatWord,
    /// Tệp kết quả, hoặc - / the file to write, or -
    #[arg(long, default_value = "-")]
    pub out: PathBuf,
}

/// A kind of file on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum FormatWord {
    /// Mỗi số liệu một dòng / one figure a line
    Csv,
    /// Một mảng đối tượng như của `figure --json` / an array of the objects of `figure --json`
    Json,
    /// Bảng tính, mỗi đơn vị một dòng / a workbook, a row for each unit
    Xlsx,
    /// Các cột của csv, có kiểu / the columns of csv, with their types
    #[cfg(feature = "parquet")]
    Parquet,
}

/// `reform`
#[derive(Debug, Args)]
pub struct Reform {
    /// What to do with a reform file.
    #[command(subcommand)]
    pub act: ReformAct,
}

/// `reform …`
#[derive(Debug, Subcommand)]
pub enum ReformAct {
    /// Xem trước, không thay đổi gì / show what would happen; changes nothing
    Preview {
        /// Tệp CSV (xem docs/reforms.md) / CSV file
        file: PathBuf,
    },
    /// Áp dụng, cả tệp hoặc không gì cả / apply, the whole file or nothing
    Apply {
        /// Tệp CSV (xem docs/reforms.md) / CSV file
        file: PathBuf,
    },
}

/// Options may stand before the command too: moves the command to the front.
pub fn command_first(mut args: Vec<OsString>) -> Vec<OsString> {
    let cli = Cli::command();
    let is_command = |it: &OsString| it.to_str().is_some_and(|it| cli.find_subcommand(it).is_some());
    let starts_with_option = args.get(1).and_then(|it| it.to_str()).is_some_and(|it| it.starts_with("--"));
    if starts_with_option && let Some(at) = args.iter().skip(1).position(is_command) {
        let command = args.remove(at + 1);
        args.insert(1, command);
    }
    args
}

mod papers;
#[cfg(test)]
mod tests;

pub use papers::{Briefs, Summary, Verify};
