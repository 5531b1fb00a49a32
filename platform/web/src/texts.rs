use std::fmt;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use kernel::Issue;

use crate::Slice;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Vietnamese, the source.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The tag for `lang=`.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }
}

/// What the pages say, by id, in each language. English falls back to Vietnamese.
pub struct Texts {
    vi: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Texts")
    }
}

impl Texts {
    /// Reads the platform's texts and those of all slices.
    ///
    /// # Errors
    /// Says which text is malformed or given twice.
    pub fn new(slices: &[Slice]) -> Result<Texts, String> {
        let own = (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl"));
        let all: Vec<(&str, &str)> = std::iter::once(own).chain(slices.iter().map(|it| it.texts)).collect();
        Ok(Texts { vi: bundle("vi", all.iter().map(|it| it.0))?, en: bundle("en", all.iter().map(|it| it.1))? })
    }

    /// The text with its places filled; the id itself if there is no such text (a test finds that first).
    pub fn say(&self, lang: Lang, id: &str, args: &[(&'static str, String)]) -> String {
        let of = |bundle: &FluentBundle<FluentResource>| -> Option<String> {
            let pattern = bundle.get_message(id)?.value()?;
            let mut filled = FluentArgs::new();
            for (name, value) in args {
                filled.set(*name, FluentValue::from(value.as_str()));
            }
            Some(bundle.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned())
        };
        let own = match lang {
            Lang::Vi => None,
            Lang::En => of(&self.en),
        };
        own.or_else(|| of(&self.vi)).unwrap_or_else(|| id.to_owned())
    }

    /// An issue in words.
    pub fn issue(&self, lang: Lang, issue: &Issue) -> String {
        let named = issue.texts.iter().map(|(name, id)| (*name, self.say(lang, id, &[])));
        let args: Vec<(&'static str, String)> = issue.args.iter().cloned().chain(named).collect();
        self.say(lang, issue.text, &args)
    }

    /// Whether there is such a text.
    pub fn has(&self, lang: Lang, id: &str) -> bool {
        match lang {
            Lang::Vi => self.vi.has_message(id),
            Lang::En => self.en.has_message(id),
        }
    }
}

fn bundle<'a>(tag: &str, texts: impl Iterator<Item = &'a str>) -> Result<FluentBundle<FluentResource>, String> {
    let tag: unic_langid::LanguageIdentifier = tag.parse().map_err(|err| format!("{tag}: {err}"))?;
    let mut res = FluentBundle::new_concurrent(vec![tag]);
    // Isolating marks would reach documents and comparisons.
    res.set_use_isolating(false);
    for text in texts {
        let resource =
            FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| format!("malformed text: {errors:?}"))?;
        res.add_resource(resource).map_err(|errors| format!("text given twice: {errors:?}"))?;
    }
    Ok(res)
}
