//! Class shares before and after: two bars for each class, and a line where the weights put it.

use super::look::IN;
use super::shape::shape;
use super::words::class_name;
use crate::protocol::sampling::{Drawing, Population};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::scene::{Anchor, Scene, text_width};

const ROW: f64 = 56.0;
const BAR: f64 = 13.0;
/// Room for the numbers behind the bars.
const NUMBERS: f64 = 50.0;

pub fn scene(population: &Population, drawing: &Drawing, t: &I18n, width: f64) -> Scene {
    let mut scene = Scene { width, height: 0.0, marks: Vec::new() };
    scene.height = legend(&mut scene, drawing, t);
    let shares = drawing.shares.iter();
    let most = shares.map(|share| share.population.max(share.sample).max(share.weighted)).fold(0.01, f64::max);
    let weighted = weights_matter(drawing);
    let length = |share: f64| (width - NUMBERS) * share / most;
    for (class, (named, share)) in population.classes.iter().zip(&drawing.shares).enumerate() {
        let y = scene.height;
        scene.path(IN[class], shape(class, (7.0, y + 7.0), 5.0));
        scene.text("dot-name", (19.0, y + 11.5), Anchor::Start, class_name(&named.name, t));
        let bars = [("share-before", share.population), (IN[class], share.sample)];
        for (row, (mark, value)) in bars.into_iter().enumerate() {
            let top = y + 18.0 + row as f64 * (BAR + 2.0);
            scene.rect(mark, (0.5, top), (length(value).max(1.0), BAR), 2.0);
            scene.text("tick", (length(value) + 6.0, top + 11.0), Anchor::Start, format::percent(value));
        }
        if weighted && differ(share.sample, share.weighted) {
            let (x, top) = (length(share.weighted), y + 18.0 + BAR + 2.0);
            scene.line("share-weighted", (x, top - 2.0), (x, top + BAR + 2.0));
        }
        scene.height += ROW;
    }
    scene
}

/// Whether the weights move any class; synthetic points have none.
pub fn weights_matter(drawing: &Drawing) -> bool {
    drawing.synthetic == 0 && drawing.shares.iter().any(|share| differ(share.sample, share.weighted))
}

fn differ(a: f64, b: f64) -> bool {
    (a - b).abs() > 0.005
}

/// What the bars and the line mean. Returns where the bars begin.
fn legend(scene: &mut Scene, drawing: &Drawing, t: &I18n) -> f64 {
    let marks = ["share-before", "dot-key-in", "share-weighted"];
    let keys = ["sampling.shares.before", "sampling.shares.after", "sampling.shares.weighted"];
    let shown = if weights_matter(drawing) { 3 } else { 2 };
    let (mut x, mut y) = (0.5, 4.0);
    for (mark, key) in marks.into_iter().zip(keys).take(shown) {
        let name = t.say(key);
        let long = 20.0 + text_width(&name, 12.0);
        if x + long > scene.width && x > 1.0 {
            (x, y) = (0.5, y + 20.0);
        }
        match mark {
            "share-weighted" => scene.line(mark, (x + 7.0, y - 2.0), (x + 7.0, y + 13.0)),
            _ => scene.rect(mark, (x, y), (14.0, 11.0), 2.0),
        }
        scene.text("tick", (x + 20.0, y + 10.0), Anchor::Start, name);
        x += long + 14.0;
    }
    y + 26.0
}
