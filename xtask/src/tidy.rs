//! The rules of this repository that neither the compiler nor clippy knows.
//!
//! A rule reads the tree and tells its findings, each with the place and how to mend it.

mod arrows;
mod free_text;
mod pages;
mod privacy;
mod sql;
mod texts;

use crate::source::{Source, tree};
use anyhow::{Result, bail};

type Rule = fn(&[Source]) -> Vec<String>;

const RULES: [(&str, Rule); 13] = [
    ("a crate uses only what stands above it", arrows::crates),
    ("platform/ names no slice", arrows::slices_in_platform),
    ("SQL stands in store.rs and migrations/", sql::places),
    ("migrations are numbered and use four column types", sql::migrations),
    ("files stay short", pages::length),
    ("every crate root says what the crate is", pages::module_docs),
    ("every page says what it is for", pages::leads),
    ("paths named in Markdown exist", pages::paths),
    ("texts exist in both languages", texts::both_languages),
    ("acts of the audit have words", texts::acts_have_words),
    ("nothing sensitive about persons has a column or a field", privacy::forbidden),
    ("no text and no data file asks for what is sensitive", privacy::phrases),
    ("free words are short and warned of", free_text::areas),
];

/// Runs all rules; an error tells how many findings there were.
pub(crate) fn run() -> Result<()> {
    let tree = tree()?;
    let mut count = 0;
    for (name, rule) in RULES {
        let findings = rule(&tree);
        if !findings.is_empty() {
            eprintln!("    against the rule: {name}");
        }
        for finding in &findings {
            eprintln!("      {finding}");
        }
        count += findings.len();
    }
    if count > 0 {
        bail!("{count} findings");
    }
    eprintln!("    {} rules hold in {} files", RULES.len(), tree.len());
    Ok(())
}

/// The words of an identifier: `PersonScore`, `person_score` and `person-score` are both `person score`.
fn words(identifier: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last_lower = false;
    for letter in identifier.chars() {
        let starts = letter.is_uppercase() && last_lower;
        if (starts || !letter.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        last_lower = letter.is_lowercase() || letter.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}
