//! What goes on inside while it trains: learning rate, gradient norm, and how far the layers move.

use yew::prelude::*;

use crate::ui::figures::live::{LayerMoves, Norms, Schedule};
use crate::ui::format::figures;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Files};
use crate::ui::pages::PageProps;
use crate::ui::state::Run;

pub fn inside(PageProps { state, t, .. }: &PageProps) -> Html {
    let Some(run) = state.training.run.as_ref().filter(|run| !run.points.is_empty()) else { return Html::default() };
    let moves = state.live.moves.as_ref().filter(|moves| moves.run == run.id);
    let moves = moves.map(|moves| LayerMoves { moves: moves.clone(), t: t.clone() });
    html! {
        <section class="card" aria-label={t.say("train.inside")}>
            <h2>{ t.say("train.inside") }</h2>
            <div class="watched">
                { rate(run, t) }
                { norm(run, t) }
                if let Some(moves) = moves {
                    <figure class="watched-wide">
                        <figcaption>
                            <strong>{ t.fill("train.moves", &[("step", &moves.moves.step)]) }</strong>
                            <span class="note">{ t.say("train.moves.note") }</span>
                        </figcaption>
                        <Figure class="drawn" label={moves.told()} of={Shown::new(moves)} file="gptling-layers"
                            summary={t.say("train.moves.table")} files={Files::Folded} t={t.clone()} />
                    </figure>
                }
            </div>
        </section>
    }
}

fn rate(run: &Run, t: &I18n) -> Html {
    let now = run.points.last().map_or(0.0, |point| f64::from(point.learning_rate));
    let of = Shown::new(Schedule { train: run.config.train.clone(), now: Some(run.step()), t: t.clone() });
    figure(t.fill("train.rate.now", &[("value", &figures(now))]), of, "gptling-learning-rate", t)
}

fn norm(run: &Run, t: &I18n) -> Html {
    let now = run.points.last().map_or(0.0, |point| f64::from(point.grad_norm));
    let train = &run.config.train;
    let of =
        Shown::new(Norms { points: run.points.clone(), clip: train.clip, steps: train.steps as u64, t: t.clone() });
    let note = match train.clip > 0.0 {
        true => t.fill("train.norm.clipped", &[("clip", &train.clip)]),
        false => t.say("train.norm.free"),
    };
    html! {
        <div>
            { figure(t.fill("train.norm.now", &[("value", &figures(now))]), of, "gptling-gradient-norm", t) }
            <p class="note">{ note }</p>
        </div>
    }
}

fn figure(label: String, of: Shown, file: &'static str, t: &I18n) -> Html {
    html! {
        <figure>
            <figcaption><strong>{ label.clone() }</strong></figcaption>
            <Figure class="drawn" {of} {file} {label} summary={t.say("chart.more")} files={Files::Folded} t={t.clone()} />
        </figure>
    }
}
