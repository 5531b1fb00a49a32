//! The identity provider that the options name.

use anyhow::Context;
use web::Provider;

use crate::cli::{Oidc, Serve};

/// Reads it, with its secret from the file; `None` if none is named.
///
/// # Errors
/// When this program was built without OpenID Connect, the secret cannot be read, or nobody said where browsers find this
/// server.
pub(crate) fn configured(serve: &Serve) -> anyhow::Result<Option<Provider>> {
    let Oidc { oidc_issuer, oidc_client, oidc_secret_file, oidc_label, oidc_strong_amr, oidc_strong_acr } =
        serve.oidc.clone();
    let (Some(issuer), Some(client), Some(file)) = (oidc_issuer, oidc_client, oidc_secret_file) else {
        return Ok(None);
    };
    if !access::ASKS_PROVIDERS {
        anyhow::bail!(
            "bản này được dựng không có OpenID Connect; hãy dựng lại với --features oidc / this program was built without \
             OpenID Connect; build it with --features oidc"
        );
    }
    if serve.base_url.is_none() && serve.host.is_none() {
        anyhow::bail!("--oidc-issuer cần --base-url hoặc --host / needs --base-url or --host");
    }
    let secret = std::fs::read_to_string(&file).with_context(|| {
        format!("không đọc được bí mật với nơi cấp danh tính / cannot read the provider's secret {}", file.display())
    })?;
    Ok(Some(Provider {
        issuer,
        client,
        secret: secret.trim().to_owned(),
        label: oidc_label,
        strong_ways: oidc_strong_amr,
        strong_classes: oidc_strong_acr,
    }))
}
