//! Whether what is held out was seen in training.

use yew::prelude::*;

use super::{Sign, icon, work_progress};
use crate::protocol::Work;
use crate::protocol::examples::{LeakExample, LeakReport};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, ExamplesAction};

/// One line, and behind it what was found.
pub fn leak_details(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let question = &state.examples.leaks;
    let order = |action: fn() -> ExamplesAction| dispatch.reform(move |_: MouseEvent| Action::Examples(action()));
    let report = question.answer.as_ref().filter(|_| state.leaks_are_current());
    html! {
        <div class="leaks" role="status">
            if let Some(report) = report {
                { found(report, t) }
            } else if question.is_waiting() {
                { work_progress(&state.progress, Work::CheckingLeaks, t) }
                <button class="button" data-kind="quiet" type="button" onclick={order(|| ExamplesAction::StopChecking)}>
                    { t.say("examples.leaks.stop") }
                </button>
            } else if state.project.text.answer.is_some() {
                <button class="button" type="button" onclick={order(|| ExamplesAction::CheckLeaks)}>
                    { t.say("examples.leaks.check") }
                </button>
            }
        </div>
    }
}

fn found(report: &LeakReport, t: &I18n) -> Html {
    let LeakReport { held_out, exact, similar, groups, .. } = report;
    let line = match () {
        _ if *held_out == 0 => t.say("examples.leaks.nothing_held"),
        _ if report.is_clean() => t.fill("examples.leaks.none", &[("n", &format::count(*held_out))]),
        _ if exact + similar == 0 => t.fill("examples.leaks.groups", &[("groups", groups)]),
        _ => t.fill(
            "examples.leaks.some",
            &[
                ("n", &format::count(*held_out)),
                ("exact", &format::count(*exact)),
                ("similar", &format::count(*similar)),
                ("share", &format::percent((exact + similar) as f64 / *held_out as f64)),
            ],
        ),
    };
    let sign = if report.is_clean() { Sign::Check } else { Sign::Warning };
    html! {
        <>
            <p class="leaks-line" data-state={if report.is_clean() { "clean" } else { "leaking" }}>{ icon(sign) }{ line }</p>
            if report.cuts_a_document { <p class="note">{ t.say("examples.leaks.cut") }</p> }
            if *groups > 0 {
                <p class="note">
                    { t.fill("examples.leaks.group_names", &[("groups", groups), ("names", &report.group_names.join(", "))]) }
                </p>
            }
            if !report.examples.is_empty() {
                <details>
                    <summary>{ t.say("examples.leaks.examples") }</summary>
                    { examples(&report.examples, t) }
                    <p class="note">{ t.say("examples.leaks.remedy") }</p>
                </details>
            }
        </>
    }
}

fn examples(examples: &[LeakExample], t: &I18n) -> Html {
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={t.say("examples.leaks.examples")}>
            <table class="list leaks-table">
                <thead>
                    <tr>
                        <th scope="col">{ t.say("examples.leaks.held") }</th>
                        <th scope="col">{ t.say("examples.leaks.train") }</th>
                        <th scope="col" class="number">{ t.say("examples.leaks.agreement") }</th>
                    </tr>
                </thead>
                <tbody>
                    { for examples.iter().map(|example| html! {
                        <tr>
                            <td>{ &example.held_out }</td>
                            <td>{ &example.train }</td>
                            <td class="number">{ format::percent(f64::from(example.agreement)) }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
