//! The card of a corpus: how many documents, words and classes, how long they are, which words are frequent.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::corpus::Description;
use crate::ui::components::figure_list;
use crate::ui::figures::lengths::Lengths;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;

/// Rows of a list of bars.
const ROWS: usize = 12;

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
                        { lengths(props) }
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

fn lengths(DescriptionProps { description, t, .. }: &DescriptionProps) -> Html {
    let of = Shown::new(Lengths { description: description.clone(), t: t.clone() });
    let title = t.say("corpus.lengths");
    html! {
        <div class="card">
            <h3>{ title.clone() }</h3>
            <Figure class="lengths-plot" {of} file="gptling-lengths" label={t.say("corpus.lengths.picture")} {title} t={t.clone()} />
        </div>
    }
}
