//! Long work in pieces: between two of them the page is told how far it is, and newer commands are looked at.

use std::ops::Range;

use super::Host;
use super::inbox::Inbox;
use crate::protocol::{Command, Event, Work};

pub struct Pieces<'a, H> {
    pub host: &'a H,
    pub inbox: &'a mut Inbox,
    pub work: Work,
    /// Whether a newer command makes the work pointless.
    pub superseded_by: fn(&Command) -> bool,
}

impl<H: Host> Pieces<'_, H> {
    /// Advances until the work says 1; false if a newer command makes it pointless.
    pub async fn finish(&mut self, advance: impl FnMut() -> f32) -> bool {
        self.finish_part(0.0..1.0, advance).await
    }

    /// The same for work that is only a part of the whole.
    pub async fn finish_part(&mut self, part: Range<f32>, mut advance: impl FnMut() -> f32) -> bool {
        let whole = |done: f32| part.start + (part.end - part.start) * done;
        let mut done = 0.0;
        while done < 1.0 {
            self.host.emit(Event::Progress { work: self.work, done: whole(done) });
            self.host.yield_now().await;
            if self.inbox.has(self.superseded_by) {
                return false;
            }
            done = advance();
        }
        self.host.emit(Event::Progress { work: self.work, done: whole(done) });
        true
    }
}
