//! Every picture of the page, with ordinary and with odd things to show. For tests.

use std::rc::Rc;

use super::sampling::tests::{drawing, population, redraws, sampling};
use super::{
    lengths, live, loss, memorized, merges, network, overlay, report, sampling as sample, sweep, windows, zipf,
};
use crate::config::Config;
use crate::config::fields::Field;
use crate::config::model::{Architecture, Positions};
use crate::config::sampling::SamplingMethod;
use crate::protocol::corpus::{Description, Lengths};
use crate::protocol::evaluate::{Bin, Copied, PositionLoss, Report};
use crate::protocol::examples::{DrawnBatch, DrawnRow, EpochSummary, Slide};
use crate::protocol::live::{Histogram, LayerMove, Numbers, RatePoint, RateTest};
use crate::protocol::sample::MAX_CLASSES;
use crate::protocol::tokens::{Piece as TokenPiece, Trace, TracedMerge, TracedPair};
use crate::protocol::{Evaluation, StepPoint, Token};
use crate::ui::charts::baselines::Baselines;
use crate::ui::charts::layers::ModelDiagram;
use crate::ui::charts::network::{Measure, Subject};
use crate::ui::charts::overlay::{Line, Marks, Overlay};
use crate::ui::charts::zipf::Series;
use crate::ui::i18n::I18n;
use crate::ui::kit::axes::Titles;
use crate::ui::kit::chart::{Chart, Shown};
use crate::ui::kit::scale::Spacing;
use crate::ui::merges::Replay;
use crate::ui::state::UpdateRatios;
use crate::ui::state::sample::Sampled;
use crate::ui::state::sweep::{Outcome, SweepField, Trial};

/// A name that would be a formula, is long, and needs quotation marks.
const ODD: &str = "=HYPERLINK(\"x\"), a name that is far too long for its place";

/// A picture, and the name of what draws it.
pub struct Piece {
    pub kind: &'static str,
    pub shown: Shown,
}

fn of<C: Chart + PartialEq>(chart: C) -> Piece {
    let kind = std::any::type_name::<C>().rsplit("::").next().expect("a type has a name");
    Piece { kind, shown: Shown::new(chart) }
}

/// All of them in a language.
pub fn all(t: &I18n) -> Vec<Piece> {
    [runs(t), texts(t), models(t), samples(t)].into_iter().flatten().collect()
}

fn point(step: u64, of: u64) -> StepPoint {
    let loss = 4.0 - 2.0 * (step as f32 / of as f32);
    StepPoint { step, loss, learning_rate: 1e-3, grad_norm: 10f32.powf(step as f32 / 100.0 - 2.0) }
}

fn points(steps: u64) -> Rc<Vec<StepPoint>> {
    Rc::new((1..=steps).map(|step| point(step, steps)).collect())
}

fn wild() -> Rc<Vec<StepPoint>> {
    let bad = StepPoint { step: 2, loss: f32::NAN, learning_rate: 0.1, grad_norm: f32::NAN };
    Rc::new(vec![StepPoint { step: 1, loss: 1e30, grad_norm: 1e9, ..bad }, bad])
}

/// The losses, what is watched of a run, runs side by side, sweeps.
fn runs(t: &I18n) -> Vec<Piece> {
    let ngrams = vec![(2, 2.4), (3, 2.1), (4, 2.0), (5, 1.9)];
    let baselines = Baselines { vocab_size: 64, unigram_entropy: 3.1, ngrams };
    let evaluations: Rc<Vec<Evaluation>> =
        Rc::new((0..=6).map(|i| Evaluation { step: 50 * i, loss: 3.0, bits_per_byte: 2.0 }).collect());
    let loss =
        |points: Rc<Vec<StepPoint>>, steps| of(loss::Loss::new(&points, &evaluations, steps, Some(&baselines), t));
    let mut all = vec![
        loss(points(300), 300),
        loss(points(1), 300),
        of(loss::Loss::new(&wild(), &Rc::default(), 10, None, t)),
        of(loss::Loss::new(&Rc::default(), &Rc::default(), 300, None, t)),
    ];
    let lines = baselines.lines(|it| super::guesser(it, t));
    let overlay = |count: usize, points: u64, upward| {
        let points =
            |look| (1..=points).map(move |step| (step as f64, 4.0 / step as f64 + 0.1 * look as f64)).collect();
        let line = |look| Line { look, name: ODD.into(), points: points(look), marks: Marks::Dots };
        let overlay =
            Overlay { lines: (0..count).map(line).collect(), baselines: lines.clone(), upward, ..Overlay::default() };
        of(overlay::Runs { overlay: Rc::new(overlay), titles: Titles { across: "steps".into(), up: "loss".into() } })
    };
    all.extend([overlay(13, 40, Spacing::Linear), overlay(1, 1, Spacing::Logarithmic), overlay(0, 0, Spacing::Linear)]);
    all.extend(watched(t));
    all.extend(sweeps(t));
    all
}

fn watched(t: &I18n) -> Vec<Piece> {
    let train = Config::default().train;
    let schedule = |now| of(live::Schedule { train: train.clone(), now, t: t.clone() });
    let norms = |points, clip| of(live::Norms { points, clip, steps: 300, t: t.clone() });
    let layer = |name: &str, update| LayerMove { name: name.into(), update, weights: 2.0 };
    let layers = vec![layer("wte", 2e-3), layer("h.0", 0.0), layer("h.1", f32::NAN), layer(ODD, 1e9)];
    let rate = |step: u64| RatePoint { rate: 10f32.powf(step as f32 / 16.0 - 6.0), loss: 4.0, smooth: 3.9 };
    let test = RateTest { points: (0..90).map(rate).collect(), steps: 96, suggestion: Some(3e-2), is_over: true };
    let histogram = Histogram {
        tensor: "w".into(),
        of: Numbers::Weights,
        step: 1,
        low: -0.5,
        high: 0.5,
        bins: vec![0, 5, 100, 1],
        mean: 0.0,
        deviation: 0.1,
    };
    let moves = UpdateRatios { run: 1, step: 9, layers };
    vec![
        schedule(None),
        schedule(Some(250)),
        norms(points(300), 1.0),
        norms(points(1), 0.0),
        norms(wild(), 1.0),
        norms(Rc::default(), 0.0),
        of(live::LayerMoves { moves: Rc::new(moves), t: t.clone() }),
        of(live::Rates { test: Rc::new(test), t: t.clone() }),
        of(live::Rates { test: Rc::default(), t: t.clone() }),
        of(live::Distribution { histogram: Rc::new(histogram), t: t.clone() }),
    ]
}

fn sweeps(t: &I18n) -> Vec<Piece> {
    let all = [("learning_rate", "0.0005, 0.001, 0.002, 0.004"), ("n_embd", "32, 64, 128"), ("n_layer", "1, 2")];
    let settings = |count: usize| {
        all[..count]
            .iter()
            .map(|(key, typed)| SweepField { field: Field::find(key).expect("a setting"), typed: typed.to_string() })
    };
    let sweep = |count: usize| {
        let fields: Vec<SweepField> = settings(count).collect();
        let mut places = vec![Vec::new()];
        for swept in &fields {
            let values = swept.values().expect("values").len();
            let with = |before: &Vec<usize>, place: usize| before.iter().copied().chain([place]).collect();
            places = places.iter().flat_map(|before| (0..values).map(move |place| with(before, place))).collect();
        }
        let outcome = |at: usize| match at {
            1 => Outcome::CutShort { step: 3 },
            2 => Outcome::Waiting,
            at => Outcome::Finished { loss: 2.0 + at as f32 / 7.0, bits_per_byte: 1.5 },
        };
        let trial =
            |(at, places)| Trial { places, config: Box::default(), run: Some(ODD.into()), outcome: outcome(at) };
        let trials = places.into_iter().enumerate().map(trial).collect();
        of(sweep::Sweep { fields: Rc::new(fields), trials: Rc::new(trials), t: t.clone() })
    };
    [1, 2, 3].map(sweep).into()
}

/// What becomes of a text: its documents, its tokens, its batches.
fn texts(t: &I18n) -> Vec<Piece> {
    let lengths = |lengths| {
        let description = Description {
            documents: 4,
            characters: 80,
            words: 20,
            types: 9,
            types_capped: false,
            classes: Vec::new(),
            unlabelled: 4,
            groups: 1,
            lengths,
            scripts: Vec::new(),
            frequent: Vec::new(),
        };
        of(lengths::Lengths { description: Rc::new(description), t: t.clone() })
    };
    let series = |place: usize, most: u32| Series {
        place,
        name: ODD.into(),
        ranks: (1..=most).map(|rank| (rank, u64::from(1_000_000 / rank))).collect(),
    };
    let zipf = |most| of(zipf::Zipf { series: (0..4).map(|place| series(place, most)).collect(), t: t.clone() });
    let merges = |count| of(merges::MergeCurve { replay: Rc::new(replay(count)), t: t.clone() });
    let windows = |batch| of(windows::Windows { batch: Rc::new(batch), t: t.clone() });
    vec![
        lengths(Lengths { shortest: 5, longest: 30, median: 12, width: 10, counts: vec![3, 0, 1_000_000] }),
        lengths(Lengths { shortest: 7, longest: 7, median: 7, width: 1, counts: vec![4] }),
        lengths(Lengths::default()),
        zipf(5000),
        zipf(1),
        of(zipf::Zipf { series: Vec::new(), t: t.clone() }),
        merges(2_000),
        merges(1),
        windows(batch(8)),
        windows(batch(200)),
        windows(DrawnBatch::default()),
    ]
}

fn replay(merges: u32) -> Replay {
    let pair = TracedPair { left: 0, right: 1, count: 7, left_count: 9, right_count: 8 };
    let tokens = |at: u32| 1_000_000 - 60 * u64::from(at + 1);
    let merge = |at: u32| TracedMerge { pair, token: 2 + at, tokens: tokens(at), runners_up: Vec::new() };
    let piece = |bytes: &[u8]| TokenPiece { bytes: bytes.into(), continues: false };
    Replay::new(Trace {
        alphabet: vec![piece(b"=cmd"), piece(b"(),\"")],
        merges: (0..merges).map(merge).collect(),
        tokens: 1_000_000,
        ..Trace::default()
    })
}

/// Rows of so many tokens, the last of them padded, over three documents.
fn batch(time: u64) -> DrawnBatch {
    let ids: Vec<u32> = (0..3 * time as u32).map(|at| at % 3).collect();
    let token = |id: u32, text: &str| Token { id, text: text.into(), partial: false };
    let row = DrawnRow {
        begin: 4,
        document: 1,
        length: time / 2,
        inputs: ids[..time as usize].to_vec(),
        targets: ids[1..=time as usize].to_vec(),
        weights: vec![],
        starts: vec![],
    };
    DrawnBatch {
        time,
        batch_size: 1,
        rows: vec![row],
        windows: vec![(4, time / 2), (40 * time, time)],
        tokens: vec![token(0, "=1+1"), token(1, "a"), token(2, "\"")],
        epoch: EpochSummary { tokens: 41 * time, documents: 3, windows: 2, targets: 5, places: 8 },
        slide: Slide {
            stride: time / 2,
            ids,
            documents: vec![0, time / 3, 2 * time],
            windows: vec![(0, time), (time / 2, time), (2 * time, time / 2)],
        },
        ..DrawnBatch::default()
    }
}

/// What a model is, and what is known of it.
fn models(t: &I18n) -> Vec<Piece> {
    let network = |architecture: Architecture, measure| {
        let config = Config::default();
        let mut model = architecture.apply(&config.model);
        (model.dropout, model.softcap, model.window) = (0.1, 30.0, 8);
        let diagram = |model| ModelDiagram { model, batch: 16, vocabulary: 16_384 };
        let (before, mut now) = (Some(diagram(config.model)), model.clone());
        if measure == Measure::Work {
            now.positions = Positions::Sinusoidal;
        }
        of(network::Network { subject: Subject { now: diagram(now), before, measure }, t: t.clone() })
    };
    let report = |last: u32, bins: u8| {
        let position = |n: u32| PositionLoss { from: 1 << n, to: (2 << n) - 1, targets: 9, loss: 4.0 - 0.3 * n as f32 };
        let bin = |at: u8| Bin { targets: u64::from(at % 3), confidence: f32::from(at) / 10.0, accuracy: 1.0 };
        Report {
            targets: 55,
            positions: (0..last).map(position).collect(),
            bins: (0..bins).map(bin).collect(),
            ..Report::default()
        }
    };
    let plot = |plotted, reports: Vec<Report>| {
        let names = reports.iter().map(|_| ODD.to_string()).collect();
        of(report::ReportPlot { plotted, reports: Rc::new(reports), names, t: t.clone() })
    };
    let copied = |longest, chance| {
        let copied = Copied { longest, chance, ..Copied::default() };
        of(memorized::LongestRuns { copied: Rc::new(copied), t: t.clone() })
    };
    let mut all: Vec<Piece> = Architecture::ALL.map(|it| network(it, Measure::Weights)).into();
    all.extend(Architecture::ALL.map(|it| network(it, Measure::Work)));
    for plotted in [report::Plotted::Reliability, report::Plotted::Positions] {
        all.extend([plot(plotted, vec![report(10, 10), report(10, 10)]), plot(plotted, vec![report(1, 1)])]);
    }
    all.extend([copied(100, vec![20, 30, 50]), copied(0, vec![])]);
    all
}

fn samples(t: &I18n) -> Vec<Piece> {
    let mut all = Vec::new();
    for (classes, dots) in [(MAX_CLASSES, 300), (1, 1)] {
        let population = population(classes, dots);
        let drawing = drawing(&population);
        for method in SamplingMethod::ALL {
            let sample = Sampled { sampling: sampling(method), drawing: Rc::new(drawing.clone()) };
            let (population, sample) = (Rc::new(population.clone()), Some(Rc::new(sample)));
            all.push(of(sample::Dots { population, sample, t: t.clone() }));
        }
        all.push(of(sample::Dots { population: Rc::new(population.clone()), sample: None, t: t.clone() }));
        all.push(of(sample::Shares { population: Rc::new(population), drawing: Rc::new(drawing), t: t.clone() }));
    }
    let spreads =
        |redraws, method| of(sample::Spreads { redraws: Rc::new(redraws), method, this: Some(41.0), t: t.clone() });
    all.push(spreads(redraws(1.0, Some(3.0)), SamplingMethod::Importance));
    all.push(spreads(redraws(0.0, None), SamplingMethod::Balanced));
    all
}
