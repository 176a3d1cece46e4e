//! A run that failed or went astray: what happened, and three things to try.

use yew::prelude::*;

use crate::config::Config;
use crate::config::fields::{Field, Value};
use crate::error::Error;
use crate::protocol::{Recovery, RunState};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Run};

#[derive(Clone, Properties)]
pub struct FailedRunProps {
    pub run: Run,
    /// The settings that the next run would have.
    pub config: Config,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

impl PartialEq for FailedRunProps {
    fn eq(&self, other: &Self) -> bool {
        (&self.run.state, self.run.trouble()) == (&other.run.state, other.run.trouble())
            && (&self.run.config, &self.config) == (&other.run.config, &other.config)
            && self.t == other.t
    }
}

/// Nothing for a run that is well.
#[component]
pub fn FailedRun(props: &FailedRunProps) -> Html {
    let FailedRunProps { run, t, .. } = props;
    let (error, remedies) = match (&run.state, run.trouble()) {
        (RunState::Failed { error, .. }, _) if is_too_large(error) => (error, lower(props)),
        (RunState::Failed { error, .. }, _) => (error, Html::default()),
        (_, Some(trouble)) => (&trouble.cause, calm(trouble, props)),
        _ => return Html::default(),
    };
    html! {
        <div class="notice" data-kind="error" role="alert">
            <div class="stack-tight"><p>{ t.error(error) }</p>{ remedies }</div>
        </div>
    }
}

fn is_too_large(error: &Error) -> bool {
    matches!(error, Error::OutOfMemory { .. } | Error::ModelTooLarge { .. } | Error::NoRoom { .. })
}

/// Three ways for a run to go on that went astray, mildest surprise first.
fn calm(trouble: &Recovery, props: &FailedRunProps) -> Html {
    let (train, step) = (&props.run.config.train, trouble.resumed as f64);
    let rate = f64::from(train.learning_rate);
    let third = format!("{:.1e}", (rate / 3.0).max(1e-6)).parse().unwrap_or(1e-4);
    let clip = if train.clip == 0.0 || train.clip > 1.0 { 1.0 } else { f64::from(train.clip) / 2.0 };
    // At twice the steps that are done the learning rate rises from half its height.
    let warmup = (2.0 * step).max(2.0 * train.warmup as f64).clamp(20.0, 10_000.0);
    let choices = [("learning_rate", third), ("clip", clip), ("warmup", warmup)];
    html! {
        <>
            <p>{ props.t.fill("fault.back", &[("resumed", &format::count(trouble.resumed))]) }</p>
            { remedies("fault.try", &choices, &props.run.config, Action::Amend, props) }
        </>
    }
}

/// Three settings on which the memory of a model depends most, each at half.
fn lower(props: &FailedRunProps) -> Html {
    let Config { train, model, .. } = &props.config;
    let half = |value: usize| (value / 2).max(1) as f64;
    let narrower = (model.n_embd / 2).next_multiple_of(model.n_head) as f64;
    let choices =
        [("batch_size", half(train.batch_size)), ("block_size", half(model.block_size)), ("n_embd", narrower)];
    remedies("fault.lower", &choices, &props.config, Action::Set, props)
}

fn remedies(
    title: &str,
    choices: &[(&str, f64)],
    config: &Config,
    action: fn(&'static Field, Value) -> Action,
    FailedRunProps { t, dispatch, .. }: &FailedRunProps,
) -> Html {
    let button = |(key, value): &(&str, f64)| {
        let field = Field::find(key).expect("a remedy changes a setting");
        let now = match field.get(config) {
            Value::Number(now) => format::figures(now),
            Value::Text(text) => text,
        };
        let label = t.fill(&format!("{title}.{key}"), &[("value", &format::figures(*value)), ("now", &now)]);
        let action = action(field, Value::Number(*value));
        let onclick = dispatch.reform(move |_: MouseEvent| action.clone());
        html! { <li><button type="button" class="button" {onclick}>{ label }</button></li> }
    };
    html! {
        <>
            <p>{ t.say(title) }</p>
            <ul class="remedies">{ for choices.iter().map(button) }</ul>
        </>
    }
}
