/// One class of amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// The least value in it.
    pub from: i64,
    /// The greatest value in it.
    pub to: i64,
}

/// Amounts in few classes, the least first. What a map or calendar colours by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classes {
    classes: Vec<Class>,
}

impl Classes {
    /// No more than the eye tells apart.
    pub const MOST: usize = 5;

    /// Classes for these values: one each where there are few, equal steps where the values spread evenly over them, else
    /// classes of about as many values each. Equal values never fall into two classes, and no class is empty.
    pub fn of(values: impl IntoIterator<Item = i64>) -> Classes {
        let mut sorted: Vec<i64> = values.into_iter().collect();
        sorted.sort_unstable();
        let mut distinct = sorted.clone();
        distinct.dedup();
        if distinct.len() <= Classes::MOST {
            return Classes { classes: distinct.into_iter().map(|it| Class { from: it, to: it }).collect() };
        }
        let equal = cut(&sorted, &equal_bounds(&sorted));
        let crowded = |classes: &[Class]| {
            let held = |it: &Class| sorted.iter().filter(|value| (it.from..=it.to).contains(*value)).count();
            classes.iter().map(held).max().unwrap_or(0) * 2 > sorted.len()
        };
        let even = equal.len() == Classes::MOST && !crowded(&equal);
        Classes { classes: if even { equal } else { cut(&sorted, &quantile_bounds(&sorted)) } }
    }

    /// Classes that were agreed on beforehand, in order, no more than [`MOST`](Self::MOST); more are cut off.
    pub fn fixed(classes: &[Class]) -> Classes {
        Classes { classes: classes.iter().copied().take(Classes::MOST).collect() }
    }

    /// All of them, the least first.
    pub fn all(&self) -> &[Class] {
        &self.classes
    }

    /// The name of the class that a value falls into, `c1` … `c5`; values between two classes belong to the upper one. Few
    /// classes are spread over the five.
    pub fn name(&self, value: i64) -> &'static str {
        let at = self.classes.iter().position(|it| value <= it.to);
        self.name_at(at.unwrap_or(self.classes.len().saturating_sub(1)))
    }

    /// The name of the class at this place, from 0.
    pub fn name_at(&self, place: usize) -> &'static str {
        let names: &[&str] = match self.classes.len() {
            0 | 1 => &["c3"],
            2 => &["c2", "c4"],
            3 => &["c1", "c3", "c5"],
            4 => &["c1", "c2", "c4", "c5"],
            _ => &["c1", "c2", "c3", "c4", "c5"],
        };
        names.get(place).copied().unwrap_or("c5")
    }
}

/// Upper bounds of five steps of one width.
fn equal_bounds(sorted: &[i64]) -> Vec<i64> {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let (low, high) = (i128::from(*first), i128::from(*last));
    (1..=5).filter_map(|it| i64::try_from(low + (high - low) * it / 5).ok()).collect()
}

/// Upper bounds that leave about as many values in each class.
fn quantile_bounds(sorted: &[i64]) -> Vec<i64> {
    (1..=Classes::MOST)
        .filter_map(|it| sorted.get((sorted.len() * it / Classes::MOST).saturating_sub(1)))
        .copied()
        .collect()
}

/// The classes between these upper bounds, each from its least to its greatest value; empty ones fall away.
fn cut(sorted: &[i64], bounds: &[i64]) -> Vec<Class> {
    let mut rest = sorted;
    let mut classes = Vec::new();
    for bound in bounds {
        let (held, after) = rest.split_at(rest.partition_point(|it| it <= bound));
        if let (Some(from), Some(to)) = (held.first(), held.last()) {
            classes.push(Class { from: *from, to: *to });
        }
        rest = after;
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[i64], expect: &[(i64, i64)]) {
        let classes = Classes::of(values.iter().copied());
        let found: Vec<(i64, i64)> = classes.all().iter().map(|it| (it.from, it.to)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn few_values_have_a_class_each() {
        check(&[], &[]);
        check(&[7], &[(7, 7)]);
        check(&[3, 0, 3], &[(0, 0), (3, 3)]);
    }

    #[test]
    fn even_values_get_equal_steps() {
        let values: Vec<i64> = (0..=100).collect();
        check(&values, &[(0, 20), (21, 40), (41, 60), (61, 80), (81, 100)]);
    }

    #[test]
    fn skewed_values_get_as_many_in_each() {
        check(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10_000], &[(1, 2), (3, 4), (5, 6), (7, 8), (9, 10_000)]);
    }

    #[test]
    fn names_grow_with_values() {
        let classes = Classes::of([0, 10, 20]);
        assert_eq!([0, 10, 15, 20, 99, -1].map(|it| classes.name(it)), ["c1", "c3", "c5", "c5", "c5", "c1"]);
        assert_eq!(Classes::of([4]).name(4), "c3");
    }
}
