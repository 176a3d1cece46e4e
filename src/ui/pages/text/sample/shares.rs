//! Class shares before and after, what the draws are worth, and the strata or clusters.

use std::rc::Rc;

use yew::prelude::*;

use super::tables::{self, Table};
use crate::protocol::sampling::{Drawing, PartDrawn, Population};
use crate::ui::charts::sampling::dots::part_name;
use crate::ui::charts::sampling::{files, shares as chart, words};
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::pages::PageProps;
use crate::ui::state::sampling::Sampled;

pub fn shares(page: &PageProps, population: &Rc<Population>, sample: &Rc<Sampled>) -> Html {
    let t = &page.t;
    let drawing = &sample.drawing;
    html! {
        <section class="card" aria-labelledby="sampling-shares">
            <h3 id="sampling-shares">{ t.say("sampling.shares") }</h3>
            <Shares population={population.clone()} drawing={drawing.clone()} t={t.clone()} />
            if drawing.synthetic == 0 {
                <p data-figure="effective">{ words::effective(drawing, sample.sampling.method, t) }</p>
            }
            if drawing.out_of_reach > 0 {
                <p class="note">
                    { t.fill("sampling.out_of_reach", &[("documents", &format::count(drawing.out_of_reach))]) }
                </p>
            }
            { parts(drawing, t) }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SharesProps {
    population: Rc<Population>,
    drawing: Rc<Drawing>,
    t: I18n,
}

#[component]
fn Shares(props: &SharesProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node);
    let drawn = use_memo((props.clone(), width, t.clone()), |(props, width, t)| {
        let width = width.filter(|width| *width > 0)?;
        Some(Rc::new(chart::scene(&props.population, &props.drawing, t, f64::from(width))))
    });
    html! {
        <div class="stack-tight">
            <div class="shares-plot" ref={node}>
                if let Some(scene) = drawn.as_ref() {
                    <Picture scene={scene.clone()} label={t.say("sampling.shares.picture")} />
                }
            </div>
            if let Some(scene) = drawn.as_ref() {
                <div class="sampling-more">
                    { table(props) }
                    { tables::saves(
                        tables::Picture { file: "shares", title: t.say("sampling.shares"), scene: scene.clone() },
                        { let props = props.clone(); move || files::shares(&props.population, &props.drawing, &props.t) },
                        t,
                    ) }
                </div>
            }
        </div>
    }
}

fn table(props: &SharesProps) -> Html {
    let t = &props.t;
    let columns = vec![
        t.say("sampling.table.class"),
        t.say("sampling.shares.before"),
        t.say("sampling.shares.after"),
        t.say("sampling.shares.weighted"),
    ];
    let rows = {
        let props = props.clone();
        Callback::from(move |()| {
            let classes = props.population.classes.iter().zip(&props.drawing.shares);
            let row = |(class, share): (&crate::protocol::sampling::Class, &crate::protocol::sampling::Share)| {
                let shares = [share.population, share.sample, share.weighted].map(format::percent);
                [words::class_name(&class.name, &props.t)].into_iter().chain(shares).collect()
            };
            classes.map(row).collect()
        })
    };
    html! { <Table caption={t.say("sampling.shares")} {columns} {rows} t={t.clone()} /> }
}

/// The strata or clusters with how many of each were drawn.
fn parts(drawing: &Drawing, t: &I18n) -> Html {
    if drawing.parts.is_empty() {
        return Html::default();
    }
    let row = |part: &PartDrawn| {
        let name = part_name(part, t);
        let share = 100.0 * part.draws as f64 / part.documents.max(1) as f64;
        html! {
            <tr data-drawn={(part.draws > 0).to_string()}>
                <th scope="row">{ name }</th>
                <td>
                    <svg class="bar" aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none">
                        <rect class="bar-ground" width="100" height="6" />
                        <rect class="bar-part" width={format!("{:.1}", share.min(100.0))} height="6" />
                    </svg>
                </td>
                <td>{ format!("{} / {}", format::count(part.draws), format::count(part.documents)) }</td>
            </tr>
        }
    };
    html! {
        <div class="table-frame sampling-parts" tabindex="0" role="region" aria-label={t.say("sampling.parts")}>
            <table class="table">
                <caption>{ t.say("sampling.parts") }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ t.say("sampling.parts.name") }</th>
                        <th scope="col"><span class="unseen">{ t.say("sampling.parts.share") }</span></th>
                        <th scope="col">{ t.say("sampling.parts.drawn") }</th>
                    </tr>
                </thead>
                <tbody>{ for drawing.parts.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
