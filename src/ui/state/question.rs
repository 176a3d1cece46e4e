//! A question to the engine and its answer: the latest question wins, the last good answer stays.

use std::rc::Rc;

use crate::error::Error;
use crate::protocol::RequestId;

#[derive(Clone, Debug)]
pub struct Question<Q, A> {
    waiting: Option<(RequestId, Q)>,
    /// The last question that was answered or refused.
    settled: Option<Q>,
    /// The last question that was answered.
    answered: Option<Q>,
    /// The last good answer. It stays while a newer question waits or after one was refused.
    pub answer: Option<Rc<A>>,
    /// Why the last question was refused.
    pub error: Option<Error>,
}

impl<Q, A> Default for Question<Q, A> {
    fn default() -> Self {
        Question { waiting: None, settled: None, answered: None, answer: None, error: None }
    }
}

impl<Q: Clone + PartialEq, A> Question<Q, A> {
    /// Whether `wanted` still has to be asked, and may be: one question at a time.
    pub fn is_due(&self, wanted: &Q) -> bool {
        self.waiting.is_none() && self.settled.as_ref() != Some(wanted)
    }

    /// Whether `wanted` still has to be asked, even if the question before it has no answer yet.
    pub fn is_overdue(&self, wanted: &Q) -> bool {
        match &self.waiting {
            Some((_, waiting)) => waiting != wanted,
            None => self.is_due(wanted),
        }
    }

    /// The engine will not answer the open question: something newer made it pointless.
    pub fn withdraw(&mut self) {
        self.waiting = None;
    }

    /// Nobody waits for the open question any more. It is not asked again by itself.
    pub fn give_up(&mut self) {
        if let Some((_, question)) = self.waiting.take() {
            self.settled = Some(question);
        }
    }

    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Whether this is the open question.
    pub fn waits_for(&self, request: RequestId) -> bool {
        self.waiting.as_ref().is_some_and(|(waiting, _)| *waiting == request)
    }

    /// What is waited for.
    pub fn waiting(&self) -> Option<&Q> {
        self.waiting.as_ref().map(|(_, question)| question)
    }

    /// The last answer was that to a question put differently.
    pub fn rephrase(&mut self, question: Q) {
        self.settled = Some(question.clone());
        self.answered = Some(question);
    }

    /// Whether the answer that is shown belongs to `wanted`.
    pub fn answers(&self, wanted: &Q) -> bool {
        self.answered.as_ref() == Some(wanted)
    }

    /// What the shown answer is the answer to.
    pub fn answered(&self) -> Option<&Q> {
        self.answered.as_ref()
    }

    pub fn ask(&mut self, request: RequestId, question: Q) {
        self.waiting = Some((request, question));
    }

    /// Takes an answer if it is the one that is waited for.
    pub fn accept(&mut self, request: RequestId, answer: A) -> bool {
        let Some(question) = self.take(request) else { return false };
        self.settled = Some(question.clone());
        self.answered = Some(question);
        self.answer = Some(Rc::new(answer));
        self.error = None;
        true
    }

    /// Takes a refusal if it is of the question that is waited for.
    pub fn refuse(&mut self, request: RequestId, error: &Error) -> bool {
        let Some(question) = self.take(request) else { return false };
        self.settled = Some(question);
        self.error = Some(error.clone());
        true
    }

    /// The question that stands instead of the refused one, if any was ever answered: it needs no second answer.
    pub fn fall_back(&mut self) -> Option<&Q> {
        let before = self.answered.as_ref()?;
        self.settled = Some(before.clone());
        Some(before)
    }

    /// A new engine knows nothing: ask again. The answer stays on show.
    pub fn expire(&mut self) {
        self.waiting = None;
        self.settled = None;
    }

    pub fn clear(&mut self) {
        *self = Question::default();
    }

    fn take(&mut self, request: RequestId) -> Option<Q> {
        let (_, question) = self.waiting.take_if(|(waiting, _)| *waiting == request)?;
        Some(question)
    }
}
