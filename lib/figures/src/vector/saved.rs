//! A vector as bytes: how many blocks, then for each one byte of width (0: empty), its bitmap, its values.

use super::{Block, GROUP, Group, Values, Vector, WIDTH};
use crate::snapshot::{Reader, SnapshotError};

impl Vector {
    pub(crate) fn save(&self, out: &mut Vec<u8>) {
        out.extend((self.blocks.len() as u64).to_le_bytes());
        for block in &self.blocks {
            let Some(block) = block else {
                out.push(0);
                continue;
            };
            out.push(block.values.width());
            out.extend(block.bits.iter().flat_map(|it| it.to_le_bytes()));
            match &block.values {
                Values::Tiny(it) => out.extend(it.iter().flat_map(|it| it.to_le_bytes())),
                Values::Short(it) => out.extend(it.iter().flat_map(|it| it.to_le_bytes())),
                Values::Narrow(it) => out.extend(it.iter().flat_map(|it| it.to_le_bytes())),
                Values::Wide(it) => out.extend(it.iter().flat_map(|it| it.to_le_bytes())),
            }
        }
    }

    /// Reads what [`Vector::save`] wrote; no position may reach `end`.
    pub(crate) fn restore(from: &mut Reader, end: u32) -> Result<Vector, SnapshotError> {
        let blocks = from.count()?;
        if blocks > (end as usize).div_ceil(WIDTH) {
            return Err(SnapshotError::Malformed);
        }
        let mut it = Vector {
            blocks: Vec::with_capacity(blocks),
            groups: vec![Group::default(); blocks.div_ceil(GROUP)],
            len: 0,
        };
        for index in 0..blocks {
            let width = from.byte()?;
            if width == 0 {
                it.blocks.push(None);
                continue;
            }
            let mut bits = [0; WIDTH / 64];
            for word in &mut bits {
                *word = u64::from_le_bytes(from.array()?);
            }
            let count: usize = bits.iter().map(|it| it.count_ones() as usize).sum();
            let bytes = from.bytes(count * usize::from(width))?;
            let values = Values::read(width, bytes).ok_or(SnapshotError::Malformed)?;
            let block = Block::new(bits, values);
            let group = &mut it.groups[index / GROUP];
            group.sum += block.sum;
            group.count += count as u64;
            it.len += count;
            it.blocks.push(Some(Box::new(block)));
        }
        let beyond = it.next(end).is_some();
        if beyond { Err(SnapshotError::Malformed) } else { Ok(it) }
    }
}

impl Values {
    /// Bytes of one value.
    fn width(&self) -> u8 {
        match self {
            Values::Tiny(_) => 1,
            Values::Short(_) => 2,
            Values::Narrow(_) => 4,
            Values::Wide(_) => 8,
        }
    }

    fn read(width: u8, bytes: &[u8]) -> Option<Values> {
        Some(match width {
            1 => Values::Tiny(bytes.iter().map(|it| i8::from_le_bytes([*it])).collect()),
            2 => Values::Short(bytes.as_chunks().0.iter().map(|it| i16::from_le_bytes(*it)).collect()),
            4 => Values::Narrow(bytes.as_chunks().0.iter().map(|it| i32::from_le_bytes(*it)).collect()),
            8 => Values::Wide(bytes.as_chunks().0.iter().map(|it| i64::from_le_bytes(*it)).collect()),
            _ => return None,
        })
    }
}
