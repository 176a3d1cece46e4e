//! The ten methods in four groups.

use yew::prelude::*;

use crate::config::sampling::SamplingMethod::{self, *};
use crate::ui::figures::sampling::words::method_name;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, SampleAction};

const GROUPS: [(&str, &[SamplingMethod]); 4] = [
    ("chance", &[SimpleRandom, Systematic, Bootstrap]),
    ("parts", &[Stratified, StratifiedRandom, Cluster]),
    ("weights", &[Importance, StratifiedImportance]),
    ("classes", &[Balanced, Synthetic]),
];

pub fn picker(page: &PageProps) -> Html {
    let t = &page.t;
    html! {
        <fieldset class="sample-methods">
            <legend class="unseen">{ t.say("sample.methods") }</legend>
            { for GROUPS.into_iter().map(|(group, methods)| html! {
                <div class="sample-group">
                    <p class="note">{ t.say(&format!("sample.group.{group}")) }</p>
                    { for methods.iter().map(|method| choice(page, *method)) }
                </div>
            }) }
        </fieldset>
    }
}

fn choice(page: &PageProps, method: SamplingMethod) -> Html {
    let chosen = page.state.sampling.draft.method == method;
    let choose = page.dispatch.reform(move |_: Event| Action::Sample(SampleAction::Choose(method)));
    html! {
        <label class="sample-choice">
            <input type="radio" name="sample-method" value={method.name()} checked={chosen} onchange={choose} />
            <span>{ method_name(method, &page.t) }</span>
        </label>
    }
}
