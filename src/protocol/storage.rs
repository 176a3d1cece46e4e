//! What is kept beyond the visit: runs, checkpoints, whole projects.
//!
//! The worker keeps by itself: a run every half minute of training, when it pauses and when it ends; texts when they are
//! loaded. The page is told, and orders what only a person can want.

use serde::{Deserialize, Serialize};

use super::runs::{RunKey, RunRecord};
use super::tokenizer::TokenizerFiles;
use super::{RequestId, RunId};
use crate::config::Config;
use crate::config::corpus::ReadConfig;
use crate::error::Error;

/// Names a text or a tokenizer that is kept: the SHA-256 of its bytes in hexadecimal.
pub type SavedId = String;

/// Whether this tab keeps what is done in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum LockState {
    /// The browser has not answered yet.
    #[default]
    Unknown,
    /// It does.
    Ours,
    /// Another tab does. This one shows what is kept, and keeps nothing.
    Elsewhere,
    /// The browser keeps nothing for this page: a private window, a frame of another site, no room.
    Refused { error: Error },
}

/// A command of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum StorageCommand {
    /// The browser's answer, given by the worker's own host.
    Held(LockState),
    /// Keep what is done in this tab from now on; the tab that did so only reads then.
    TakeOver,
    /// The settings that a reload shall find again, with the texts and the tokenizer that the engine has.
    /// Texts that the page has no more are named no more.
    Remember {
        config: Box<Config>,
        texts: Vec<String>,
    },
    /// What the page needs to be where this run was. Answered by [`StorageEvent::Opened`].
    Open {
        request: RequestId,
        key: RunKey,
    },
    /// Go on with this run, whose text and tokenizer are the project's by now. It is told of like one that was started.
    Continue {
        run: RunId,
        key: RunKey,
    },
    Rename {
        key: RunKey,
        name: String,
    },
    /// Put a run away. Until the engine ends it can be brought back.
    Delete {
        key: RunKey,
    },
    /// Bring back a run that was put away.
    Restore {
        key: RunKey,
    },
    /// The same run once more, weights and all, under another key and this name.
    Duplicate {
        key: RunKey,
        name: String,
    },
    /// The project as a file: settings, texts, tokenizer, all runs, and the weights of the newest one, or of this one.
    SaveProject {
        request: RequestId,
        config: Box<Config>,
        key: Option<RunKey>,
    },
    /// Take a project out of a file. Answered by [`StorageEvent::Opened`], or refused, and then nothing has changed.
    OpenProject {
        request: RequestId,
        name: String,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
}

/// An event of this area.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum StorageEvent {
    Holds {
        hold: LockState,
    },
    /// Everything that is kept, told when the engine has looked, and when a project was opened.
    Found {
        records: Vec<RunRecord>,
        offer: Option<Offer>,
        project: Option<Box<SavedProject>>,
    },
    /// A run has begun, or goes on: this is what is known of it at that moment.
    Began {
        run: RunId,
        record: Box<RunRecord>,
    },
    /// The run is safe up to this step.
    Saved {
        key: RunKey,
        step: u64,
    },
    /// From now on nothing is kept. Told once; training goes on.
    Stopped {
        error: Error,
    },
    /// There is room again, or another tab has gone.
    Resumed,
    /// A run was renamed, restored or duplicated.
    Changed {
        record: Box<RunRecord>,
    },
    Deleted {
        key: RunKey,
    },
    Opened {
        request: RequestId,
        opened: Box<Opened>,
    },
    ProjectSaved {
        request: RequestId,
        name: String,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
}

/// The run that was trained last, whose weights are whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub key: RunKey,
    pub step: u64,
}

/// The settings, texts and tokenizer of the last visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedProject {
    pub config: Config,
    pub texts: Vec<SavedText>,
    /// Only one that was imported: any other is trained again, and is the same then.
    pub tokenizer: Option<TokenizerFiles>,
}

/// A text that the student brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedText {
    pub name: String,
    pub id: SavedId,
    pub bytes: u64,
    pub read: ReadConfig,
}

/// A project as a run had it, and the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub project: SavedProject,
    /// A project may have no run yet.
    pub record: Option<RunRecord>,
}
