//! The picture of the network, and the same as a table.

use std::rc::Rc;

use yew::prelude::*;

use super::picture::Picture;
use super::saves::Saves;
use crate::ui::charts::layers::{Layer, Sizes};
use crate::ui::charts::network::{numbers, scene};
use crate::ui::charts::scene::Scene;
use crate::ui::export;
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;

/// The picture needs no more than this.
const WIDEST: u32 = 680;

#[derive(Clone, PartialEq, Properties)]
pub struct NetworkProps {
    pub sizes: Sizes,
    pub t: I18n,
}

#[component]
pub fn Network(props: &NetworkProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node);
    let drawn = use_memo((props.sizes, width, t.clone()), |(sizes, width, t)| {
        let width = width.filter(|width| *width > 0)?;
        Some(Rc::new(scene(sizes, t, f64::from(width.min(WIDEST)))))
    });
    html! {
        <figure class="network">
            <div class="network-picture" ref={node}>
                if let Some(scene) = drawn.as_ref() {
                    <Picture scene={scene.clone()} label={described(&props.sizes, t)} />
                }
            </div>
            <figcaption class="note">
                <span class="network-key">
                    <svg aria-hidden="true" width="30" height="4" viewBox="0 0 30 4">
                        <rect class="mark-net-share-ground" width="30" height="4" rx="2" />
                        <rect class="mark-net-share" width="18" height="4" rx="2" />
                    </svg>
                    { t.say("model.share") }
                </span>
                { letters(&props.sizes, t) }
            </figcaption>
            { table(&props.sizes, t) }
            if let Some(scene) = drawn.as_ref() {
                { saves(scene, t) }
            }
        </figure>
    }
}

fn described(sizes: &Sizes, t: &I18n) -> String {
    t.fill("model.picture", &[("blocks", &sizes.blocks), ("heads", &sizes.heads), ("channels", &sizes.channels)])
}

/// What the letters of the shapes stand for.
fn letters(sizes: &Sizes, t: &I18n) -> Html {
    let rows = [
        ("B", "model.letter.b", sizes.batch),
        ("T", "model.letter.t", sizes.time),
        ("C", "model.letter.c", sizes.channels),
        ("V", "model.letter.v", sizes.vocabulary),
    ];
    html! {
        <dl class="letters">
            { for rows.into_iter().map(|(letter, key, size)| html! {
                <div><dt>{ letter }</dt><dd>{ t.fill(key, &[("size", &format::count(size))]) }</dd></div>
            }) }
        </dl>
    }
}

fn table(sizes: &Sizes, t: &I18n) -> Html {
    let layers = sizes.layers();
    let sum: u64 = layers.iter().map(|layer| layer.parameters * layer.copies).sum();
    html! {
        <details class="as-table">
            <summary>{ t.say("model.as_table") }</summary>
            <div class="table-frame" tabindex="0" role="region" aria-label={t.say("model.table")}>
                <table class="table">
                    <caption class="unseen">{ t.say("model.table") }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ t.say("model.table.layer") }</th>
                            <th scope="col">{ t.say("model.table.shape") }</th>
                            <th scope="col">{ t.say("model.table.weights") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for layers.iter().map(|layer| row(layer, t)) }</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" colspan="2">{ t.say("model.table.sum") }</th>
                            <td>{ format::count(sum) }</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </details>
    }
}

fn row(layer: &Layer, t: &I18n) -> Html {
    let weights = match (layer.parameters, layer.copies) {
        (0, _) => "–".to_string(),
        (parameters, 1) => format::count(parameters),
        (parameters, copies) => format!("{copies} × {}", format::count(parameters)),
    };
    html! {
        <tr>
            <th scope="row">{ t.say(&format!("model.layer.{}", layer.key)) }</th>
            <td><code>{ format!("({}) = {}", layer.symbols, numbers(layer)) }</code></td>
            <td>{ weights }</td>
        </tr>
    }
}

fn saves(scene: &Rc<Scene>, t: &I18n) -> Html {
    let title = t.say("model.picture.title");
    let svg = {
        let (scene, title) = (scene.clone(), title.clone());
        Callback::from(move |_: MouseEvent| export::save_svg("gptling-network.svg", &title, &scene))
    };
    let png = {
        let scene = scene.clone();
        Callback::from(move |_: MouseEvent| export::save_png("gptling-network.png".into(), &title, &scene))
    };
    html! { <Saves files={vec![("PNG", png), ("SVG", svg)]} t={t.clone()} /> }
}
