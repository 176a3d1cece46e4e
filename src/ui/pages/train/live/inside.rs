//! What goes on inside while it trains: learning rate, gradient norm, and how far the layers move.

use yew::prelude::*;

use crate::ui::charts::watched::HEALTHY;
use crate::ui::components::{Drawing, Drawn};
use crate::ui::format::figures;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Moves, Run};

pub fn inside(PageProps { state, t, .. }: &PageProps) -> Html {
    let Some(run) = state.training.run.as_ref().filter(|run| !run.points.is_empty()) else { return Html::default() };
    let moves = state.watching.moves.as_ref().filter(|moves| moves.run == run.id);
    html! {
        <section class="card" aria-label={t.say("train.inside")}>
            <h2>{ t.say("train.inside") }</h2>
            <div class="watched">
                { rate(run, t) }
                { norm(run, t) }
                if let Some(moves) = moves {
                    <figure class="watched-wide">
                        <figcaption>
                            <strong>{ t.fill("train.moves", &[("step", &moves.step)]) }</strong>
                            <span class="note">{ t.say("train.moves.note") }</span>
                        </figcaption>
                        <Drawn drawing={Drawing::Moves(moves.clone())} label={told(moves, t)} t={t.clone()} />
                        { table(moves, t) }
                    </figure>
                }
            </div>
        </section>
    }
}

fn rate(run: &Run, t: &I18n) -> Html {
    let now = run.points.last().map_or(0.0, |point| f64::from(point.learning_rate));
    let drawing = Drawing::Schedule { train: run.config.train.clone(), now: Some(run.step()) };
    figure("train.rate.now", figures(now), drawing, t)
}

fn norm(run: &Run, t: &I18n) -> Html {
    let now = run.points.last().map_or(0.0, |point| f64::from(point.grad_norm));
    let train = &run.config.train;
    let drawing = Drawing::Norms { points: run.points.clone(), clip: train.clip, steps: train.steps as u64 };
    let note = match train.clip > 0.0 {
        true => t.fill("train.norm.clipped", &[("clip", &train.clip)]),
        false => t.say("train.norm.free"),
    };
    html! {
        <div>
            { figure("train.norm.now", figures(now), drawing, t) }
            <p class="note">{ note }</p>
        </div>
    }
}

fn figure(key: &str, value: String, drawing: Drawing, t: &I18n) -> Html {
    let label = t.fill(key, &[("value", &value)]);
    html! {
        <figure>
            <figcaption><strong>{ label.clone() }</strong></figcaption>
            <Drawn {drawing} {label} t={t.clone()} />
        </figure>
    }
}

/// In words: how many layers move at a healthy pace.
fn told(moves: &Moves, t: &I18n) -> String {
    let near = |ratio: f64| (HEALTHY / 10.0..=HEALTHY * 10.0).contains(&ratio);
    let healthy = moves.layers.iter().filter(|layer| near(f64::from(layer.ratio()))).count();
    t.fill("train.moves.told", &[("healthy", &healthy), ("count", &moves.layers.len())])
}

fn table(moves: &Moves, t: &I18n) -> Html {
    let number = |value: f32| figures(f64::from(value));
    html! {
        <details class="more">
            <summary>{ t.say("train.moves.table") }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label={t.say("train.moves.table")}>
                <table class="table">
                    <thead><tr>
                        { for ["layer", "update", "weights", "ratio"].map(|column| html! {
                            <th scope="col">{ t.say(&format!("train.moves.{column}")) }</th>
                        }) }
                    </tr></thead>
                    <tbody>
                        { for moves.layers.iter().map(|layer| html! {
                            <tr>
                                <th scope="row">{ t.layer(&layer.name) }</th>
                                <td>{ number(layer.update) }</td>
                                <td>{ number(layer.weights) }</td>
                                <td>{ number(layer.ratio()) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}
