//! Where the visitor is and how the page looks.

use crate::config::Source;
use crate::config::names::names;
use crate::error::Error;
use crate::protocol::RunState;

use super::{Engine, State, Tour};
use crate::ui::url;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub station: Station,
    /// The part of the station that is open; without it the first.
    pub part: Option<Part>,
    /// The language that was chosen; otherwise the browser's.
    pub lang: Option<Lang>,
    pub browser_lang: Lang,
    pub theme: Theme,
}

impl View {
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or(self.browser_lang)
    }

    /// The part that is open, where the station has parts.
    pub fn part(&self) -> Option<Part> {
        self.part.filter(|part| part.station() == self.station).or_else(|| Part::of(self.station).next())
    }
}

/// A page with one job and one picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Station {
    #[default]
    Text,
    Tokens,
    Model,
    Train,
    Write,
}

names! {
    /// Its name in links, locales and style sheets.
    Station { Text = "text", Tokens = "tokens", Model = "model", Train = "train", Write = "write" }
}

impl Station {
    pub fn next(self) -> Option<Station> {
        Self::ALL.get(self as usize + 1).copied()
    }

    pub fn previous(self) -> Option<Station> {
        (self as usize).checked_sub(1).map(|index| Self::ALL[index])
    }
}

/// A part of a station, behind a tab of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Station Text.
    Bring,
    Clean,
    Sample,
    /// Station Tokens.
    Cut,
    Merges,
    Compare,
    Vocabulary,
    Examples,
    /// Station Train.
    Live,
    Runs,
    Sweep,
    Evaluate,
}

names! {
    /// Its name in links, locales and style sheets.
    Part {
        Bring = "bring",
        Clean = "clean",
        Sample = "sample",
        Cut = "cut",
        Merges = "merges",
        Compare = "compare",
        Vocabulary = "vocabulary",
        Examples = "examples",
        Live = "live",
        Runs = "runs",
        Sweep = "sweep",
        Evaluate = "evaluate",
    }
}

impl Part {
    /// The parts of a station, in their order; stations with one job have none.
    pub fn of(station: Station) -> impl Iterator<Item = Part> {
        Self::ALL.into_iter().filter(move |part| part.station() == station)
    }

    pub fn station(self) -> Station {
        match self {
            Part::Bring | Part::Clean | Part::Sample => Station::Text,
            Part::Cut | Part::Merges | Part::Compare | Part::Vocabulary | Part::Examples => Station::Tokens,
            Part::Live | Part::Runs | Part::Sweep | Part::Evaluate => Station::Train,
        }
    }
}

/// How far the project is at a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StationStatus {
    /// Something before it is missing.
    Waiting,
    /// It can be done now.
    Ready,
    /// The engine is at it.
    Busy,
    Done,
    /// It went wrong.
    Failed,
}

impl StationStatus {
    pub fn name(self) -> &'static str {
        match self {
            StationStatus::Waiting => "waiting",
            StationStatus::Ready => "ready",
            StationStatus::Busy => "busy",
            StationStatus::Done => "done",
            StationStatus::Failed => "failed",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// Its name in links and in the page's `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// The built-in text to begin with.
    pub fn stories(self) -> Source {
        match self {
            Lang::En => Source::Stories,
            Lang::Zh => Source::StoriesZh,
        }
    }

    /// Its own name, in itself.
    pub fn label(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Zh => "简体中文",
        }
    }

    /// The language of a tag such as `zh`, `zh-CN` or `en-GB`.
    pub fn tagged(tag: &str) -> Option<Lang> {
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "en" => Some(Lang::En),
            "zh" => Some(Lang::Zh),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    Light,
    Dark,
}

names! {
    Theme { System = "system", Light = "light", Dark = "dark" }
}

/// Something the page has to tell, until it is dismissed.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The link has a key that we do not know.
    UnknownKey { key: String },
    /// The link has a value that cannot be used; `used` stands instead.
    BadValue { error: Error, used: String },
    /// Width and heads of the link do not fit; `n_head` stands instead.
    HeadsChanged { error: Error, n_head: usize },
    /// The link was made with a text of its maker's own, which a link does not carry.
    TextNotInLink,
    /// A failure outside any question.
    Failure { error: Error },
}

impl State {
    pub(super) fn go(&mut self, station: Station) {
        self.view.station = station;
        self.view.part = None;
        self.tour = Tour::Off;
    }

    pub(super) fn open_part(&mut self, part: Part) {
        self.view.station = part.station();
        self.view.part = Some(part);
        self.tour = Tour::Off;
    }

    pub(super) fn follow(&mut self, hash: &str) {
        let link = url::parse(hash);
        self.view.station = link.station;
        self.view.part = link.part;
        self.view.lang = link.lang;
        self.view.theme = link.theme;
        self.notices = link.notices;
        self.take_config(link.config);
        self.tour = Tour::Off;
    }

    /// Where the project stands at `station`.
    pub fn status(&self, station: Station) -> StationStatus {
        match station {
            Station::Text => self.text_status(),
            Station::Tokens => self.tokens_status(),
            Station::Model => self.model_status(),
            Station::Train => self.train_status(),
            Station::Write => self.write_status(),
        }
    }

    fn text_status(&self) -> StationStatus {
        match &self.project.text {
            text if text.is_waiting() => StationStatus::Busy,
            text if text.answer.is_some() => StationStatus::Done,
            text if text.error.is_some() => StationStatus::Failed,
            _ if matches!(self.engine, Engine::Dead(_)) => StationStatus::Failed,
            _ => StationStatus::Busy,
        }
    }

    fn tokens_status(&self) -> StationStatus {
        match &self.project.tokenizer {
            tokenizer if tokenizer.is_waiting() => StationStatus::Busy,
            tokenizer if tokenizer.error.is_some() => StationStatus::Failed,
            _ if self.tokenizer_is_current() => StationStatus::Done,
            _ if self.project.text.answer.is_some() => StationStatus::Ready,
            _ => StationStatus::Waiting,
        }
    }

    fn model_status(&self) -> StationStatus {
        let estimate = self.project.estimate.answer.as_ref();
        match () {
            _ if estimate.is_some_and(|estimate| estimate.refusal.is_some()) => StationStatus::Failed,
            _ if self.training.run.is_some() => StationStatus::Done,
            _ if self.tokenizer_is_current() => StationStatus::Ready,
            _ => StationStatus::Waiting,
        }
    }

    fn train_status(&self) -> StationStatus {
        match self.training.run.as_ref().map(|run| &run.state) {
            Some(RunState::Preparing | RunState::Running { .. }) => StationStatus::Busy,
            Some(RunState::Finished { .. } | RunState::Stopped { .. }) => StationStatus::Done,
            Some(RunState::Paused { .. }) => StationStatus::Ready,
            Some(RunState::Failed { .. }) => StationStatus::Failed,
            None if self.can_train() && self.tokenizer_is_current() => StationStatus::Ready,
            None => StationStatus::Waiting,
        }
    }

    fn write_status(&self) -> StationStatus {
        match () {
            _ if self.writing.is_running() => StationStatus::Busy,
            _ if !self.can_write() => StationStatus::Waiting,
            _ if self.writing.draft.is_some() => StationStatus::Done,
            _ => StationStatus::Ready,
        }
    }
}
