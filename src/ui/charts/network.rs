//! The picture of the network, from tokens at the top to scores at the bottom. Boxes carry their shapes; a bar at the
//! foot of a box shows its share of all weights.

use super::layers::{Layer, Sizes};
use super::scene::{Anchor, Scene, polyline, text_width};
use crate::ui::i18n::I18n;

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

/// The whole picture at this width; its height follows.
pub fn scene(sizes: &Sizes, t: &I18n, width: f64) -> Scene {
    let layers = sizes.layers();
    let all: u64 = layers.iter().map(|layer| layer.parameters * layer.copies).sum();
    let picture = Picture { layers, all, sizes: *sizes, t, left: LEFT, right: width - RIGHT };
    let mut scene = Scene { width, height: 0.0, marks: Vec::new() };
    let bottom = picture.draw(&mut scene);
    scene.height = bottom + 4.0;
    scene
}

struct Picture<'a> {
    layers: Vec<Layer>,
    all: u64,
    sizes: Sizes,
    t: &'a I18n,
    left: f64,
    right: f64,
}

impl Picture<'_> {
    fn draw(&self, scene: &mut Scene) -> f64 {
        let y = self.data(scene, "tokens", 2.0);
        let y = self.arrow(scene, y);
        let (y, embedding) = self.embeddings(scene, y);
        let y = self.block(scene, y);
        let y = self.arrow(scene, y);
        let y = self.layer(scene, "norm_f", y, BOX);
        let head = self.arrow(scene, y);
        let y = self.layer(scene, "head", head, BOX);
        self.tie(scene, embedding, head + BOX / 2.0);
        let y = self.arrow(scene, y);
        self.data(scene, "logits", y)
    }

    /// Token embedding and positions side by side, joined below. Returns its foot and the height of the embedding's
    /// right edge.
    fn embeddings(&self, scene: &mut Scene, y: f64) -> (f64, f64) {
        let half = (self.right - self.left - GAP) / 2.0;
        for (key, x) in [("positions", self.left), ("embedding", self.left + half + GAP)] {
            self.frame(scene, key, (x, y), (half, TALL));
            let layer = self.find(key);
            let middle = x + half / 2.0;
            scene.text("net-title", (middle, y + 23.0), Anchor::Middle, self.t.say(&format!("model.layer.{key}")));
            scene.text("net-symbols", (middle, y + 42.0), Anchor::Middle, format!("({})", layer.symbols));
            scene.text("net-numbers", (middle, y + 59.0), Anchor::Middle, numbers(layer));
        }
        let (centre, join) = (self.centre(), y + TALL + GAP);
        for x in [self.left + half / 2.0, self.right - half / 2.0] {
            let side = if x < centre { -JOIN } else { JOIN };
            scene.path("net-flow", polyline(&[(x, y + TALL), (x, join), (centre + side, join)]));
        }
        self.join(scene, join);
        (join + JOIN, y + TALL / 2.0)
    }

    /// The block that repeats: two bypasses, each around a norm and what it feeds.
    fn block(&self, scene: &mut Scene, y: f64) -> f64 {
        let top = y + GAP;
        let height = 2.0 * (2.0 * GAP + 2.0 * JOIN + BOX + TALL) + 62.0;
        let (x, width) = (self.left - 32.0, self.right - self.left + 42.0);
        for behind in (1..self.sizes.blocks.min(3)).rev() {
            let shift = 5.0 * behind as f64;
            scene.rect("net-block", (x + shift, top - shift), (width - 2.0 * shift, height), 16.0);
        }
        scene.rect("net-block", (x, top), (width, height), 16.0);
        scene.text("net-times", (x + width - PAD, top + 24.0), Anchor::End, self.blocks());
        let inside = top + 36.0;
        scene.line("net-flow", (self.centre(), y), (self.centre(), inside));
        let y = self.branch(scene, inside, "norm_1", "attention");
        scene.line("net-flow", (self.centre(), y), (self.centre(), y + GAP / 2.0));
        let y = self.branch(scene, y + GAP / 2.0, "norm_2", "mlp");
        scene.line("net-flow", (self.centre(), y), (self.centre(), top + height));
        top + height
    }

    /// `x + layer(norm(x))`: the bypass leaves above the norm and comes back below the layer.
    fn branch(&self, scene: &mut Scene, y: f64, norm: &str, layer: &str) -> f64 {
        let top = self.arrow(scene, y);
        let foot = self.layer(scene, norm, top, BOX);
        let top = self.arrow(scene, foot);
        let foot = self.layer(scene, layer, top, TALL);
        let (centre, join, rail) = (self.centre(), foot + GAP - 2.0, self.left - 16.0);
        scene.line("net-flow", (centre, foot), (centre, join - JOIN));
        scene.path("net-flow", polyline(&[(centre, y), (rail, y), (rail, join), (centre - JOIN, join)]));
        scene.path("net-arrow", arrow_head((centre - JOIN, join), (1.0, 0.0)));
        self.join(scene, join);
        join + JOIN
    }

    /// A box of the network: title and hint on the left, shape on the right, its inside below where it has one.
    fn layer(&self, scene: &mut Scene, key: &str, y: f64, height: f64) -> f64 {
        self.frame(scene, key, (self.left, y), (self.right - self.left, height));
        self.lettering(scene, self.find(key), key, y);
        let inside = y + 52.0;
        match key {
            "attention" => self.heads(scene, inside),
            "mlp" => self.widening(scene, inside),
            _ => {}
        }
        y + height
    }

    /// What flows in or out: a box with round ends.
    fn data(&self, scene: &mut Scene, key: &str, y: f64) -> f64 {
        scene.rect("net-data", (self.left, y), (self.right - self.left, BOX), BOX / 2.0);
        let layer = self.find(if key == "logits" { "head" } else { key });
        self.lettering(scene, layer, key, y);
        y + BOX
    }

    fn lettering(&self, scene: &mut Scene, layer: &Layer, key: &str, y: f64) {
        let (left, right) = (self.left + PAD + 4.0, self.right - PAD - 4.0);
        let (symbols, numbers) = (format!("({})", layer.symbols), numbers(layer));
        let hint = self.t.say(&format!("model.layer.{key}.hint"));
        let fits = text_width(&hint, SMALL) + text_width(&numbers, SMALL + 1.0) + PAD <= right - left;
        scene.text(
            "net-title",
            (left, y + if fits { 21.0 } else { 29.0 }),
            Anchor::Start,
            self.t.say(&format!("model.layer.{key}")),
        );
        if fits {
            scene.text("net-hint", (left, y + 38.0), Anchor::Start, hint);
        }
        scene.text("net-symbols", (right, y + 20.0), Anchor::End, symbols);
        scene.text("net-numbers", (right, y + 37.0), Anchor::End, numbers);
    }

    fn blocks(&self) -> String {
        let blocks = self.sizes.blocks;
        self.t.fill(if blocks == 1 { "model.blocks.one" } else { "model.blocks" }, &[("blocks", &blocks)])
    }

    fn heads_in_words(&self) -> String {
        let width = self.sizes.head_size().map_or_else(|| "?".to_string(), |width| width.to_string());
        self.t.fill("model.heads", &[("heads", &self.sizes.heads), ("width", &width)])
    }

    /// As many small boxes as there are heads.
    fn heads(&self, scene: &mut Scene, y: f64) {
        let words = self.heads_in_words();
        let left = self.left + PAD + 4.0;
        let room = self.right - PAD - 4.0 - left - text_width(&words, SMALL) - PAD;
        let heads = self.sizes.heads.max(1) as f64;
        let pitch = (room / heads).min(28.0);
        for head in 0..self.sizes.heads {
            scene.rect("net-head", (left + pitch * head as f64, y + 2.0), ((pitch - 3.0).max(1.0), 10.0), 2.0);
        }
        scene.text("net-hint", (left + pitch * heads + PAD - 3.0, y + 12.0), Anchor::Start, words);
    }

    /// Narrow, four times as wide, narrow again.
    fn widening(&self, scene: &mut Scene, y: f64) {
        let (left, middle, length) = (self.left + PAD + 4.0, y + 7.0, 72.0);
        let outline = [
            (left, middle - 2.5),
            (left + length / 2.0, middle - 9.0),
            (left + length, middle - 2.5),
            (left + length, middle + 2.5),
            (left + length / 2.0, middle + 9.0),
            (left, middle + 2.5),
        ];
        let widening = format!("{0} → {1} → {0}", self.sizes.channels, 4 * self.sizes.channels);
        scene.path("net-wide", polyline(&outline) + "Z");
        scene.text("net-hint", (left + length + PAD - 3.0, y + 12.0), Anchor::Start, widening);
    }

    /// The outline of a box with its share of the weights along the foot.
    fn frame(&self, scene: &mut Scene, key: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        scene.rect("net-box", (x, y), (width, height), RADIUS);
        let layer = self.find(key);
        let length = width - 2.0 * (PAD + 4.0);
        let share = (layer.parameters * layer.copies) as f64 / self.all.max(1) as f64;
        if share > 0.0 {
            let at = (x + PAD + 4.0, y + height - 7.0);
            scene.rect("net-share-ground", at, (length, 3.0), 1.5);
            scene.rect("net-share", at, ((length * share).max(1.5), 3.0), 1.5);
        }
    }

    /// Head and token embedding are the same numbers: a line along the right edge says so.
    fn tie(&self, scene: &mut Scene, from: f64, to: f64) {
        let rail = self.right + 22.0;
        scene.path("net-tie", polyline(&[(self.right, from), (rail, from), (rail, to), (self.right, to)]));
    }

    fn join(&self, scene: &mut Scene, y: f64) {
        scene.circle("net-join", (self.centre(), y), JOIN);
        scene.text("net-plus", (self.centre(), y + 5.0), Anchor::Middle, "+");
    }

    /// An arrow down from `y`; returns where the next box begins.
    fn arrow(&self, scene: &mut Scene, y: f64) -> f64 {
        let (x, end) = (self.centre(), y + GAP);
        scene.line("net-flow", (x, y), (x, end - 4.0));
        scene.path("net-arrow", arrow_head((x, end), (0.0, 1.0)));
        end
    }

    fn centre(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    fn find(&self, key: &str) -> &Layer {
        self.layers.iter().find(|layer| layer.key == key).unwrap_or_else(|| panic!("network picture: no layer {key}"))
    }
}

/// `"16 × 64 × 48"`.
pub fn numbers(layer: &Layer) -> String {
    layer.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" × ")
}

fn arrow_head((x, y): (f64, f64), (along_x, along_y): (f64, f64)) -> String {
    let back = (x - 7.0 * along_x, y - 7.0 * along_y);
    let side = (4.0 * along_y, 4.0 * along_x);
    polyline(&[(x, y), (back.0 - side.0, back.1 + side.1), (back.0 + side.0, back.1 - side.1)]) + "Z"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, presets::Preset};
    use crate::ui::charts::scene::Mark;
    use crate::ui::state::Lang;

    fn picture(config: &Config, width: f64) -> Scene {
        scene(&Sizes::new(config, 16_384), &I18n::new(Lang::En), width)
    }

    fn largest() -> Config {
        let mut config = Preset::Shrub.config();
        config.model.n_head = 16;
        config.model.n_embd = 1024;
        config.model.block_size = 1024;
        config.train.batch_size = 128;
        config
    }

    #[test]
    fn nothing_leaves_the_picture() {
        for config in Preset::ALL.map(Preset::config).into_iter().chain([largest()]) {
            for width in [320.0, 350.0, 620.0] {
                let scene = picture(&config, width);
                for mark in &scene.marks {
                    let (left, right, bottom) = extent(mark);
                    assert!(left >= 0.0 && right <= width && bottom <= scene.height, "{width}: {mark:?}");
                }
            }
        }
    }

    fn extent(mark: &Mark) -> (f64, f64, f64) {
        match mark {
            Mark::Rect { x, y, width, height, .. } => (*x, x + width, y + height),
            Mark::Circle { x, y, radius, .. } => (x - radius, x + radius, y + radius),
            Mark::Text { x, y, anchor, text, .. } => {
                let width = text_width(text, SMALL);
                let left = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - width / 2.0,
                    Anchor::End => x - width,
                };
                (left, left + width, *y)
            }
            Mark::Path { .. } => (0.0, 0.0, 0.0),
        }
    }

    #[test]
    fn every_layer_has_its_name_in_both_languages() {
        for t in Lang::ALL.map(I18n::new) {
            for layer in Sizes::new(&Config::default(), 60).layers() {
                let key = format!("model.layer.{}", layer.key);
                assert_ne!(t.say(&key), key);
            }
            let scene = scene(&Sizes::new(&Config::default(), 60), &t, 350.0);
            let spoken = |mark: &Mark| matches!(mark, Mark::Text { text, .. } if text.starts_with("model."));
            assert!(!scene.marks.iter().any(spoken), "a name is missing");
        }
    }

    #[test]
    fn every_layer_shows_its_shape() {
        let config = Preset::Sprout.config();
        let scene = picture(&config, 350.0);
        for layer in Sizes::new(&config, 16_384).layers().iter().filter(|layer| !layer.key.starts_with("add")) {
            let wanted = numbers(layer);
            assert!(
                scene.marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if *text == wanted)),
                "{}: {wanted}",
                layer.key
            );
        }
    }

    #[test]
    fn there_are_as_many_heads_as_configured() {
        let heads = |config: &Config| {
            picture(config, 350.0)
                .marks
                .iter()
                .filter(|mark| matches!(mark, Mark::Rect { class: "net-head", .. }))
                .count()
        };
        assert_eq!(heads(&Preset::Seedling.config()), 3);
        assert_eq!(heads(&largest()), 16);
    }
}
