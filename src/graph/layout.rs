//! Where every tensor lies. Activations share one arena by lifetime.

use super::{ALIGNMENT, Graph, Memory, TensorId, kernel::UNUSED, state};

/// A range of one memory, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub memory: Memory,
    pub offset: usize,
    pub words: usize,
}

/// The memory of a plan.
#[derive(Clone, Debug)]
pub struct Layout {
    /// By tensor.
    pub places: Vec<Place>,
    sizes: Vec<(Memory, usize)>,
}

/// First and last node that touch a tensor.
#[derive(Clone, Copy)]
struct Lifetime {
    first: usize,
    last: usize,
}

impl Layout {
    pub fn new(graph: &Graph) -> Self {
        let (offsets, arena) = arena(graph);
        let place = |(id, info): (TensorId, &super::TensorInfo)| Place {
            memory: info.memory,
            offset: info.offset.or(offsets[id]).unwrap_or(0),
            words: info.words,
        };
        let places = graph.tensors().iter().enumerate().map(place).collect::<Vec<_>>();
        let end =
            |memory| places.iter().filter(|place| place.memory == memory).map(|place| place.offset + place.words).max();
        let parameters = graph.parameters().words;
        let gradients = if end(Memory::Gradient).is_some() { parameters } else { 0 };
        let sizes = vec![
            (Memory::Parameter, parameters),
            (Memory::F16, end(Memory::F16).unwrap_or(0)),
            (Memory::Moment, end(Memory::Moment).unwrap_or(0)),
            (Memory::Gradient, gradients),
            (Memory::Activation, arena),
            (Memory::Tokens, graph.token_words()),
            (Memory::Table, graph.table_words()),
            (Memory::State, state::WORDS),
        ];
        Self { places, sizes }
    }

    /// Words of one kind of memory.
    pub fn words(&self, memory: Memory) -> usize {
        self.sizes.iter().find(|(kind, _)| *kind == memory).expect("every memory has a size").1
    }

    /// A stretch of the arena that no tensor uses, for bindings that a kernel does not touch.
    pub fn unused(number: usize) -> Place {
        assert!(number < UNUSED, "unused: {number}");
        Place { memory: Memory::Activation, offset: number * ALIGNMENT, words: ALIGNMENT }
    }
}

/// Offsets of the activations and the size of their arena: first fit, tensor after tensor in the order of their births.
/// Where a model is too large for the address space its size stays at the largest number, and the limits refuse it.
fn arena(graph: &Graph) -> (Vec<Option<usize>>, usize) {
    let tensors = graph.tensors();
    let lifetimes = lifetimes(graph);
    let mut order: Vec<TensorId> = (0..tensors.len()).filter(|&id| tensors[id].memory == Memory::Activation).collect();
    order.sort_by_key(|&id| lifetimes[id].first);
    let mut offsets = vec![None; tensors.len()];
    let mut live: Vec<(usize, usize, Lifetime)> = Vec::new();
    let base = UNUSED * ALIGNMENT;
    let mut end = base;
    for id in order {
        let (lifetime, words) = (lifetimes[id], tensors[id].words.next_multiple_of(ALIGNMENT));
        live.retain(|(.., other)| other.last >= lifetime.first);
        live.sort_by_key(|&(start, ..)| start);
        let mut offset = base;
        for &(start, size, _) in &live {
            if start >= offset.saturating_add(words) {
                break;
            }
            offset = offset.max(start.saturating_add(size));
        }
        live.push((offset, words, lifetime));
        offsets[id] = Some(offset);
        end = end.max(offset.saturating_add(words));
    }
    (offsets, end)
}

fn lifetimes(graph: &Graph) -> Vec<Lifetime> {
    let nodes = graph.nodes();
    let mut lifetimes = vec![Lifetime { first: usize::MAX, last: 0 }; graph.tensors().len()];
    for (index, node) in nodes.iter().enumerate() {
        for &id in node.inputs.iter().chain(&node.outputs) {
            let lifetime = &mut lifetimes[id];
            lifetime.first = lifetime.first.min(index);
            lifetime.last = lifetime.last.max(index);
        }
    }
    for (lifetime, info) in lifetimes.iter_mut().zip(graph.tensors()) {
        if info.kept {
            *lifetime = Lifetime { first: 0, last: nodes.len() };
        }
    }
    lifetimes
}
