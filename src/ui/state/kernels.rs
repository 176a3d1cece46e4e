//! What is known of a graphics card's kernels, from this visit and from earlier ones.

use crate::protocol::{Adapter, Command, Kernels};

use super::State;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownKernels {
    /// The card that was measured.
    pub card: String,
    /// The fastest of each operation and size.
    pub fastest: Kernels,
    /// The one that is taken wherever it is offered, because the visitor wants to see what it does.
    pub wanted: Option<String>,
}

impl KnownKernels {
    /// As text that can be kept: the card, then a line for each kernel.
    pub fn to_text(&self) -> String {
        let lines = self.fastest.iter().map(|(operation, kernel)| format!("\n{operation}\t{kernel}"));
        self.card.clone() + &lines.collect::<String>()
    }

    /// The inverse of [`KnownKernels::to_text`]; lines that are none are passed over.
    pub fn from_text(text: &str) -> Self {
        let mut lines = text.lines();
        let card = lines.next().unwrap_or_default().to_string();
        let pair = |line: &str| line.split_once('\t').map(|(operation, kernel)| (operation.into(), kernel.into()));
        Self { card, fastest: lines.filter_map(pair).collect(), wanted: None }
    }
}

impl State {
    /// The same with what was measured on an earlier visit.
    pub fn knowing_kernels(mut self, kernels: KnownKernels) -> Self {
        self.kernels = kernels;
        self
    }

    /// Tells an engine that has just started what is known of its card. Of another card nothing is known.
    pub(super) fn send_kernels(&mut self, adapter: &Adapter) {
        let Ok(gpu) = &adapter.gpu else { return };
        if self.kernels.card != gpu.name {
            self.kernels = KnownKernels { card: gpu.name.clone(), ..KnownKernels::default() };
        }
        let kernels = self.kernels.fastest.clone();
        if !kernels.is_empty() {
            self.send(Command::RememberKernels { kernels });
        }
        if let Some(name) = self.kernels.wanted.clone() {
            self.send(Command::UseKernels { name: Some(name) });
        }
    }

    pub(super) fn use_kernels(&mut self, name: Option<String>) {
        self.kernels.wanted.clone_from(&name);
        self.send(Command::UseKernels { name });
    }
}
