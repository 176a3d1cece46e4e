//! The first visit: one button grows a GPT and shows every station on the way.
//!
//! A station is left when it was shown long enough (a hook counts and sends [`Action::TourAdvanced`](super::Action::TourAdvanced))
//! and its work is done. Going anywhere oneself ends the tour and nothing else: the work goes on.

use crate::config::presets::Preset;
use crate::protocol::{Command, RunState};

use super::{Engine, State, Station};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tour {
    #[default]
    Off,
    /// Showing the station; `dwelt` once it was shown long enough.
    At { station: Station, dwelt: TourAdvanced },
    /// Arrived: the model has written.
    Over,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TourAdvanced {
    #[default]
    NotYet,
    Enough,
}

impl Tour {
    pub fn station(self) -> Option<Station> {
        match self {
            Tour::At { station, .. } => Some(station),
            _ => None,
        }
    }

    pub(super) fn dwell(&mut self, shown: Station) {
        if let Tour::At { station, dwelt } = self
            && *station == shown
        {
            *dwelt = TourAdvanced::Enough;
        }
    }
}

impl State {
    /// Grows the smallest model on the text that is there.
    pub(super) fn grow(&mut self) {
        self.use_preset(Preset::Seedling);
        self.enter(Station::Text);
    }

    fn enter(&mut self, station: Station) {
        self.tour = Tour::At { station, dwelt: TourAdvanced::NotYet };
        self.view.station = station;
        match station {
            Station::Train => self.start(),
            Station::Write => self.write(),
            _ => {}
        }
    }

    pub(super) fn skip_ahead(&mut self) {
        let Some(station) = self.tour.station() else { return };
        self.tour.dwell(station);
        if station == Station::Train && self.training.run.as_ref().is_some_and(|run| run.is_running()) {
            self.send(Command::Stop);
        }
    }

    pub(super) fn sync_tour(&mut self) {
        let Tour::At { station, dwelt } = self.tour else { return };
        if self.tour_is_stuck() {
            self.tour = Tour::Off;
        } else if dwelt == TourAdvanced::Enough && self.is_through(station) {
            match station.next() {
                Some(next) => self.enter(next),
                None => self.tour = Tour::Over,
            }
            self.sync();
        }
    }

    fn is_through(&self, station: Station) -> bool {
        match station {
            Station::Text => self.project.text.answer.is_some() && !self.project.text.is_waiting(),
            Station::Tokens => self.tokenizer_is_current(),
            Station::Model => !self.project.estimate.is_waiting(),
            Station::Train => self.training.run.as_ref().is_some_and(|run| run.has_ended()),
            Station::Write => !self.writing.is_running(),
        }
    }

    /// The stations themselves say what went wrong; the tour steps aside.
    fn tour_is_stuck(&self) -> bool {
        let run_failed = self.training.run.as_ref().is_some_and(|run| matches!(run.state, RunState::Failed { .. }));
        let refused = self.project.tokenizer.error.is_some() && !self.project.tokenizer.is_waiting();
        let station = self.tour.station();
        matches!(self.engine, Engine::Dead(_)) || refused || run_failed && station > Some(Station::Model)
    }
}
