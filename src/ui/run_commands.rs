//! Which orders a run takes in which state.

use super::state::Action;
use crate::protocol::RunState;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Start,
    /// Start once more, with a new model.
    Again,
    Pause,
    Resume,
    Step,
    Stop,
    Reset,
}

impl Order {
    pub const ALL: [Order; 7] =
        [Order::Start, Order::Again, Order::Pause, Order::Resume, Order::Step, Order::Stop, Order::Reset];

    /// The one order that is most likely wanted now.
    pub fn main(run: Option<&RunState>) -> Order {
        match run {
            None => Order::Start,
            Some(RunState::Preparing | RunState::Running { .. }) => Order::Pause,
            Some(RunState::Paused { .. }) => Order::Resume,
            Some(RunState::Finished { .. } | RunState::Stopped { .. } | RunState::Failed { .. }) => Order::Again,
        }
    }

    /// Whether a run in this state, or no run at all, takes the order.
    pub fn is_taken(self, run: Option<&RunState>) -> bool {
        use RunState::{Failed, Finished, Paused, Preparing, Running, Stopped};
        match self {
            Order::Start => run.is_none(),
            Order::Again => matches!(run, Some(Finished { .. } | Stopped { .. } | Failed { .. })),
            Order::Pause => matches!(run, Some(Running { .. })),
            Order::Resume => matches!(run, Some(Paused { .. })),
            Order::Step => matches!(run, None | Some(Paused { .. })),
            Order::Stop => matches!(run, Some(Preparing | Running { .. } | Paused { .. })),
            Order::Reset => run.is_some(),
        }
    }

    /// Whether the order loses a model that has learned something.
    pub fn loses(self, run: Option<&RunState>) -> bool {
        let learned = match run {
            Some(RunState::Running { step } | RunState::Paused { step }) => *step > 0,
            Some(RunState::Finished { step } | RunState::Stopped { step }) => *step > 0,
            Some(RunState::Preparing | RunState::Failed { .. }) | None => false,
        };
        learned && matches!(self, Order::Again | Order::Reset)
    }

    pub fn action(self) -> Action {
        match self {
            Order::Start | Order::Again => Action::Start,
            Order::Pause => Action::Pause,
            Order::Resume => Action::Resume,
            Order::Step => Action::Step,
            Order::Stop => Action::Stop,
            Order::Reset => Action::Reset,
        }
    }

    /// Its name in locales (`train.order.<name>`) and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Order::Start => "start",
            Order::Again => "again",
            Order::Pause => "pause",
            Order::Resume => "resume",
            Order::Step => "step",
            Order::Stop => "stop",
            Order::Reset => "reset",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::I18n;
    use crate::ui::state::Lang;

    #[test]
    fn the_main_order_is_always_taken_but_while_the_model_is_built() {
        let states = [
            None,
            Some(RunState::Running { step: 1 }),
            Some(RunState::Paused { step: 1 }),
            Some(RunState::Finished { step: 1 }),
            Some(RunState::Stopped { step: 1 }),
            Some(RunState::Failed { step: 1, error: crate::error::Error::NotFinite { step: 1 } }),
        ];
        for run in &states {
            assert!(Order::main(run.as_ref()).is_taken(run.as_ref()), "{run:?}");
        }
        let preparing = Some(RunState::Preparing);
        assert!(!Order::Pause.is_taken(preparing.as_ref()) && Order::Stop.is_taken(preparing.as_ref()));
    }

    #[test]
    fn a_single_step_is_for_a_run_that_waits() {
        assert!(Order::Step.is_taken(None));
        assert!(Order::Step.is_taken(Some(RunState::Paused { step: 1 }).as_ref()));
        assert!(!Order::Step.is_taken(Some(RunState::Running { step: 1 }).as_ref()));
        assert!(!Order::Step.is_taken(Some(RunState::Finished { step: 1 }).as_ref()));
    }

    #[test]
    fn only_a_model_that_has_learned_can_be_lost() {
        let finished = Some(RunState::Finished { step: 300 });
        assert!(Order::Again.loses(finished.as_ref()) && Order::Reset.loses(finished.as_ref()));
        assert!(!Order::Stop.loses(finished.as_ref()) && !Order::Start.loses(None));
        assert!(!Order::Reset.loses(Some(&RunState::Paused { step: 0 })));
    }

    #[test]
    fn every_order_has_a_name() {
        for t in Lang::ALL.map(I18n::new) {
            for order in Order::ALL {
                let key = format!("train.order.{}", order.name());
                assert_ne!(t.say(&key), key);
            }
        }
    }
}
