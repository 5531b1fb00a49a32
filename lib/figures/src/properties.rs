//! The engine against the naive model, on random worlds.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::naive::Naive;
use crate::world::{Filing, INDICATORS, PERIODS, Step, any_day, engine, hierarchy, period, worlds};
use crate::*;

fn questions() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any::<Step>(), 12)
}

/// Most questions are about something that is in an accepted figure, or made of it, in its period or a longer one.
fn question(naive: &Naive, step: Step, unit: UnitId) -> Question {
    let [what, when, where_, on, share, about] = step;
    let (mut indicator, mut asked) = (INDICATORS[usize::from(what) % INDICATORS.len()], period(when));
    if about % 4 != 0 && !naive.accepted.is_empty() {
        let it = &naive.accepted[usize::from(when) % naive.accepted.len()];
        let given = it.cells[usize::from(what) % it.cells.len()].indicator;
        indicator = match (given, about % 5) {
            (1 | 6 | 7, 0) => 5,
            (2 | 10, 0 | 1) => 9,
            (1, 1) => 8,
            _ => given,
        };
        asked = it.period.within(Frequency::ALL[usize::from(about / 64)]).unwrap_or(it.period);
    }
    Question {
        unit,
        indicator,
        period: asked,
        boundaries: if where_ % 3 == 0 { Boundaries::Then } else { Boundaries::On(any_day(on)) },
        apportionment: if share % 3 == 0 { Apportionment::Population } else { Apportionment::None },
    }
}

fn same_answers(engine: &Engine, naive: &Naive, asked: &[Step]) -> Result<(), TestCaseError> {
    for step in asked {
        for unit in naive.units() {
            let question = question(naive, *step, unit);
            prop_assert_eq!(engine.total(&question), naive.total(&question), "{:?}", question);
        }
    }
    Ok(())
}

/// The first version of the same return.
fn first_of(versions: &[Filing], version: i64) -> i64 {
    let it = versions.iter().find(|it| it.version == version).unwrap();
    it.replaces.map_or(version, |old| first_of(versions, old))
}

fn filled(naive: &mut Naive, versions: &[Filing]) -> Engine {
    let mut engine = engine(naive);
    for it in versions {
        engine.apply(&it.change()).unwrap();
        naive.apply(&it.change());
    }
    engine
}

/// Versions, and how many of them are accepted.
struct Ledger<'a> {
    versions: &'a [Filing],
    known: usize,
}

impl Ledger<'_> {
    fn one_more(&mut self, engine: &mut Engine, naive: &mut Naive) {
        if let Some(it) = self.versions.get(self.known) {
            engine.apply(&it.change()).unwrap();
            naive.apply(&it.change());
            self.known += 1;
        }
    }

    /// Brings years back until nothing is missed, with a version accepted during each; then all but one go out.
    fn ask(&mut self, engine: &mut Engine, naive: &mut Naive, question: &Question) -> Result<Total, Refusal> {
        let answer = loop {
            let before = engine.misses();
            let answer = engine.total(question);
            if engine.misses() == before {
                break answer;
            }
            for year in engine.take_wanted() {
                let (mut fresh, periods) = engine.begin_year(year).unwrap();
                let read = &self.versions[..self.known];
                self.one_more(engine, naive);
                for it in read.iter().filter(|it| periods.contains(&it.period)) {
                    fresh.apply(&it.change()).unwrap();
                }
                engine.end_year(year, fresh).unwrap();
            }
        };
        while engine.count_held_years() > 1 {
            engine.send_out(engine.held_years()[0]);
        }
        answer
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_total_is_the_naive_one(world in worlds(), asked in questions()) {
        let (mut naive, versions) = world.build();
        let engine = filled(&mut naive, &versions);
        same_answers(&engine, &naive, &asked)?;
    }

    #[test]
    fn a_hierarchy_that_comes_later_places_everything_again(world in worlds(), asked in questions()) {
        let (mut naive, versions) = world.build();
        // First a land without reforms: each unit has one parent-less span for all time.
        let flat: Vec<Span> = naive.units().into_iter()
            .map(|unit| Span { unit, parent: None, class: 0, from: Day::BEGINNING, until: Day::NEVER }).collect();
        let mut engine = engine(&Naive { spans: flat, successions: Vec::new(), ..naive.clone() });
        for it in &versions {
            engine.apply(&it.change()).unwrap();
            naive.apply(&it.change());
        }
        engine.set_hierarchy(std::sync::Arc::new(hierarchy(&naive))).unwrap();
        same_answers(&engine, &naive, &asked)?;
        // And once more, with nothing changed.
        let figures = engine.figures();
        engine.set_hierarchy(std::sync::Arc::new(hierarchy(&naive))).unwrap();
        prop_assert_eq!(engine.figures(), figures);
        same_answers(&engine, &naive, &asked[..3])?;
    }

    #[test]
    fn what_was_saved_answers_and_goes_on_as_before(world in worlds(), asked in questions(), at in any::<u8>()) {
        let (mut naive, versions) = world.build();
        let mut live = engine(&naive);
        let (early, late) = versions.split_at(usize::from(at) % (versions.len() + 1));
        for it in early {
            live.apply(&it.change()).unwrap();
            naive.apply(&it.change());
        }
        let standing = live.standing();
        // What is saved is what stood then, whatever comes while it is written.
        for it in late {
            live.apply(&it.change()).unwrap();
        }
        let mut again = live.emptied();
        for book in standing.books() {
            again.restore(&book).unwrap();
        }
        same_answers(&again, &naive, &asked[..4])?;
        prop_assert_eq!(again.standing().books().collect::<Vec<_>>(), standing.books().collect::<Vec<_>>());
        for it in late {
            again.apply(&it.change()).unwrap();
            naive.apply(&it.change());
        }
        same_answers(&again, &naive, &asked[..4])?;
        prop_assert_eq!(again.standing().books().collect::<Vec<_>>(), live.standing().books().collect::<Vec<_>>());
    }

    /// Whatever is accepted and whichever units change while years are out or coming.
    #[test]
    fn an_engine_that_holds_one_year_answers_as_if_it_held_all(world in worlds(), asked in questions(), at in any::<u8>()) {
        let (mut naive, versions) = world.build();
        let flat: Vec<Span> = naive.units().into_iter()
            .map(|unit| Span { unit, parent: None, class: 0, from: Day::BEGINNING, until: Day::NEVER }).collect();
        let mut engine = engine(&Naive { spans: flat, successions: Vec::new(), ..naive.clone() });
        let known = usize::from(at) % (versions.len() + 1);
        for it in &versions[..known] {
            engine.apply(&it.change()).unwrap();
            naive.apply(&it.change());
        }
        let mut ledger = Ledger { versions: &versions, known };
        for year in [2024, 2025] {
            engine.send_out(year);
        }
        prop_assert_eq!(engine.figures(), 0);
        // The reforms come while a year is being read.
        let coming = engine.begin_year(2025);
        engine.set_hierarchy(std::sync::Arc::new(hierarchy(&naive))).unwrap();
        if let Some((mut fresh, _)) = coming {
            for it in versions[..known].iter().filter(|it| it.period.year() == 2025) {
                fresh.apply(&it.change()).unwrap();
            }
            engine.end_year(2025, fresh).unwrap();
        }
        for step in asked {
            for unit in naive.units() {
                let question = question(&naive, step, unit);
                let answer = ledger.ask(&mut engine, &mut naive, &question);
                prop_assert_eq!(answer, naive.total(&question), "{:?}", question);
                prop_assert!(engine.count_held_years() < 2);
            }
            ledger.one_more(&mut engine, &mut naive);
        }
        let mut whole = crate::world::engine(&naive);
        for it in &versions[..ledger.known] {
            whole.apply(&it.change()).unwrap();
        }
        // A period whose figures were withdrawn while its year was out is named until that year is read again.
        prop_assert!(whole.periods().all(|it| engine.periods().any(|other| other == it)));
    }

    #[test]
    fn a_spoilt_book_is_an_error_or_another_book(world in worlds(), at in any::<usize>(), byte in any::<u8>()) {
        let (mut naive, versions) = world.build();
        let live = filled(&mut naive, &versions);
        for book in live.standing().books() {
            prop_assert_eq!(live.emptied().restore(&book[..at % book.len()]), Err(SnapshotError::Truncated));
            prop_assert_eq!(live.emptied().restore(&[&book[..], &[0]].concat()), Err(SnapshotError::Malformed));
            let mut spoilt = book.clone();
            spoilt[at % book.len()] = byte;
            let mut again = live.emptied();
            if again.restore(&spoilt).is_ok() {
                // Then it is a book, though another one: it can be asked for everything.
                for unit in naive.units() {
                    for period in again.periods().collect::<Vec<_>>() {
                        let (boundaries, apportionment) = (Boundaries::Then, Apportionment::None);
                        let _ = again.sources(&Question { unit, indicator: 1, period, boundaries, apportionment });
                    }
                }
            } else {
                prop_assert_eq!(again.figures(), 0);
            }
        }
    }

    #[test]
    fn the_order_of_returns_does_not_matter(world in worlds(), asked in questions(), order in any::<u64>()) {
        let (mut naive, versions) = world.build();
        let (mut one, mut other) = (engine(&naive), engine(&naive));
        for it in &versions {
            one.apply(&it.change()).unwrap();
            naive.apply(&it.change());
        }
        // Each return's versions stay in their order; which return comes next is chance.
        // Two returns never hold one cell at the same time, but one may follow where the other withdrew.
        let mut shuffled: Vec<&Filing> = versions.iter().collect();
        let spread = |version: i64| version.cast_unsigned().wrapping_mul(order | 1).rotate_left(29);
        shuffled.sort_by_key(|it| (spread(first_of(&versions, it.version)), it.version));
        let left: Vec<&Filing> = shuffled.into_iter().filter(|it| other.apply(&it.change()).is_err()).collect();
        let mut left = left;
        while !left.is_empty() {
            let before = left.len();
            left.retain(|it| other.apply(&it.change()).is_err());
            prop_assume!(left.len() < before);
        }
        for step in asked {
            for unit in naive.units() {
                let question = question(&naive, step, unit);
                prop_assert_eq!(one.total(&question), other.total(&question), "{:?}", question);
            }
        }
        prop_assert_eq!(one.figures(), other.figures());
    }

    #[test]
    fn loading_encoded_versions_is_applying_them(world in worlds(), asked in questions()) {
        let (mut naive, versions) = world.build();
        let mut engine = engine(&naive);
        for it in versions.iter().filter(|it| it.before.is_empty()) {
            if naive.conflicts(&it.change()).is_empty() {
                engine.load(it.unit, it.period, it.until, it.version, &codec::encode(&it.after)).unwrap();
                naive.apply(&it.change());
            }
        }
        same_answers(&engine, &naive, &asked)?;
    }

    #[test]
    fn conflicts_are_the_naive_ones(world in worlds(), more in worlds()) {
        let (mut naive, versions) = world.build();
        let engine = filled(&mut naive, &versions);
        let units: Vec<UnitId> = naive.units().into_iter().collect();
        // Returns of another world, by units of this one.
        for it in more.build().1 {
            let unit = units[usize::try_from(it.unit).unwrap() % units.len()];
            let spoken = naive.speaks_for(unit, it.period, None);
            let until = (spoken != it.period.last()).then_some(spoken);
            let it = Filing { unit, until, before: Vec::new(), ..it };
            let expect: Vec<Conflict> = naive.conflicts(&it.change()).into_iter().collect();
            prop_assert_eq!(engine.conflicts(&it.change()), expect, "{:?}", it);
        }
    }

    #[test]
    fn sources_are_the_naive_ones(world in worlds(), asked in questions()) {
        let (mut naive, versions) = world.build();
        let engine = filled(&mut naive, &versions);
        for step in asked {
            for unit in naive.units() {
                let question = question(&naive, step, unit);
                let indicator = naive.indicators.iter().find(|it| it.id == question.indicator).unwrap().clone();
                if indicator.is_percentage() {
                    continue;
                }
                let Ok(sources) = engine.sources(&question) else { continue };
                let to = match question.boundaries { Boundaries::Then => question.period.last(), Boundaries::On(day) => day };
                let found: std::collections::BTreeSet<_> =
                    sources.iter().map(|it| (it.unit, it.period, it.version, it.separable)).collect();
                prop_assert_eq!(found.len(), sources.len());
                prop_assert_eq!(found, naive.sources(&indicator, &question, to), "{:?}", question);
                let total = engine.total(&question).unwrap();
                let sum = |separable| sources.iter().filter(|it| it.separable == separable).map(|it| it.amount.value).sum::<i64>();
                prop_assert_eq!(total.value.unwrap_or(0), sum(true));
                prop_assert_eq!(total.not_separable, sum(false));
                let moved: i64 = sources.iter().filter(|it| it.apportioned).map(|it| it.amount.value).sum();
                prop_assert_eq!(total.apportioned, moved);
            }
        }
    }

    /// At every level and day: what stands in the children, and what stands at the unit itself, is the unit's total; at
    /// the roots nothing is lost and nothing counted twice.
    #[test]
    fn rule_22_nothing_is_lost_or_counted_twice(world in worlds(), on in any::<u8>(), when in 0..PERIODS.len(), by in any::<bool>()) {
        let (mut naive, versions) = world.build();
        let engine = filled(&mut naive, &versions);
        let on = any_day(on);
        let period = Period::parse(PERIODS[when]).unwrap();
        let apportionment = if by { Apportionment::Population } else { Apportionment::None };
        let hierarchy = engine.hierarchy();
        let ask = |unit| engine.total(&Question { unit, indicator: 1, period, boundaries: Boundaries::On(on), apportionment }).unwrap();
        let mut everything = 0;
        for unit in hierarchy.units().iter().copied().filter(|it| hierarchy.in_force(*it, on)) {
            let total = ask(unit);
            let below: i64 = hierarchy.children(unit, on).into_iter().map(|it| ask(it).value.unwrap_or(0)).sum();
            let here: i64 = naive.accepted.iter()
                .filter(|it| period.contains(it.period))
                .flat_map(|it| it.cells.iter().map(move |cell| (it, cell)))
                .filter(|it| it.1.indicator == 1 && it.1.coverage != Coverage::Control)
                .filter(|(it, _)| {
                    let day = naive.speaks_for(it.unit, it.period, it.until);
                    naive.fate(it.unit, day, on, apportionment).place == Some(unit)
                })
                .map(|it| it.1.amount.value).sum();
            prop_assert_eq!(total.value.unwrap_or(0), below + here);
            if hierarchy.parent(unit, on).is_none() {
                everything += total.value.unwrap_or(0);
            }
        }
        let lost: i64 = naive.accepted.iter()
            .filter(|it| period.contains(it.period))
            .filter(|it| naive.fate(it.unit, naive.speaks_for(it.unit, it.period, it.until), on, apportionment).place.is_none())
            .flat_map(|it| &it.cells).filter(|it| it.indicator == 1 && it.coverage != Coverage::Control).map(|it| it.amount.value).sum();
        let reported: i64 = naive.accepted.iter().filter(|it| period.contains(it.period))
            .flat_map(|it| &it.cells).filter(|it| it.indicator == 1 && it.coverage != Coverage::Control).map(|it| it.amount.value).sum();
        prop_assert_eq!(everything + lost, reported);
    }

    #[test]
    fn what_a_withdrawn_engine_holds_is_nothing(world in worlds()) {
        let (naive, versions) = world.build();
        let mut engine = engine(&naive);
        for it in &versions {
            engine.apply(&it.change()).unwrap();
        }
        let replaced: Vec<i64> = versions.iter().filter_map(|it| it.replaces).collect();
        for it in versions.iter().filter(|it| !replaced.contains(&it.version)) {
            engine.apply(&Change { before: &it.after, after: &[], ..it.change() }).unwrap();
        }
        prop_assert_eq!(engine.figures(), 0);
        prop_assert_eq!(engine.periods().count(), 0);
    }

    #[test]
    fn cells_are_decoded_as_they_were(
        cells in prop::collection::btree_map(any::<u16>(), (any::<i64>(), 0usize..5, 0usize..3, any::<bool>(), any::<u8>(), ".{0,5}"), 0..40),
    ) {
        let cells: Vec<Cell> = cells.into_iter().map(|(indicator, (value, qualifier, coverage, percent, origin, note))| Cell {
            indicator,
            amount: Amount { value, qualifier: Qualifier::ALL[qualifier] },
            coverage: Coverage::ALL[coverage],
            kind: if percent { CellKind::PercentOnly } else { CellKind::Quantity },
            origin,
            note,
        }).collect();
        let bytes = codec::encode(&cells);
        prop_assert_eq!(codec::decode(&bytes).unwrap(), cells);
        for end in 0..bytes.len() {
            prop_assert!(codec::decode(&bytes[..end]).is_err());
        }
    }

    #[test]
    fn what_decodes_encodes_to_the_same_bytes(bytes in prop::collection::vec(prop_oneof![0u8..8, any::<u8>()], 0..30)) {
        let bytes = [vec![1], bytes].concat();
        if let Ok(cells) = codec::decode(&bytes) {
            prop_assert_eq!(codec::encode(&cells), bytes);
        }
    }
}
