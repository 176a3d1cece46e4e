//! What the run has taken by now: memory, operations, and, as an honest estimate, energy.

use yew::prelude::*;

use crate::ui::components::figure_list;
use crate::ui::format::{figures, short};
use crate::ui::pages::PageProps;
use crate::ui::state::live::WATTS;
use crate::ui::state::{Action, LiveAction};

/// `3.1 mWh`, `2.4 Wh`.
fn watt_hours(energy: f64) -> String {
    if energy < 0.1 { format!("{} mWh", figures(1000.0 * energy)) } else { format!("{} Wh", figures(energy)) }
}

pub fn cost(PageProps { state, dispatch, t, .. }: &PageProps) -> Html {
    let Some((run, report)) = state.training.run.as_ref().and_then(|run| Some((run, run.report.as_ref()?))) else {
        return Html::default();
    };
    let live = &state.live;
    let seconds = run.pace.elapsed_seconds;
    let energy = watt_hours(live.energy(seconds));
    let rows = [
        ("train.cost.memory", t.bytes(report.peak_bytes())),
        ("train.cost.flops", format!("{} FLOP", short(report.flops as f64 * run.step() as f64))),
        ("train.cost.energy", format!("≈ {energy}")),
    ]
    .map(|(key, value)| (t.say(key), value));
    let formula =
        t.fill("train.cost.formula", &[("watts", &live.watts), ("time", &t.duration(seconds)), ("energy", &energy)]);
    let option = |watts: u32| {
        let onchange = dispatch.reform(move |_: Event| Action::Live(LiveAction::Watts(watts)));
        html! {
            <label class="choice">
                <input type="radio" name="watts" checked={watts == live.watts} {onchange} />
                <span>{ t.say(&format!("train.watts.{watts}")) }</span>
            </label>
        }
    };
    html! {
        <div class="run-cost">
            { figure_list(&rows) }
            <details class="more">
                <summary>{ t.say("train.cost.how") }</summary>
                <div class="stack-tight">
                    <p>{ formula }</p>
                    <fieldset class="stack-tight">
                        <legend class="field-name">{ t.say("train.cost.watts") }</legend>
                        <div class="choices">{ for WATTS.map(option) }</div>
                    </fieldset>
                    <p class="note">{ t.fill("train.cost.flops.note", &[("flops", &short(report.flops as f64))]) }</p>
                </div>
            </details>
        </div>
    }
}
