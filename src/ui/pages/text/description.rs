//! The card of a corpus: how many documents, words and classes, how long they are, which words are frequent.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::corpus::Description;
use crate::ui::charts::lengths::{self, Words};
use crate::ui::components::figure_list;
use crate::ui::export;
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::saves::Saves;

/// Rows of a list of bars.
const ROWS: usize = 12;
/// Pixels of the picture before its place is measured.
const WIDTH: u32 = 480;

#[derive(Clone, PartialEq, Properties)]
pub struct DescriptionProps {
    pub description: Rc<Description>,
    /// Whether it is of documents that are not there any more, while the others are being counted.
    #[prop_or_default]
    pub stale: bool,
    pub t: I18n,
}

#[component]
pub fn DescriptionCard(props: &DescriptionProps) -> Html {
    let DescriptionProps { description, stale, t } = props;
    let told = if *stale { t.say("corpus.card.counting") } else { told(description, t) };
    html! {
        <details class="fold">
            <summary>
                { t.say("corpus.card") }
                <span class="note corpus-card-told">{ told }</span>
            </summary>
            if !*stale {
                <div class="stack corpus-card">
                    { figure_list(&figures(description, t)) }
                    <div class="columns">
                        <LengthsCard ..props.clone() />
                        <div class="card">
                            <h3>{ t.say("corpus.card.words") }</h3>
                            { bars(&description.frequent, description.words, t.say("corpus.card.word"), t) }
                        </div>
                        if !description.classes.is_empty() {
                            <div class="card">
                                <h3>{ t.say("corpus.card.classes") }</h3>
                                { bars(&description.classes, description.documents, t.say("corpus.card.class"), t) }
                            </div>
                        }
                        <div class="card">
                            <h3>{ t.say("corpus.card.scripts") }</h3>
                            { scripts(description, t) }
                        </div>
                    </div>
                </div>
            }
        </details>
    }
}

/// `412 documents, 58,031 words`
fn told(description: &Description, t: &I18n) -> String {
    let (documents, words) = (format::count(description.documents), format::count(description.words));
    t.fill("corpus.card.told", &[("documents", &documents), ("words", &words)])
}

fn figures(description: &Description, t: &I18n) -> Vec<(String, String)> {
    let Description { documents, characters, words, types, classes, .. } = description;
    let ratio = *types as f64 / (*words).max(1) as f64;
    let at_least = if description.types_capped { "≥ " } else { "" };
    vec![
        (t.say("corpus.card.documents"), format::count(*documents)),
        (t.say("text.figure.characters"), format::count(*characters)),
        (t.say("corpus.card.words.count"), format::count(*words)),
        (t.say("corpus.card.types"), format!("{at_least}{}", format::count(*types))),
        (t.say("corpus.card.ratio"), format!("{at_least}{}", format::figures(ratio))),
        (t.say("corpus.card.classes.count"), format::count(classes.len() as u64)),
    ]
}

/// Names with bars and counts: picture and table at once.
fn bars(rows: &[(String, u64)], all: u64, name: String, t: &I18n) -> Html {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1) as f64;
    html! {
        <table class="list corpus-bars">
            <thead>
                <tr>
                    <th scope="col">{ name }</th>
                    <td />
                    <th scope="col" class="number">{ t.say("text.frequent.count") }</th>
                    <th scope="col" class="number">{ t.say("text.frequent.share") }</th>
                </tr>
            </thead>
            <tbody>
                { for rows.iter().take(ROWS).map(|(name, count)| html! {
                    <tr>
                        <th scope="row">{ name }</th>
                        <td>
                            <svg width="100%" height="12" aria-hidden="true">
                                <rect class="bars-bar" width={format!("{:.1}%", *count as f64 / most * 100.0)} height="12" rx="3" />
                            </svg>
                        </td>
                        <td class="number">{ format::count(*count) }</td>
                        <td class="number">{ format::percent(*count as f64 / all.max(1) as f64) }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

/// A guess at the language, and the shares it rests on.
fn scripts(description: &Description, t: &I18n) -> Html {
    let name = |script: &str| t.say(&format!("script.{script}"));
    let Some((first, _)) = description.scripts.first() else {
        return html! { <p class="note">{ t.say("corpus.card.scripts.none") }</p> };
    };
    let shares = description.scripts.iter().map(|(script, share)| {
        html! { <li>{ format!("{} {}", name(script), format::percent(f64::from(*share))) }</li> }
    });
    html! {
        <>
            <p>{ t.say(&format!("script.{first}.guess")) }</p>
            <ul class="bullets note">{ for shares }</ul>
        </>
    }
}

#[component]
fn LengthsCard(props: &DescriptionProps) -> Html {
    let DescriptionProps { description, t, .. } = props;
    let place = use_node_ref();
    let width = use_width(&place).unwrap_or(WIDTH).max(220);
    let scene = use_memo((description.clone(), width, t.lang), {
        let (axis, median) = (t.say("corpus.lengths.axis"), t.say("corpus.lengths.median"));
        move |(description, width, _): &(Rc<Description>, u32, _)| {
            lengths::scene(&description.lengths, &Words { axis: &axis, median: &median }, f64::from(*width))
        }
    });
    let title = t.say("corpus.lengths");
    let svg = {
        let (scene, title) = (scene.clone(), title.clone());
        Callback::from(move |_: MouseEvent| export::save_svg("gptling-lengths.svg", &title, &scene))
    };
    let png = {
        let (scene, title) = (scene.clone(), title.clone());
        Callback::from(move |_: MouseEvent| export::save_png("gptling-lengths.png".into(), &title, &scene))
    };
    let csv = {
        let description = description.clone();
        Callback::from(move |_: MouseEvent| {
            export::save_text("gptling-lengths.csv", "text/csv", &lengths::csv(&description.lengths));
        })
    };
    html! {
        <div class="card">
            <h3>{ &title }</h3>
            <div ref={place}><Picture {scene} label={t.say("corpus.lengths.picture")} /></div>
            <details class="as-table">
                <summary>{ t.say("chart.as_table") }</summary>
                { length_table(description, t) }
            </details>
            <Saves files={vec![("SVG", svg), ("PNG", png), ("CSV", csv)]} t={t.clone()} />
        </div>
    }
}

fn length_table(description: &Description, t: &I18n) -> Html {
    html! {
        <table class="list">
            <thead>
                <tr>
                    <th scope="col">{ t.say("corpus.lengths.axis") }</th>
                    <th scope="col" class="number">{ t.say("corpus.card.documents") }</th>
                </tr>
            </thead>
            <tbody>
                { for lengths::bars(&description.lengths).map(|(from, to, count)| html! {
                    <tr>
                        <th scope="row">{ format!("{} – {}", format::count(from), format::count(to)) }</th>
                        <td class="number">{ format::count(count) }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}
