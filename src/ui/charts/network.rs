//! The picture of the network, from tokens at the top to scores at the bottom. Boxes carry their shapes; a bar at the
//! foot of a box shows its share of all weights, or of all calculations, and a mark where it ended before the last change.
//! What can be pressed is told with its place.

mod inside;
mod look;

use super::layers::{DiagramNode, Layer, ModelDiagram};
use crate::config::model::{NormPlace, Positions};
use crate::ui::kit::scene::{Anchor, Scene, polyline, text_width};

use crate::config::names::names;
use look::{
    NET_ARROW, NET_BEFORE, NET_BLOCK, NET_BOX, NET_DATA, NET_FLOW, NET_HINT, NET_JOIN, NET_NUMBERS, NET_PILL, NET_PLUS,
    NET_SHARE, NET_SHARE_GROUND, NET_SYMBOLS, NET_TIE, NET_TIMES, NET_TITLE,
};

const BOX: f64 = 50.0;
const TALL: f64 = 78.0;
const GAP: f64 = 18.0;
const JOIN: f64 = 10.0;
const RADIUS: f64 = 10.0;
/// Left edge of the boxes; the bypass of the blocks runs beside them.
const LEFT: f64 = 42.0;
/// Right margin of the boxes; the line that ties head and embedding runs there.
const RIGHT: f64 = 30.0;
const PAD: f64 = 12.0;
const SMALL: f64 = 12.0;
/// Height of the button that says how often the block repeats: large enough for a finger.
const PILL: f64 = 26.0;

/// A bar that moves less than this share keeps its place to the eye.
const MIN_MOVE: f64 = 0.002;

/// What the bars at the feet of the boxes are shares of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    #[default]
    Weights,
    /// Operations of a training step.
    Work,
}

names! {
    /// Its name in locales.
    Measure { Weights = "weights", Work = "work" }
}

impl Measure {
    fn of(self, layer: &Layer) -> f64 {
        match self {
            Measure::Weights => layer.parameters() as f64,
            Measure::Work => layer.flops(),
        }
    }

    /// The share of each box.
    fn shares(self, diagram: &ModelDiagram) -> Vec<(DiagramNode, f64)> {
        let layers = diagram.layers();
        let whole: f64 = layers.iter().map(|layer| self.of(layer)).sum();
        layers.iter().map(|layer| (layer.spot, self.of(layer) / whole.max(1.0))).collect()
    }
}

/// Where a box lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The picture, and the places of what can be pressed in it, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    pub scene: Scene,
    pub nodes: Vec<(DiagramNode, Frame)>,
}

impl Drawing {
    fn append(&mut self, other: Drawing) {
        self.scene.marks.extend(other.scene.marks);
        self.nodes.extend(other.nodes);
    }
}

/// Whose picture is drawn, and how the network was before its last change.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub now: ModelDiagram,
    pub before: Option<ModelDiagram>,
    pub measure: Measure,
}

/// What is written in the boxes, in the language of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// What a box is and what it does, in the order of [`DiagramNode::ALL`].
    pub boxes: [BoxName; DiagramNode::ALL.len()],
    pub blocks: String,
    pub heads: String,
    pub keys_and_values: String,
    pub taps: String,
    pub window: String,
    pub dropout: String,
    pub activation: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BoxName {
    pub title: String,
    pub hint: String,
}

/// The whole picture at this width; its height follows.
pub fn draw(subject: &Subject, names: &Names, width: f64) -> Drawing {
    let Subject { now: diagram, before, measure } = subject;
    let shares = measure.shares(diagram);
    let before = before.as_ref().map_or(vec![], |before| measure.shares(before));
    let layers = diagram.layers();
    let picture = Picture { layers, shares, before, diagram, names, left: LEFT, right: width - RIGHT };
    let mut out = Drawing::default();
    let bottom = picture.draw(&mut out);
    out.scene.width = width;
    out.scene.height = bottom + 4.0;
    out
}

struct Picture<'a> {
    layers: Vec<Layer>,
    shares: Vec<(DiagramNode, f64)>,
    /// The shares before the last change, of the boxes that were there.
    before: Vec<(DiagramNode, f64)>,
    diagram: &'a ModelDiagram,
    names: &'a Names,
    left: f64,
    right: f64,
}

impl Picture<'_> {
    fn draw(&self, out: &mut Drawing) -> f64 {
        let y = self.data(out, DiagramNode::Tokens, 2.0);
        let y = self.arrow(out, y);
        let (y, embedding) = match self.diagram.adds_positions() {
            true => self.embeddings(out, y),
            false => (self.layer(out, DiagramNode::Embedding, y), y + BOX / 2.0),
        };
        let mut y = self.blocks(out, y);
        if self.diagram.model.norm_place == NormPlace::Before {
            y = self.arrow(out, y);
            y = self.layer(out, DiagramNode::LastNorm, y);
        }
        let head = self.arrow(out, y);
        let mut y = self.layer(out, DiagramNode::Head, head);
        if self.diagram.model.tied {
            self.tie(&mut out.scene, embedding, head + BOX / 2.0);
        }
        if self.diagram.model.softcap > 0.0 {
            y = self.arrow(out, y);
            y = self.layer(out, DiagramNode::SoftCap, y);
        }
        let y = self.arrow(out, y);
        self.data(out, DiagramNode::Scores, y)
    }

    /// Token embedding and positions side by side, joined below. Returns its foot and the height of the embedding's
    /// right edge.
    fn embeddings(&self, out: &mut Drawing, y: f64) -> (f64, f64) {
        let half = (self.right - self.left - GAP) / 2.0;
        for (spot, x) in [(DiagramNode::Positions, self.left), (DiagramNode::Embedding, self.left + half + GAP)] {
            let frame = Frame { x, y, width: half, height: TALL };
            self.frame(out, spot, frame);
            let layer = self.find(spot);
            let middle = x + half / 2.0;
            let scene = &mut out.scene;
            scene.text(&NET_TITLE, (middle, y + 23.0), Anchor::Middle, self.named(spot).title.as_str());
            scene.text(&NET_SYMBOLS, (middle, y + 42.0), Anchor::Middle, format!("({})", layer.symbols));
            scene.text(&NET_NUMBERS, (middle, y + 59.0), Anchor::Middle, numbers(layer));
            if spot == DiagramNode::Positions && self.diagram.model.positions == Positions::Sinusoidal {
                inside::wave(scene, frame);
            }
        }
        let (centre, join) = (self.centre(), y + TALL + GAP);
        for x in [self.left + half / 2.0, self.right - half / 2.0] {
            let side = if x < centre { -JOIN } else { JOIN };
            out.scene.path(&NET_FLOW, polyline(&[(x, y + TALL), (x, join), (centre + side, join)]));
        }
        self.join(&mut out.scene, join);
        (join + JOIN, y + TALL / 2.0)
    }

    /// The block that repeats: two bypasses, each around what it leads past.
    fn blocks(&self, out: &mut Drawing, y: f64) -> f64 {
        let top = y + GAP;
        let mut inside = Drawing::default();
        let first = top + PILL + PAD;
        inside.scene.line(&NET_FLOW, (self.centre(), y), (self.centre(), first));
        let foot = self.branch(&mut inside, first, DiagramNode::Norm1, DiagramNode::Mixer);
        inside.scene.line(&NET_FLOW, (self.centre(), foot), (self.centre(), foot + GAP / 2.0));
        let foot = self.branch(&mut inside, foot + GAP / 2.0, DiagramNode::Norm2, DiagramNode::Mlp);
        let bottom = foot + GAP;
        inside.scene.line(&NET_FLOW, (self.centre(), foot), (self.centre(), bottom));

        let (x, width) = (self.left - 32.0, self.right - self.left + 42.0);
        for behind in (0..self.diagram.model.n_layer.min(3)).rev() {
            let shift = 5.0 * behind as f64;
            let size = (width - 2.0 * shift, bottom - top);
            out.scene.rect(&NET_BLOCK, (x + shift, top - shift), size, 16.0);
        }
        self.repetition(out, (x + width - 6.0, top + 6.0));
        out.append(inside);
        bottom
    }

    /// How often the block repeats, as a button in its upper right corner.
    fn repetition(&self, out: &mut Drawing, (right, y): (f64, f64)) {
        let text = &self.names.blocks;
        let width = text_width(text, 15.0) + 2.0 * PAD;
        let frame = Frame { x: right - width, y, width, height: PILL };
        out.nodes.push((DiagramNode::Blocks, frame));
        out.scene.rect(&NET_PILL, (frame.x, y), (width, PILL), PILL / 2.0);
        out.scene.text(&NET_TIMES, (frame.x + width / 2.0, y + 18.0), Anchor::Middle, text);
    }

    /// A bypass around a layer. The norm stands before the layer, `x + layer(norm(x))`, or behind both,
    /// `norm(x + layer(x))`.
    fn branch(&self, out: &mut Drawing, y: f64, norm: DiagramNode, layer: DiagramNode) -> f64 {
        let place = self.diagram.model.norm_place;
        let mut top = self.arrow(out, y);
        if place == NormPlace::Before {
            let foot = self.layer(out, norm, top);
            top = self.arrow(out, foot);
        }
        let foot = self.layer(out, layer, top);
        let (centre, join, rail) = (self.centre(), foot + GAP - 2.0, self.left - 16.0);
        let scene = &mut out.scene;
        scene.line(&NET_FLOW, (centre, foot), (centre, join - JOIN));
        scene.path(&NET_FLOW, polyline(&[(centre, y), (rail, y), (rail, join), (centre - JOIN, join)]));
        scene.path(&NET_ARROW, arrow_head((centre - JOIN, join), (1.0, 0.0)));
        self.join(scene, join);
        match place {
            NormPlace::Before => join + JOIN,
            NormPlace::After => {
                let top = self.arrow(out, join + JOIN);
                self.layer(out, norm, top)
            }
        }
    }

    /// A box of the network: title and hint on the left, shape on the right, its inside below where it has one.
    fn layer(&self, out: &mut Drawing, spot: DiagramNode, y: f64) -> f64 {
        let mut within = Scene::default();
        let inside = self.inside(&mut within, spot, y + BOX + 2.0);
        let height = if inside > 0.0 { BOX + 2.0 + inside + PAD } else { BOX };
        let frame = Frame { x: self.left, y, width: self.right - self.left, height };
        self.frame(out, spot, frame);
        self.lettering(&mut out.scene, spot, y);
        out.scene.marks.extend(within.marks);
        y + height
    }

    /// What flows in or out: a box with round ends.
    fn data(&self, out: &mut Drawing, spot: DiagramNode, y: f64) -> f64 {
        let frame = Frame { x: self.left, y, width: self.right - self.left, height: BOX };
        out.nodes.push((spot, frame));
        out.scene.rect(&NET_DATA, (frame.x, y), (frame.width, BOX), BOX / 2.0);
        self.lettering(&mut out.scene, spot, y);
        y + BOX
    }

    fn lettering(&self, scene: &mut Scene, spot: DiagramNode, y: f64) {
        let layer = self.find(spot);
        let (left, right) = (self.left + PAD + 4.0, self.right - PAD - 4.0);
        let (symbols, numbers) = (format!("({})", layer.symbols), numbers(layer));
        let BoxName { title, hint } = self.named(spot);
        let fits = text_width(hint, SMALL) + text_width(&numbers, SMALL + 1.0) + PAD <= right - left;
        scene.text(&NET_TITLE, (left, y + if fits { 21.0 } else { 29.0 }), Anchor::Start, title);
        if fits {
            scene.text(&NET_HINT, (left, y + 38.0), Anchor::Start, hint);
        }
        scene.text(&NET_SYMBOLS, (right, y + 20.0), Anchor::End, symbols);
        scene.text(&NET_NUMBERS, (right, y + 37.0), Anchor::End, numbers);
    }

    /// The outline of a box with its share of the whole along the foot.
    fn frame(&self, out: &mut Drawing, spot: DiagramNode, frame: Frame) {
        let Frame { x, y, width, height } = frame;
        out.nodes.push((spot, frame));
        out.scene.rect(&NET_BOX, (x, y), (width, height), RADIUS);
        let length = width - 2.0 * (PAD + 4.0);
        let at = (x + PAD + 4.0, y + height - 7.0);
        let (share, before) = (share_of(&self.shares, spot), share_of(&self.before, spot));
        if share > 0.0 || before > 0.0 {
            out.scene.rect(&NET_SHARE_GROUND, at, (length, 3.0), 1.5);
        }
        if share > 0.0 {
            out.scene.rect(&NET_SHARE, at, ((length * share).max(1.5), 3.0), 1.5);
        }
        if !self.before.is_empty() && (share - before).abs() > MIN_MOVE {
            out.scene.rect(&NET_BEFORE, (at.0 + length * before - 1.0, at.1 - 3.0), (2.0, 8.0), 0.0);
        }
    }

    /// Head and token embedding are the same numbers: a line along the right edge says so.
    fn tie(&self, scene: &mut Scene, from: f64, to: f64) {
        let rail = self.right + 22.0;
        scene.path(&NET_TIE, polyline(&[(self.right, from), (rail, from), (rail, to), (self.right, to)]));
    }

    fn join(&self, scene: &mut Scene, y: f64) {
        scene.circle(&NET_JOIN, (self.centre(), y), JOIN);
        scene.text(&NET_PLUS, (self.centre(), y + 5.0), Anchor::Middle, "+");
    }

    /// An arrow down from `y`; returns where the next box begins.
    fn arrow(&self, out: &mut Drawing, y: f64) -> f64 {
        let (x, end) = (self.centre(), y + GAP);
        out.scene.line(&NET_FLOW, (x, y), (x, end - 4.0));
        out.scene.path(&NET_ARROW, arrow_head((x, end), (0.0, 1.0)));
        end
    }

    fn named(&self, spot: DiagramNode) -> &BoxName {
        &self.names.boxes[spot as usize]
    }

    fn centre(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    fn find(&self, spot: DiagramNode) -> &Layer {
        let found = self.layers.iter().find(|layer| layer.spot == spot);
        found.unwrap_or_else(|| panic!("network picture: no layer {}", spot.name()))
    }
}

/// `"16 × 64 × 48"`.
pub fn numbers(layer: &Layer) -> String {
    layer.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" × ")
}

fn share_of(shares: &[(DiagramNode, f64)], spot: DiagramNode) -> f64 {
    shares.iter().find(|(of, _)| *of == spot).map_or(0.0, |(_, share)| *share)
}

fn arrow_head((x, y): (f64, f64), (along_x, along_y): (f64, f64)) -> String {
    let back = (x - 7.0 * along_x, y - 7.0 * along_y);
    let side = (4.0 * along_y, 4.0 * along_x);
    polyline(&[(x, y), (back.0 - side.0, back.1 + side.1), (back.0 + side.0, back.1 - side.1)]) + "Z"
}
