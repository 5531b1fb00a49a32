use std::sync::{Arc, Mutex, PoisonError};

use crate::expected::Duty;
use crate::vector::Vector;

/// How many figures of a column come from units that do not owe them, counted once for the duty that was asked for last
/// and kept true from then on. Mostly there are none: then all that was given was owed, and nobody need compare unit by
/// unit.
#[derive(Debug, Default)]
pub(crate) struct Outside(Mutex<Option<(Arc<Duty>, u64)>>);

impl Clone for Outside {
    fn clone(&self) -> Outside {
        Outside(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl Outside {
    /// Of these values, under this duty.
    pub(crate) fn count(&self, duty: &Arc<Duty>, values: &Vector) -> u64 {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, count)) = &*known
            && Arc::ptr_eq(of, duty)
        {
            return *count;
        }
        let count = values.len() as u64 - values.count_with(0..u32::MAX, duty.words());
        *known = Some((Arc::clone(duty), count));
        count
    }

    /// A position has a figure now and had none before.
    pub(crate) fn came(&mut self, position: u32) {
        if let Some((duty, count)) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            *count += u64::from(!duty.owes(position));
        }
    }

    /// A position has no figure any more.
    pub(crate) fn went(&mut self, position: u32) {
        if let Some((duty, count)) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            *count -= u64::from(!duty.owes(position));
        }
    }
}
