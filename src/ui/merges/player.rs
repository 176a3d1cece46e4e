//! Where the player is in the training, and how it moves on.

use crate::config::names::names;

/// Merges a second for each speed, and in one tick: faster ticks would only be waited for.
const SPEEDS: [(Speed, u32, usize); 4] =
    [(Speed::Slow, 1400, 1), (Speed::Steady, 400, 1), (Speed::Quick, 100, 1), (Speed::Racing, 50, 8)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Player {
    /// Merges done.
    pub at: usize,
    /// Merges in all.
    pub last: usize,
    pub motion: Motion,
    pub speed: Speed,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    #[default]
    Still,
    Playing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speed {
    #[default]
    Slow,
    Steady,
    Quick,
    Racing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Play on; from the beginning where there is nothing left to play.
    Play,
    Pause,
    Forward,
    Back,
    To(usize),
    /// Time goes by.
    Tick,
    SkipAhead(Speed),
}

names! {
    /// Its name in locales and controls.
    Speed { Slow = "slow", Steady = "steady", Quick = "quick", Racing = "racing" }
}

impl Speed {
    /// Milliseconds between two ticks.
    pub fn interval(self) -> u32 {
        self.pace().0
    }

    fn pace(self) -> (u32, usize) {
        let (_, interval, merges) = SPEEDS[self as usize];
        (interval, merges)
    }
}

impl Player {
    pub fn new(last: usize, motion: Motion) -> Self {
        Player { at: 0, last, motion, speed: Speed::default() }
    }

    pub fn after(self, step: Move) -> Self {
        let still = |at: usize| Player { at: at.min(self.last), motion: Motion::Still, ..self };
        match step {
            Move::Play if self.at >= self.last => Player { at: 0, motion: Motion::Playing, ..self },
            Move::Play => Player { motion: Motion::Playing, ..self },
            Move::Pause => still(self.at),
            Move::Forward => still(self.at + 1),
            Move::Back => still(self.at.saturating_sub(1)),
            Move::To(at) => still(at),
            Move::Tick => self.ticked(),
            Move::SkipAhead(speed) => Player { speed, ..self },
        }
    }

    fn ticked(self) -> Self {
        if self.motion == Motion::Still {
            return self;
        }
        let at = (self.at + self.speed.pace().1).min(self.last);
        let motion = if at == self.last { Motion::Still } else { Motion::Playing };
        Player { at, motion, ..self }
    }
}
