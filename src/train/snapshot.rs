//! What a run goes on from, as it lies in memory: cheap to take while the run trains, cheap to go back to.

use crate::graph::state;

pub struct Snapshot {
    /// Steps done.
    pub step: u64,
    pub(super) parameters: Vec<f32>,
    pub(super) moments: Vec<f32>,
    pub(super) state: Vec<f32>,
}

impl Snapshot {
    /// Whether every number in it is one, and no step before it has failed.
    pub fn is_sound(&self) -> bool {
        let finite = |numbers: &[f32]| numbers.iter().all(|number| number.is_finite());
        self.state[state::NOT_FINITE] == 0.0 && finite(&self.parameters) && finite(&self.moments)
    }

    /// The loss of the last step.
    pub fn loss(&self) -> Option<f32> {
        let last = self.step.checked_sub(1)? as usize;
        Some(self.state[state::RECORDS + state::RECORD * (last % state::RING)])
    }

    pub fn bytes(&self) -> usize {
        4 * (self.parameters.len() + self.moments.len() + self.state.len())
    }
}
