//! Where tensors lie: the oracle has the same layout as the GPU, so that a wrong one must be found without either.

use gptling::graph::kernel::UNUSED;
use gptling::graph::{ALIGNMENT, Graph, Layout, Memory, Place, Shape, TensorId};

use crate::shaders::graphs;

/// Two tensors that share memory at a node while both are needed: written before or at it, and read at it or later.
fn clash(graph: &Graph, layout: &Layout) -> Option<String> {
    let (nodes, tensors) = (graph.nodes(), graph.tensors());
    let touches = |id: TensorId, node: usize| nodes[node].inputs.contains(&id) || nodes[node].outputs.contains(&id);
    let lives = |id: TensorId| {
        let at: Vec<usize> = (0..nodes.len()).filter(|&node| touches(id, node)).collect();
        match (tensors[id].kept, at.first(), at.last()) {
            (true, ..) => Some(0..=nodes.len()),
            (false, Some(&first), Some(&last)) => Some(first..=last),
            _ => None,
        }
    };
    let activations = (0..tensors.len()).filter(|&id| tensors[id].memory == Memory::Activation);
    let living: Vec<_> = activations.filter_map(|id| Some((id, lives(id)?))).collect();
    for (index, (a, a_life)) in living.iter().enumerate() {
        for (b, b_life) in &living[index + 1..] {
            let together = a_life.start() <= b_life.end() && b_life.start() <= a_life.end();
            if together && overlap(layout.places[*a], layout.places[*b]) {
                return Some(format!("tensors {a} and {b}: {:?} and {:?}", layout.places[*a], layout.places[*b]));
            }
        }
    }
    None
}

fn overlap(a: Place, b: Place) -> bool {
    a.memory == b.memory && a.offset < b.offset + b.words && b.offset < a.offset + a.words
}

#[test]
fn tensors_that_live_together_lie_apart() {
    for graph in graphs() {
        let layout = Layout::new(&graph);
        assert_eq!(clash(&graph, &layout), None);
        let tensors = graph.tensors();
        for (place, tensor) in layout.places.iter().zip(&tensors) {
            assert_eq!((place.memory, place.words), (tensor.memory, tensor.words));
            assert!(place.offset % ALIGNMENT == 0, "{place:?} begins where no binding can");
            assert!(place.offset + place.words <= layout.words(place.memory), "{place:?} ends outside");
        }
        let unused = (0..tensors.len()).filter(|&id| tensors[id].memory == Memory::Activation);
        for id in unused.filter(|id| graph.nodes().iter().any(|n| n.inputs.contains(id) || n.outputs.contains(id))) {
            assert!((0..3).all(|number| !overlap(Layout::unused(number), layout.places[id])), "tensor {id}");
        }
    }
}

#[test]
fn a_clash_is_found_and_memory_is_used_again() {
    let graph = Graph::new(Default::default());
    let dropout = gptling::ops::dropout::Dropout::NONE;
    let x = graph.input(Shape::of(&[4, 64]));
    let last = (0..6).fold(x, |x, _| x.dropout(dropout)).keep();
    let mut layout = Layout::new(&graph);
    assert_eq!(clash(&graph, &layout), None);
    // The input and the result stay, and of the five between two live at a time; some places are nobody's.
    assert_eq!(layout.words(Memory::Activation), UNUSED * ALIGNMENT + 4 * 256);
    layout.places[last.id] = layout.places[x.id];
    assert!(clash(&graph, &layout).is_some());
}

/// Parameters have gradients and moments of their own places, those that decay first.
#[test]
fn parameters_lie_apart() {
    for graph in graphs() {
        let layout = graph.parameters();
        let mut places: Vec<(usize, usize, bool)> = (layout.offsets.iter().zip(&layout.shapes))
            .map(|(&offset, shape)| (offset, shape.words(), shape.dims().len() > 1))
            .collect();
        places.sort_unstable();
        assert!(places.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "{places:?}");
        assert!(places.iter().all(|(offset, words, _)| offset % ALIGNMENT == 0 && offset + words <= layout.words));
        assert!(places.iter().all(|(offset, _, decays)| *decays == (*offset < layout.decayed)), "{places:?}");
    }
}
