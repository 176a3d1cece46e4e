//! What the text is: its size, its beginning, what is held out, its most frequent characters.

use yew::prelude::*;

use crate::config::Split;
use crate::protocol::TextSummary;
use crate::ui::components::{Controls, figure_list, leak_details};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;

/// Rows of the picture of frequent characters.
const FREQUENT: usize = 12;

pub fn text_summary(page: &PageProps, summary: &TextSummary) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let figures = vec![
        (t.say("text.figure.size"), format::bytes(summary.bytes)),
        (t.say("text.figure.characters"), format::count(summary.characters)),
        (t.say("text.figure.lines"), format::count(summary.lines)),
        (t.say("text.figure.distinct"), format::count(summary.distinct_characters)),
    ];
    html! {
        <>
            <div class="card">{ figure_list(&figures) }</div>
            <div class="columns" data-shape="wide-narrow">
                <div class="card">
                    <h3 id="text-begins">{ t.say("text.begins") }</h3>
                    <pre class="excerpt" tabindex="0" role="region" aria-labelledby="text-begins">{ &summary.head }</pre>
                </div>
                <div class="card">
                    <h3>{ t.say("text.frequent") }</h3>
                    { frequent(summary, t) }
                </div>
            </div>
            <div class="card">
                <h3>{ t.say("text.held") }</h3>
                <p class="note">{ t.say("text.held.why") }</p>
                { split(summary, t) }
                if state.config.data.split == Split::Documents && summary.documents < 2 {
                    <p class="field-error" role="alert">{ t.say("text.held.single") }</p>
                }
                { leak_details(page) }
                <div class="columns" data-shape="narrow-wide">
                    <div class="stack-tight">
                        <Controls keys={split_settings(state.config.data.split)} config={state.config.clone()}
                            dispatch={dispatch.clone()} t={t.clone()} />
                    </div>
                    <div class="stack-tight">
                        <h4 id="text-held-begins" class="note">{ t.say("text.held.begins") }</h4>
                        <pre class="excerpt" data-size="small" tabindex="0" role="region"
                            aria-labelledby="text-held-begins">{ &summary.validation_head }</pre>
                    </div>
                </div>
            </div>
        </>
    }
}

/// A seed is for what is drawn.
fn split_settings(split: Split) -> Vec<&'static str> {
    match split {
        Split::End => vec!["validation", "split"],
        Split::Documents => vec!["validation", "split", "split_seed"],
    }
}

/// A bar of two parts, and the same in words.
fn split(summary: &TextSummary, t: &I18n) -> Html {
    let held = summary.validation_characters;
    let share = held as f64 / summary.characters.max(1) as f64;
    let shown = t.fill(
        "text.held.picture",
        &[("train", &format::percent(1.0 - share)), ("validation", &format::percent(share))],
    );
    let training = format::count(summary.characters - held.min(summary.characters));
    let width = format!("{:.3}%", (1.0 - share) * 100.0);
    html! {
        <figure class="split">
            <svg width="100%" height="28" role="img" aria-label={shown}>
                <rect class="split-held" width="100%" height="28" rx="6" />
                <rect class="split-train" width={width} height="28" rx="6" />
            </svg>
            <figcaption class="row row-apart">
                <span class="key" data-part="train">{ t.fill("text.held.training", &[("characters", &training)]) }</span>
                <span class="key" data-part="held">
                    { t.fill("text.held.validation", &[("characters", &format::count(held))]) }
                </span>
            </figcaption>
        </figure>
    }
}

/// Bars whose names and values stand beside them; all of it again as a table.
fn frequent(summary: &TextSummary, t: &I18n) -> Html {
    let shown: Vec<_> = summary.frequent.iter().take(FREQUENT).collect();
    let most = shown.first().map_or(1, |(_, count)| *count).max(1) as f64;
    let all = summary.characters.max(1) as f64;
    let row = |(index, (c, count)): (usize, &&(char, u64))| {
        let y = index * 24;
        let width = format!("{:.2}%", *count as f64 / most * 62.0);
        let share = format::percent(*count as f64 / all);
        html! {
            <g>
                <text class="bars-name" x="14" y={(y + 17).to_string()} text-anchor="middle">{ format::visible(&c.to_string()) }</text>
                <rect class="bars-bar" x="34" y={(y + 4).to_string()} width={width} height="16" rx="3" />
                <text class="bars-value" x="100%" y={(y + 17).to_string()} text-anchor="end">{ share }</text>
            </g>
        }
    };
    let label = t.fill("text.frequent.picture", &[("n", &shown.len())]);
    html! {
        <>
            <svg class="bars" width="100%" height={(shown.len() * 24).to_string()} role="img" aria-label={label}>
                { for shown.iter().enumerate().map(row) }
            </svg>
            <details>
                <summary>{ t.say("text.frequent.table") }</summary>
                <table class="list">
                    <thead>
                        <tr>
                            <th scope="col">{ t.say("text.frequent.character") }</th>
                            <th scope="col" class="number">{ t.say("text.frequent.count") }</th>
                            <th scope="col" class="number">{ t.say("text.frequent.share") }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for summary.frequent.iter().map(|(c, count)| html! {
                            <tr>
                                <th scope="row">{ format::visible(&c.to_string()) }</th>
                                <td class="number">{ format::count(*count) }</td>
                                <td class="number">{ format::percent(*count as f64 / all) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </details>
        </>
    }
}
