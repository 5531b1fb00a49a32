mod block;
mod saved;

use std::ops::Range;

use block::{Block, Values};

/// Positions in a block.
const WIDTH: usize = 256;
/// Blocks in a group.
const GROUP: usize = 16;

/// Integers by position, each present or absent. Blocks of 256 positions hold a bitmap and the present values, packed, as
/// narrow as they allow, and their sum; an empty block costs 8 bytes, a full one of small counts about 400. Groups of 16
/// blocks hold their sums again. So a vector with one figure and a vector with all are the same thing, and a range costs
/// its groups and the blocks at its ends, not its figures.
#[derive(Debug, Default, Clone)]
pub(crate) struct Vector {
    blocks: Vec<Option<Box<Block>>>,
    groups: Vec<Group>,
    len: usize,
}

#[derive(Debug, Default, Clone, Copy)]
struct Group {
    sum: i128,
    count: u64,
}

/// What a range is made of.
enum Piece<'a> {
    Group(Group),
    Block(&'a Block),
    /// From one place to another.
    Part(&'a Block, usize, usize),
}

fn split(position: u32) -> (usize, usize) {
    (position as usize / WIDTH, position as usize % WIDTH)
}

impl Vector {
    /// How many are present.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn block(&self, index: usize) -> Option<&Block> {
        self.blocks.get(index)?.as_deref()
    }

    pub(crate) fn get(&self, position: u32) -> Option<i64> {
        let (block, at) = split(position);
        let block = self.block(block)?;
        block.has(at).then(|| block.values.get(block.rank(at)))
    }

    pub(crate) fn has(&self, position: u32) -> bool {
        let (block, at) = split(position);
        self.block(block).is_some_and(|it| it.has(at))
    }

    /// Puts a value in place of what was there.
    pub(crate) fn set(&mut self, position: u32, value: i64) {
        let (block, at) = split(position);
        if block >= self.blocks.len() {
            self.blocks.resize_with(block + 1, || None);
            self.groups.resize(block / GROUP + 1, Group::default());
        }
        let group = &mut self.groups[block / GROUP];
        let empty = || Box::new(Block::new([0; WIDTH / 64], Values::Tiny(Vec::new())));
        let block = self.blocks[block].get_or_insert_with(empty);
        let (rank, present) = (block.rank(at), block.has(at));
        let mut more = i128::from(value);
        if present {
            more -= i128::from(block.values.get(rank));
        } else {
            block.bits[at / 64] |= 1 << (at % 64);
            block.count();
            self.len += 1;
            group.count += 1;
        }
        block.values.put(rank, value, present);
        block.sum += more;
        group.sum += more;
    }

    /// Takes the value away.
    pub(crate) fn remove(&mut self, position: u32) {
        let (index, at) = split(position);
        let Some(slot) = self.blocks.get_mut(index) else { return };
        let Some(block) = slot.as_deref_mut().filter(|it| it.has(at)) else { return };
        let rank = block.rank(at);
        let less = i128::from(block.values.get(rank));
        block.sum -= less;
        let group = &mut self.groups[index / GROUP];
        group.sum -= less;
        group.count -= 1;
        block.values.remove(rank);
        block.bits[at / 64] &= !(1 << (at % 64));
        block.count();
        self.len -= 1;
        if block.bits == [0; WIDTH / 64] {
            *slot = None;
        }
    }

    /// Sum and number of what is present in the range.
    pub(crate) fn sum(&self, range: Range<u32>) -> (i128, u64) {
        let (first, last) = (split(range.start), split(range.end));
        // A commune mostly lies within one block.
        if first.0 == last.0 {
            return self.block(first.0).map_or((0, 0), |it| it.part(first.1, last.1.max(first.1)));
        }
        let (mut total, mut count) = (0, 0);
        self.each_piece(range, |piece| {
            let (sum, number) = match piece {
                Piece::Group(it) => (it.sum, it.count),
                Piece::Block(it) => (it.sum, it.values.len() as u64),
                Piece::Part(it, first, last) => it.part(first, last),
            };
            total += sum;
            count += number;
        });
        (total, count)
    }

    /// How many are present in the range.
    pub(crate) fn count(&self, range: Range<u32>) -> u64 {
        let mut count = 0;
        self.each_piece(range, |piece| {
            count += match piece {
                Piece::Group(it) => it.count,
                Piece::Block(it) => it.values.len() as u64,
                Piece::Part(it, first, last) => (it.rank(last) - it.rank(first)) as u64,
            }
        });
        count
    }

    /// How many are present in the range and in the mask, 64 positions a word.
    pub(crate) fn count_with(&self, range: Range<u32>, mask: &[u64]) -> u64 {
        let end = u32::try_from(self.blocks.len() * WIDTH).unwrap_or(u32::MAX);
        let within = range.start..range.end.min(end);
        count(within, |at| self.word(at) & mask.get(at).copied().unwrap_or(0))
    }

    fn each_piece<'a>(&'a self, range: Range<u32>, mut with: impl FnMut(Piece<'a>)) {
        let (first, last) = (range.start as usize, (range.end as usize).min(self.blocks.len() * WIDTH));
        let mut index = first / WIDTH;
        while first < last && index * WIDTH < last {
            let start = index * WIDTH;
            if index.is_multiple_of(GROUP) && start >= first && start + GROUP * WIDTH <= last {
                with(Piece::Group(self.groups[index / GROUP]));
                index += GROUP;
                continue;
            }
            if let Some(block) = self.block(index) {
                let (from, to) = (first.max(start) - start, last.min(start + WIDTH) - start);
                with(if to - from == WIDTH { Piece::Block(block) } else { Piece::Part(block, from, to) });
            }
            index += 1;
        }
    }

    /// 64 presences at a time.
    pub(crate) fn word(&self, index: usize) -> u64 {
        self.block(index / (WIDTH / 64)).map_or(0, |it| it.bits[index % (WIDTH / 64)])
    }

    /// The present ones in the range, in order.
    pub(crate) fn iter(&self, range: Range<u32>) -> impl Iterator<Item = (u32, i64)> {
        let mut position = range.start;
        std::iter::from_fn(move || {
            position = self.next(position).filter(|it| *it < range.end)?;
            position += 1;
            self.get(position - 1).map(|value| (position - 1, value))
        })
    }

    /// The first present position at or after this one.
    fn next(&self, position: u32) -> Option<u32> {
        let mut word = position as usize / 64;
        let mut bits = self.word(word) & (u64::MAX << (position % 64));
        while bits == 0 {
            word += 1;
            if word.is_multiple_of(WIDTH / 64) {
                // Whole empty blocks in one step.
                let block = word / (WIDTH / 64);
                word = (block + self.blocks.get(block..)?.iter().position(Option::is_some)?) * (WIDTH / 64);
            }
            bits = self.word(word);
        }
        u32::try_from(word * 64 + bits.trailing_zeros() as usize).ok()
    }

    pub(crate) fn bytes(&self) -> usize {
        let block = |it: &Block| size_of::<Block>() + it.values.bytes() + 16;
        let groups = self.groups.capacity() * size_of::<Group>();
        groups + self.blocks.capacity() * 8 + self.blocks.iter().flatten().map(|it| block(it)).sum::<usize>()
    }
}

/// Counts the bits of `word(0..)` within the range.
pub(crate) fn count(range: Range<u32>, word: impl Fn(usize) -> u64) -> u64 {
    if range.is_empty() {
        return 0;
    }
    let (first, last) = (range.start as usize / 64, (range.end as usize - 1) / 64);
    let mut total = 0;
    for index in first..=last {
        let mut bits = word(index);
        if index == first {
            bits &= u64::MAX << (range.start % 64);
        }
        if index == last {
            bits &= u64::MAX >> (63 - (range.end - 1) % 64);
        }
        total += u64::from(bits.count_ones());
    }
    total
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_of_all_widths_stand_side_by_side() {
        let mut it = Vector::default();
        for (position, value) in [(5, 1), (3, 300), (4, -70_000), (900, i64::MAX), (901, i64::MAX), (5, 2)] {
            it.set(position, value);
        }
        assert_eq!(
            it.iter(0..1_000).collect::<Vec<_>>(),
            [(3, 300), (4, -70_000), (5, 2), (900, i64::MAX), (901, i64::MAX)]
        );
        assert_eq!(it.sum(0..1_024), (2 * i128::from(i64::MAX) - 69_698, 5));
        assert_eq!(it.sum(4..4), (0, 0));
    }

    proptest! {
        #[test]
        fn a_vector_is_a_map(
            steps in prop::collection::vec((0u32..9_000, prop::option::weighted(0.8, prop_oneof![-100i64..100, any::<i64>()])), 0..400),
            ranges in prop::collection::vec((0u32..10_000, 0u32..10_000), 10),
        ) {
            let (mut vector, mut map) = (Vector::default(), BTreeMap::new());
            for (position, value) in steps {
                if let Some(value) = value {
                    vector.set(position, value);
                    map.insert(position, value);
                } else {
                    vector.remove(position);
                    map.remove(&position);
                }
                prop_assert_eq!(vector.get(position), map.get(&position).copied());
            }
            prop_assert_eq!(vector.len(), map.len());
            for (a, b) in ranges {
                let range = a.min(b)..a.max(b);
                let expect: Vec<(u32, i64)> = map.range(range.clone()).map(|it| (*it.0, *it.1)).collect();
                prop_assert_eq!(vector.iter(range.clone()).collect::<Vec<_>>(), expect.clone());
                let sum: i128 = expect.iter().map(|it| i128::from(it.1)).sum();
                prop_assert_eq!(vector.sum(range.clone()), (sum, expect.len() as u64));
                prop_assert_eq!(vector.count(range.clone()), expect.len() as u64);
                prop_assert_eq!(count(range.clone(), |it| vector.word(it)), expect.len() as u64);
                let third = [0x9249_2492_4924_9249; 200];
                let thirds = expect.iter().filter(|it| it.0 % 64 % 3 == 0).count() as u64;
                prop_assert_eq!(vector.count_with(range, &third), thirds);
            }
        }
    }
}
