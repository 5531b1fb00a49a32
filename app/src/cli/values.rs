//! What an option's text must be.

/// An address that `security.txt` may name.
pub(super) fn contact(text: &str) -> Result<String, String> {
    let plain = text.chars().all(|it| it.is_ascii_graphic());
    match text {
        _ if plain && (text.starts_with("https://") || text.starts_with("mailto:")) => Ok(text.to_owned()),
        _ if plain && text.contains('@') => Ok(format!("mailto:{text}")),
        _ => Err("cần địa chỉ thư hoặc https:// / an e-mail address or https:// is needed".to_owned()),
    }
}

/// A word that [`web::Role::named`] may know.
pub(super) fn role(text: &str) -> Result<String, String> {
    let known = web::Role::parse(text).is_some() || web::Duty::parse(text).is_some();
    let all = || web::Role::all().map(web::Role::word).collect::<Vec<_>>().join(", ");
    if known {
        Ok(text.to_owned())
    } else {
        Err(format!("không có vai trò này; có / no such role; there are: {}", all()))
    }
}

/// An address that paper may name.
pub(super) fn base_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let plain = rest.chars().all(|it| it.is_ascii_graphic()) && !rest.contains(['?', '#', '"', '<', '>']);
    if plain && !rest.is_empty() {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err("cần địa chỉ https://… / an address https://… is needed".to_owned())
}

/// An identity provider: over https, or on this machine.
pub(super) fn issuer(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("http://").map(|it| it.split(['/', ':']).next().unwrap_or_default());
    if text.starts_with("https://") || host.is_some_and(|it| ["localhost", "127.0.0.1"].contains(&it)) {
        return Ok(text.to_owned());
    }
    Err("cần địa chỉ https://… / an address https://… is needed".to_owned())
}
