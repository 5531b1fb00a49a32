//! Options of an identity provider.

use std::path::PathBuf;

use clap::Args;

use super::values;

/// An identity provider; all or nothing.
#[derive(Debug, Clone, Args)]
pub struct Oidc {
    /// Địa chỉ nơi cấp danh tính (OIDC) / address of the identity provider
    #[arg(long, env = "BINHYEN_OIDC_ISSUER", value_parser = values::issuer, requires_all = ["oidc_client", "oidc_secret_file"])]
    pub oidc_issuer: Option<String>,
    /// Tên của hệ thống này ở đó / how it knows this server
    #[arg(long, env = "BINHYEN_OIDC_CLIENT", requires = "oidc_issuer")]
    pub oidc_client: Option<String>,
    /// Tệp chứa bí mật với nơi đó / file of the secret shared with it
    #[arg(long, env = "BINHYEN_OIDC_SECRET_FILE", requires = "oidc_issuer")]
    pub oidc_secret_file: Option<PathBuf>,
    /// Tên hiện trên nút đăng nhập / its name on the button
    #[arg(long, env = "BINHYEN_OIDC_LABEL", default_value = "SSO")]
    pub oidc_label: String,
    /// Giá trị amr được coi là đủ hai lớp / values of amr that stand for our second factor
    #[arg(long, env = "BINHYEN_OIDC_STRONG_AMR", value_delimiter = ',')]
    pub oidc_strong_amr: Vec<String>,
    /// Giá trị acr được coi là đủ hai lớp / values of acr that stand for our second factor
    #[arg(long, env = "BINHYEN_OIDC_STRONG_ACR", value_delimiter = ',')]
    pub oidc_strong_acr: Vec<String>,
}
