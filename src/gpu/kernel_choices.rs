//! Which variant each launch takes: what was measured on this adapter, or what a person asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::graph::{Dispatch, Need, Variant};

/// Variants by the key of their dispatch: `{"linear NN 512 x 128 x 384": "8x8"}`.
pub type Measured = BTreeMap<String, String>;

/// The variants of an adapter.
#[derive(Debug, Default)]
pub struct KernelChoices {
    measured: RefCell<Measured>,
    /// Taken wherever it is offered, measured or not.
    forced: RefCell<Option<String>>,
    /// What the adapter has beyond the portable baseline.
    has: RefCell<Vec<Need>>,
}

impl KernelChoices {
    pub fn measured(&self) -> Measured {
        self.measured.borrow().clone()
    }

    /// Takes up what was measured on this adapter before. Names that no kernel has are passed over when they are used.
    pub fn remember(&self, measured: Measured) {
        self.measured.borrow_mut().extend(measured);
    }

    /// Takes the variant of this name wherever there is one; with nothing, the fastest again.
    pub fn force(&self, name: Option<&str>) {
        *self.forced.borrow_mut() = name.map(String::from);
    }

    /// Offers the variants that need this.
    pub fn allow(&self, need: Need) {
        self.has.borrow_mut().push(need);
    }

    /// Whether variants that need this are offered.
    pub fn has(&self, need: Need) -> bool {
        self.has.borrow().contains(&need)
    }

    pub(super) fn disallow(&self, need: Need) {
        self.has.borrow_mut().retain(|&other| other != need);
    }

    pub(super) fn allows(&self, variant: &Variant) -> bool {
        variant.kernel.needs.is_none_or(|need| self.has(need))
    }

    pub(super) fn is_forced(&self) -> bool {
        self.forced.borrow().is_some()
    }

    pub(super) fn knows(&self, dispatch: &Dispatch) -> bool {
        self.settled(dispatch).is_some()
            || dispatch.variants.iter().filter(|variant| self.allows(variant)).count() == 1
            || self.measured.borrow().contains_key(&dispatch.key)
    }

    /// The variant that was made for adapters of this kind.
    fn settled(&self, dispatch: &Dispatch) -> Option<usize> {
        dispatch
            .variants
            .iter()
            .position(|variant| variant.kernel.needs.is_some_and(Need::settles) && self.allows(variant))
    }

    pub(super) fn note(&self, dispatch: &Dispatch, variant: usize) {
        self.measured.borrow_mut().insert(dispatch.key.clone(), dispatch.variants[variant].name.to_string());
    }

    /// The index of the variant to take: the one asked for, the one made for the adapter, the one measured, the one that is
    /// best for most other sizes or kinds, the first; whichever is there.
    pub(super) fn variant(&self, dispatch: &Dispatch) -> usize {
        let named =
            |name: &str| dispatch.variants.iter().position(|variant| variant.name == name && self.allows(variant));
        let forced = self.forced.borrow();
        let wanted = forced.as_deref().and_then(named);
        if let Some(variant) = wanted.or_else(|| self.settled(dispatch)) {
            return variant;
        }
        let measured = self.measured.borrow();
        let own = measured.get(&dispatch.key).and_then(|name| named(name));
        let alike = |length: usize| named(most_common(&measured, &dispatch.key[..length])?);
        own.or_else(|| alike(kind(&dispatch.key).len())).or_else(|| alike(op(&dispatch.key).len())).unwrap_or(0)
    }
}

/// The key without its sizes: `linear NN`.
pub(super) fn kind(key: &str) -> &str {
    let end = key.find(|character: char| character.is_ascii_digit()).unwrap_or(key.len());
    key[..end].trim_end()
}

/// The key without kind and sizes: `linear`.
fn op(key: &str) -> &str {
    key.split(' ').next().unwrap_or(key)
}

/// The variant that was best most often where the key begins like this.
fn most_common<'a>(measured: &'a Measured, beginning: &str) -> Option<&'a str> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for (_, name) in measured.iter().filter(|(key, _)| !beginning.is_empty() && key.starts_with(beginning)) {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map(|(name, _)| name)
}
