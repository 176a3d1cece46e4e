//! The picture of where rows come from and how the window slides, with its table and its files.

use std::rc::Rc;

use yew::prelude::*;

use crate::config::examples::Order;
use crate::protocol::examples::DrawnBatch;
use crate::ui::charts::windows::{self, Names};
use crate::ui::export;
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::saves::Saves;

#[derive(Clone, PartialEq, Properties)]
pub struct OriginProps {
    pub batch: Rc<DrawnBatch>,
    pub order: Order,
    pub t: I18n,
}

#[component]
pub fn Origin(props: &OriginProps) -> Html {
    let OriginProps { batch, order, t } = props;
    let node = use_node_ref();
    let width = use_width(&node);
    let scene = use_memo((props.clone(), width), |(props, width)| {
        let width = width.filter(|width| *width > 0)?;
        Some(Rc::new(windows::scene(&props.batch, &names(&props.batch, &props.t), f64::from(width))))
    });
    let label = t.fill(
        "examples.origin.picture",
        &[("rows", &batch.batch_size), ("tokens", &format::count(batch.epoch.tokens)), ("stride", &batch.slide.stride)],
    );
    let how = match order {
        Order::Random => "examples.origin.random",
        Order::InOrder => "examples.origin.in_order",
        Order::ByDocument => "examples.origin.by_document",
    };
    html! {
        <section class="card" aria-labelledby="examples-origin">
            <h3 id="examples-origin">{ t.say("examples.origin") }</h3>
            <p class="note">{ t.say(how) }</p>
            <div class="windows" ref={node}>
                if let Some(scene) = &*scene {
                    <Picture scene={scene.clone()} label={label.clone()} />
                }
            </div>
            <div class="loss-chart-more">
                { table(batch, t) }
                if let Some(scene) = &*scene { <Saves files={files(batch, scene, label)} t={t.clone()} /> }
            </div>
        </section>
    }
}

fn names(batch: &DrawnBatch, t: &I18n) -> Names {
    Names {
        text: t.fill("examples.origin.text", &[("tokens", &format::count(batch.epoch.tokens))]),
        rows: t.fill("examples.origin.rows", &[("rows", &batch.batch_size)]),
        first: t.say("examples.origin.first"),
        context: t.fill("examples.origin.context", &[("time", &batch.time)]),
        stride: t.fill("examples.origin.stride", &[("stride", &batch.slide.stride)]),
        padding: t.say("examples.origin.padding"),
        document: t.say("examples.origin.document"),
    }
}

fn table(batch: &DrawnBatch, t: &I18n) -> Html {
    let number = |key: &str| html! { <th scope="col" class="number">{ t.say(key) }</th> };
    html! {
        <details>
            <summary>{ t.say("examples.table") }</summary>
            <table class="list">
                <thead>
                    <tr>
                        <th scope="col">{ t.say("examples.table.row") }</th>
                        { number("examples.table.first") }
                        { number("examples.table.last") }
                        { number("examples.table.exercises") }
                        { number("examples.table.padding") }
                    </tr>
                </thead>
                <tbody>
                    { for batch.windows.iter().enumerate().map(|(row, (begin, length))| html! {
                        <tr>
                            <th scope="row">{ row + 1 }</th>
                            <td class="number">{ format::count(begin + 1) }</td>
                            <td class="number">{ format::count(begin + length) }</td>
                            <td class="number">{ length }</td>
                            <td class="number">{ batch.time - length }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </details>
    }
}

fn files(
    batch: &Rc<DrawnBatch>,
    scene: &Rc<crate::ui::kit::scene::Scene>,
    title: String,
) -> Vec<(&'static str, Callback<MouseEvent>)> {
    let saves = |save: fn(&str, &crate::ui::kit::scene::Scene)| {
        let (scene, title) = (scene.clone(), title.clone());
        Callback::from(move |_: MouseEvent| save(&title, &scene))
    };
    let batch = batch.clone();
    let csv = Callback::from(move |_: MouseEvent| {
        export::save_text("gptling-batch.csv", "text/csv", &windows::csv(&batch));
    });
    vec![
        ("PNG", saves(|title, scene| export::save_png("gptling-windows.png".into(), title, scene))),
        ("SVG", saves(|title, scene| export::save_svg("gptling-windows.svg", title, scene))),
        ("CSV", csv),
    ]
}
