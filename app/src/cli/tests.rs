use super::*;

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn a_role_is_named_by_its_word_or_by_its_duty() {
    let add = |role: &str| {
        Cli::try_parse_from(["binhyen", "user", "add", "thuy", "--full-name", "Thủy", "--unit", "VN", "--role", role])
    };
    for role in ["commune-recorder", "recorder", "guest", "administrator"] {
        assert!(add(role).is_ok(), "{role}");
    }
    let refused = add("king").unwrap_err().to_string();
    assert!(refused.contains("commune-recorder, commune-approver"), "{refused}");
}

#[test]
fn options_may_stand_before_the_command() {
    let args = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
    let cli = Cli::parse_from(command_first(args("binhyen --listen 127.0.0.1:1 --database x.db serve")));
    assert_eq!(cli.database, "x.db");
    assert!(matches!(cli.command, Command::Serve(Serve { listen, .. }) if listen.port() == 1));
    let cli = Cli::parse_from(command_first(args("binhyen unit demo --database y.db")));
    assert_eq!(cli.database, "y.db");
    assert!(matches!(cli.command, Command::Unit(Unit { name, .. }) if name == "demo"));
}
