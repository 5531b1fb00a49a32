/// From values to lengths, in whole numbers: wide enough that no difference of two 64-bit values overflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale {
    low: i128,
    high: i128,
    step: i128,
    length: i64,
}

impl Scale {
    /// A scale over zero and all the values, with round ends and about `ticks` round steps between.
    pub(crate) fn over(values: impl Iterator<Item = i128>, ticks: i128, length: i64) -> Scale {
        let (low, high) = values.fold((0, 0), |(low, high), it| (it.min(low), it.max(high)));
        let step = round_up((high - low) / ticks.max(1));
        let low = low.div_euclid(step) * step;
        let high = (high + step - 1).div_euclid(step) * step;
        Scale { low, high: if high == low { low + step } else { high }, step, length: length.max(1) }
    }

    /// How far from the low end a value stands, in drawing units.
    pub(crate) fn at(&self, value: i128) -> i64 {
        let value = value.clamp(self.low, self.high);
        let place = (value - self.low) * i128::from(self.length) / (self.high - self.low);
        i64::try_from(place).unwrap_or(0)
    }

    /// The round values between and at the ends that a label can be written for.
    pub(crate) fn ticks(&self) -> Vec<i64> {
        let count = (self.high - self.low) / self.step;
        (0..=count).filter_map(|it| i64::try_from(self.low + it * self.step).ok()).collect()
    }
}

/// The next 1, 2 or 5 times a power of ten.
fn round_up(step: i128) -> i128 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if factor * power >= step {
                return factor * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[i128], expect: &[i64]) {
        assert_eq!(Scale::over(values.iter().copied(), 4, 100).ticks(), expect);
    }

    #[test]
    fn ticks_are_round_and_hold_zero() {
        check(&[], &[0, 1]);
        check(&[0], &[0, 1]);
        check(&[3], &[0, 1, 2, 3]);
        check(&[7, 93], &[0, 50, 100]);
        check(&[-30, 60], &[-50, 0, 50, 100]);
        check(&[1_200], &[0, 500, 1000, 1500]);
    }

    #[test]
    fn places_grow_with_values() {
        let scale = Scale::over([100].into_iter(), 4, 200);
        assert_eq!([0, 50, 100, 1000, -5].map(|it| scale.at(it)), [0, 100, 200, 200, 0]);
        let huge = Scale::over([i128::from(i64::MIN), i128::from(i64::MAX)].into_iter(), 4, 200);
        assert_eq!(huge.at(0), 100);
    }
}
