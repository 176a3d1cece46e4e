//! Where the run is: steps, pace, time, loss.

use yew::prelude::*;

use crate::protocol::RunState;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::series::horizon;
use crate::ui::state::Run;

#[derive(Clone, Properties)]
pub struct RunFiguresProps {
    pub run: Run,
    pub t: I18n,
}

impl PartialEq for RunFiguresProps {
    fn eq(&self, other: &Self) -> bool {
        let shown =
            |run: &Run| (run.id, run.step(), run.pace, run.evaluations.len(), std::mem::discriminant(&run.state));
        shown(&self.run) == shown(&other.run)
    }
}

#[component]
pub fn RunFigures(props: &RunFiguresProps) -> Html {
    let t = &props.t;
    let run = &props.run;
    let (step, steps) = (run.step(), run.config.train.steps as u64);
    let dash = || "–".to_string();
    let validation = run.evaluations.last().map_or_else(dash, |evaluation| format::loss(f64::from(evaluation.loss)));
    let remaining = match run.state {
        RunState::Running { .. } | RunState::Paused { .. } if step > 0 => t.duration(run.pace.remaining_seconds),
        _ => dash(),
    };
    let figures = [
        ("train.step", format::count(step), Some(t.fill("train.of_steps", &[("steps", &format::count(steps))]))),
        ("train.loss", recent_loss(run).map_or_else(dash, format::loss), None),
        ("train.validation", validation, None),
        ("train.pace", format::short(f64::from(run.pace.tokens_per_second)), None),
        ("train.elapsed", t.duration(run.pace.elapsed_seconds), None),
        ("train.remaining", remaining, None),
    ];
    html! {
        <div class="run-figures">
            <div class="progress">
                <progress max="1" value={format!("{:.4}", run.share())} aria-label={t.say("train.progress")} />
            </div>
            <dl class="figures">
                { for figures.into_iter().map(|(key, figure, small)| html! {
                    <div>
                        <dt>{ t.say(key) }</dt>
                        <dd>{ figure }{ for small.map(|small| html! { <small>{ " " }{ small }</small> }) }</dd>
                    </div>
                }) }
            </dl>
        </div>
    }
}

/// Mean over the latest steps: a single batch says little.
fn recent_loss(run: &Run) -> Option<f64> {
    let latest = &run.points[run.points.len().saturating_sub(horizon(run.config.train.steps as u64) as usize)..];
    let sum: f64 = latest.iter().map(|point| f64::from(point.loss)).sum();
    (!latest.is_empty()).then(|| sum / latest.len() as f64)
}
