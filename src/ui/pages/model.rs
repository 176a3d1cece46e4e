//! Station Model: how large shall it be, what would that cost, and what does it look like?

use std::fmt::Display;

use yew::prelude::*;

use super::PageProps;
use crate::config::fields::{Field, Section, Value};
use crate::config::presets::Preset;
use crate::config::{ModelConfig, TokenizerMethod};
use crate::ui::charts::layers::{Sizes, heads_that_divide};
use crate::ui::components::{Controls, Cost, Network, Presets, error_text, onward, station_head};
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, State, Station};

/// Numbers of heads that are offered.
const HEADS_OFFERED: usize = 6;

#[component]
pub fn ModelPage(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let vocab_size = vocab_size(state);
    let keys: Vec<_> = Field::of(Section::Model).map(|field| field.key).collect();
    let parameters = Preset::ALL.map(|preset| preset.config().model.parameter_count(vocab_size_with(state, preset)));
    html! {
        <div class="station">
            { station_head(Station::Model, t) }
            <div class="columns">
                <div class="stack">
                    <section class="card">
                        <h2>{ t.say("model.presets") }</h2>
                        <Presets chosen={Preset::of(&state.config)} {parameters}
                            on_choose={dispatch.reform(Action::UsePreset)} t={t.clone()} />
                    </section>
                    <section class="card">
                        <h2>{ t.say("model.cost") }</h2>
                        <Cost parameters={state.config.model.parameter_count(vocab_size) as u64}
                            estimate={state.project.estimate.answer.clone()} t={t.clone()} />
                        { error_text(state.project.estimate.error.as_ref(), t) }
                    </section>
                    <section class="card">
                        <h2>{ t.say("model.sizes") }</h2>
                        if state.training.run.is_some() {
                            <p class="note">{ t.say("model.next_run") }</p>
                        }
                        <Controls {keys} config={state.config.clone()} dispatch={dispatch.clone()} t={t.clone()} />
                        { heads(&state.config.model, dispatch, t) }
                    </section>
                </div>
                <section class="card">
                    <h2>{ t.say("model.picture.title") }</h2>
                    <Network sizes={Sizes::new(&state.config, vocab_size as u64)} t={t.clone()} />
                </section>
            </div>
            { onward(Station::Model, dispatch, t) }
        </div>
    }
}

/// How the width is shared among the heads, and which numbers of heads divide it.
fn heads(model: &ModelConfig, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let ModelConfig { n_embd, n_head, .. } = *model;
    let field = Field::find("n_head").expect("heads are a setting");
    let mut offered = heads_that_divide(n_embd as u64, n_head as u64, HEADS_OFFERED);
    offered.sort_unstable();
    let chip = |heads: u64| {
        let onclick = dispatch.reform(move |_: MouseEvent| Action::Set(field, Value::Number(heads as f64)));
        let pressed = (heads == n_head as u64).to_string();
        html! { <button type="button" class="chip" aria-pressed={pressed} {onclick}>{ heads }</button> }
    };
    let shares: [(&str, &dyn Display); 3] =
        [("n_embd", &n_embd), ("n_head", &n_head), ("head_size", &model.head_size())];
    html! {
        <div class="heads">
            <p class="note">{ t.fill("model.heads.share", &shares) }</p>
            <div class="row" role="group" aria-label={t.say("model.heads.offer")}>
                <span class="note" aria-hidden="true">{ t.say("model.heads.offer") }</span>
                { for offered.into_iter().map(chip) }
            </div>
        </div>
    }
}

/// V of the tokenizer that is there; before there is one, what it will be.
fn vocab_size(state: &State) -> usize {
    let wanted = &state.config.tokenizer;
    match &state.project.tokenizer.answer {
        Some(tokenizer) if tokenizer.config.method == wanted.method => tokenizer.vocab_size as usize,
        _ => expected_vocab_size(state, wanted.method, wanted.vocab_size),
    }
}

/// V that a preset's tokenizer would have on this text.
fn vocab_size_with(state: &State, preset: Preset) -> usize {
    if Preset::of(&state.config) == Some(preset) {
        return vocab_size(state);
    }
    let tokenizer = preset.config().tokenizer;
    expected_vocab_size(state, tokenizer.method, tokenizer.vocab_size)
}

fn expected_vocab_size(state: &State, method: TokenizerMethod, wanted: usize) -> usize {
    match (method, &state.project.text.answer) {
        (TokenizerMethod::Characters, Some(text)) => text.distinct_characters as usize,
        (TokenizerMethod::Characters, None) => 64,
        (TokenizerMethod::Bytes, _) => 256,
        _ => wanted,
    }
}
