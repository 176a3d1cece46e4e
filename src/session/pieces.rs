//! Long work in pieces: between two of them the page is told how far it is, and newer orders are looked at.

use super::Host;
use super::inbox::Inbox;
use crate::protocol::{Command, Event, Work};

pub struct Pieces<'a, H> {
    pub host: &'a H,
    pub inbox: &'a mut Inbox,
    pub work: Work,
    /// Whether a newer order makes the work pointless.
    pub pointless: fn(&Command) -> bool,
}

impl<H: Host> Pieces<'_, H> {
    /// Advances until the work says 1; false if a newer order makes it pointless.
    pub async fn finish(&mut self, mut advance: impl FnMut() -> f32) -> bool {
        let mut done = 0.0;
        while done < 1.0 {
            self.host.tell(Event::Progress { work: self.work, done });
            self.host.breathe().await;
            if self.inbox.has(self.pointless) {
                return false;
            }
            done = advance();
        }
        self.host.tell(Event::Progress { work: self.work, done });
        true
    }
}
