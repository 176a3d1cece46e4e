//! Weights of 16 bits: the copy, the products that read it, and the text that is written with it.

use std::rc::Rc;

use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, Need, Shape};
use gptling::nn::{Init, Parameters, Scope};
use gptling::ops::linear::{Orientation, VARIANTS};
use gptling::rng::{Rng, Stream};
use gptling::train::{Device, Generator, Model, Storage};
use half::f16;
use pollster::block_on;

use crate::compare::{FORWARD, check, check_refused};
use crate::machine::{Machine, name, open};
use crate::models::{ODD, TINY, random_ids};

fn devices() -> [Device; 4] {
    let gpu = |checks| Device::Gpu(open(checks));
    let devices = [gpu(Checks::Trusted), gpu(Checks::Checked), Device::Cpu, Device::Oracle];
    assert!(devices[0].has(Need::F16), "this adapter has no shader-f16: the software adapter of the tests has");
    devices
}

fn normal(count: usize, seed: usize) -> Vec<f32> {
    let mut draw = Rng::new(seed as u32, Stream::Initialization);
    (0..count).map(|_| draw.normal()).collect()
}

pub fn rounded(number: f32) -> f32 {
    f16::from_f32(number).to_f32()
}

fn weight(dims: &[usize]) -> Parameters {
    let mut scope = Scope::default();
    scope.parameter("weight", dims, Init::Zeros);
    scope.finish()
}

/// Numbers of 16 bits, unpacked: a GPU holds two in a word.
fn copy_of(device: &Device, numbers: &[f32], dims: &[usize]) -> Vec<f64> {
    let graph = Graph::new(weight(dims).layout());
    graph.parameter(0).to_f16();
    // Products read the copy; with the identity at their left they say what is in it.
    let (rows, shape) = (dims[0], Shape::of(&[dims[0], dims[0]]));
    let identity = graph.input(shape);
    let out = identity.linear(graph.as_f16(0).expect("recorded above"), None, Orientation::InOut).keep();
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(device, &graph, &layout);
    machine.write(Memory::Parameter, 0, &Shape::of(dims).pad(numbers));
    let ones: Vec<f32> = (0..rows * rows).map(|i| if i / rows == i % rows { 1.0 } else { 0.0 }).collect();
    machine.write(Memory::Activation, layout.places[identity.id].offset, &shape.pad(&ones));
    machine.run(1);
    let place = layout.places[out.id];
    out.shape().unpad(&machine.read(Memory::Activation, place.offset..place.offset + place.words))
}

#[test]
fn a_copy_is_at_most_one_step_away() {
    for device in devices() {
        for dims in [[1, 1], [5, 7], [4, 8], [33, 130]] {
            let numbers: Vec<f32> = normal(dims[0] * dims[1], dims[1]).iter().map(|number| 0.3 * number).collect();
            let copied = copy_of(&device, &numbers, &dims);
            for (&number, copied) in numbers.iter().zip(copied) {
                let step = f64::from(number.abs()).max(6.2e-5) / 1024.0;
                assert!((copied - f64::from(number)).abs() <= step, "{number} became {copied} on {}", name(&device));
            }
            let fitting: Vec<f32> = numbers.iter().map(|&number| rounded(number)).collect();
            let exact: Vec<f64> = fitting.iter().copied().map(f64::from).collect();
            assert_eq!(copy_of(&device, &fitting, &dims), exact, "what fits stays, on {}", name(&device));
        }
        // Too large numbers become the largest, and no infinity.
        assert_eq!(copy_of(&device, &[1e9, -7e4, 65504.0, 0.0], &[1, 4]), [65504.0, -65504.0, 65504.0, 0.0]);
    }
}

/// x W, whose weight is read as a copy.
fn product(device: &Device, weights: &[f32], x: &[f32], [rows, inner, columns]: [usize; 3], out_in: bool) -> Vec<f64> {
    let (dims, orientation) =
        if out_in { ([columns, inner], Orientation::OutIn) } else { ([inner, columns], Orientation::InOut) };
    let graph = Graph::new(weight(&dims).layout());
    graph.parameter(0).to_f16();
    let input = graph.input(Shape::of(&[rows, inner]));
    let out = input.linear(graph.as_f16(0).expect("recorded above"), None, orientation).keep();
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(device, &graph, &layout);
    machine.write(Memory::Parameter, 0, &Shape::of(&dims).pad(weights));
    machine.write(Memory::Activation, layout.places[input.id].offset, &input.shape().pad(x));
    machine.run(1);
    let place = layout.places[out.id];
    out.shape().unpad(&machine.read(Memory::Activation, place.offset..place.offset + place.words))
}

#[test]
fn every_variant_of_a_product_reads_copies() {
    let gpu = open(Checks::Checked);
    let device = Device::Gpu(Rc::clone(&gpu));
    let mut worst = 0.0;
    for size in [[1, 4, 4], [1, 65, 33], [1, 128, 384], [3, 5, 7], [64, 64, 64], [70, 300, 66]] {
        let weights: Vec<f32> = normal(size[1] * size[2], 3).iter().map(|&number| rounded(number)).collect();
        let x = normal(size[0] * size[1], 4);
        for out_in in [false, true] {
            let want = product(&Device::Oracle, &weights, &x, size, out_in);
            for variant in VARIANTS {
                gpu.kernel_choices().force(Some(variant));
                let label = format!("{variant} {size:?}");
                let got = product(&device, &weights, &x, size, out_in);
                worst = f64::max(worst, check(&label, &got, &want, 0.0, FORWARD));
                let wrong: Vec<f32> = weights.iter().map(|weight| weight + 0.01).collect();
                check_refused(&label, &product(&device, &wrong, &x, size, out_in), &want, 0.0, FORWARD);
            }
        }
    }
    println!("products with weights of 16 bits {worst:.1e}");
}

#[test]
fn a_copy_takes_half_the_memory() {
    let device = Device::Gpu(open(Checks::Trusted));
    let model = crate::models::model(&device, &TINY, 11, 1);
    let memory = |storage| {
        let generator = block_on(Generator::new(&model, storage)).expect("the plan fits");
        let memory = generator.plan().report().memory.clone();
        memory.into_iter().find(|(name, _)| name == "f16").expect("every memory is told").1
    };
    assert_eq!(memory(Storage::F32), 0);
    let products = model.parameters.list.iter().filter(|weight| weight.shape.dims().len() == 2);
    let copied: usize = products.filter(|weight| weight.name != "wpe.weight").map(|weight| weight.shape.words()).sum();
    let bytes = memory(Storage::F16) as usize;
    assert!((2 * copied..2 * copied + 4096).contains(&bytes), "{bytes} bytes for {copied} numbers");
}

/// The probabilities of the tokens of a text, when the model writes.
fn probabilities(model: &Rc<Model>, storage: Storage) -> Vec<f32> {
    let mut generator = block_on(Generator::new(model, storage)).expect("the plan fits");
    let sample = gptling::config::SampleConfig { temperature: 1.0, top_k: 0, top_p: 1.0, length: 0, seed: 1 };
    generator.start(&[1, 2, 3], &sample);
    block_on(generator.draw(1))
        .expect("the device is well")
        .iter()
        .flat_map(|token| {
            let others = token.runners_up.iter().map(|&(_, probability)| probability);
            others.chain([token.probability]).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn rounding_changes_probabilities_a_little() {
    for device in devices() {
        let model = crate::writing::model(&device, &ODD, 17, 1);
        let [full, half] = [Storage::F32, Storage::F16].map(|storage| probabilities(&model, storage));
        let off = full.iter().zip(&half).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off > 0.0 && off < 5e-3, "{off} on {}: {full:?} and {half:?}", name(&device));
    }
}

#[test]
fn new_weights_are_copied_when_writing_begins() {
    let device = Device::Gpu(open(Checks::Trusted));
    let (first, second) = (crate::writing::model(&device, &TINY, 11, 1), crate::writing::model(&device, &TINY, 11, 2));
    let write = |generator: &mut Generator| {
        generator.start(&random_ids(1, 1, 4, 11), &gptling::config::Config::default().sample);
        block_on(generator.draw(8)).expect("the device is well")
    };
    let new = |model| block_on(Generator::new(model, Storage::F16)).expect("the plan fits");
    let mut generator = new(&first);
    let before = write(&mut generator);
    first.set_weights(&block_on(second.weights()).expect("weights")).expect("they fit");
    let after = write(&mut generator);
    assert_ne!(before, after);
    assert_eq!(after, write(&mut new(&second)));
}
