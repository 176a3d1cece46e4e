//! The figures of each tokenizer, and how each cuts what is rare, wrong or foreign.

use yew::prelude::*;

use super::cuts::chip;
use super::sides;
use crate::protocol::tokens::{Comparison, Probe, ProbeKind, Side};
use crate::ui::export;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::csv::{Csv, Quoted};
use crate::ui::kit::looks::SERIES;
use crate::ui::kit::picture::swatch;
use crate::ui::kit::saves::Saves;

/// What is measured: its key, and its value for one tokenizer.
type Measure = (&'static str, fn(&Comparison, &Side) -> String);

const MEASURES: [Measure; 6] = [
    ("compare.figure.vocabulary", |_, side| format::count(side.vocab_size)),
    ("compare.figure.used", |_, side| share(side.used, side.vocab_size)),
    ("compare.figure.tokens", |_, side| format::count(side.tokens)),
    ("compare.figure.per_word", |all, side| ratio(side.tokens, all.words)),
    ("compare.figure.bytes", |all, side| ratio(all.bytes, side.tokens)),
    ("compare.figure.unknown", |_, side| share(side.unknown, side.tokens)),
];

fn share(part: u64, whole: u64) -> String {
    format::percent(part as f64 / whole.max(1) as f64)
}

fn ratio(part: u64, whole: u64) -> String {
    format::figures(part as f64 / whole.max(1) as f64)
}

pub fn figures(comparison: &Comparison, names: &[String], t: &I18n) -> Html {
    html! {
        <section class="card" aria-labelledby="compare-figures">
            <div class="row row-apart">
                <h3 id="compare-figures">{ t.say("compare.figures") }</h3>
                { saves(comparison, names, t) }
            </div>
            <p class="note">{ t.say("compare.figures.note") }</p>
            <div class="table-frame" tabindex="0" role="group" aria-labelledby="compare-figures">
                <table class="table compare-figures">
                    { head("compare.figure", comparison, names, t) }
                    <tbody>
                        { for MEASURES.map(|(key, value)| html! {
                            <tr>
                                <th scope="row">{ t.say(key) }</th>
                                { for sides(comparison, names).map(|(_, _, side)| html! { <td>{ value(comparison, side) }</td> }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn head(corner: &str, comparison: &Comparison, names: &[String], t: &I18n) -> Html {
    html! {
        <thead>
            <tr>
                <th scope="col">{ t.say(corner) }</th>
                { for sides(comparison, names).map(|(place, name, _)| html! {
                    <th scope="col">{ swatch(&SERIES[place % SERIES.len()]) }{ " " }{ name }</th>
                }) }
            </tr>
        </thead>
    }
}

fn saves(comparison: &Comparison, names: &[String], t: &I18n) -> Html {
    let csv = csv(comparison, names);
    let save = Callback::from(move |_: MouseEvent| export::save_text("gptling-tokenizers.csv", "text/csv", &csv));
    html! { <Saves files={vec![("CSV", save)]} t={t.clone()} /> }
}

fn csv(comparison: &Comparison, names: &[String]) -> String {
    let mut csv = Csv::new(&["tokenizer", "vocabulary", "used", "tokens", "words", "bytes", "unknown"]);
    for (_, name, side) in sides(comparison, names) {
        let name = Quoted(name);
        let Comparison { words, bytes, .. } = comparison;
        csv.row(&[&name, &side.vocab_size, &side.used, &side.tokens, words, bytes, &side.unknown]);
    }
    csv.text()
}

pub fn probes(comparison: &Comparison, names: &[String], t: &I18n) -> Html {
    html! {
        <section class="card" aria-labelledby="compare-probes">
            <h3 id="compare-probes">{ t.say("compare.probes") }</h3>
            <p class="note">{ t.say("compare.probes.note") }</p>
            <div class="table-frame" tabindex="0" role="group" aria-labelledby="compare-probes">
                <table class="table probes">
                    { head("compare.probe", comparison, names, t) }
                    <tbody>{ for comparison.probes.iter().enumerate().map(|probe| row(comparison, names, probe, t)) }</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(comparison: &Comparison, names: &[String], (at, probe): (usize, &Probe), t: &I18n) -> Html {
    let cut = |side: &Side| {
        let tokens = side.probes.get(at).cloned().unwrap_or_default();
        html! {
            <td>
                <span class="probe-count">{ tokens.len() }</span>
                { for tokens.iter().enumerate().map(|(index, token)| chip(index, token, false)) }
            </td>
        }
    };
    html! {
        <tr>
            <th scope="row"><span class="probe-text">{ &probe.text }</span><span class="note">{ t.say(kind(probe.kind)) }</span></th>
            { for sides(comparison, names).map(|(_, _, side)| cut(side)) }
        </tr>
    }
}

fn kind(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::RareWord => "compare.probe.rare",
        ProbeKind::TypingError => "compare.probe.typing",
        ProbeKind::UnknownWord => "compare.probe.unknown",
        ProbeKind::Numbers => "compare.probe.numbers",
        ProbeKind::Emoji => "compare.probe.emoji",
        ProbeKind::Chinese => "compare.probe.chinese",
    }
}
