//! Every page that links lead to: light over the wire, and saying what it is for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{person::Person, world::demo_worlds};

/// What a page of staff may weigh with its stylesheet, its scripts and its icon, in bytes over the wire.
const PAGE: usize = 60 * 1024;
/// What all scripts may weigh, uncompressed.
const SCRIPTS: u64 = 15 * 1024;

/// Where an address leads, whatever thing it is about: `/units/{}/map`.
fn shape(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let part =
        |it: &str| if it.contains(|it: char| it.is_ascii_digit() || it.is_uppercase()) { "{}" } else { it }.to_owned();
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// What stands after the last dot: `svg`.
fn ending(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// What an attribute names on a page, as addresses of this site.
fn named<'t>(text: &'t str, attribute: &'t str) -> impl Iterator<Item = String> + 't {
    let values = text.split(attribute).skip(1).filter_map(|it| it.strip_prefix("=\"/")?.split('"').next());
    values.map(|it| format!("/{}", it.replace("&#38;", "&").replace("&amp;", "&")))
}

/// What a page weighs with all that it loads.
async fn weight(person: &Person<'_>, path: &str, text: &str) -> usize {
    let mut sum = person.weigh(path).await;
    let head = text.split("</head>").next().unwrap_or_default();
    let styles = named(head, "href").filter(|it| it.starts_with("/static/") && ending(it) != "png");
    for it in styles.chain(named(text, "src")).collect::<BTreeSet<_>>() {
        // An icon is too small to be compressed.
        sum += if ending(&it) == "svg" { person.get(&it).await.bytes.len() } else { person.weigh(&it).await };
    }
    sum
}

#[expect(clippy::print_stderr, reason = "the sizes are wanted, not only whether they fit")]
#[tokio::test]
async fn every_page_that_links_lead_to_is_light_and_says_what_it_is_for() {
    let world = demo_worlds().await.remove(0);
    let mut weights = BTreeMap::new();
    for name in ["xa01", "tinhmau", "capbo", "quantri", "dulieumau"] {
        let person = world.person(name).await;
        let (mut known, mut ahead) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
        while let Some(path) = ahead.pop_front() {
            // Everybody begins at the front; a kind of page that another one has seen is not looked at again.
            if path != "/" && weights.contains_key(&shape(&path)) {
                continue;
            }
            let answer = person.get(&path).await;
            let kind = answer.headers.get("content-type").map_or("", |it| it.to_str().unwrap());
            if answer.status != 200 || !kind.starts_with("text/html") {
                continue;
            }
            let main = answer.text.split_once("</h1>").unwrap_or_else(|| panic!("no heading on {path}")).1;
            assert!(main.trim_start().starts_with("<p class=\"lead"), "{path} does not say what it is for");
            let weight = weight(&person, &path, &answer.text).await;
            assert!(weight <= PAGE, "{path} weighs {weight} bytes for {name}");
            weights.insert(shape(&path), weight);
            let ways = named(&answer.text, "href").filter(|it| !shape(it).contains('.'));
            ahead.extend(ways.filter(|it| known.insert(shape(it))));
        }
    }
    let mut heaviest: Vec<_> = weights.iter().map(|it| (it.1, it.0)).collect();
    heaviest.sort_unstable_by_key(|it| std::cmp::Reverse(*it));
    eprintln!("{} kinds of pages; the heaviest, in bytes over the wire: {:?}", weights.len(), &heaviest[..5]);
    assert!(weights.len() > 40, "{weights:?}");
}

#[test]
fn all_scripts_together_are_small() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../web");
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let scripts: Vec<_> = files.filter(|it| it.extension().is_some_and(|it| it == "js")).collect();
    let all: u64 = scripts.iter().map(|it| it.metadata().unwrap().len()).sum();
    assert!(scripts.len() > 3 && all <= SCRIPTS, "{all} bytes in {scripts:?}");
}
