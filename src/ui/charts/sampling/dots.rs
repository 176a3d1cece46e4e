//! The picture under every sample: documents as dots in two dimensions, those that were drawn filled, and larger the
//! more often they were drawn; clusters as bands around their dots; synthetic points on the lines between their parents.

use super::hull::hull;
use super::look::{IN, OUT};
use super::shape::shape;
use super::words::class_name;
use crate::config::sampling::{SamplingConfig, SamplingMethod};
use crate::protocol::sampling::{Child, Dot, Drawing, NO_PART, PartDrawn, Population};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::scene::{Anchor, Scene, polyline, text_width};

type Point = (f64, f64);

const PAD: f64 = 18.0;
const LEGEND: f64 = 24.0;
const NAME: f64 = 13.0;
/// One axis is stretched at most so much more than the other, so that near remains near.
const STRETCH: f64 = 2.0;
/// More bands than this are not told apart.
const BANDS: usize = 16;
/// A mark drawn very often grows no further.
const LARGEST: f64 = 2.6;

/// What the picture shows.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub population: &'a Population,
    /// The sample, where one could be drawn.
    pub drawing: Option<&'a Drawing>,
    pub sampling: &'a SamplingConfig,
    pub t: &'a I18n,
}

/// The scene, and where each dot lies in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    pub scene: Scene,
    pub places: Vec<Point>,
    pub radius: f64,
}

/// The picture at this width; its height follows.
pub fn draw(shown: &Shown, width: f64) -> Drawn {
    let mut scene = Scene { width, height: 0.0, marks: Vec::new() };
    let top = legend(&mut scene, shown);
    let height = (0.62 * width).clamp(240.0, 470.0);
    scene.height = top + height;
    let frame = Frame::around(shown.population, (PAD, top + PAD), (width - 2.0 * PAD, height - 2.0 * PAD));
    let places: Vec<Point> = shown.population.dots.iter().map(|dot| frame.at(dot.place)).collect();
    let radius = radius(places.len(), width * height);
    scene.rect("dot-ground", (0.5, top), (width - 1.0, height - 0.5), 10.0);
    let names = bands(&mut scene, shown, &places);
    marks(&mut scene, shown, &places, radius);
    names.into_iter().for_each(|(place, name)| scene.text("dot-hull-name", place, Anchor::Middle, name));
    if let Some(drawing) = shown.drawing {
        children(&mut scene, &drawing.children, &frame, radius);
    }
    Drawn { scene, places, radius }
}

/// As large as the room allows when a fifth of it is covered.
fn radius(dots: usize, area: f64) -> f64 {
    (0.2 * area / (3.2 * dots.max(1) as f64)).sqrt().clamp(2.2, 6.0)
}

/// The dot nearest to a place, if one is within reach.
pub fn nearest(places: &[Point], (x, y): Point, reach: f64) -> Option<usize> {
    let far = |place: &Point| (place.0 - x).powi(2) + (place.1 - y).powi(2);
    let near = places.iter().enumerate().min_by(|a, b| far(a.1).total_cmp(&far(b.1)))?;
    (far(near.1) <= reach * reach).then_some(near.0)
}

/// From places of the picture to pixels.
struct Frame {
    from: [f64; 2],
    factor: [f64; 2],
    corner: Point,
    bottom: f64,
}

impl Frame {
    fn around(population: &Population, corner: Point, size: Point) -> Self {
        let ends = |axis: usize| {
            let values = population.dots.iter().map(|dot| f64::from(dot.place[axis]));
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        let ends = [ends(0), ends(1)].map(|(low, high)| if low <= high { (low, high) } else { (0.0, 0.0) });
        let room = [size.0, size.1];
        let fitting = [0, 1].map(|axis| room[axis] / (ends[axis].1 - ends[axis].0).max(1e-9));
        let least = fitting[0].min(fitting[1]);
        let factor = fitting.map(|factor| factor.min(STRETCH * least));
        let from = [0, 1].map(|axis| (ends[axis].0 + ends[axis].1) / 2.0 - room[axis] / 2.0 / factor[axis]);
        Self { from, factor, corner, bottom: corner.1 + size.1 }
    }

    /// The second component rises.
    fn at(&self, place: [f32; 2]) -> Point {
        let along = |axis: usize| (f64::from(place[axis]) - self.from[axis]) * self.factor[axis];
        (self.corner.0 + along(0), self.bottom - along(1))
    }
}

/// The classes with their marks, and what filled and hollow mean. Returns where the plot begins.
fn legend(scene: &mut Scene, shown: &Shown) -> f64 {
    let t = shown.t;
    let mut entries: Vec<(usize, &'static str, String)> = Vec::new();
    for (at, class) in shown.population.classes.iter().enumerate() {
        let name = format!("{} ({})", class_name(&class.name, t), format::count(class.documents));
        entries.push((at, IN[at], name));
    }
    let keys: &[(&'static str, &str)] = match (shown.drawing, shown.sampling.method) {
        (None, _) => &[],
        (_, SamplingMethod::Synthetic) => &[
            ("dot-key-in", "sampling.legend.parent"),
            ("dot-key-small", "sampling.legend.child"),
            ("dot-key-out", "sampling.legend.other"),
        ],
        _ => &[("dot-key-in", "sampling.legend.drawn"), ("dot-key-out", "sampling.legend.not")],
    };
    entries.extend(keys.iter().map(|(mark, key)| (0, *mark, t.say(key))));
    let (mut x, mut y) = (4.0, 4.0);
    for (class, mark, name) in entries {
        let long = 22.0 + text_width(&name, NAME) + 14.0;
        if x + long > scene.width && x > 4.0 {
            (x, y) = (4.0, y + LEGEND);
        }
        let radius = if mark == "dot-key-small" { 3.0 } else { 5.0 };
        scene.path(mark, shape(class, (x + 7.0, y + 8.0), radius));
        scene.text("dot-name", (x + 19.0, y + 12.5), Anchor::Start, name);
        x += long;
    }
    y + LEGEND + 4.0
}

/// One path for each class and size, so that thousands of dots are a few elements.
fn marks(scene: &mut Scene, shown: &Shown, places: &[Point], radius: f64) {
    let times = times(shown);
    let of_class = |class: usize| {
        let dots = shown.population.dots.iter().zip(places).zip(&times);
        dots.filter(move |((dot, _), _)| usize::from(dot.class) == class)
    };
    let classes = shown.population.classes.len();
    for (class, mark) in OUT.into_iter().enumerate().take(classes) {
        let out = of_class(class).filter(|(_, times)| **times == 0);
        add(scene, mark, out.map(|((_, place), _)| shape(class, *place, radius)).collect());
    }
    for (class, mark) in IN.into_iter().enumerate().take(classes) {
        let drawn = of_class(class).filter(|(_, times)| **times > 0);
        let marks = drawn.map(|((_, place), times)| shape(class, *place, grown(radius, *times)));
        add(scene, mark, marks.collect());
    }
}

/// Area grows with how often it was drawn.
pub fn grown(radius: f64, times: u32) -> f64 {
    1.2 * radius * f64::from(times).sqrt().min(LARGEST)
}

/// How often each dot was drawn; for synthetic points, who is a parent.
fn times(shown: &Shown) -> Vec<u32> {
    let dots = &shown.population.dots;
    let Some(drawing) = shown.drawing else { return vec![0; dots.len()] };
    if shown.sampling.method != SamplingMethod::Synthetic {
        return drawing.dots.iter().map(|dot| dot.times).collect();
    }
    let mut parents: Vec<u32> = drawing.children.iter().flat_map(|child| child.parents).collect();
    parents.sort_unstable();
    dots.iter().map(|dot: &Dot| u32::from(parents.binary_search(&dot.document).is_ok())).collect()
}

fn children(scene: &mut Scene, children: &[Child], frame: &Frame, radius: f64) {
    let line = |child: &Child| polyline(&child.parent_places.map(|place| frame.at(place)));
    add(scene, "dot-line", children.iter().map(line).collect());
    for (class, mark) in IN.into_iter().enumerate() {
        let of_class = children.iter().filter(|child| usize::from(child.class) == class);
        let marks: String = of_class.map(|child| shape(class, frame.at(child.place), 0.6 * radius)).collect();
        add(scene, mark, marks.clone());
        add(scene, "dot-child", marks);
    }
}

/// A band around each cluster; around those that were drawn a firm one. Returns their names, to be written over the dots.
fn bands(scene: &mut Scene, shown: &Shown, places: &[Point]) -> Vec<(Point, String)> {
    let mut names = Vec::new();
    let Some(drawing) = shown.drawing else { return names };
    if shown.sampling.method != SamplingMethod::Cluster || drawing.parts.len() > BANDS {
        return names;
    }
    for (number, part) in drawing.parts.iter().enumerate() {
        let members = drawing.dots.iter().zip(places).filter(|(dot, _)| usize::from(dot.part) == number);
        let around = hull(&members.map(|(_, place)| *place).collect::<Vec<_>>());
        if around.is_empty() {
            continue;
        }
        let class = if part.draws > 0 { "dot-hull-drawn" } else { "dot-hull" };
        scene.path(class, polyline(&around) + "Z");
        names.push((middle(&around), part_name(part, shown.t)));
    }
    names
}

/// The name of a stratum or cluster.
pub fn part_name(part: &PartDrawn, t: &I18n) -> String {
    if part.name.is_empty() { t.say("sampling.part.none") } else { part.name.clone() }
}

fn middle(points: &[Point]) -> Point {
    let count = points.len().max(1) as f64;
    (points.iter().map(|point| point.0).sum::<f64>() / count, points.iter().map(|point| point.1).sum::<f64>() / count)
}

fn add(scene: &mut Scene, class: &'static str, outlines: String) {
    if !outlines.is_empty() {
        scene.path(class, outlines);
    }
}

/// The name of the stratum or cluster of a dot.
pub fn part_of(drawing: &Drawing, dot: usize) -> Option<&PartDrawn> {
    let part = drawing.dots.get(dot).map(|dot| dot.part).filter(|part| *part != NO_PART)?;
    drawing.parts.get(usize::from(part))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
