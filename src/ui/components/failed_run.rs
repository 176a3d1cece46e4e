//! A run that failed: what happened, and what to try.

use yew::prelude::*;

use crate::config::TrainConfig;
use crate::config::fields::{Field, Value};
use crate::error::Error;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::Action;

#[derive(Clone, PartialEq, Properties)]
pub struct FailedRunProps {
    pub error: Error,
    /// The settings that the next run would have.
    pub train: TrainConfig,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn FailedRun(props: &FailedRunProps) -> Html {
    let t = &props.t;
    html! {
        <div class="notice" data-kind="error" role="alert">
            <div class="stack-tight">
                <p>{ t.error(&props.error) }</p>
                if matches!(props.error, Error::NotFinite { .. }) {
                    <p>{ t.say("train.try") }</p>
                    <ul class="remedies">
                        { for remedies(&props.train).into_iter().map(|(key, value)| {
                            let field = Field::find(key).expect("a remedy changes a setting");
                            let label = t.fill(&format!("train.try.{key}"), &[("value", &format::figures(value))]);
                            let action = Action::Set(field, Value::Number(value));
                            let onclick = props.dispatch.reform(move |_: MouseEvent| action.clone());
                            html! { <li><button type="button" class="button" {onclick}>{ label }</button></li> }
                        }) }
                    </ul>
                }
            </div>
        </div>
    }
}

/// Three things that calm a run, mildest surprise first.
fn remedies(train: &TrainConfig) -> [(&'static str, f64); 3] {
    let rate = f64::from(train.learning_rate);
    let third = format!("{:.1e}", (rate / 3.0).max(1e-6)).parse().unwrap_or(1e-4);
    let warmup = (2 * train.warmup).max(train.steps / 10).clamp(20, 10_000) as f64;
    let clip = if train.clip == 0.0 || train.clip > 1.0 { 1.0 } else { 0.5 };
    [("learning_rate", third), ("warmup", warmup), ("clip", clip)]
}
