//! Which template holds for a unit: its own, else that of the nearest unit above, else the program's.

use kernel::UnitId;
use store::Conn;
use web::App;

use crate::{Wording, store::templates};

/// Where a template comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The program.
    Program,
    /// The unit itself or one above it, and the number of its version.
    Unit(UnitId, i64),
}

/// The template that holds for a unit, and its text.
///
/// # Errors
/// The store's.
pub(crate) async fn chosen(
    app: &App,
    conn: &mut Conn,
    unit: UnitId,
    wording: Wording,
) -> store::Result<(Origin, String)> {
    let above: Vec<UnitId> = {
        let (register, today) = (app.register.get(), app.clock.today());
        register.ancestors(unit, today).iter().map(|it| it.id).collect()
    };
    for owner in std::iter::once(unit).chain(above) {
        if let Some((number, text)) = templates::newest(conn, owner, wording).await? {
            return Ok((Origin::Unit(owner, number), text));
        }
    }
    Ok((Origin::Program, wording.built_in()))
}
