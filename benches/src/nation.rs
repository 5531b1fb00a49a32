use std::io::{Result, Write};

use kernel::{Catalogue, Day, IndicatorId, Level, Period, Register, UnitId, UnitState};

/// The year of the figures.
pub const YEAR: i32 = 2026;
/// How many months report.
pub const MONTHS: u8 = 12;
/// How many indicators each village reports.
pub const INDICATORS: usize = 60;

/// Villages in rural communes and in wards on the day the communes began.
const RURAL: f64 = 63_619.0;
const URBAN: f64 = 26_889.0;
/// The first id of a village: far above the units of the data files, far below ids made at run time.
const FIRST_ID: i64 = 1 << 40;

/// An invented village.
#[derive(Debug, Clone)]
pub struct Village {
    /// Its id.
    pub id: UnitId,
    /// Its commune's code and a serial number; kept when the commune changes.
    pub code: String,
    /// "Thôn 3", "Tổ dân phố 12".
    pub name: String,
    /// `thon` or `to_dan_pho`.
    pub kind: &'static str,
    /// The units above it, each with its first day and the day after its last.
    pub parents: Vec<(UnitId, Day, Day)>,
}

/// Villages, and what they report.
#[derive(Debug)]
pub struct Nation {
    /// Under one commune after the other.
    pub villages: Vec<Village>,
    /// Codes and numbers of what is reported.
    pub indicators: Vec<(String, IndicatorId)>,
}

impl Nation {
    /// The villages of all communes of the country at a scale: 1 is the country, 0.1 a tenth of its villages.
    pub fn new(register: &Register, catalogue: &Catalogue, scale: f64) -> Nation {
        let mut nation = Nation { villages: Vec::new(), indicators: reported(catalogue) };
        let Some(start) = Day::parse("2025-07-01") else { return nation };
        let mut communes: Vec<&UnitState> = register
            .states()
            .iter()
            .filter(|it| it.level == Level::Commune && it.covers(start) && !it.synthetic)
            .collect();
        communes.sort_by(|a, b| a.code.cmp(&b.code));
        let mut counts = vec![0; communes.len()];
        for (urban, total) in [(false, RURAL), (true, URBAN)] {
            let these: Vec<usize> =
                (0..communes.len()).filter(|it| (communes[*it].kind == "phuong") == urban).collect();
            let weights: Vec<u64> = these.iter().map(|it| weight(&communes[*it].code)).collect();
            for (at, count) in these.iter().zip(shares(&weights, whole(total * scale))) {
                counts[*at] = count;
            }
        }
        for (commune, count) in communes.iter().zip(counts) {
            let parents = parents(register, commune.id, start);
            for number in 1..=count {
                let (word, kind) =
                    if commune.kind == "phuong" { ("Tổ dân phố", "to_dan_pho") } else { ("Thôn", "thon") };
                nation.villages.push(Village {
                    id: UnitId(FIRST_ID + i64::try_from(nation.villages.len()).unwrap_or(0)),
                    code: format!("{}{number:03}", commune.code),
                    name: format!("{word} {number}"),
                    kind,
                    parents: parents.clone(),
                });
            }
        }
        nation
    }

    /// How many figures a month has.
    pub fn month_figures(&self) -> usize {
        self.villages.len() * self.indicators.len()
    }

    /// What a village reports for an indicator and month, all counted from 0: mostly small counts, some large.
    pub fn value(village: usize, indicator: usize, month: u8) -> u64 {
        let drawn = mixed((village as u64) << 16 | (indicator as u64) << 8 | u64::from(month));
        drawn % if indicator % 10 == 9 { 5_000 } else { 48 }
    }

    /// One month's figures as a file to import. Months count from 1.
    ///
    /// # Errors
    /// The writer's.
    pub fn write_month(&self, month: u8, out: &mut impl Write) -> Result<()> {
        let period = format!("{YEAR}-M{month:02}");
        let last = Period::parse(&period).map_or(Day::BEGINNING, Period::last);
        out.write_all(b"unit_code,on,period,indicator,value,qualifier,coverage\n")?;
        for (at, village) in self.villages.iter().enumerate() {
            for (indicator, (code, _)) in self.indicators.iter().enumerate() {
                let value = Nation::value(at, indicator, month - 1);
                writeln!(out, "{},{last},{period},{code},{value},exact,own", village.code)?;
            }
        }
        Ok(())
    }
}

/// Sixty counts and stocks that add up across places and are no part of a share.
fn reported(catalogue: &Catalogue) -> Vec<(String, IndicatorId)> {
    let parts: Vec<IndicatorId> =
        catalogue.indicators().iter().flat_map(|it| it.rule.numerator.iter().map(|it| it.indicator)).collect();
    let fits = |it: &&kernel::Indicator| {
        matches!(it.rule.kind, figures::Kind::Count | figures::Kind::Stock)
            && it.rule.across == figures::Across::Sum
            && it.rule.over_time != figures::OverTime::None
            && !it.is_award()
            && !parts.contains(&it.id())
    };
    catalogue.indicators().iter().filter(fits).take(INDICATORS).map(|it| (it.code.clone(), it.id())).collect()
}

/// The units above a village of this commune: where the commune ends, the village goes on under its first successor.
fn parents(register: &Register, commune: UnitId, start: Day) -> Vec<(UnitId, Day, Day)> {
    let mut found = Vec::new();
    let (mut unit, mut from) = (commune, start);
    loop {
        let until = register.life(unit).map_or(Day::NEVER, |it| it.1);
        let next = register.successors(unit).find(|it| it.on == until).map(|it| it.successor);
        let (Some(next), true) = (next, until > from && until != Day::NEVER) else {
            found.push((unit, from, Day::NEVER));
            return found;
        };
        found.push((unit, from, until));
        (unit, from) = (next, until);
    }
}

/// A number from a number: every bit of it depends on every bit.
fn mixed(seed: u64) -> u64 {
    let mut it = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    it ^ (it >> 31)
}

/// How large a commune is beside the others: the sum of two dice of a hundred sides, and a little that all have.
fn weight(code: &str) -> u64 {
    let drawn = mixed(code.bytes().fold(0, |sum, it| sum << 8 | u64::from(it)));
    40 + drawn % 100 + (drawn >> 32) % 100
}

/// Whole numbers in proportion to the weights that add up to the total; what is left goes to the largest remainders.
fn shares(weights: &[u64], total: u64) -> Vec<u64> {
    let sum = weights.iter().sum::<u64>().max(1);
    let mut shares: Vec<u64> = weights.iter().map(|it| it * total / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|it| (std::cmp::Reverse(weights[*it] * total % sum), *it));
    let left = total - shares.iter().sum::<u64>();
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[at] += 1;
    }
    shares
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of villages")]
fn whole(count: f64) -> u64 {
    count.round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn country() -> (Register, Catalogue) {
        let folder = tempfile::tempdir().unwrap();
        let db = store::Db::open(folder.path().join("x.db").to_str().unwrap()).await.unwrap();
        store::migrate(&db).await.unwrap();
        units::load_reference(&db).await.unwrap();
        let register = units::load_register(&mut db.read().await.unwrap()).await.unwrap();
        (register, forms::catalogue().unwrap())
    }

    #[tokio::test]
    async fn the_country_has_its_villages_under_units_in_force() {
        let (register, catalogue) = country().await;
        for (scale, count) in [(1.0, 90_508), (0.1, 9_051), (0.01, 905)] {
            let nation = Nation::new(&register, &catalogue, scale);
            assert_eq!((nation.villages.len(), nation.indicators.len()), (count, INDICATORS));
            for (unit, from, until) in nation.villages.iter().flat_map(|it| &it.parents) {
                assert!(register.get(*unit, *from).is_some() && from < until, "{unit} {from}");
            }
        }
    }

    #[tokio::test]
    async fn a_month_is_the_same_everywhere() {
        let (register, catalogue) = country().await;
        let nation = Nation::new(&register, &catalogue, 0.001);
        let mut file = Vec::new();
        nation.write_month(2, &mut file).unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(text.lines().count(), 1 + nation.month_figures());
        let last = text.lines().last().unwrap();
        assert!(last.contains(",2026-02-28,2026-M02,") && last.ends_with(",exact,own"), "{last}");
    }

    #[test]
    fn shares_add_up() {
        assert_eq!(shares(&[1, 1, 1], 10), [4, 3, 3]);
        assert_eq!(shares(&[5, 3, 2], 10), [5, 3, 2]);
        assert_eq!(shares(&[], 0), [0_u64; 0]);
    }
}
