//! A pivot as the pieces of a file: made one by one, when the reader is ready for the next.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use web::App;

use crate::{Format, Pivot, PivotError, write::Writer};

/// The pieces of a file, the head first. Each is as things are when it is asked for; what fails in between ends the
/// file with an error, so that half a file is never taken for a whole one.
#[derive(Debug)]
pub struct Pieces {
    app: App,
    pivot: Pivot,
    writer: Writer,
    next: Next,
    /// The turn was given away; the next poll makes a piece.
    rested: bool,
}

#[derive(Debug, Clone, Copy)]
enum Next {
    Head,
    Block(usize),
    End,
}

impl Pieces {
    /// The file of a pivot.
    pub fn new(app: App, pivot: Pivot, format: Format) -> Pieces {
        Pieces { app, pivot, writer: format.writer(), next: Next::Head, rested: false }
    }
}

impl Iterator for Pieces {
    type Item = Result<Vec<u8>, PivotError>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = match self.next {
            Next::Head => {
                self.next = Next::Block(0);
                return Some(self.writer.head(&self.pivot).map_err(|_| too_large()));
            }
            Next::Block(at) => at,
            Next::End => return None,
        };
        self.next = Next::Block(at + 1);
        let piece = match self.pivot.block(&self.app, at) {
            Some(Ok(block)) => self.writer.block(&block, at == 0).map_err(|_| too_large()),
            Some(Err(err)) => Err(err.into()),
            None => {
                self.next = Next::End;
                self.writer.tail().map_err(|_| too_large())
            }
        };
        if piece.is_err() {
            self.next = Next::End;
        }
        Some(piece)
    }
}

fn too_large() -> PivotError {
    returns::figure::AskError::Overflow.into()
}

impl Stream for Pieces {
    type Item = Result<Vec<u8>, PivotError>;

    /// Between two pieces other requests get their turn.
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.rested = !self.rested;
        if self.rested {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Iterator::next(&mut *self))
    }
}
