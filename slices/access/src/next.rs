/// Where to go after signing in: the address that was asked for, if it is one of ours. A browser reads `//other.example`
/// and `/\other.example` as another host, and drops tabs and line ends before it looks.
pub(crate) fn local(next: &str) -> Option<&str> {
    let rest = next.strip_prefix('/')?;
    let other_host = rest.starts_with(['/', '\\']);
    let plain = next.chars().all(|it| it.is_ascii_graphic() && it != '\\') && next.len() <= 2_000;
    (!other_host && plain).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(next: &str, expect: bool) {
        assert_eq!(local(next).is_some(), expect, "{next:?}");
    }

    #[test]
    fn only_paths_of_this_server() {
        check("/", true);
        check("/units/u-1T?day=2026-01-01&q=ba%20don", true);
        check("/returns/1//2", true);
        check("", false);
        check("units", false);
        check("//other.example/", false);
        check("/\\other.example", false);
        check("/\t/other.example", false);
        check("/x\r\nset-cookie: a=b", false);
        check("https://other.example", false);
        check("javascript:alert(1)", false);
        check(&format!("/{}", "x".repeat(2_000)), false);
    }
}
