//! What a model would cost, before anything is built, and what its last change did to that. It stays in sight.

use std::rc::Rc;

use yew::prelude::*;

use super::change::sentence;
use crate::protocol::Estimate;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::model::{Difference, Figure};

#[component]
pub fn Cost(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let estimate = state.project.estimate.answer.as_deref();
    let parameters = state.config.model.parameter_count(state.vocab_size()) as u64;
    let bytes = estimate.map(|estimate| estimate.report.peak_bytes());
    let flops = estimate.map(|estimate| estimate.report.flops);
    let change = state.last_change();
    let before = |of: fn(&Difference) -> Figure| change.as_ref().and_then(|change| of(change).before);
    let short = |count: u64| format::short(count as f64);
    html! {
        <section class="cost" aria-label={t.say("model.cost")}>
            <dl class="figures">
                { figure("model.parameters", Some(format::count(parameters)), before(|it| it.parameters).map(format::count), t) }
                { figure("model.memory", bytes.map(|it| t.bytes(it)), before(|it| it.memory).map(|it| t.bytes(it)), t) }
                { figure("model.operations", flops.map(short), before(|it| it.flops).map(short), t) }
            </dl>
            <p class="shape-change" role="status">{ for change.iter().map(|change| sentence(change, t)) }</p>
        </section>
    }
}

/// A figure as it is, and as it was before the last change.
fn figure(key: &str, now: Option<String>, before: Option<String>, t: &I18n) -> Html {
    html! {
        <div>
            <dt>{ t.say(key) }</dt>
            <dd>
                <span>{ now.unwrap_or_else(|| "–".into()) }</span>
                if let Some(before) = before {
                    <small>{ t.fill("model.change.before", &[("before", &before)]) }</small>
                }
            </dd>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct MemoryProps {
    /// Counted by the engine.
    pub estimate: Option<Rc<Estimate>>,
    pub t: I18n,
}

/// Where the memory goes, and why it may not suffice.
#[component]
pub fn MemoryBars(props: &MemoryProps) -> Html {
    let t = &props.t;
    let memory = props.estimate.as_ref().map_or(&[][..], |estimate| &estimate.report.memory[..]);
    let whole: u64 = memory.iter().map(|(_, bytes)| bytes).sum();
    let used = memory.iter().filter(|(_, part)| *part > 0);
    html! {
        <>
            if whole > 0 {
                <dl class="memory">{ for used.map(|(kind, part)| share(kind, *part, whole, t)) }</dl>
            }
            if let Some(error) = props.estimate.as_ref().and_then(|estimate| estimate.refusal.as_ref()) {
                <p class="notice" data-kind="error" role="alert">{ t.error(error) }</p>
            }
        </>
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
