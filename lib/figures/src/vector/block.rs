use std::ops::Range;

use super::WIDTH;

/// Up to [`WIDTH`] integers: which are present, and those, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) bits: [u64; WIDTH / 64],
    /// How many are present before each of these words; all are counted in the values.
    before: [u8; WIDTH / 64],
    pub(super) sum: i128,
    pub(super) values: Values,
}

impl Block {
    pub(super) fn new(bits: [u64; WIDTH / 64], values: Values) -> Block {
        let sum = values.sum(0..values.len());
        let mut it = Block { bits, before: [0; WIDTH / 64], sum, values };
        it.count();
        it
    }

    /// Sets [`Block::before`].
    pub(super) fn count(&mut self) {
        for at in 1..self.bits.len() {
            self.before[at] = self.before[at - 1] + u8::try_from(self.bits[at - 1].count_ones()).unwrap_or(64);
        }
    }

    pub(super) fn has(&self, at: usize) -> bool {
        self.bits[at / 64] >> (at % 64) & 1 == 1
    }

    /// How many are present before this place.
    pub(super) fn rank(&self, at: usize) -> usize {
        let Some(bits) = self.bits.get(at / 64) else { return self.values.len() };
        usize::from(self.before[at / 64]) + (bits & ((1 << (at % 64)) - 1)).count_ones() as usize
    }

    /// Sum and number of what is present from one place to another.
    pub(super) fn part(&self, first: usize, last: usize) -> (i128, u64) {
        let (first, last) = (self.rank(first), self.rank(last));
        (self.values.sum(first..last), (last - first) as u64)
    }
}

/// As narrow as all of them allow.
#[derive(Debug, Clone)]
pub(super) enum Values {
    Tiny(Vec<i8>),
    Short(Vec<i16>),
    Narrow(Vec<i32>),
    Wide(Vec<i64>),
}

impl Values {
    pub(super) fn get(&self, at: usize) -> i64 {
        match self {
            Values::Tiny(it) => i64::from(it[at]),
            Values::Short(it) => i64::from(it[at]),
            Values::Narrow(it) => i64::from(it[at]),
            Values::Wide(it) => it[at],
        }
    }

    fn fits(&self, value: i64) -> bool {
        match self {
            Values::Tiny(_) => i8::try_from(value).is_ok(),
            Values::Short(_) => i16::try_from(value).is_ok(),
            Values::Narrow(_) => i32::try_from(value).is_ok(),
            Values::Wide(_) => true,
        }
    }

    fn widen(&mut self) {
        *self = match self {
            Values::Tiny(it) => Values::Short(it.iter().map(|it| i16::from(*it)).collect()),
            Values::Short(it) => Values::Narrow(it.iter().map(|it| i32::from(*it)).collect()),
            Values::Narrow(it) => Values::Wide(it.iter().map(|it| i64::from(*it)).collect()),
            Values::Wide(it) => Values::Wide(std::mem::take(it)),
        };
    }

    /// Replaces the value at the place if there is one, else puts a new one there.
    pub(super) fn put(&mut self, at: usize, value: i64, present: bool) {
        while !self.fits(value) {
            self.widen();
        }
        match self {
            Values::Tiny(it) => put(it, at, value, present),
            Values::Short(it) => put(it, at, value, present),
            Values::Narrow(it) => put(it, at, value, present),
            Values::Wide(it) => put(it, at, value, present),
        }
    }

    pub(super) fn remove(&mut self, at: usize) {
        match self {
            Values::Tiny(it) => drop(it.remove(at)),
            Values::Short(it) => drop(it.remove(at)),
            Values::Narrow(it) => drop(it.remove(at)),
            Values::Wide(it) => drop(it.remove(at)),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Values::Tiny(it) => it.len(),
            Values::Short(it) => it.len(),
            Values::Narrow(it) => it.len(),
            Values::Wide(it) => it.len(),
        }
    }

    /// Of at most 256 values: those of 16 bits add up within 32, those of 32 within 64.
    pub(super) fn sum(&self, range: Range<usize>) -> i128 {
        match self {
            Values::Tiny(it) => i128::from(it[range].iter().map(|it| i32::from(*it)).sum::<i32>()),
            Values::Short(it) => i128::from(it[range].iter().map(|it| i32::from(*it)).sum::<i32>()),
            Values::Narrow(it) => i128::from(it[range].iter().map(|it| i64::from(*it)).sum::<i64>()),
            Values::Wide(it) => it[range].iter().map(|it| i128::from(*it)).sum(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Values::Tiny(it) => it.capacity(),
            Values::Short(it) => it.capacity() * 2,
            Values::Narrow(it) => it.capacity() * 4,
            Values::Wide(it) => it.capacity() * 8,
        }
    }
}

fn put<T: TryFrom<i64> + Copy>(values: &mut Vec<T>, at: usize, value: i64, present: bool) {
    let Ok(value) = T::try_from(value) else { return };
    if present {
        values[at] = value;
    } else {
        values.insert(at, value);
    }
}
