//! What a run got over by itself: one calm sentence on the last time, and the earlier ones behind it.

use yew::prelude::*;

use crate::error::Error;
use crate::protocol::{DeviceKind, Recovery};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::Run;

#[derive(Clone, Properties)]
pub struct RecoveriesProps {
    pub run: Run,
    pub t: I18n,
}

impl PartialEq for RecoveriesProps {
    fn eq(&self, other: &Self) -> bool {
        let shown = |run: &Run| (run.pace.safe_step, run.has_ended(), run.recoveries.len(), run.is_diverged);
        shown(&self.run) == shown(&other.run) && self.t == other.t
    }
}

#[component]
pub fn Recoveries(RecoveriesProps { run, t }: &RecoveriesProps) -> Html {
    // What waits for the visitor is told where there is something to press.
    let over = run.recoveries.len() - usize::from(run.is_diverged);
    html! {
        <div class="recoveries">
            if run.pace.safe_step > 0 && !run.has_ended() {
                <p class="note">{ t.fill("fault.safe", &[("step", &format::count(run.pace.safe_step)),
                    ("share", &format::percent(f64::from(run.pace.safe_share)))]) }</p>
            }
            { past(&run.recoveries[..over], t) }
        </div>
    }
}

fn past(recoveries: &[Recovery], t: &I18n) -> Html {
    let Some((last, earlier)) = recoveries.split_last() else { return Html::default() };
    html! {
        <>
            <p role="status">{ told(last, t) }</p>
            if !earlier.is_empty() {
                <details>
                    <summary>{ t.fill("fault.earlier", &[("count", &earlier.len())]) }</summary>
                    <ol class="bullets">{ for earlier.iter().rev().map(|it| html! { <li>{ told(it, t) }</li> }) }</ol>
                </details>
            }
        </>
    }
}

fn told(recovery: &Recovery, t: &I18n) -> String {
    let [step, resumed] = [recovery.step, recovery.resumed].map(format::count);
    let seconds = format!("{:.1}", recovery.seconds);
    let key = match (&recovery.cause, recovery.device) {
        (error, _) if error.blames_training() => {
            return format!("{} {}", t.error(error), t.fill("fault.back", &[("resumed", &resumed)]));
        }
        (Error::DeviceLost { .. }, DeviceKind::Gpu) => "fault.lost.gpu",
        (Error::DeviceLost { .. }, DeviceKind::Cpu) => "fault.lost.cpu",
        (Error::OutOfMemory { .. }, _) => "fault.memory",
        _ => "fault.refused",
    };
    t.fill(key, &[("step", &step), ("resumed", &resumed), ("seconds", &seconds)])
}
