//! `cargo xtask ids`: gives every unit of the lists its fixed id, once, in `data/units/ids.csv` (rule 2).
//!
//! Only ever adds: an id once written is never changed, removed or given again. A `kept` or `renamed` unit goes on
//! under its id in the next list; every other row of a list gets the next free number. It also writes the invented
//! province `data/demo/mau_units.csv`, so that those units have ids of the same row.

use anyhow::{Context, Result, bail, ensure};
use csv::StringRecord;
use std::{collections::HashMap, fmt::Write as _, fs, path::Path};

const IDS: &str = "data/units/ids.csv";
const MAU: &str = "data/demo/mau_units.csv";
/// Each list with its file.
const LISTS: [(&str, &str); 4] = [
    ("2024", "data/units/units_2024.csv"),
    ("2025", "data/units/units_2025.csv"),
    ("2026", "data/units/units_2026.csv"),
    ("mau", MAU),
];
/// For a list: the one before it, and the file that says which of its units go on.
const CHANGES: [(&str, &str, &str); 2] =
    [("2025", "2024", "data/units/unit_changes_2025.csv"), ("2026", "2025", "data/units/unit_changes_2026.csv")];

/// A list's name and a code in it.
type Key = (String, String);

/// Writes the ids that are missing.
pub(crate) fn run() -> Result<()> {
    let root = crate::root();
    fs::create_dir_all(root.join("data/demo"))?;
    fs::write(root.join(MAU), mau()).with_context(|| format!("writing {MAU}"))?;
    let before = match fs::read_to_string(root.join(IDS)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("reading {IDS}")),
    };
    let mut ids = Ids::read(&before)?;
    ids.add("root", "VN", None)?;
    for (list, file) in LISTS {
        let goes_on = match CHANGES.iter().find(|it| it.0 == list) {
            Some((_, earlier, changes)) => goes_on(&root, earlier, changes)?,
            None => HashMap::new(),
        };
        for row in rows(&root, file)? {
            let code = row.get(0).context("a row without code")?;
            ids.add(list, code, goes_on.get(code))?;
        }
    }
    ensure!(ids.text.starts_with(&before), "{IDS}: what is written would change; ids are only ever added");
    fs::write(root.join(IDS), ids.text).with_context(|| format!("writing {IDS}"))
}

/// The ids given so far, and the file's text.
struct Ids {
    given: HashMap<Key, u64>,
    last: u64,
    text: String,
}

impl Ids {
    fn read(text: &str) -> Result<Ids> {
        let mut ids = Ids { given: HashMap::new(), last: 0, text: text.to_owned() };
        if text.is_empty() {
            ids.text.push_str("id,list,code\n");
            return Ok(ids);
        }
        ensure!(text.ends_with('\n'), "{IDS}: the last line is cut off; restore the file from the repository");
        for row in csv::Reader::from_reader(text.as_bytes()).into_records() {
            let row = row.with_context(|| format!("reading {IDS}"))?;
            let [Some(id), Some(list), Some(code)] = [0, 1, 2].map(|at| row.get(at)) else {
                bail!("{IDS}: a row without id, list and code: {row:?}")
            };
            let id: u64 = id.parse().with_context(|| format!("{IDS}: id '{id}'"))?;
            let again = ids.given.insert((list.to_owned(), code.to_owned()), id);
            ensure!(again.is_none(), "{IDS}: {list} {code} stands there twice");
            ids.last = ids.last.max(id);
        }
        Ok(ids)
    }

    /// Gives the code in the list an id, unless it has one: that of the unit it continues, else the next.
    fn add(&mut self, list: &str, code: &str, continues: Option<&Key>) -> Result<()> {
        let key = (list.to_owned(), code.to_owned());
        let inherited = match continues {
            Some(earlier) => Some(*self.given.get(earlier).with_context(|| format!("no unit {earlier:?} to go on"))?),
            None => None,
        };
        if let Some(id) = self.given.get(&key) {
            ensure!(inherited.is_none_or(|it| it == *id), "{IDS}: {list} {code} should continue {continues:?}");
            return Ok(());
        }
        let id = inherited.unwrap_or(self.last + 1);
        self.last = self.last.max(id);
        self.given.insert(key, id);
        writeln!(self.text, "{id},{list},{code}")?;
        Ok(())
    }
}

/// For each code of the later list that goes on from a unit of the earlier one: that unit.
fn goes_on(root: &Path, earlier: &str, file: &str) -> Result<HashMap<String, Key>> {
    let mut found = HashMap::new();
    for row in rows(root, file)? {
        let [Some(old), Some(new), Some(relation)] = [0, 1, 2].map(|at| row.get(at)) else {
            bail!("{file}: a row without old code, new code and relation: {row:?}")
        };
        if matches!(relation, "kept" | "renamed") {
            let again = found.insert(new.to_owned(), (earlier.to_owned(), old.to_owned()));
            ensure!(again.is_none(), "{file}: {new} continues two units");
        }
    }
    Ok(found)
}

fn rows(root: &Path, file: &str) -> Result<Vec<StringRecord>> {
    let reader = csv::Reader::from_path(root.join(file)).with_context(|| format!("opening {file}"))?;
    reader.into_records().collect::<Result<_, _>>().with_context(|| format!("reading {file}"))
}

/// The invented province: 44 communes, a few with villages, names that nobody can take for real ones.
fn mau() -> String {
    const DAYS: &str = "2025-07-01,,synthetic: cargo xtask ids";
    const COMMUNES: usize = 44;
    const WARDS_FROM: usize = 37;
    /// Communes with villages, and how many.
    const VILLAGES: [(usize, usize); 4] = [(1, 6), (2, 4), (3, 5), (44, 3)];
    let mut lines = vec!["code,parent_code,level,name,full_name,kind,valid_from,valid_to,source".to_owned()];
    lines.push(format!("MAU,,1,Mẫu,Tỉnh Mẫu,tinh,{DAYS}"));
    for number in 1..=COMMUNES {
        let (word, kind) = if number < WARDS_FROM { ("Xã", "xa") } else { ("Phường", "phuong") };
        lines.push(format!("M{number:04},MAU,3,Mẫu {number:02},{word} Mẫu {number:02},{kind},{DAYS}"));
    }
    for (commune, count) in VILLAGES {
        let (word, kind) = if commune < WARDS_FROM { ("Thôn", "thon") } else { ("Tổ dân phố", "to_dan_pho") };
        for number in 1..=count {
            lines.push(format!("M{commune:04}{number:02},M{commune:04},4,{number},{word} {number},{kind},{DAYS}"));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_2_ids_are_only_ever_added() {
        let mut ids = Ids::read("").unwrap();
        ids.add("2024", "01", None).unwrap();
        ids.add("2024", "37", None).unwrap();
        let before = ids.text.clone();
        let kept = ("2024".to_owned(), "01".to_owned());
        let mut later = Ids::read(&before).unwrap();
        later.add("2024", "37", None).unwrap();
        later.add("2025", "01", Some(&kept)).unwrap();
        later.add("2025", "37", None).unwrap();
        assert_eq!(later.text, before + "1,2025,01\n3,2025,37\n");
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused() {
        assert!(Ids::read("id,list,code\n1,2024,01\n2,2024,01\n").is_err());
        assert!(Ids::read("id,list,code\n1,2024,01\n2,2024,0").is_err());
        assert!(Ids::read("id,list,code\nx,2024,01\n").is_err());
        let mut ids = Ids::read("id,list,code\n1,2024,01\n2,2025,01\n").unwrap();
        assert!(ids.add("2025", "01", Some(&("2024".into(), "01".into()))).is_err());
    }

    #[test]
    fn the_invented_province_has_44_communes() {
        let text = mau();
        assert_eq!(text.lines().filter(|it| it.contains(",MAU,3,")).count(), 44);
        assert_eq!(text.lines().count(), 1 + 1 + 44 + 18);
    }
}
