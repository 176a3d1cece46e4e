//! Class shares before and after: two bars for each class, and a line where the weights put it.

use super::look::{DOT_KEY_IN, DOT_NAME, IN, SHARE_BEFORE, SHARE_WEIGHTED};
use super::shape::shape;
use crate::protocol::sample::Drawing;
use crate::ui::format;
use crate::ui::kit::looks::TICK;
use crate::ui::kit::scene::{Anchor, Scene, text_width};

const ROW: f64 = 56.0;
const BAR: f64 = 13.0;
/// Room for the numbers behind the bars.
const NUMBERS: f64 = 50.0;

/// What is written in the picture, in the language of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// Of the classes, in their order.
    pub classes: Vec<String>,
    pub before: String,
    pub after: String,
    pub weighted: String,
}

pub fn scene(drawing: &Drawing, names: &Names, width: f64) -> Scene {
    let mut scene = Scene::new(width, 0.0);
    scene.height = legend(&mut scene, drawing, names);
    let shares = drawing.shares.iter();
    let most = shares.map(|share| share.population.max(share.sample).max(share.weighted)).fold(0.01, f64::max);
    let weighted = weights_matter(drawing);
    let length = |share: f64| (width - NUMBERS) * share / most;
    for (class, (name, share)) in names.classes.iter().zip(&drawing.shares).enumerate() {
        let y = scene.height;
        scene.path(&IN[class], shape(class, (7.0, y + 7.0), 5.0));
        scene.text(&DOT_NAME, (19.0, y + 11.5), Anchor::Start, name);
        let bars = [(&SHARE_BEFORE, share.population), (&IN[class], share.sample)];
        for (row, (style, value)) in bars.into_iter().enumerate() {
            let top = y + 18.0 + row as f64 * (BAR + 2.0);
            scene.rect(style, (0.5, top), (length(value).max(1.0), BAR), 2.0);
            scene.text(&TICK, (length(value) + 6.0, top + 11.0), Anchor::Start, format::percent(value));
        }
        if weighted && differ(share.sample, share.weighted) {
            let (x, top) = (length(share.weighted), y + 18.0 + BAR + 2.0);
            scene.line(&SHARE_WEIGHTED, (x, top - 2.0), (x, top + BAR + 2.0));
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
fn legend(scene: &mut Scene, drawing: &Drawing, names: &Names) -> f64 {
    let keys = [(&SHARE_BEFORE, &names.before), (&DOT_KEY_IN, &names.after), (&SHARE_WEIGHTED, &names.weighted)];
    let shown = if weights_matter(drawing) { 3 } else { 2 };
    let (mut x, mut y) = (0.5, 4.0);
    for (style, name) in keys.into_iter().take(shown) {
        let long = 20.0 + text_width(name, 12.0);
        if x + long > scene.width && x > 1.0 {
            (x, y) = (0.5, y + 20.0);
        }
        match *style == SHARE_WEIGHTED {
            true => scene.line(style, (x + 7.0, y - 2.0), (x + 7.0, y + 13.0)),
            false => scene.rect(style, (x, y), (14.0, 11.0), 2.0),
        }
        scene.text(&TICK, (x + 20.0, y + 10.0), Anchor::Start, name);
        x += long + 14.0;
    }
    y + 26.0
}
