//! What the model writes.

use std::rc::Rc;

use crate::error::Error;
use crate::protocol::{Command, RequestId, RunState, WriteEnd, WrittenToken};

use super::State;

#[derive(Clone, Debug, Default)]
pub struct Writing {
    /// What is typed into the prompt box.
    pub prompt: String,
    /// The text that is being written, or was written last.
    pub draft: Option<Draft>,
}

#[derive(Clone, Debug)]
pub struct Draft {
    request: RequestId,
    pub prompt: String,
    pub tokens: Rc<Vec<WrittenToken>>,
    /// `None` while it is written.
    pub end: Option<WriteEnd>,
}

impl Draft {
    /// The number of the order to write it.
    pub fn id(&self) -> RequestId {
        self.request
    }
}

impl Writing {
    pub fn is_running(&self) -> bool {
        self.draft.as_ref().is_some_and(|draft| draft.end.is_none())
    }

    pub(super) fn forget(&mut self) {
        self.draft = None;
    }

    pub(super) fn wrote(&mut self, request: RequestId, tokens: Vec<WrittenToken>) {
        if let Some(draft) = self.of(request) {
            Rc::make_mut(&mut draft.tokens).extend(tokens);
        }
    }

    pub(super) fn ended(&mut self, request: RequestId, end: WriteEnd) {
        if let Some(draft) = self.of(request) {
            draft.end = Some(end);
        }
    }

    pub(super) fn refused(&mut self, request: RequestId, error: &Error) -> bool {
        let Some(draft) = self.of(request) else { return false };
        draft.end = Some(WriteEnd::Failed { error: error.clone() });
        true
    }

    pub(super) fn engine_died(&mut self, error: &Error) {
        if let Some(draft) = self.draft.as_mut().filter(|draft| draft.end.is_none()) {
            draft.end = Some(WriteEnd::Failed { error: error.clone() });
        }
    }

    fn of(&mut self, request: RequestId) -> Option<&mut Draft> {
        self.draft.as_mut().filter(|draft| draft.request == request)
    }
}

impl State {
    /// Whether there is a model that can write.
    pub fn can_write(&self) -> bool {
        let failed = |state: &RunState| matches!(state, RunState::Preparing | RunState::Failed { .. });
        self.training.run.as_ref().is_some_and(|run| !failed(&run.state) && run.report.is_some())
    }

    pub(super) fn write(&mut self) {
        let request = self.next_request();
        let prompt = self.writing.prompt.clone();
        self.writing.draft = Some(Draft { request, prompt: prompt.clone(), tokens: Rc::default(), end: None });
        self.send(Command::Write { request, prompt, sample: self.config.sample.clone() });
    }
}
