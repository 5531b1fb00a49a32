//! Indicators that are added while the engine holds figures.

use std::sync::{Arc, Mutex};

use crate::{Engine, Indicator};

impl Engine {
    /// Learns of further indicators; one whose number is known stays as it is.
    pub fn add_indicators(&mut self, indicators: impl IntoIterator<Item = Indicator>) {
        for it in indicators {
            let at = usize::from(it.id);
            if self.slot(it.id).is_some() {
                continue;
            }
            if self.slots.len() <= at {
                self.slots.resize(at + 1, u16::MAX);
            }
            self.slots[at] = u16::try_from(self.indicators.len()).unwrap_or(u16::MAX);
            self.indicators.push(it);
        }
        for book in self.books.values_mut() {
            Arc::make_mut(book).columns.resize_with(self.indicators.len(), || None);
        }
        self.duties = Mutex::default();
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Arc};

    use crate::world::{day, indicators};
    use crate::*;

    #[test]
    fn a_new_indicator_is_counted_beside_what_is_held() {
        let span = |unit, parent| Span { unit, parent, class: 0, from: Day::BEGINNING, until: Day::NEVER };
        let hierarchy = Hierarchy::new(vec![span(1, None), span(2, Some(1))], Vec::new(), HashMap::new()).unwrap();
        let mut known = indicators();
        let last = known.pop().unwrap();
        let mut engine = Engine::new(Arc::new(hierarchy), known);
        let period = Period::parse("2026-M05").unwrap();
        let cell =
            |indicator, value| Cell { indicator, amount: Amount { value, ..Amount::default() }, ..Cell::default() };
        let (first, second) = ([cell(1, 7)], [cell(last.id, 4)]);
        let change = |version, after| Change { unit: 2, period, until: None, version, before: &[], after };
        engine.apply(&change(1, &first)).unwrap();
        assert_eq!(engine.apply(&change(2, &second)), Err(ApplyError::UnknownIndicator(last.id)));
        engine.add_indicators([last.clone(), indicators().remove(0)]);
        engine.apply(&change(2, &second)).unwrap();
        let total = |unit, indicator| {
            let (boundaries, apportionment) = (Boundaries::On(day("2026-05-31")), Apportionment::None);
            engine.total(&Question { unit, indicator, period, boundaries, apportionment }).unwrap().value
        };
        assert_eq!((total(1, 1), total(2, last.id)), (Some(7), Some(4)));
    }
}
