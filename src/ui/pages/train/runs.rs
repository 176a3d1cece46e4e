//! Part Runs of station Train: every run, side by side.

mod differences;
mod overlay;
mod row;
mod run_name;
mod table;

use yew::prelude::*;

use crate::ui::components::{NoticeBox, Tone};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, RunsAction};
use differences::differences;
use overlay::overlay;
use table::table;

#[component]
pub fn RunsPart(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    html! {
        <>
            <section class="card" aria-labelledby="runs-title">
                <h2 id="runs-title">{ t.say("runs.title") }</h2>
                <p class="note">{ t.say("runs.lead") }</p>
                { undo(page) }
                if state.records().is_empty() {
                    <p>{ t.say("runs.none") }</p>
                } else {
                    { table(page) }
                }
            </section>
            if !state.records().is_empty() {
                { overlay(page) }
                { differences(page) }
            }
        </>
    }
}

/// What was put away last, and the way to bring it back.
fn undo(PageProps { state, dispatch, t, .. }: &PageProps) -> Html {
    let Some(last) = state.runs.deleted.last() else { return Html::default() };
    let undo = dispatch.reform(|_: MouseEvent| Action::Runs(RunsAction::Undo));
    html! {
        <NoticeBox tone={Tone::Information}>
            <div class="row row-apart">
                <p>{ t.fill("runs.deleted", &[("name", &t.run_name(last))]) }</p>
                <button type="button" class="button" onclick={undo}>{ t.say("runs.undo") }</button>
            </div>
        </NoticeBox>
    }
}
