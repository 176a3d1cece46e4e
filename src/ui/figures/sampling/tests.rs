//! The pictures of samples, drawn from events of the engine.

use super::*;
use crate::config::sampling::WeightsBy;
use crate::protocol::sample::{Child, Class, ClassName, Dot, DotDrawn, MAX_CLASSES, PartDrawn, Share, Statistic};
use crate::ui::charts::sampling::dots::{grown, nearest};
use crate::ui::charts::sampling::look::{IN, OUT};
use crate::ui::charts::sampling::shape::shape;
use crate::ui::kit::scene::{Mark, polyline};
use crate::ui::state::Lang;

type Point = (f64, f64);

/// The picture of a sample, and where its dots lie.
fn picture(
    population: &Population,
    drawing: Option<&Drawing>,
    sampling: SamplingConfig,
    t: &I18n,
    width: f64,
) -> (Scene, Laid) {
    let sample = drawing.map(|drawing| Rc::new(Sampled { drawing: Rc::new(drawing.clone()), sampling }));
    let dots = Dots { population: Rc::new(population.clone()), sample, t: t.clone() };
    (dots.scene(width), dots.laid(width))
}

pub fn population(classes: usize, dots: usize) -> Population {
    let class = |at: usize| Class { name: ClassName::Label(format!("class {at}")), documents: 10 };
    let dot = |at: usize| Dot {
        document: at as u32,
        place: [at as f32, (at * 7 % dots) as f32 / 100.0],
        class: (at % classes) as u8,
        characters: 40,
        words: format!("=words, \"{at}\""),
    };
    Population {
        documents: dots as u64,
        mean_length: 40.0,
        labels: classes as u64,
        groups: 1,
        weighted: false,
        classes: (0..classes).map(class).collect(),
        dots: (0..dots).map(dot).collect(),
        explained: [0.2, 0.1],
    }
}

/// Dot n is drawn n % 3 times; two parts.
pub fn drawing(population: &Population) -> Drawing {
    let dot = |at: usize| DotDrawn { times: at as u32 % 3, chance: 0.5, weight: 2.0, part: (at % 2) as u8 };
    let part = |name: &str, draws| PartDrawn { name: name.into(), documents: 5, draws };
    let share = Share { population: 0.5, sample: 0.25, weighted: 0.5, estimate: 0.5 };
    Drawing {
        draws: 20,
        distinct: 15,
        effective_size: 12.4,
        out_of_reach: 0,
        dots: (0..population.dots.len()).map(dot).collect(),
        shares: vec![share; population.classes.len()],
        mean_length: 41.0,
        parts: vec![part("near", 3), part("far", 0)],
        synthetic: 0,
        children: Vec::new(),
    }
}

pub fn sampling(method: SamplingMethod) -> SamplingConfig {
    SamplingConfig { method, ..Default::default() }
}

pub fn redraws(own: f64, simple: Option<f64>) -> Redraws {
    let spread = |error: f64, shift: f64| Spread {
        values: (0..200).map(|at| 40.0 + shift + error * f64::from(at % 21 - 10) / 6.0).collect(),
        mean: 40.0 + shift,
        error: error + shift.abs(),
    };
    Redraws {
        statistic: Statistic::MeanLength,
        truth: 40.0,
        draws: 20.0,
        weighted: spread(own, 0.0),
        plain: spread(own, 9.0),
        simple: simple.map(|simple| spread(simple, 0.0)),
    }
}

fn paths(scene: &Scene, name: &str) -> Vec<String> {
    let path = |mark: &Mark| match mark {
        Mark::Path { style, d } if style.class == name => Some(d.clone()),
        _ => None,
    };
    scene.marks.iter().filter_map(path).collect()
}

/// How many outlines a path has.
fn outlines(scene: &Scene, name: &str) -> usize {
    paths(scene, name).iter().map(|d| d.matches('M').count()).sum()
}

#[test]
fn thousands_of_dots_are_a_few_marks_inside_the_picture() {
    let (population, t) = (population(MAX_CLASSES, 3000), I18n::new(Lang::En));
    let (drawing, sampling) = (drawing(&population), sampling(SamplingMethod::SimpleRandom));
    for width in [300.0, 720.0] {
        let (scene, laid) = picture(&population, Some(&drawing), sampling.clone(), &t, width);
        assert!(scene.marks.len() < 40, "{}", scene.marks.len());
        let inside = |place: &Point| (0.0..=width).contains(&place.0) && (0.0..=scene.height).contains(&place.1);
        assert!(laid.places.len() == 3000 && laid.places.iter().all(inside));
    }
}

#[test]
fn drawn_dots_are_filled_and_the_others_hollow() {
    let (population, t) = (population(2, 30), I18n::new(Lang::En));
    let (drawing, sampling) = (drawing(&population), sampling(SamplingMethod::Bootstrap));
    let with = |drawing| picture(&population, drawing, sampling.clone(), &t, 600.0).0;
    let (before, after) = (with(None), with(Some(&drawing)));
    // The mark of each class in the legend is filled too.
    let count = |scene: &Scene| [OUT[0], OUT[1], IN[0], IN[1]].map(|style| outlines(scene, style.class));
    assert_eq!(count(&before), [15, 15, 1, 1]);
    assert_eq!(count(&after), [5, 5, 11, 11]);
    assert!(grown(4.0, 4) == 2.0 * grown(4.0, 1) && grown(4.0, 1000) < 3.0 * grown(4.0, 1));
    assert_ne!(grown(4.0, 1), 4.0, "a drawn dot is larger than one that is not");
}

#[test]
fn clusters_have_bands_and_drawn_ones_firm_ones() {
    let (population, t) = (population(2, 30), I18n::new(Lang::En));
    let drawing = drawing(&population);
    for (method, bands) in [(SamplingMethod::Cluster, 1), (SamplingMethod::Stratified, 0)] {
        let (scene, _) = picture(&population, Some(&drawing), sampling(method), &t, 600.0);
        let found = ["dot-hull-drawn", "dot-hull"].map(|class| outlines(&scene, class));
        assert_eq!(found, [bands; 2], "{method:?}");
    }
}

/// The picture is a projection, so a child lies between its parents there too.
#[test]
fn children_lie_on_the_lines_between_their_parents() {
    let (population, t) = (population(2, 30), I18n::new(Lang::En));
    let (a, b) = (population.dots[3].place, population.dots[11].place);
    let place = [0, 1].map(|axis| a[axis] + 0.25 * (b[axis] - a[axis]));
    let child = Child { class: 1, place, parents: [3, 11], parent_places: [a, b], position: 0.25 };
    let drawing = Drawing { synthetic: 1, children: vec![child], ..drawing(&population) };
    let sampling = sampling(SamplingMethod::Synthetic);
    let (scene, laid) = picture(&population, Some(&drawing), sampling, &t, 600.0);
    assert_eq!(paths(&scene, "dot-line"), [polyline(&[laid.places[3], laid.places[11]])]);
    let (first, second) = (laid.places[3], laid.places[11]);
    let between = (first.0 + 0.25 * (second.0 - first.0), first.1 + 0.25 * (second.1 - first.1));
    let mark = shape(1, between, 0.6 * laid.radius);
    assert!(paths(&scene, IN[1].class).contains(&mark), "no mark at {between:?}");
    // Parents and the legend's mark are filled, everyone else is hollow.
    assert_eq!(outlines(&scene, OUT[0].class) + outlines(&scene, OUT[1].class), 28);
}

#[test]
fn a_hand_finds_the_nearest_dot_within_reach() {
    let places = [(10.0, 10.0), (30.0, 10.0)];
    assert_eq!(nearest(&places, (18.0, 12.0), 24.0), Some(0));
    assert_eq!(nearest(&places, (22.0, 12.0), 24.0), Some(1));
    assert_eq!(nearest(&places, (200.0, 10.0), 24.0), None);
    assert_eq!(nearest(&[], (0.0, 0.0), 24.0), None);
}

#[test]
fn one_dot_or_none_can_be_drawn() {
    let t = I18n::new(Lang::Zh);
    for dots in [0, 1] {
        let mut population = population(1, 1);
        population.dots.truncate(dots);
        let (_, laid) = picture(&population, None, Default::default(), &t, 300.0);
        assert!(laid.places.iter().all(|place| place.0.is_finite() && place.1.is_finite()), "{:?}", laid.places);
    }
}

#[test]
fn estimates_stand_above_those_of_simple_random_samples() {
    let t = I18n::new(Lang::En);
    let scene = |redraws: &Redraws, method| {
        Spreads { redraws: Rc::new(redraws.clone()), method, this: Some(41.0), t: t.clone() }.scene(600.0)
    };
    let rows = |scene: &Scene| {
        let bars = |name: &str| {
            scene.marks.iter().filter(|mark| matches!(mark, Mark::Rect { style, .. } if style.class == name)).count()
        };
        ["spread-method", "spread-plain", "spread-simple"].map(|name| bars(name) > 0)
    };
    let both = redraws(1.0, Some(3.0));
    assert_eq!(rows(&scene(&both, SamplingMethod::Importance)), [true; 3]);
    assert_eq!(rows(&scene(&both, SamplingMethod::SimpleRandom)), [true, true, false], "it is its own measure");
    let mut equal = both.clone();
    equal.plain = equal.weighted.clone();
    assert_eq!(rows(&scene(&equal, SamplingMethod::Stratified)), [true, false, true]);
    assert_eq!(outlines(&scene(&both, SamplingMethod::Importance), "spread-truth"), 1);
    assert_eq!(rows(&scene(&redraws(0.0, None), SamplingMethod::Balanced)), [true, true, false]);
}

#[test]
fn sentences_say_what_one_sees() {
    let (t, stratified) = (I18n::new(Lang::En), SamplingMethod::Stratified);
    let said = |own, simple, method| words::verdict(&redraws(own, simple), method, &t);
    for (own, simple, method, wanted) in [
        (2.1, Some(3.4), stratified, "Stratified: error 2.1 characters, simple random 3.4 characters: 38% less."),
        (4.0, Some(3.2), stratified, "25% more"),
        (9.0, Some(3.0), stratified, "3 times as much"),
        (3.1, Some(3.0), stratified, "about the same"),
        (0.0, Some(3.0), stratified, "no error at all"),
        (3.0, Some(3.0), SamplingMethod::SimpleRandom, "measured against this"),
        (2.0, None, SamplingMethod::Bootstrap, "wavers by 2 characters"),
        (0.0, None, SamplingMethod::Balanced, "all documents are in"),
    ] {
        let said = said(own, simple, method);
        assert!(said.contains(wanted) && !said.contains('{'), "{said}");
    }
    assert!(words::without_weights(&redraws(1.0, None), &t).expect("a shift").contains("9 characters too high"));
    let mut equal = redraws(1.0, None);
    equal.plain = equal.weighted.clone();
    assert_eq!(words::without_weights(&equal, &t), None);
    let share = Redraws { statistic: Statistic::ClassShare("spam".into()), ..redraws(0.021, Some(0.034)) };
    assert!(words::verdict(&share, stratified, &t).contains("error 2.1%"));
}

#[test]
fn every_method_and_size_has_its_words_in_both_languages() {
    for t in Lang::ALL.map(I18n::new) {
        for method in SamplingMethod::ALL {
            for ending in ["", ".what", ".for"] {
                let key = format!("sample.method.{}{ending}", method.name());
                assert_ne!(t.say(&key), key);
            }
            let told = words::in_use(&sampling(method), &t);
            assert!(told.contains(&words::method_name(method, &t)) && !told.contains('{'), "{told}");
        }
        let (population, weights) = (population(2, 30), WeightsBy::Column);
        let drawing = drawing(&population);
        let told = [
            words::effective(&drawing, SamplingMethod::Importance, &t),
            words::effective(&drawing, SamplingMethod::Cluster, &t),
            words::drawn(&population, &drawing, &t),
            words::drawn(&population, &Drawing { synthetic: 9, ..drawing.clone() }, &t),
            words::dot(&population, Some(&drawing), 4, &t),
            words::in_use(&SamplingConfig { weights, ..sampling(SamplingMethod::Importance) }, &t),
        ];
        assert!(told.iter().all(|told| !told.contains('{') && !told.contains("sampling.")), "{told:?}");
        let shares = Shares { population: Rc::new(population), drawing: Rc::new(drawing), t: t.clone() };
        let scene = shares.scene(360.0);
        assert_eq!(outlines(&scene, "share-weighted"), 3, "a line for each class, and one in the legend");
    }
}

#[test]
fn files_hold_what_is_shown_and_start_no_formula() {
    let (population, t) = (population(2, 30), I18n::new(Lang::En));
    let mut drawing = drawing(&population);
    drawing.children.push(Child {
        class: 0,
        place: [1.0, 2.0],
        parents: [0, 2],
        parent_places: [[0.0; 2]; 2],
        position: 0.5,
    });
    let csv = files::dots(&population, Some(&drawing), &class_names(&population, &t));
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 1 + 30 + 1);
    assert_eq!(lines[3], "document,3,class 0,40,2,0.14,2,2,0.5,near,,\"'=words, \"\"2\"\"\"");
    assert_eq!(lines[31], "synthetic,,class 0,,1,2,1,,,,1 + 3,");
    let columns = |line: &&str| line.matches(',').count();
    assert_eq!(columns(&lines[0]), columns(&lines[31]));
    assert_eq!(files::shares(&drawing, &class_names(&population, &t)).lines().count(), 3);
    assert_eq!(files::redraws(&redraws(1.0, Some(2.0))).lines().count(), 201);
}
