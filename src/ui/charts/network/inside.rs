//! What boxes show of their inside: heads and what they share, what they see, the taps of a convolution, the lanes of an
//! MLP, and labels for what is switched on.

use std::f64::consts::{PI, TAU};

use super::super::layers::DiagramNode;
use super::look::{
    NET_CURVE, NET_FLOW, NET_HEAD, NET_HINT, NET_JOIN, NET_KV, NET_LABEL, NET_LABEL_TEXT, NET_SEEN, NET_SIGHT, NET_SUM,
    NET_TAP, NET_WIDE,
};
use super::{Frame, PAD, Picture};
use crate::config::model::{Activation, Mixer, Positions};
use crate::ui::kit::scene::{Anchor, Scene, polyline, text_width};

/// Height of the picture inside a box, and of a row of labels below it.
const ROW: f64 = 24.0;
const LABEL: f64 = 20.0;
const SPACE: f64 = 6.0;
/// Labels have capitals, which are wide: they get the room of larger letters.
const LETTERS: f64 = 13.5;
/// A curve within a label.
const CURVE: f64 = 24.0;
/// Beside heads, a wide box shows who sees whom.
const WIDE: f64 = 300.0;

/// Something that is switched on.
struct Label {
    text: String,
    /// Its curve is drawn beside it.
    curve: Option<Activation>,
}

impl Picture<'_> {
    /// Draws the inside of a box from `y` on; returns how high it is.
    pub(super) fn inside(&self, scene: &mut Scene, spot: DiagramNode, y: f64) -> f64 {
        let pictured = match (spot, self.diagram.model.mixer) {
            (DiagramNode::Mixer, Mixer::Attention) => self.heads(scene, y),
            (DiagramNode::Mixer, Mixer::Convolution) => self.taps(scene, y),
            (DiagramNode::Mlp, _) if self.diagram.model.activation.is_gated() => self.lanes(scene, y),
            (DiagramNode::Mlp, _) => self.widening(scene, y),
            _ => 0.0,
        };
        let labels = self.labels(spot);
        if labels.is_empty() {
            return pictured;
        }
        let top = if pictured > 0.0 { y + pictured + SPACE } else { y - SPACE };
        self.draw_labels(scene, &labels, top) - y
    }

    /// A queries' square for each head; below it the keys and values that it has, or shares.
    fn heads(&self, scene: &mut Scene, y: f64) -> f64 {
        let model = &self.diagram.model;
        let (left, width) = (self.inner_left(), self.pictured_width());
        let (count, own) = (model.n_head, model.n_kv_head());
        let gap = if count > 8 { 2.0 } else { 3.0 };
        let each = (width - gap * (count - 1) as f64) / count as f64;
        for head in 0..count {
            scene.rect(&NET_HEAD, (left + head as f64 * (each + gap), y), (each, 9.0), 2.0);
        }
        let shared = (width - gap * (own - 1) as f64) / own as f64;
        for head in 0..own {
            scene.rect(&NET_KV, (left + head as f64 * (shared + gap), y + 14.0), (shared, 9.0), 2.0);
        }
        let x = left + width + PAD - 3.0;
        scene.text(&NET_HINT, (x, y + 9.0), Anchor::Start, self.names.heads.as_str());
        scene.text(&NET_HINT, (x, y + 23.0), Anchor::Start, self.names.keys_and_values.as_str());
        if self.right - self.left >= WIDE {
            self.sight(scene, y);
        }
        ROW
    }

    /// Rows are tokens that look, columns what they see: all before them, or a window of it.
    fn sight(&self, scene: &mut Scene, y: f64) {
        let model = &self.diagram.model;
        let (left, away) = (self.inner_right() - ROW, model.reach() as f64 / model.block_size as f64);
        let at = |x: f64, down: f64| (left + x * ROW, y + down * ROW);
        scene.rect(&NET_SIGHT, at(0.0, 0.0), (ROW, ROW), 2.0);
        let seen = [at(0.0, 0.0), at(1.0, 1.0), at(1.0 - away, 1.0), at(0.0, away)];
        scene.path(&NET_SEEN, polyline(&seen) + "Z");
    }

    /// The last tokens and their sum.
    fn taps(&self, scene: &mut Scene, y: f64) -> f64 {
        let (left, width, reach) = (self.inner_left(), self.pictured_width(), self.diagram.model.reach());
        let shown = reach.min(12);
        let each = width / shown as f64;
        let sum = (left + width - each / 2.0, y + 19.0);
        for tap in 0..shown {
            let x = left + (tap as f64 + 0.5) * each;
            scene.line(&NET_FLOW, (x, y + 7.0), sum);
            scene.rect(&NET_TAP, (x - 3.5, y), (7.0, 7.0), 2.0);
        }
        scene.circle(&NET_SUM, sum, 4.0);
        let x = left + width + PAD - 3.0;
        scene.text(&NET_HINT, (x, y + 12.0), Anchor::Start, self.names.taps.as_str());
        ROW
    }

    /// Narrow, wide, narrow again.
    fn widening(&self, scene: &mut Scene, y: f64) -> f64 {
        let (left, middle, length) = (self.inner_left(), y + 9.0, self.lane_width());
        let outline = [
            (left, middle - 2.5),
            (left + length / 2.0, middle - 9.0),
            (left + length, middle - 2.5),
            (left + length, middle + 2.5),
            (left + length / 2.0, middle + 9.0),
            (left, middle + 2.5),
        ];
        scene.path(&NET_WIDE, polyline(&outline) + "Z");
        scene.text(&NET_HINT, (left + length + PAD - 3.0, middle + 4.0), Anchor::Start, self.widths());
        18.0
    }

    /// Two lanes get wide, one multiplies the other, and the product gets narrow again.
    fn lanes(&self, scene: &mut Scene, y: f64) -> f64 {
        let (left, length, middle) = (self.inner_left(), self.lane_width(), y + 11.0);
        let wide = 0.4 * length;
        for top in [y, y + 13.0] {
            let outline = [(left, top + 3.0), (left + wide, top), (left + wide, top + 9.0), (left, top + 6.0)];
            scene.path(&NET_WIDE, polyline(&outline) + "Z");
        }
        let times = left + wide + 10.0;
        scene.circle(&NET_JOIN, (times, middle), 7.0);
        scene.text(&NET_HINT, (times, middle + 4.0), Anchor::Middle, "×");
        let (from, to) = (times + 9.0, left + length);
        let outline = [(from, middle - 9.0), (to, middle - 2.5), (to, middle + 2.5), (from, middle + 9.0)];
        scene.path(&NET_WIDE, polyline(&outline) + "Z");
        scene.text(&NET_HINT, (to + PAD - 3.0, middle + 4.0), Anchor::Start, self.widths());
        22.0
    }

    /// Numbers of a token on their way through the mlp.
    fn widths(&self) -> String {
        let model = &self.diagram.model;
        let lanes = if model.activation.is_gated() { "2 × " } else { "" };
        format!("{0} → {lanes}{1} → {0}", model.n_embd, model.hidden())
    }

    /// What is switched on in a box.
    fn labels(&self, spot: DiagramNode) -> Vec<Label> {
        let model = &self.diagram.model;
        let named = |text: String| Label { text, curve: None };
        let mut labels = Vec::new();
        if spot == DiagramNode::Mlp {
            let text = self.names.activation.clone();
            labels.push(Label { text, curve: Some(model.activation) });
        }
        if spot == DiagramNode::Mixer && self.diagram.attends() {
            match model.positions {
                Positions::Rope => labels.push(named("RoPE".into())),
                Positions::Alibi => labels.push(named("ALiBi".into())),
                _ => {}
            }
            if model.qk_norm {
                labels.push(named("QK-norm".into()));
            }
            if model.reach() < model.block_size {
                labels.push(named(self.names.window.clone()));
            }
        }
        let drops = matches!(spot, DiagramNode::Mixer | DiagramNode::Mlp | DiagramNode::Embedding);
        if drops && model.dropout > 0.0 {
            labels.push(named(self.names.dropout.clone()));
        }
        labels
    }

    /// Labels side by side, and below each other where there is no room. Returns where they end.
    fn draw_labels(&self, scene: &mut Scene, labels: &[Label], top: f64) -> f64 {
        let (mut x, mut y) = (self.inner_left(), top);
        for Label { text, curve } in labels {
            let wide = text_width(text, LETTERS) + 2.0 * 8.0 + if curve.is_some() { CURVE } else { 0.0 };
            if x > self.inner_left() && x + wide > self.inner_right() {
                (x, y) = (self.inner_left(), y + LABEL + 4.0);
            }
            scene.rect(&NET_LABEL, (x, y), (wide, LABEL), LABEL / 2.0);
            let mut text_from = x + 8.0;
            if let Some(activation) = curve {
                scene.path(&NET_CURVE, curve_of(*activation, (text_from, y + 3.0), (CURVE - 6.0, LABEL - 6.0)));
                text_from += CURVE;
            }
            scene.text(&NET_LABEL_TEXT, (text_from, y + 14.0), Anchor::Start, text.as_str());
            x += wide + SPACE;
        }
        y + LABEL
    }

    fn inner_left(&self) -> f64 {
        self.left + PAD + 4.0
    }

    fn inner_right(&self) -> f64 {
        self.right - PAD - 4.0
    }

    fn pictured_width(&self) -> f64 {
        (0.4 * (self.inner_right() - self.inner_left())).min(110.0)
    }

    fn lane_width(&self) -> f64 {
        self.pictured_width().min(72.0)
    }
}

/// A wave along the foot of a box.
pub(super) fn wave(scene: &mut Scene, Frame { x, y, width, height }: Frame) {
    const PERIODS: f64 = 5.0;
    let length = width - 2.0 * (PAD + 4.0);
    let point = |step: u32| {
        let along = f64::from(step) / 60.0;
        (x + PAD + 4.0 + along * length, y + height - 8.0 - 3.0 * (along * PERIODS * TAU).sin())
    };
    scene.path(&NET_CURVE, polyline(&(0..=60).map(point).collect::<Vec<_>>()));
}

/// The curve of an activation from -3 to 3, as far as it does not leave its frame above.
fn curve_of(activation: Activation, (x, y): (f64, f64), (width, height): (f64, f64)) -> String {
    const REACH: f64 = 3.0;
    const LOWEST: f64 = -0.4;
    let place = |input: f64, value: f64| {
        let up = (value - LOWEST) / (REACH - LOWEST);
        (x + (input + REACH) / (2.0 * REACH) * width, y + height * (1.0 - up))
    };
    let inputs = (0..=24).map(|step| REACH * (f64::from(step) / 12.0 - 1.0));
    let points = inputs.map(|input| (input, bent(activation, input))).take_while(|(_, value)| *value <= REACH);
    polyline(&points.map(|(input, value)| place(input, value)).collect::<Vec<_>>())
}

/// The activation of one number; of a gated one, that of its gate.
fn bent(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Gelu | Activation::GeGlu => {
            0.5 * x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh())
        }
        Activation::Relu => x.max(0.0),
        Activation::ReluSquared => x.max(0.0).powi(2),
        Activation::Silu | Activation::SwiGlu => x / (1.0 + (-x).exp()),
    }
}
