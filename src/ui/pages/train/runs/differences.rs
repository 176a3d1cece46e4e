//! What sets the runs on the chart apart, in words.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::runs::RunRecord;
use crate::ui::charts::overlay::LINES;
use crate::ui::components::Menu;
use crate::ui::differences::told;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::swatch;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, RunsAction};

pub fn differences(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let shown: Vec<(usize, Rc<RunRecord>)> = state.on_chart().map(|(look, run)| (look, run.clone())).collect();
    let Some(reference) = state.reference().filter(|_| shown.len() > 1) else {
        return html! {
            <section class="card" aria-labelledby="runs-differences">
                <h2 id="runs-differences">{ t.say("runs.differences") }</h2>
                <p class="note">{ t.say("runs.differences.none") }</p>
            </section>
        };
    };
    let choices: Vec<String> = shown.iter().map(|(_, run)| t.run_name(run)).collect();
    let chosen = shown.iter().position(|(_, run)| run.key == reference.key).unwrap_or(0);
    let keys: Vec<String> = shown.iter().map(|(_, run)| run.key.clone()).collect();
    let onchoose = dispatch.reform(move |at: usize| Action::Runs(RunsAction::Refer(keys[at % keys.len()].clone())));
    let others = shown.iter().filter(|(_, run)| run.key != reference.key);
    html! {
        <section class="card" aria-labelledby="runs-differences">
            <h2 id="runs-differences">{ t.say("runs.differences") }</h2>
            <div class="runs-menus">
                <Menu id="runs-reference" label={t.say("runs.reference")} {choices} {chosen} {onchoose} />
            </div>
            <div class="runs-differences">{ for others.map(|(look, run)| difference(reference, run, *look, t)) }</div>
        </section>
    }
}

fn difference(reference: &RunRecord, run: &RunRecord, look: usize, t: &I18n) -> Html {
    let sentences = told(reference, run, t);
    html! {
        <section class="stack-tight" key={run.key.clone()}>
            <h3 class="runs-name">{ swatch(&LINES[look % LINES.len()]) }{ t.run_name(run) }</h3>
            if sentences.is_empty() {
                <p>{ t.say("runs.differs.nothing") }</p>
            } else {
                <ul class="runs-sentences">{ for sentences.into_iter().map(|sentence| html! { <li>{ sentence }</li> }) }</ul>
            }
        </section>
    }
}
