//! Reverse-mode differentiation: walks the nodes backwards and lets each op append its gradient.

use std::collections::HashMap;

use super::{Graph, Io, Memory, Shape, Tensor, TensorId, Write};

/// The gradients found so far. A gradient that has a value is added to in place: no separate additions, one writer an
/// element, a fixed order of sums.
pub struct Gradients<'g> {
    graph: &'g Graph,
    found: HashMap<TensorId, Tensor<'g>>,
    sums: Vec<Sums<'g>>,
    /// The shape of every slot that some node will take for its partial sums, once for each.
    slots: Vec<Shape>,
    /// What is done to the gradient of a weight that nothing has flowed to yet.
    first: Write,
}

/// Partial sums that many nodes leave side by side, for one node at the end to add up.
pub struct Sums<'g> {
    /// (slots, ..): a node writes one slot.
    pub partial: Tensor<'g>,
    /// Of one slot, without the rows that pad it.
    pub slot: Shape,
    /// Where the sum of each slot goes, in the order in which the slots were taken, and how.
    pub targets: Vec<(Tensor<'g>, Write)>,
    finish: fn(&Sums<'g>),
}

impl Graph {
    /// Appends the nodes that carry `d_output` back to every parameter and input.
    ///
    /// Without `d_output` the op that made `output` knows its own: the loss.
    pub fn differentiate<'g>(&'g self, output: Tensor<'g>, d_output: Option<Tensor<'g>>) -> Gradients<'g> {
        self.carry_back(output, d_output, Write::Set)
    }

    /// The same for the loss of another batch: the gradients of weights are added to what is there.
    pub fn differentiate_onto<'g>(&'g self, output: Tensor<'g>) -> Gradients<'g> {
        self.carry_back(output, None, Write::Add)
    }

    fn carry_back<'g>(&'g self, output: Tensor<'g>, d_output: Option<Tensor<'g>>, first: Write) -> Gradients<'g> {
        let nodes = self.nodes();
        let slots = nodes.iter().filter_map(|node| node.op.partial_sums(&self.shapes(&node.outputs))).collect();
        let mut gradients = Gradients { graph: self, found: HashMap::new(), sums: Vec::new(), slots, first };
        gradients.found.extend(d_output.map(|gradient| (output.id, gradient)));
        for node in nodes.into_iter().rev() {
            let d_outputs: Vec<_> = node.outputs.iter().map(|id| gradients.found.get(id).copied()).collect();
            let is_root = node.outputs.contains(&output.id);
            if !is_root && d_outputs.iter().all(Option::is_none) {
                continue;
            }
            let tensors = |ids: &[TensorId]| ids.iter().map(|&id| Tensor { graph: self, id }).collect();
            let io = Io { inputs: tensors(&node.inputs), outputs: tensors(&node.outputs) };
            node.op.gradient(&io, &d_outputs, &mut gradients);
        }
        gradients.sums.iter().for_each(|sums| (sums.finish)(sums));
        gradients
    }
}

impl<'g> Gradients<'g> {
    /// The gradient of a tensor, if anything flowed to it.
    pub fn of(&self, tensor: Tensor<'g>) -> Option<Tensor<'g>> {
        self.found.get(&tensor.id).copied()
    }

    /// Where an op writes the gradient of `tensor`, and whether it writes or adds.
    pub fn target(&mut self, tensor: Tensor<'g>) -> (Tensor<'g>, Write) {
        if let Some(&gradient) = self.found.get(&tensor.id) {
            return (gradient, Write::Add);
        }
        let info = tensor.info();
        let (gradient, write) = match (info.memory, info.parameter) {
            (Memory::Parameter, Some(index)) => (self.graph.gradient(index), self.first),
            _ => (self.graph.activation(info.shape), Write::Set),
        };
        self.found.insert(tensor.id, gradient);
        (gradient, write)
    }

    /// A slot for partial sums of the shape `slot` whose total goes to `target`: the memory of all slots of that shape,
    /// and the number of this one. `finish` is recorded once, behind everything else.
    pub fn defer_sum(
        &mut self,
        slot: Shape,
        target: (Tensor<'g>, Write),
        finish: fn(&Sums<'g>),
    ) -> (Tensor<'g>, usize) {
        let known = self.sums.iter().position(|sums| sums.slot == slot && std::ptr::fn_addr_eq(sums.finish, finish));
        let index = known.unwrap_or_else(|| {
            let slots = self.slots.iter().filter(|other| **other == slot).count();
            assert!(slots > 0, "defer_sum: no op has told of a slot {slot:?}");
            let partial = self.graph.activation(Shape::of(&[slots * slot.rows(), slot.columns()]));
            self.sums.push(Sums { partial, slot, targets: Vec::new(), finish });
            self.sums.len() - 1
        });
        let sums = &mut self.sums[index];
        sums.targets.push(target);
        (sums.partial, sums.targets.len() - 1)
    }

    /// Hands `d_output` on as it is: the tensor's gradient *is* the output's, and later gradients add to it in place.
    ///
    /// The caller has recorded every reader of `d_output` before.
    pub fn pass(&mut self, tensor: Tensor<'g>, d_output: Tensor<'g>) {
        let before = self.found.insert(tensor.id, d_output);
        assert!(before.is_none(), "pass: {:?} has a gradient already", tensor.shape());
    }
}
