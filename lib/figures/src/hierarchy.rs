use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::carry::{Carry, Way};
use crate::epoch::{Epoch, NOWHERE, narrow};
use crate::lineage::Link;
use crate::{Apportionment, Day, Succession, UnitId};

/// One stretch of a unit's life with one parent and one class. A unit's spans do not overlap; they may leave gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Whose.
    pub unit: UnitId,
    /// The unit above; `None` for a root.
    pub parent: Option<UnitId>,
    /// The kind of unit that owes forms, as the application numbers it.
    pub class: u8,
    /// First day.
    pub from: Day,
    /// The day after the last (rule 1); [`Day::NEVER`] while it lasts.
    pub until: Day,
}

/// Why spans and successions make no hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HierarchyError {
    /// A span ends before it begins.
    #[error("đơn vị {unit}: hết hiệu lực trước {from} / unit {unit}: a span from {from} ends before it begins")]
    Empty {
        /// Whose span.
        unit: UnitId,
        /// Its first day.
        from: Day,
    },
    /// Two spans of one unit share a day.
    #[error("đơn vị {unit}: hai khoảng thời gian chồng nhau ngày {on} / unit {unit}: two spans overlap on {on}")]
    Overlap {
        /// Whose spans.
        unit: UnitId,
        /// The first shared day.
        on: Day,
    },
    /// A parent is not in force on every day of a child.
    #[error(
        "đơn vị {unit}: cấp trên {parent} không có hiệu lực ngày {on} / unit {unit}: its parent {parent} is not in force on {on}"
    )]
    Parent {
        /// The child.
        unit: UnitId,
        /// The parent it names.
        parent: UnitId,
        /// A day on which the parent is missing.
        on: Day,
    },
    /// A unit stands above itself.
    #[error("đơn vị {unit}: là cấp trên của chính nó ngày {on} / unit {unit} stands above itself on {on}")]
    Cycle {
        /// One of the circle.
        unit: UnitId,
        /// A day on which it is so.
        on: Day,
    },
    /// A succession or a day of completeness names a unit without spans.
    #[error("không có đơn vị {unit} / no unit {unit}")]
    Unknown {
        /// The unknown one.
        unit: UnitId,
    },
}

/// A span by dense unit numbers.
pub(crate) struct Life {
    unit: u32,
    parent: u32,
    class: u8,
    from: Day,
    until: Day,
}

/// Which epochs a way leads from and to, and how.
type Course = (usize, usize, Apportionment);

/// Units in forests, dated. Between two days on which something changes lies an epoch: one shape, numbered depth first,
/// so that everything below a unit is one range of positions. Shapes are built when first asked for and kept; the ways
/// between them are kept while they are in use.
pub struct Hierarchy {
    ids: Vec<UnitId>,
    numbers: HashMap<UnitId, u32>,
    /// By unit, then day.
    lives: Vec<Life>,
    /// Where each unit's lives begin; one more than units.
    offsets: Vec<usize>,
    /// First days of the epochs.
    starts: Vec<Day>,
    epochs: Vec<OnceLock<Epoch>>,
    /// By predecessor and day: `from` is the predecessor.
    pub(crate) forward: Vec<Link>,
    /// By successor and day: `from` is the successor.
    pub(crate) backward: Vec<Link>,
    /// Last days of lives that no other life of the unit continues, with the unit.
    closings: Vec<(Day, u32)>,
    /// By unit.
    complete_from: Vec<Day>,
    ways: Mutex<Vec<(Course, Arc<Carry>)>>,
}

/// So many ways between epochs are kept, the last used ones. One takes about 24 bytes a unit.
const WAYS_KEPT: usize = 48;

impl Hierarchy {
    /// Checks and orders. `complete_from`: the first day from which what lies below a unit is fully known (rule 4, worked
    /// out by the caller); a unit that is absent there is always complete.
    pub fn new(
        spans: Vec<Span>,
        successions: Vec<Succession>,
        complete_from: HashMap<UnitId, Day>,
    ) -> Result<Hierarchy, HierarchyError> {
        let mut ids: Vec<UnitId> = spans.iter().map(|it| it.unit).collect();
        ids.sort_unstable();
        ids.dedup();
        let numbers: HashMap<UnitId, u32> = ids.iter().enumerate().map(|(n, id)| (*id, narrow(n))).collect();
        let number = |unit: UnitId| numbers.get(&unit).copied().ok_or(HierarchyError::Unknown { unit });

        let mut lives = Vec::with_capacity(spans.len());
        for span in spans {
            if span.from >= span.until {
                return Err(HierarchyError::Empty { unit: span.unit, from: span.from });
            }
            let parent = match span.parent {
                None => NOWHERE,
                Some(parent) => {
                    *numbers.get(&parent).ok_or(HierarchyError::Parent { unit: span.unit, parent, on: span.from })?
                }
            };
            lives.push(Life {
                unit: number(span.unit)?,
                parent,
                class: span.class,
                from: span.from,
                until: span.until,
            });
        }
        lives.sort_unstable_by_key(|it| (it.unit, it.from));
        let offsets: Vec<usize> = (0..=ids.len()).map(|n| lives.partition_point(|it| (it.unit as usize) < n)).collect();

        let mut forward = Vec::with_capacity(successions.len());
        for it in successions {
            let (from, to) = (number(it.predecessor)?, number(it.successor)?);
            if from != to {
                forward.push(Link { from, to, on: it.on, population: it.population });
            }
        }
        let mut backward: Vec<Link> = forward.iter().map(|it| Link { from: it.to, to: it.from, ..*it }).collect();
        forward.sort_by_key(|it| (it.from, it.on, it.to));
        backward.sort_by_key(|it| (it.from, it.on, it.to));
        let mut complete = vec![Day::BEGINNING; ids.len()];
        for (unit, from) in complete_from {
            complete[number(unit)? as usize] = from;
        }

        let mut starts = vec![Day::BEGINNING];
        starts.extend(lives.iter().flat_map(|it| [it.from, it.until]));
        starts.extend(forward.iter().map(|it| it.on));
        starts.sort_unstable();
        starts.dedup();
        starts.retain(|it| *it != Day::NEVER);
        let epochs = starts.iter().map(|_| OnceLock::new()).collect();

        let mut it = Hierarchy {
            ids,
            numbers,
            lives,
            offsets,
            starts,
            epochs,
            forward,
            backward,
            closings: Vec::new(),
            complete_from: complete,
            ways: Mutex::default(),
        };
        it.check()?;
        it.closings = it
            .lives
            .windows(2)
            .filter(|pair| pair[0].unit != pair[1].unit || pair[0].until != pair[1].from)
            .map(|pair| &pair[0])
            .chain(it.lives.last())
            .filter(|life| life.until != Day::NEVER)
            .map(|life| (life.until.plus(-1), life.unit))
            .collect();
        it.closings.sort_unstable();
        Ok(it)
    }

    fn check(&self) -> Result<(), HierarchyError> {
        for pair in self.lives.windows(2) {
            if pair[0].unit == pair[1].unit && pair[1].from < pair[0].until {
                return Err(HierarchyError::Overlap { unit: self.id(pair[0].unit), on: pair[1].from });
            }
        }
        for life in self.lives.iter().filter(|it| it.parent != NOWHERE) {
            let mut on = life.from;
            while on < life.until {
                on = match self.life(life.parent, on) {
                    Some(above) => above.until,
                    None => {
                        return Err(HierarchyError::Parent {
                            unit: self.id(life.unit),
                            parent: self.id(life.parent),
                            on,
                        });
                    }
                };
            }
            // A circle is closed on the first day of one of its spans.
            let (mut above, mut steps) = (life.parent, 0);
            while above != NOWHERE {
                steps += 1;
                if above == life.unit || steps > self.ids.len() {
                    return Err(HierarchyError::Cycle { unit: self.id(life.unit), on: life.from });
                }
                above = self.life(above, life.from).map_or(NOWHERE, |it| it.parent);
            }
        }
        Ok(())
    }

    /// All units, in the order of their ids.
    pub fn units(&self) -> &[UnitId] {
        &self.ids
    }

    /// Whether the hierarchy knows the unit at all.
    pub fn knows(&self, unit: UnitId) -> bool {
        self.numbers.contains_key(&unit)
    }

    /// Whether the unit exists on this day.
    pub fn in_force(&self, unit: UnitId, day: Day) -> bool {
        self.number(unit).is_some_and(|it| self.life(it, day).is_some())
    }

    /// The unit's class on this day.
    pub fn class(&self, unit: UnitId, day: Day) -> Option<u8> {
        self.life(self.number(unit)?, day).map(|it| it.class)
    }

    /// The unit above; `None` for a root or a unit not in force.
    pub fn parent(&self, unit: UnitId, day: Day) -> Option<UnitId> {
        let parent = self.life(self.number(unit)?, day)?.parent;
        (parent != NOWHERE).then(|| self.id(parent))
    }

    /// The units directly below, in the order of their ids.
    pub fn children(&self, unit: UnitId, day: Day) -> Vec<UnitId> {
        let epoch = self.epoch(self.epoch_of(day));
        let Some(position) = self.number(unit).and_then(|it| epoch.position(it)) else { return Vec::new() };
        epoch.children(position).map(|it| self.id(epoch.unit(it))).collect()
    }

    /// The units above, nearest first.
    pub fn ancestors(&self, unit: UnitId, day: Day) -> Vec<UnitId> {
        std::iter::successors(self.parent(unit, day), |it| self.parent(*it, day)).collect()
    }

    /// All units below, depth first.
    pub fn below(&self, unit: UnitId, day: Day) -> Vec<UnitId> {
        let epoch = self.epoch(self.epoch_of(day));
        let Some(position) = self.number(unit).and_then(|it| epoch.position(it)) else { return Vec::new() };
        (position + 1..epoch.end(position)).map(|it| self.id(epoch.unit(it))).collect()
    }

    /// The last day on or before `day` on which the unit was in force; if there is none, its first day.
    pub fn nearest_day(&self, unit: UnitId, day: Day) -> Option<Day> {
        let lives = self.lives_of(self.number(unit)?);
        let later = lives.partition_point(|it| it.from <= day);
        match later.checked_sub(1) {
            Some(last) => Some(day.min(lives[last].until.plus(-1))),
            None => lives.first().map(|it| it.from),
        }
    }

    /// Whether what lies below the unit is fully known on this day (rule 4).
    pub fn complete(&self, unit: UnitId, day: Day) -> bool {
        self.number(unit).is_none_or(|it| self.complete_at(it, day))
    }

    /// The first days of the stretches of time with one shape; the first is [`Day::BEGINNING`].
    pub fn epochs(&self) -> &[Day] {
        &self.starts
    }

    /// Shows everything by which figures are placed: lives and successions, in a fixed order.
    pub(crate) fn describe(&self, with: &mut dyn FnMut(&[u8])) {
        for it in &self.lives {
            let parent = if it.parent == NOWHERE { 0 } else { self.id(it.parent) };
            let has = u8::from(it.parent != NOWHERE);
            with(&self.id(it.unit).to_le_bytes());
            with(&parent.to_le_bytes());
            with(&[it.class, has]);
            with(&it.from.number().to_le_bytes());
            with(&it.until.number().to_le_bytes());
        }
        for it in &self.forward {
            with(&self.id(it.from).to_le_bytes());
            with(&self.id(it.to).to_le_bytes());
            with(&it.on.number().to_le_bytes());
        }
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        let shapes: usize = self.epochs.iter().filter_map(OnceLock::get).map(Epoch::bytes).sum();
        let ways: usize = self.ways.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|it| it.1.bytes()).sum();
        let rows = self.lives.len() * size_of::<Life>() + 2 * self.forward.len() * size_of::<Link>();
        rows + self.ids.len() * 32 + shapes + ways
    }

    pub(crate) fn complete_at(&self, number: u32, day: Day) -> bool {
        day >= self.complete_from[number as usize]
    }

    pub(crate) fn number(&self, unit: UnitId) -> Option<u32> {
        self.numbers.get(&unit).copied()
    }

    pub(crate) fn id(&self, number: u32) -> UnitId {
        self.ids[number as usize]
    }

    fn lives_of(&self, number: u32) -> &[Life] {
        let n = number as usize;
        &self.lives[self.offsets[n]..self.offsets[n + 1]]
    }

    pub(crate) fn class_of(&self, number: u32, day: Day) -> Option<u8> {
        self.life(number, day).map(|it| it.class)
    }

    pub(crate) fn life(&self, number: u32, day: Day) -> Option<&Life> {
        let lives = self.lives_of(number);
        let last = lives.partition_point(|it| it.from <= day).checked_sub(1)?;
        Some(&lives[last]).filter(|it| day < it.until)
    }

    /// The units that ended within these days and are not in force on the last of them, with their last day.
    pub(crate) fn closed_within(&self, first: Day, last: Day) -> Vec<(u32, Day)> {
        let range = self.closings.partition_point(|it| it.0 < first)..self.closings.partition_point(|it| it.0 < last);
        let mut closed: Vec<(u32, Day)> = self.closings[range].iter().rev().map(|it| (it.1, it.0)).collect();
        // Of a unit that ended twice the last time counts; the sort is stable.
        closed.sort_by_key(|it| it.0);
        closed.dedup_by_key(|it| it.0);
        closed.retain(|it| self.life(it.0, last).is_none());
        closed
    }

    pub(crate) fn epoch_of(&self, day: Day) -> usize {
        self.starts.partition_point(|it| *it <= day).saturating_sub(1)
    }

    pub(crate) fn epoch(&self, index: usize) -> &Epoch {
        self.epochs[index].get_or_init(|| {
            let day = self.starts[index];
            Epoch::new((0..narrow(self.ids.len())).map(|unit| self.life(unit, day).map(|it| (it.parent, it.class))))
        })
    }

    /// How figures go from one epoch to another.
    pub(crate) fn way(&self, from: usize, to: usize, apportionment: Apportionment) -> Way {
        if from == to {
            return Way::Same;
        }
        let course = (from, to, apportionment);
        let take = |kept: &mut Vec<(Course, Arc<Carry>)>| {
            let at = kept.iter().position(|it| it.0 == course)?;
            let found = kept.remove(at);
            kept.push(found);
            kept.last().map(|it| it.1.clone())
        };
        if let Some(carry) = take(&mut self.ways.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Way::Carried(carry);
        }
        // Built outside the lock; should two build it at once, one of them is dropped.
        let carry = Arc::new(Carry::new(self, from, to, apportionment));
        let mut kept = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(carry) = take(&mut kept) {
            return Way::Carried(carry);
        }
        if kept.len() >= WAYS_KEPT {
            kept.remove(0);
        }
        kept.push((course, carry.clone()));
        Way::Carried(carry)
    }
}
