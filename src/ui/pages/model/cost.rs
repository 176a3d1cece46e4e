//! What a model would cost, before anything is built.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::Estimate;
use crate::ui::format;
use crate::ui::i18n::I18n;

#[derive(Clone, PartialEq, Properties)]
pub struct CostProps {
    /// Counted on the page, at once.
    pub parameters: u64,
    /// Counted by the engine, a moment later.
    pub estimate: Option<Rc<Estimate>>,
    pub t: I18n,
}

#[component]
pub fn Cost(props: &CostProps) -> Html {
    let t = &props.t;
    let memory = props.estimate.as_ref().map_or(&[][..], |estimate| &estimate.report.memory[..]);
    let bytes: u64 = memory.iter().map(|(_, bytes)| bytes).sum();
    let or_dash = |known: bool, text: String| if known { text } else { "–".into() };
    let operations = props.estimate.as_ref().map_or(0, |estimate| estimate.report.flops);
    let figures = [
        ("model.parameters", format::count(props.parameters)),
        ("model.memory", or_dash(bytes > 0, t.bytes(bytes))),
        ("model.operations", or_dash(operations > 0, format::short(operations as f64))),
    ];
    let used = memory.iter().filter(|(_, part)| *part > 0);
    html! {
        <div class="cost">
            <dl class="figures">
                { for figures.into_iter().map(|(key, figure)| html! {
                    <div><dt>{ t.say(key) }</dt><dd>{ figure }</dd></div>
                }) }
            </dl>
            if bytes > 0 {
                <dl class="memory">{ for used.map(|(kind, part)| share(kind, *part, bytes, t)) }</dl>
            }
            if let Some(error) = props.estimate.as_ref().and_then(|estimate| estimate.refusal.as_ref()) {
                <p class="notice" data-kind="error" role="alert">{ t.error(error) }</p>
            }
        </div>
    }
}

fn share(kind: &str, part: u64, whole: u64, t: &I18n) -> Html {
    html! {
        <div class="memory-row">
            <dt>{ t.say(&format!("model.memory.{kind}")) }</dt>
            <dd>
                <svg class="bar" aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none">
                    <rect class="bar-ground" width="100" height="6" />
                    <rect class="bar-part" width={format!("{:.1}", 100.0 * part as f64 / whole as f64)} height="6" />
                </svg>
                <span>{ t.bytes(part) }</span>
            </dd>
        </div>
    }
}
