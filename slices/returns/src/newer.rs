//! A draft that was opened under an older version of its form, and what it would become under the one that its period asks
//! today. Nobody is moved by itself: what a return was opened with it keeps, until who fills it in says otherwise.

use kernel::{Catalogue, Form, IndicatorId};

use crate::{Draft, store::ReturnLine};

/// What moving a draft to a newer version of its form does.
#[derive(Debug, Clone)]
pub(crate) struct Newer {
    /// The version.
    pub(crate) form: Form,
    /// The lines that it asks and the older one does not.
    pub(crate) asked: Vec<IndicatorId>,
    /// The codes of figures that it does not ask, and what stands there.
    pub(crate) dropped: Vec<(String, String)>,
    /// How many award rows it does not ask.
    pub(crate) awards: usize,
    /// The draft without them.
    pub(crate) draft: Draft,
}

impl Newer {
    /// The newer version of an open return's form, if there is one. What was accepted before is corrected as it was asked.
    pub(crate) fn of(line: &ReturnLine, catalogue: &Catalogue) -> Option<Newer> {
        let open = line.state.is_open() && line.version.is_none();
        let form = catalogue.form_for(line.form, line.period).filter(|it| open && it.number > line.form_version)?;
        let before: Vec<IndicatorId> = line.asks(catalogue)?.asked().map(|it| it.indicator).collect();
        let asked: Vec<IndicatorId> = form.asked().map(|it| it.indicator).collect();
        let codes: Vec<&str> =
            asked.iter().filter_map(|it| catalogue.indicator(*it)).map(|it| it.code.as_str()).collect();
        let (cells, dropped): (Vec<_>, Vec<_>) =
            line.draft.cells.clone().into_iter().partition(|it| codes.contains(&it.0.as_str()));
        let draft = Draft {
            cells: cells.into_iter().collect(),
            awards: if form.awards { line.draft.awards.clone() } else { Vec::new() },
            source: line.draft.source.clone(),
        };
        Some(Newer {
            form: form.clone(),
            asked: asked.into_iter().filter(|it| !before.contains(it)).collect(),
            dropped: dropped.into_iter().map(|(code, cell)| (code, cell.spoken())).collect(),
            awards: line.draft.awards.len() - draft.awards.len(),
            draft,
        })
    }
}
