//! Descriptions of GPU work: a kernel is WGSL text, a dispatch is one launch of it. Data, no GPU object.

use super::unroll::unrolled;

/// An entry point of a WGSL file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kernel {
    /// Name of the op, and of the file in `shaders/`: `linear`.
    pub op: &'static str,
    /// The entry point: `forward`. The kernel's full name is `linear.forward`.
    pub entry: &'static str,
    /// The text of the file.
    pub source: &'static str,
    /// Texts of `shaders/lib` that the file calls.
    pub prelude: &'static [&'static str],
    /// Values for lines `const NAME = ...;` of the file.
    pub constants: Vec<(&'static str, String)>,
    /// What not every adapter has.
    pub needs: Option<Need>,
}

/// What some adapters have beyond the portable baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Invocations that read each other's registers, eight neighbours or more at a time.
    Subgroups,
    /// Numbers of 16 bits in memory.
    F16,
    /// A processor that computes in the place of a graphics card: waiting for neighbours costs more there than work.
    Processor,
    /// Such a processor behind a browser: loads cost more there than sums, and long kernels are compiled soon.
    BrowserProcessor,
}

impl Need {
    /// A variant that needs this was made for an adapter of this kind, and is faster there than any that was not.
    pub fn settles(self) -> bool {
        matches!(self, Need::Processor | Need::BrowserProcessor)
    }
}

impl Kernel {
    pub fn new(op: &'static str, entry: &'static str, source: &'static str, prelude: &'static [&'static str]) -> Self {
        Self { op, entry, source, prelude, constants: Vec::new(), needs: None }
    }

    /// The same kernel with another constant in its text.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.constants.push((name, value.to_string()));
        self
    }

    /// The same kernel, for adapters that have this.
    pub fn needing(mut self, need: Need) -> Self {
        self.needs = Some(need);
        self
    }

    /// `linear.forward`
    pub fn name(&self) -> String {
        format!("{}.{}", self.op, self.entry)
    }

    /// The WGSL text that a browser compiles: it must ask for what naga gives without asking, and refuses to be asked for.
    pub fn text_for_browser(&self) -> String {
        match self.needs {
            Some(Need::Subgroups) => format!("enable subgroups;\n{}", self.text()),
            _ => self.text(),
        }
    }

    /// The WGSL text that is compiled natively: constants set, marked loops written out.
    ///
    /// # Panics
    /// If a constant has no line of its own in the file.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = self.source.lines().map(String::from).collect();
        for (name, value) in &self.constants {
            let starts = [format!("const {name} = "), format!("alias {name} = ")];
            let line = lines.iter_mut().find(|line| starts.iter().any(|start| line.starts_with(start)));
            let line = line.unwrap_or_else(|| panic!("{}: no constant {name}", self.name()));
            let declaration = line.split(" = ").next().expect("a declaration has a name").to_string();
            *line = format!("{declaration} = {value};");
        }
        let enable = (self.needs == Some(Need::F16)).then_some("enable f16;");
        let parts = enable.into_iter().chain(self.prelude.iter().copied()).map(String::from);
        parts.chain([unrolled(&lines).join("\n")]).collect::<Vec<_>>().join("\n")
    }
}

/// What stands at a binding of group 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    Input(usize),
    Output(usize),
    /// The plan's counters and scalars.
    State,
    /// A binding that this variant of the kernel never touches; each number is another stretch of memory.
    Unused(usize),
}

/// How many [`Slot::Unused`] there are.
pub const UNUSED: usize = 4;

/// One launch, in one or several variants that differ in speed alone: all have the same bindings and scalars.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The first runs well everywhere; which is the fastest depends on the adapter.
    pub variants: Vec<Variant>,
    /// Group 0: the bindings that the entry point uses, inputs before outputs.
    pub bindings: Vec<(usize, Slot)>,
    /// Group 1: one uniform struct.
    pub params: Params,
    /// What the fastest variant depends on, besides the adapter: `linear NN 512 x 128 x 384`.
    pub key: String,
}

/// A kernel and how many workgroups of it.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Among the variants of its dispatch: `8x8`.
    pub name: &'static str,
    pub kernel: Kernel,
    pub workgroups: [u32; 3],
    /// Operands go through memory that the invocations of a workgroup share.
    pub shares: bool,
    /// Operations that it executes, those on padding counted; without it, as many as the op says, padded.
    pub flops: Option<u64>,
}

impl Dispatch {
    /// A launch that there is one variant for.
    pub fn new(kernel: Kernel, bindings: Vec<(usize, Slot)>, params: Params, workgroups: [u32; 3]) -> Self {
        let variant = Variant { name: "only", kernel, workgroups, shares: false, flops: None };
        Self { variants: vec![variant], bindings, params, key: String::new() }
    }
}

/// The members of a kernel's uniform struct by name, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(pub Vec<(&'static str, Scalar)>);

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    U32(u32),
    F32(f32),
}

impl Params {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn u32(mut self, name: &'static str, value: usize) -> Self {
        let value = u32::try_from(value).unwrap_or_else(|_| panic!("{name} = {value} does not fit 32 bits"));
        self.0.push((name, Scalar::U32(value)));
        self
    }

    pub fn f32(mut self, name: &'static str, value: f32) -> Self {
        self.0.push((name, Scalar::F32(value)));
        self
    }

    /// As the GPU reads them: four bytes each, padded to 16.
    pub fn bytes(&self) -> Vec<u8> {
        let words = self.0.iter().map(|(_, scalar)| match scalar {
            Scalar::U32(value) => value.to_le_bytes(),
            Scalar::F32(value) => value.to_le_bytes(),
        });
        let mut bytes: Vec<u8> = words.flatten().collect();
        bytes.resize(bytes.len().next_multiple_of(16).max(16), 0);
        bytes
    }
}

/// Most workgroups of a kernel whose invocations go on with another number when they are done with one.
const GRID_STRIDE: usize = 4096;

/// A grid whose invocations, `workgroup` of them in a workgroup, take `count` numbers in turns: invocation i the numbers i,
/// i + the size of the grid, ...
pub fn grid_stride(count: usize, workgroup: usize) -> [u32; 3] {
    [count.div_ceil(workgroup).min(GRID_STRIDE) as u32, 1, 1]
}

/// Most workgroups along one dimension, everywhere.
const MOST: usize = 65_535;

/// A grid of at least `count` workgroups whose linear index is `x + y * grid.x`.
pub fn line(count: usize) -> [u32; 3] {
    let y = count.div_ceil(MOST);
    [count.div_ceil(y) as u32, y as u32, 1]
}
