//! The first steps of each duty: data (`data/access/first-steps.csv`), like the roles. They stand where the work of that
//! duty begins, for somebody who has neither taken them all nor put them away. Whether a step was taken is seen from what
//! the person did and is kept in the audit in any case; nothing more is noted of anybody.

use std::{collections::BTreeSet, sync::LazyLock};

use askama::{Template, filters::HtmlSafe};
use serde::Deserialize;

use crate::{App, Duty, Entered, Lang, Result, Stage, Step, Steps, Texts, Who};

const FILE: &str = include_str!("../../../data/access/first-steps.csv");

/// A line of the file.
#[derive(Debug, Deserialize)]
struct First {
    duty: String,
    /// Where the work of the duty begins.
    home: String,
    /// The text's id, after `web-first-`.
    text: String,
    path: String,
    /// Acts of which each shows that the step was taken; empty where none does.
    acts: String,
}

impl First {
    /// Whether one of these acts shows that the step was taken; nothing, if none could.
    fn taken(&self, done: &BTreeSet<&str>) -> Option<bool> {
        let mut acts = self.acts.split_whitespace().peekable();
        acts.peek()?;
        Some(acts.any(|it| done.contains(it)))
    }
}

static STEPS: LazyLock<Vec<(Duty, First)>> = LazyLock::new(|| {
    let lines = csv::Reader::from_reader(FILE.as_bytes()).into_deserialize::<First>();
    // A line that does not read is no step; a test finds it.
    lines.flatten().filter_map(|it| Some((Duty::parse(&it.duty)?, it))).collect()
});

fn steps(duty: Duty) -> impl Iterator<Item = &'static First> {
    STEPS.iter().filter(move |it| it.0 == duty).map(|it| &it.1)
}

/// Where the work of a duty begins.
pub fn home(duty: Duty) -> &'static str {
    steps(duty).next().map_or("/", |it| &it.home)
}

/// The first steps of a duty, all of them ahead; without their addresses for who is not signed in.
pub(crate) fn first_steps(texts: &Texts, lang: Lang, duty: Duty, signed_in: bool) -> Steps {
    let step = |it: &First| said(texts, lang, it, Stage::Ahead, signed_in);
    Steps { steps: steps(duty).map(step).collect() }
}

fn said(texts: &Texts, lang: Lang, it: &First, stage: Stage, linked: bool) -> Step {
    let path = if linked { it.path.clone() } else { String::new() };
    Step { label: texts.say(lang, &format!("web-first-{}", it.text), &[]), path, stage }
}

/// The first steps of somebody, above the page where their work begins.
#[derive(Debug, Clone, Template)]
#[template(path = "guide.html")]
pub(crate) struct Guide {
    title: String,
    steps: Steps,
    /// The page it stands on.
    home: &'static str,
    csrf: String,
    close: String,
    more: String,
}

impl HtmlSafe for Guide {}

impl Guide {
    /// The guide of a page; none away from home, and none for who has put it away or has nothing left to do.
    pub(crate) async fn of(app: &App, who: &Who, path: &str, lang: Lang, csrf: &str) -> Result<Option<Guide>> {
        if !who.guided || who.entered != Entered::Fully {
            return Ok(None);
        }
        let held = |duty: &Duty| who.grants.iter().any(|it| it.0.has(*duty));
        let Some(duty) = Duty::ALL.into_iter().filter(held).find(|it| home(*it) == path) else { return Ok(None) };
        let done = audit::done_by(&mut app.db.read().await?, who.account).await?;
        let done: BTreeSet<&str> = done.iter().map(|(act, _)| act.as_str()).collect();
        let taken: Vec<Option<bool>> = steps(duty).map(|it| it.taken(&done)).collect();
        let Some(stages) = stages(&taken) else { return Ok(None) };
        let say = |id: &str| app.texts.say(lang, id, &[]);
        let step = |(it, stage): (&First, Stage)| said(&app.texts, lang, it, stage, true);
        Ok(Some(Guide {
            title: say("web-first-title"),
            steps: Steps { steps: steps(duty).zip(stages).map(step).collect() },
            home: home(duty),
            csrf: csrf.to_owned(),
            close: say("web-first-close"),
            more: say("web-first-more"),
        }))
    }
}

/// How far each step is, from whether it was taken (`None`: nothing would show it); nothing, once all that can be seen
/// are taken.
fn stages(taken: &[Option<bool>]) -> Option<Vec<Stage>> {
    let seen = || taken.iter().flatten();
    if seen().count() > 0 && seen().all(|it| *it) {
        return None;
    }
    let next = taken.iter().position(|it| *it == Some(false)).unwrap_or(0);
    let stage = |(at, taken): (usize, &Option<bool>)| match taken {
        Some(true) => Stage::Done,
        _ if at == next => Stage::Now,
        _ => Stage::Ahead,
    };
    Some(taken.iter().enumerate().map(stage).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_step_and_every_duty_has_a_home() {
        assert_eq!(STEPS.len() + 1, FILE.lines().count());
        let texts = Texts::new(&[]).unwrap();
        for duty in Duty::ALL {
            assert_ne!(home(duty), "/", "{duty:?}");
            assert!(steps(duty).all(|it| it.home == home(duty)), "{duty:?} is at home in two places");
            for it in steps(duty) {
                let id = format!("web-first-{}", it.text);
                assert!(texts.has(Lang::Vi, &id) && texts.has(Lang::En, &id), "{id}");
            }
        }
    }

    #[test]
    fn the_guide_ends_with_the_last_step_that_can_be_seen() {
        use Stage::{Ahead, Done, Now};
        assert_eq!(stages(&[Some(true), Some(false), None]), Some(vec![Done, Now, Ahead]));
        assert_eq!(stages(&[Some(false), Some(true)]), Some(vec![Now, Done]));
        assert_eq!(stages(&[Some(true), Some(true), None]), None);
        // What nothing can show stays until it is put away.
        assert_eq!(stages(&[None, None]), Some(vec![Now, Ahead]));
    }
}
