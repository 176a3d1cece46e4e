//! The picture under every sample: documents as dots in two dimensions, those that were drawn filled, and larger the
//! more often they were drawn; clusters as bands around their dots; synthetic points on the lines between their parents.

use super::hull::hull;
use super::look::{
    DOT_CHILD, DOT_GROUND, DOT_HULL, DOT_HULL_DRAWN, DOT_HULL_NAME, DOT_KEY_IN, DOT_KEY_OUT, DOT_KEY_SMALL, DOT_LINE,
    DOT_NAME, IN, OUT,
};
use super::shape::shape;
use crate::config::sampling::{SamplingConfig, SamplingMethod};
use crate::protocol::sample::{Child, Dot, Drawing, NO_PART, PartDrawn, Population};
use crate::ui::format;
use crate::ui::kit::looks::Style;
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
const MAX_RADIUS: f64 = 2.6;

/// What the picture shows.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub population: &'a Population,
    /// The sample, where one could be drawn.
    pub drawing: Option<&'a Drawing>,
    pub sampling: &'a SamplingConfig,
    pub names: &'a Names,
}

/// What is written in the picture, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// Of the classes, in their order.
    pub classes: Vec<String>,
    pub drawn: String,
    pub not_drawn: String,
    /// Of synthetic points: those that they lie between, they themselves, and all others.
    pub parent: String,
    pub child: String,
    pub other: String,
    /// Of the stratum or cluster that has none.
    pub no_part: String,
}

/// Where each dot lies in the picture, and how large it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Laid {
    pub places: Vec<Point>,
    pub radius: f64,
}

/// The picture at this width; its height follows.
pub fn draw(shown: &Shown, width: f64) -> Scene {
    let mut scene = Scene::new(width, 0.0);
    let top = legend(&mut scene, shown);
    let height = height(width);
    scene.height = top + height;
    let frame = frame(shown, top, width);
    let Laid { places, radius } = laid(shown, &frame, width);
    scene.rect(&DOT_GROUND, (0.5, top), (width - 1.0, height - 0.5), 10.0);
    let names = bands(&mut scene, shown, &places);
    marks(&mut scene, shown, &places, radius);
    names.into_iter().for_each(|(place, name)| scene.text(&DOT_HULL_NAME, place, Anchor::Middle, name));
    if let Some(drawing) = shown.drawing {
        children(&mut scene, &drawing.children, &frame, radius);
    }
    scene
}

/// The dots of the picture at this width.
pub fn lay(shown: &Shown, width: f64) -> Laid {
    let top = legend(&mut Scene::new(width, 0.0), shown);
    laid(shown, &frame(shown, top, width), width)
}

fn laid(shown: &Shown, frame: &Frame, width: f64) -> Laid {
    let places: Vec<Point> = shown.population.dots.iter().map(|dot| frame.at(dot.place)).collect();
    Laid { radius: radius(places.len(), width * height(width)), places }
}

/// The plot's, without its legend.
fn height(width: f64) -> f64 {
    (0.62 * width).clamp(240.0, 470.0)
}

fn frame(shown: &Shown, top: f64, width: f64) -> Frame {
    Frame::around(shown.population, (PAD, top + PAD), (width - 2.0 * PAD, height(width) - 2.0 * PAD))
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
    let Names { classes, drawn, not_drawn, parent, child, other, .. } = shown.names;
    let mut entries: Vec<(usize, &'static Style, String)> = Vec::new();
    for (at, (class, name)) in shown.population.classes.iter().zip(classes).enumerate() {
        entries.push((at, &IN[at], format!("{name} ({})", format::count(class.documents))));
    }
    let keys: &[(&'static Style, &String)] = match (shown.drawing, shown.sampling.method) {
        (None, _) => &[],
        (_, SamplingMethod::Synthetic) => &[(&DOT_KEY_IN, parent), (&DOT_KEY_SMALL, child), (&DOT_KEY_OUT, other)],
        _ => &[(&DOT_KEY_IN, drawn), (&DOT_KEY_OUT, not_drawn)],
    };
    entries.extend(keys.iter().map(|(style, name)| (0, *style, (*name).clone())));
    let (mut x, mut y) = (4.0, 4.0);
    for (class, style, name) in entries {
        let long = 22.0 + text_width(&name, NAME) + 14.0;
        if x + long > scene.width && x > 4.0 {
            (x, y) = (4.0, y + LEGEND);
        }
        let radius = if *style == DOT_KEY_SMALL { 3.0 } else { 5.0 };
        scene.path(style, shape(class, (x + 7.0, y + 8.0), radius));
        scene.text(&DOT_NAME, (x + 19.0, y + 12.5), Anchor::Start, name);
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
    for (class, style) in OUT.iter().enumerate().take(classes) {
        let out = of_class(class).filter(|(_, times)| **times == 0);
        add(scene, style, out.map(|((_, place), _)| shape(class, *place, radius)).collect());
    }
    for (class, style) in IN.iter().enumerate().take(classes) {
        let drawn = of_class(class).filter(|(_, times)| **times > 0);
        let marks = drawn.map(|((_, place), times)| shape(class, *place, grown(radius, *times)));
        add(scene, style, marks.collect());
    }
}

/// Area grows with how often it was drawn.
pub fn grown(radius: f64, times: u32) -> f64 {
    1.2 * radius * f64::from(times).sqrt().min(MAX_RADIUS)
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
    add(scene, &DOT_LINE, children.iter().map(line).collect());
    for (class, style) in IN.iter().enumerate() {
        let of_class = children.iter().filter(|child| usize::from(child.class) == class);
        let marks: String = of_class.map(|child| shape(class, frame.at(child.place), 0.6 * radius)).collect();
        add(scene, style, marks.clone());
        add(scene, &DOT_CHILD, marks);
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
        let style = if part.draws > 0 { &DOT_HULL_DRAWN } else { &DOT_HULL };
        scene.path(style, polyline(&around) + "Z");
        names.push((middle(&around), part_name(part, &shown.names.no_part).to_string()));
    }
    names
}

/// The name of a stratum or cluster.
pub fn part_name<'a>(part: &'a PartDrawn, none: &'a str) -> &'a str {
    if part.name.is_empty() { none } else { &part.name }
}

fn middle(points: &[Point]) -> Point {
    let count = points.len().max(1) as f64;
    (points.iter().map(|point| point.0).sum::<f64>() / count, points.iter().map(|point| point.1).sum::<f64>() / count)
}

fn add(scene: &mut Scene, style: &'static Style, outlines: String) {
    if !outlines.is_empty() {
        scene.path(style, outlines);
    }
}

/// The name of the stratum or cluster of a dot.
pub fn part_of(drawing: &Drawing, dot: usize) -> Option<&PartDrawn> {
    let part = drawing.dots.get(dot).map(|dot| dot.part).filter(|part| *part != NO_PART)?;
    drawing.parts.get(usize::from(part))
}
