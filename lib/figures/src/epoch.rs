use std::ops::Range;

/// No position, no unit.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Counts of units fit 32 bits; one more than that would be the whole world.
pub(crate) fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(NOWHERE)
}

/// The shape of a forest between two changes: units numbered depth first, children in the order of their ids.
pub(crate) struct Epoch {
    /// Unit by position.
    order: Vec<u32>,
    /// Position by unit.
    position: Vec<u32>,
    /// By position: the position after the last unit below.
    end: Vec<u32>,
    /// By position: the parent's position.
    parent: Vec<u32>,
    /// By position.
    class: Vec<u8>,
}

impl Epoch {
    /// From parent and class of each unit in force, by unit. Parents are in force and there is no circle.
    pub(crate) fn new(units: impl Iterator<Item = Option<(u32, u8)>>) -> Epoch {
        let units: Vec<Option<(u32, u8)>> = units.collect();
        // Children as linked lists, each in ascending order because built from the back.
        let (mut first, mut next) = (vec![NOWHERE; units.len() + 1], vec![NOWHERE; units.len()]);
        for (unit, it) in units.iter().enumerate().rev() {
            if let Some((parent, _)) = it {
                let head = if *parent == NOWHERE { units.len() } else { *parent as usize };
                next[unit] = first[head];
                first[head] = narrow(unit);
            }
        }
        let mut it = Epoch {
            order: Vec::new(),
            position: vec![NOWHERE; units.len()],
            end: Vec::new(),
            parent: Vec::new(),
            class: Vec::new(),
        };
        let mut unit = first[units.len()];
        let mut above = NOWHERE;
        loop {
            if unit != NOWHERE {
                let position = narrow(it.order.len());
                it.order.push(unit);
                it.position[unit as usize] = position;
                it.end.push(position + 1);
                it.parent.push(above);
                it.class.push(units[unit as usize].map_or(0, |it| it.1));
                above = position;
                unit = first[unit as usize];
            } else if above != NOWHERE {
                it.end[above as usize] = narrow(it.order.len());
                unit = next[it.order[above as usize] as usize];
                above = it.parent[above as usize];
            } else {
                return it;
            }
        }
    }

    pub(crate) fn len(&self) -> u32 {
        narrow(self.order.len())
    }

    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    pub(crate) fn unit(&self, position: u32) -> u32 {
        self.order[position as usize]
    }

    pub(crate) fn position(&self, unit: u32) -> Option<u32> {
        self.position.get(unit as usize).copied().filter(|it| *it != NOWHERE)
    }

    pub(crate) fn end(&self, position: u32) -> u32 {
        self.end[position as usize]
    }

    /// The unit and everything below it.
    pub(crate) fn subtree(&self, position: u32) -> Range<u32> {
        position..self.end(position)
    }

    pub(crate) fn parent(&self, position: u32) -> Option<u32> {
        Some(self.parent[position as usize]).filter(|it| *it != NOWHERE)
    }

    pub(crate) fn class(&self, position: u32) -> u8 {
        self.class[position as usize]
    }

    pub(crate) fn children(&self, position: u32) -> impl Iterator<Item = u32> {
        let end = self.end(position);
        let inside = move |it: &u32| *it < end;
        std::iter::successors(Some(position + 1).filter(inside), move |it| Some(self.end(*it)).filter(inside))
    }

    /// The unit and everything above it, nearest first.
    pub(crate) fn upward(&self, position: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(position), |it| self.parent(*it))
    }

    pub(crate) fn root(&self, position: u32) -> u32 {
        self.upward(position).last().unwrap_or(position)
    }

    /// The lowest unit that holds all of these; `None` if they stand in different trees or there is none.
    pub(crate) fn common(&self, positions: &[u32]) -> Option<u32> {
        let (first, last) = (*positions.iter().min()?, *positions.iter().max()?);
        self.upward(first).find(|it| last < self.end(*it))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.position.len() * 4 + self.order.len() * 13
    }
}
