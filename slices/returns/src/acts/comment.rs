use kernel::{Indicator, Instant, Issue, ReturnId};
use web::{App, Cover, Error, Result, Who};

use super::{find_line, is_above, refuse};
use crate::{
    APPROVE, FILL, merge,
    store::{self as rows, Comment, ReturnLine},
};

/// The longest word about a figure, in letters.
pub(crate) const COMMENT_LENGTH: usize = 200;

/// Whether figures of an indicator have a thread. A word beside a small count of tips could point at somebody.
pub(crate) fn takes_comments(indicator: &Indicator) -> bool {
    !merge::of_tips(&indicator.code)
}

/// Whether somebody takes part in the talk about a return: who fills it in, and who decides on it.
pub(crate) fn takes_part(app: &App, who: &Who, line: &ReturnLine) -> bool {
    let fills =
        who.scope(FILL).is_ok_and(|it| it.cover(&app.register.get(), line.unit, app.clock.today()) == Cover::Full);
    fills || who.scope(APPROVE).is_ok_and(|it| is_above(app, &it, line))
}

/// Says something about a figure, for good.
///
/// # Errors
/// Not found for who neither fills in the return nor decides on it; refused when it is empty or too long.
pub async fn comment(app: &App, who: &Who, id: ReturnId, code: &str, text: &str) -> Result<()> {
    let catalogue = app.catalogue.get();
    let indicator = catalogue.by_code(code).filter(|it| takes_comments(it)).ok_or(Error::NotFound)?;
    let mut tx = app.db.write().await?;
    let line = find_line(&mut tx, id).await?;
    if !takes_part(app, who, &line) {
        return Err(Error::NotFound);
    }
    let text = match text.trim() {
        "" => return refuse("comment", "returns-comment-missing"),
        it => read("comment", it)?,
    };
    let row =
        Comment { id: app.new_id(), indicator: indicator.id(), at: app.clock.now(), author: who.name.clone(), text };
    rows::insert_comment(&mut tx, &line, &row).await?;
    super::audit(app, &mut tx, who, &line, "returns.commented").await?;
    tx.commit().await?;
    Ok(())
}

/// The reasons given at single figures, by code; those left empty are none.
pub(super) fn read_all(app: &App, who: &Who, at: Instant, all: &[(String, String)]) -> Result<Vec<Comment>> {
    let catalogue = app.catalogue.get();
    let mut res = Vec::new();
    for (code, text) in all.iter().filter(|it| !it.1.trim().is_empty()) {
        let indicator = catalogue.by_code(code).filter(|it| takes_comments(it)).ok_or(Error::NotFound)?;
        let text = read(&format!("why.{code}"), text)?;
        res.push(Comment { id: app.new_id(), indicator: indicator.id(), at, author: who.name.clone(), text });
    }
    Ok(res)
}

/// A word about a figure, if it is short enough.
fn read(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > COMMENT_LENGTH {
        let issue = Issue::new(field, "returns-comment-long").with("most", COMMENT_LENGTH);
        return Err(Error::Refused(vec![issue]));
    }
    Ok(text.to_owned())
}
