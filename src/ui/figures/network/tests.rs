use super::*;
use crate::config::model::{Activation, Architecture, Heads, Mixer, NormPlace, Positions};
use crate::config::presets::Preset;
use crate::config::{Config, ModelConfig};
use crate::ui::charts::layers::every_model;
use crate::ui::charts::network::{Frame, Measure};
use crate::ui::kit::scene::{Anchor, Mark, text_width};
use crate::ui::state::Lang;

const WIDTHS: [f64; 3] = [320.0, 350.0, 620.0];

fn diagram(model: &ModelConfig) -> ModelDiagram {
    ModelDiagram { model: model.clone(), batch: 16, vocabulary: 16_384 }
}

fn subject(model: &ModelConfig) -> Subject {
    Subject { now: diagram(model), before: None, measure: Measure::Weights }
}

fn picture(model: &ModelConfig) -> Drawing {
    drawn(&subject(model), &I18n::new(Lang::En), 350.0)
}

fn drawn(subject: &Subject, t: &I18n, width: f64) -> Drawing {
    Network { subject: subject.clone(), t: t.clone() }.draw(width)
}

fn largest() -> ModelConfig {
    ModelConfig { n_layer: 24, n_head: 16, n_embd: 1024, block_size: 1024, dropout: 0.25, ..ModelConfig::GPT2 }
}

fn count(drawing: &Drawing, class: &str) -> usize {
    let of = |mark: &&Mark| mark.class() == class;
    drawing.scene.marks.iter().filter(of).count()
}

fn says(drawing: &Drawing, wanted: &str) -> bool {
    drawing.scene.marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if text == wanted))
}

/// Left, right and lower end of a mark; of a path nothing is asked.
fn extent(mark: &Mark) -> (f64, f64, f64) {
    match mark {
        Mark::Rect { x, y, width, height, .. } => (*x, x + width, y + height),
        Mark::Circle { x, y, radius, .. } => (x - radius, x + radius, y + radius),
        Mark::Text { x, y, anchor, text, .. } => {
            let width = text_width(text, 12.0);
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
fn nothing_leaves_the_picture_in_any_combination() {
    let sizes = Preset::ALL.map(|preset| preset.config().model).into_iter().chain([largest()]);
    for t in Lang::ALL.map(I18n::new) {
        for model in sizes.clone().flat_map(|size| some_models(&size)) {
            for width in WIDTHS {
                let Drawing { scene, .. } = drawn(&subject(&model), &t, width);
                for mark in &scene.marks {
                    let (left, right, bottom) = extent(mark);
                    assert!(left >= 0.0 && right <= width && bottom <= scene.height, "{width}: {mark:?} of {model:?}");
                }
            }
        }
    }
}

/// Every combination is many at three widths; every thirteenth meets each setting with each other one.
fn some_models(size: &ModelConfig) -> Vec<ModelConfig> {
    every_model(size).into_iter().step_by(13).collect()
}

#[test]
fn what_can_be_pressed_is_large_enough_and_apart() {
    for model in some_models(&largest()) {
        let Drawing { scene, nodes } = drawn(&subject(&model), &I18n::new(Lang::En), 320.0);
        for (at, (spot, frame)) in nodes.iter().enumerate() {
            let Frame { x, y, width, height } = *frame;
            assert!(width >= 24.0 && height >= 24.0, "{spot:?} is {width} by {height}");
            assert!(x >= 0.0 && x + width <= scene.width && y + height <= scene.height, "{spot:?} is outside");
            for (other, beside) in &nodes[at + 1..] {
                let apart = beside.y >= y + height || beside.x >= x + width || beside.x + beside.width <= x;
                assert!(apart, "{other:?} is not below or beside {spot:?}");
            }
        }
    }
}

#[test]
fn the_boxes_are_the_layers() {
    for model in every_model(&ModelConfig::GPT2) {
        let diagram = diagram(&model);
        let drawn = picture(&model);
        let mut boxes: Vec<_> =
            drawn.nodes.iter().map(|(spot, _)| *spot).filter(|spot| *spot != DiagramNode::Blocks).collect();
        let mut layers: Vec<_> = diagram.layers().iter().map(|layer| layer.spot).collect();
        for list in [&mut boxes, &mut layers] {
            list.sort_by_key(|spot| spot.name());
        }
        assert_eq!(boxes, layers, "{model:?}");
        for layer in diagram.layers() {
            assert!(says(&drawn, &numbers(&layer)), "{:?} shows no shape", layer.spot);
        }
    }
}

#[test]
fn every_word_exists_in_both_languages() {
    for t in Lang::ALL.map(I18n::new) {
        for model in some_models(&largest()) {
            let diagram = diagram(&model);
            let words = Words { diagram: &diagram, t: &t };
            let Drawing { scene, nodes } = drawn(&subject(&model), &t, 620.0);
            let drawn = scene.marks.iter().filter_map(|mark| match mark {
                Mark::Text { text, .. } => Some(text.clone()),
                _ => None,
            });
            let said = nodes.iter().flat_map(|(spot, _)| [words.title(*spot), words.hint(*spot), words.about(*spot)]);
            for text in drawn.chain(said) {
                assert!(!text.contains("model.") && !text.contains('{'), "{text} in {}", t.lang.tag());
            }
        }
    }
}

#[test]
fn heads_that_share_are_drawn_sharing() {
    let of = |heads, n_head| {
        let model = ModelConfig { heads, n_head, n_embd: 96, group_size: 4, ..ModelConfig::GPT2 };
        let drawn = picture(&model);
        (count(&drawn, "net-head"), count(&drawn, "net-kv"))
    };
    assert_eq!(of(Heads::MultiHead, 3), (3, 3));
    assert_eq!(of(Heads::GroupedQuery, 8), (8, 2));
    assert_eq!(of(Heads::MultiQuery, 16), (16, 1));
}

#[test]
fn a_switch_is_seen_where_it_works() {
    let gpt = ModelConfig::GPT2;
    let positions = |positions| ModelConfig { positions, ..gpt.clone() };
    for (model, wanted, label) in [
        (positions(Positions::Rope), true, "RoPE"),
        (positions(Positions::Alibi), true, "ALiBi"),
        (gpt.clone(), false, "RoPE"),
        (ModelConfig { qk_norm: true, ..gpt.clone() }, true, "QK-norm"),
        (ModelConfig { window: 8, ..gpt.clone() }, true, "window 8"),
        (ModelConfig { window: 64, ..gpt.clone() }, false, "window 64"),
        (ModelConfig { dropout: 0.1, ..gpt.clone() }, true, "dropout 10%"),
        (ModelConfig { activation: Activation::GeGlu, ..gpt.clone() }, true, "GeGLU"),
        (ModelConfig { mixer: Mixer::Convolution, ..positions(Positions::Rope) }, false, "RoPE"),
        (ModelConfig { mixer: Mixer::Convolution, window: 8, ..gpt.clone() }, true, "sums 8 tokens"),
        (ModelConfig { softcap: 30.0, ..gpt.clone() }, true, "none beyond ±30"),
    ] {
        assert_eq!(says(&picture(&model), label), wanted, "{label} in {model:?}");
    }
    let tie = |tied| count(&picture(&ModelConfig { tied, ..gpt.clone() }), "net-tie");
    assert_eq!((tie(true), tie(false)), (1, 0));
}

#[test]
fn the_norm_stands_where_it_works() {
    let order = |norm_place| {
        let nodes = picture(&ModelConfig { norm_place, ..ModelConfig::GPT2 }).nodes;
        nodes.into_iter().map(|(spot, _)| spot.name()).collect::<Vec<_>>().join(" ")
    };
    let (before, after) = (order(NormPlace::Before), order(NormPlace::After));
    assert!(before.ends_with("blocks norm_1 mixer norm_2 mlp norm_f head scores"), "{before}");
    assert!(after.ends_with("blocks mixer norm_1 mlp norm_2 head scores"), "{after}");
}

/// The bars of a picture together are as long as their share says, whatever they measure.
#[test]
fn bars_are_shares_of_the_whole() {
    for measure in Measure::ALL {
        for architecture in Architecture::ALL {
            let subject = Subject { measure, ..subject(&architecture.apply(&Preset::Sprout.config().model)) };
            let Drawing { scene, .. } = drawn(&subject, &I18n::new(Lang::En), 350.0);
            let lengths = |wanted: &str| -> Vec<f64> {
                let rects = scene.marks.iter().filter_map(|mark| match mark {
                    Mark::Rect { style, width, .. } if style.class == wanted => Some(*width),
                    _ => None,
                });
                rects.collect()
            };
            let shares =
                lengths("net-share").into_iter().zip(lengths("net-share-ground")).map(|(bar, whole)| bar / whole);
            let sum: f64 = shares.sum();
            assert!((0.99..1.1).contains(&sum), "{measure:?} of {}: {sum}", architecture.name());
        }
    }
}

#[test]
fn an_export_has_a_look_for_every_mark() {
    let plain = "fill=\"#18211b\"";
    for model in Architecture::ALL.map(|architecture| architecture.apply(&Config::default().model)) {
        let svg = picture(&ModelConfig { dropout: 0.1, ..model }).scene.to_svg("network");
        assert!(!svg.contains(&format!("{plain}/>")), "a mark has no look of its own");
    }
}

/// A mark stands where a bar ended, and only at bars that moved.
#[test]
fn what_moved_is_marked() {
    let gpt = Preset::Sprout.config().model;
    let marks = |now: &ModelConfig| {
        let subject = Subject { before: Some(diagram(&gpt)), ..subject(now) };
        count(&drawn(&subject, &I18n::new(Lang::En), 350.0), "net-before")
    };
    assert_eq!(marks(&gpt), 0, "nothing moved");
    assert_eq!(marks(&ModelConfig { softcap: 30.0, ..gpt.clone() }), 0, "no weights moved");
    let free = ModelConfig { tied: false, ..gpt.clone() };
    assert_eq!(marks(&free), 5, "embedding, positions, attention and mlp shrink, the head grows");
    assert_eq!(count(&picture(&gpt), "net-before"), 0, "there was no change");
}
