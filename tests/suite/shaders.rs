//! The WGSL files against the Rust files of the same name: bindings, scalars, constants, and that they are valid.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use gptling::gpu::device::Checks;
use gptling::graph::kernel::Scalar;
use gptling::graph::{
    Compute, Cost, CpuIo, Dispatch, Float, Graph, IoShapes, Kernel, Layout, Memory, Node, Op, ParameterLayout, Params,
    Place, Shape, Slot, TensorId, Variant,
};
use gptling::{gpu, ops, rng};
use naga::valid::{
    Capabilities, GlobalUse, ModuleInfo, ShaderStages, SubgroupOperationSet, ValidationFlags, Validator,
};
use naga::{AddressSpace, Module, StorageAccess};
use pollster::block_on;

use crate::case::{Part, Recorded};
use crate::machine::open;
use crate::{kernels, operations};

fn folder(name: &str) -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let entries = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let files = entries.map(|entry| entry.expect("a folder can be read").path()).filter(|path| path.is_file());
    let named = |path: std::path::PathBuf| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("a text"))
    };
    files.map(named).collect()
}

#[test]
fn every_operation_has_a_shader_of_its_name() {
    let (mut rust, wgsl) = (folder("src/ops"), folder("shaders"));
    rust.remove("rows").expect("what launches the kernels that reduce rows is no operation");
    assert_eq!(rust.keys().collect::<Vec<_>>(), wgsl.keys().collect::<Vec<_>>());
    let listed: BTreeMap<String, String> =
        ops::SHADERS.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    assert_eq!(listed, wgsl, "ops::SHADERS");
}

/// Every graph that the tests and the models run.
pub fn graphs() -> Vec<Graph> {
    let cases = operations::all(16).map(|case| Recorded::new(&case, Part::WithGradient).graph);
    let models = kernels::configs();
    let models = models.iter().flat_map(|(config, vocab_size)| kernels::graphs(config, *vocab_size));
    cases.chain(models).collect()
}

/// One variant of a dispatch with the places of its bindings.
struct Launch {
    node: Node,
    dispatch: Dispatch,
    variant: Variant,
    bound: Vec<(usize, Slot, Place)>,
}

fn launches(graph: &Graph) -> Vec<Launch> {
    let (tensors, layout) = (graph.tensors(), Layout::new(graph));
    let mut launches = Vec::new();
    for node in graph.nodes() {
        for dispatch in node.op.dispatches(&IoShapes::of(&node, &tensors)) {
            let place = |slot: Slot| match slot {
                Slot::Input(index) => layout.places[node.inputs[index]],
                Slot::Output(index) => layout.places[node.outputs[index]],
                Slot::State => Place { memory: Memory::State, offset: 0, words: layout.words(Memory::State) },
                Slot::Unused(number) => Layout::unused(number),
            };
            let bound: Vec<_> = dispatch.bindings.iter().map(|&(binding, slot)| (binding, slot, place(slot))).collect();
            for variant in dispatch.variants.clone() {
                let (node, dispatch, bound) = (node.clone(), dispatch.clone(), bound.clone());
                launches.push(Launch { node, dispatch, variant, bound });
            }
        }
    }
    launches
}

/// A kernel as naga sees it.
struct Compiled {
    module: Module,
    info: ModuleInfo,
}

impl Compiled {
    fn new(kernel: &Kernel) -> Self {
        let text = kernel.text();
        let module = naga::front::wgsl::parse_str(&text)
            .unwrap_or_else(|error| panic!("{}: {}", kernel.name(), error.emit_to_string(&text)));
        let info = Validator::new(ValidationFlags::all(), Capabilities::SUBGROUP | Capabilities::SHADER_FLOAT16)
            .subgroup_stages(ShaderStages::COMPUTE)
            .subgroup_operations(SubgroupOperationSet::all())
            .validate(&module);
        let info = info.unwrap_or_else(|error| panic!("{}: {}", kernel.name(), error.emit_to_string(&text)));
        Self { module, info }
    }

    /// What the entry point uses: (group, binding) with its address space and how it is used.
    fn bindings(&self, entry: &str) -> BTreeMap<(u32, u32), (AddressSpace, GlobalUse)> {
        let index = self.module.entry_points.iter().position(|point| point.name == entry);
        let uses = self.info.get_entry_point(index.unwrap_or_else(|| panic!("no entry point {entry}")));
        let globals = self.module.global_variables.iter();
        let used = globals.filter_map(|(handle, global)| {
            let binding = global.binding?;
            (!uses[handle].is_empty()).then_some(((binding.group, binding.binding), (global.space, uses[handle])))
        });
        used.collect()
    }

    /// Members of the uniform struct.
    fn params(&self) -> Vec<(String, &'static str)> {
        let (_, global) = (self.module.global_variables.iter())
            .find(|(_, global)| global.space == AddressSpace::Uniform)
            .expect("a kernel has scalars");
        let naga::TypeInner::Struct { members, .. } = &self.module.types[global.ty].inner else { panic!("a struct") };
        let scalar = |member: &naga::StructMember| match self.module.types[member.ty].inner {
            naga::TypeInner::Scalar(naga::Scalar::U32) => "u32",
            naga::TypeInner::Scalar(naga::Scalar::F32) => "f32",
            ref other => panic!("a scalar is {other:?}"),
        };
        members.iter().map(|member| (member.name.clone().expect("a member has a name"), scalar(member))).collect()
    }
}

#[test]
fn bindings_fit_their_shaders() {
    let mut compiled: HashMap<String, Compiled> = HashMap::new();
    let mut seen = BTreeSet::new();
    for graph in graphs() {
        let mut written = HashSet::new();
        for launch in launches(&graph) {
            let kernel = &launch.variant.kernel;
            let shader = compiled.entry(kernel.text()).or_insert_with(|| Compiled::new(kernel));
            check_launch(&launch, shader);
            written.extend(launch.written(shader));
            seen.insert(kernel.name());
        }
        for node in graph.nodes() {
            assert!(node.outputs.iter().all(|id| written.contains(id)), "{:?} leaves an output unwritten", node.op);
        }
    }
    let declared = ops::SHADERS.iter().flat_map(|(name, text)| {
        let lines = text.lines().zip(text.lines().skip(1)).filter(|(line, _)| line.starts_with("@compute"));
        lines.map(move |(_, line)| {
            format!("{name}.{}", line.trim_start_matches("fn ").split('(').next().expect("a name"))
        })
    });
    assert_eq!(seen, declared.collect(), "entry points that run, and those that are written");
    println!("{} kernels of {} entry points", compiled.len(), seen.len());
}

impl Launch {
    /// The tensors that it writes.
    fn written(&self, shader: &Compiled) -> Vec<TensorId> {
        let used = shader.bindings(self.variant.kernel.entry);
        let written = self.bound.iter().filter_map(|(binding, slot, _)| match slot {
            Slot::Output(index) => {
                let (_, usage) = used[&(0, *binding as u32)];
                usage.contains(GlobalUse::WRITE).then(|| self.node.outputs[*index])
            }
            _ => None,
        });
        written.collect()
    }
}

fn check_launch(launch: &Launch, shader: &Compiled) {
    let (kernel, name) = (&launch.variant.kernel, launch.variant.kernel.name());
    let used = shader.bindings(kernel.entry);
    let groups = |group: u32| used.keys().filter(move |key| key.0 == group).map(|key| key.1 as usize);
    let bound: BTreeSet<usize> = launch.bound.iter().map(|(binding, ..)| *binding).collect();
    assert_eq!(bound, groups(0).collect(), "{name}: bindings that it is given, and those that it uses");
    assert_eq!(bound.len(), launch.bound.len(), "{name}: a binding twice");
    assert!(bound.len() <= 8, "{name}: {} storage buffers where some adapters have 8", bound.len());
    assert_eq!(groups(1).collect::<Vec<_>>(), [0], "{name}: scalars");

    let mut access = HashMap::new();
    for &(binding, slot, place) in &launch.bound {
        let (space, usage) = used[&(0, binding as u32)];
        let AddressSpace::Storage { access: declared } = space else {
            panic!("{name}: binding {binding} is {space:?}")
        };
        let label = format!("{name} binding {binding} ({slot:?}, {})", place.memory.name());
        let writable = declared.contains(StorageAccess::STORE);
        let wanted = match place.memory {
            Memory::Activation | Memory::Gradient | Memory::Moment => true,
            Memory::Parameter => ["adamw", "lion", "muon", "sgd"].contains(&kernel.op),
            Memory::F16 => kernel.op == "cast_f16",
            Memory::Table => false,
            Memory::Tokens | Memory::State => writable,
        };
        assert_eq!(writable, wanted, "{label}: read_write");
        assert_eq!(*access.entry(place.memory).or_insert(writable), writable, "{label}: one buffer in two variants");
        match slot {
            Slot::Input(_) => assert!(!usage.contains(GlobalUse::WRITE), "{label} is written"),
            Slot::Output(_) | Slot::State | Slot::Unused(_) => (),
        }
    }
    let writable = |place: &Place| access[&place.memory];
    for (index, (_, _, a)) in launch.bound.iter().enumerate().filter(|(_, (_, _, a))| writable(a)) {
        for (_, _, b) in launch.bound[index + 1..].iter().filter(|(_, _, b)| b.memory == a.memory) {
            let apart = a.offset + a.words <= b.offset || b.offset + b.words <= a.offset;
            assert!(apart, "{name}: {a:?} and {b:?} share memory in {:?}", launch.node.op);
        }
    }

    let given: Vec<(String, &str)> = (launch.dispatch.params.0.iter())
        .map(|(name, scalar)| (name.to_string(), if matches!(scalar, Scalar::U32(_)) { "u32" } else { "f32" }))
        .collect();
    assert_eq!(given, shader.params(), "{name}: scalars that it is given, and those that it reads");
    let grid = launch.variant.workgroups;
    assert!(grid.iter().all(|&count| (1..=65_535).contains(&count)), "{name}: a grid of {grid:?}");
}

/// `NAME` and value of lines like `pub const NAME: usize = 16;` and `const NAME = 16u;`.
fn constants(text: &str) -> BTreeMap<String, u64> {
    let line = |line: &str| {
        let (name, value) = line.trim_start_matches("pub ").strip_prefix("const ")?.split_once(" = ")?;
        let value = value.split(';').next()?.trim_end_matches('u');
        Some((name.split(':').next()?.to_string(), value.replace('_', "").parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

#[test]
fn constants_have_one_value() {
    let state = include_str!("../../shaders/lib/state.wgsl");
    let mut rust = constants(include_str!("../../src/graph/state.rs"));
    assert_eq!(rust.remove("WORDS"), None, "WORDS is computed");
    assert_eq!(constants(state), rust, "state memory");
    let rows = constants(include_str!("../../src/ops/rows.rs"))["ROWS"];
    let reduce = folder("src/ops").into_iter().filter(|(_, text)| text.contains("rows::")).map(|(name, _)| name);
    let taken: Vec<u64> = reduce.filter_map(|name| constants(&folder("shaders")[&name]).get("ROWS").copied()).collect();
    assert!(taken.len() >= 4 && taken.iter().all(|taken| *taken == rows), "rows of a workgroup: {rows} and {taken:?}");
    for (name, text) in folder("src/ops").into_iter().filter(|(name, _)| name != "rows") {
        let (rust, wgsl) = (constants(&text), constants(&folder("shaders")[&name]));
        for (constant, value) in &rust {
            assert_eq!(wgsl.get(constant).unwrap_or(value), value, "{constant} in {name}.rs and {name}.wgsl");
        }
        if let Some(workgroup) = rust.get("WORKGROUP") {
            let shader = &folder("shaders")[&name];
            assert!(shader.contains(&format!("@workgroup_size({workgroup})")), "WORKGROUP in {name}");
        }
    }
    let sample = constants(&folder("shaders")["sample"]);
    assert_eq!(sample["WRITTEN"], ops::sample::RECORD as u64, "words of a sampler's record");
}

/// Writes random bits, and behind them numbers made of them.
#[derive(Debug)]
struct RandomBits;

const COUNT: usize = 1000;
const PRELUDE: &[&str] = &[include_str!("../../shaders/lib/random.wgsl")];
const SOURCE: &str = "
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if i < params.count {
        let seed = i * 2654435761u;
        out[i] = random_bits(seed, 1024u + i % 7u, i / 3u, i * i);
        out[params.count + i] = bitcast<u32>(random_unit(seed, 1024u + i % 7u, i / 3u, i * i));
    }
}
";

impl Op for RandomBits {
    fn name(&self) -> &'static str {
        "random_bits"
    }

    fn outputs(&self, _: &[Shape]) -> Vec<Shape> {
        vec![Shape::of(&[2 * COUNT])]
    }

    fn dispatches(&self, _: &IoShapes) -> Vec<Dispatch> {
        let kernel = Kernel::new("random_bits", "forward", SOURCE, PRELUDE);
        let params = Params::new().u32("count", COUNT);
        vec![Dispatch::new(kernel, vec![(0, Slot::Output(0))], params, [COUNT.div_ceil(64) as u32, 1, 1])]
    }

    fn cost(&self, _: &IoShapes) -> Cost {
        Cost::default()
    }
}

impl Compute for RandomBits {
    fn run<F: Float>(&self, _: &mut CpuIo<F>) {
        unreachable!("the CPU has rng.rs")
    }
}

#[test]
fn random_bits_are_the_same_everywhere() {
    for checks in [Checks::Trusted, Checks::Checked] {
        let gpu = open(checks);
        let graph = Graph::new(ParameterLayout::default());
        let out = graph.record(RandomBits, &[])[0].keep();
        let layout = Layout::new(&graph);
        let plan = gpu::Plan::new(&gpu, &graph, &layout, gpu::Store::new(&gpu, 0));
        let plan = block_on(plan).expect("a plan");
        plan.run(1);
        let place = layout.places[out.id];
        let words = block_on(plan.read(Memory::Activation, place.offset..place.offset + place.words)).expect("words");
        for i in 0..COUNT as u32 {
            let bits = rng::bits(i.wrapping_mul(2_654_435_761), 1024 + i % 7, i / 3, i * i);
            let at = i as usize;
            assert_eq!([words[at], words[COUNT + at]], [bits, rng::unit(bits).to_bits()], "number {i}");
        }
    }
}
