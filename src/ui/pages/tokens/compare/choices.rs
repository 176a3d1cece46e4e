//! Which tokenizers are compared.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::config::TokenizerMethod;
use crate::config::fields::{Field, Kind, method_name};
use crate::ui::components::{Sign, icon};
use crate::ui::i18n::I18n;
use crate::ui::kit::looks::SERIES;
use crate::ui::kit::picture::swatch;
use crate::ui::pages::PageProps;
use crate::ui::state::compare::MOST;
use crate::ui::state::{Action, CompareAction, SideChoice};

/// In the place of a method's name.
const PROJECT: &str = "project";
const SIZE: usize = 1_000;

pub fn choices(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let sides = &state.comparing.sides;
    let add = dispatch.reform(|_: MouseEvent| Action::Compare(CompareAction::Add));
    html! {
        <div class="stack-tight">
            <ul class="compare-choices">{ for sides.iter().enumerate().map(|(at, side)| row(page, at, *side)) }</ul>
            if sides.len() < MOST {
                <button class="button compare-add" data-kind="quiet" type="button" onclick={add}>
                    { t.say("compare.add") }
                </button>
            }
        </div>
    }
}

fn row(page: &PageProps, at: usize, side: SideChoice) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let number = at + 1;
    let remove = dispatch.reform(move |_: MouseEvent| Action::Compare(CompareAction::Remove(at)));
    let label = t.fill("compare.remove", &[("n", &number)]);
    html! {
        <li class="compare-choice">
            { swatch(&SERIES[at % SERIES.len()]) }
            { method(page, at, side) }
            if let SideChoice::Trained { method, vocab_size } = side {
                if !method.is_given() {
                    <Size {at} {method} {vocab_size} dispatch={dispatch.clone()} t={t.clone()} />
                }
            }
            if state.comparing.sides.len() > 1 {
                <button class="icon-button" type="button" aria-label={label.clone()} title={label} onclick={remove}>
                    { icon(Sign::Cross) }
                </button>
            }
        </li>
    }
}

fn method(page: &PageProps, at: usize, side: SideChoice) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let (chosen, vocab_size) = match side {
        SideChoice::Project => (PROJECT.to_string(), SIZE),
        SideChoice::Imported(at) => (imported(at), SIZE),
        SideChoice::Trained { method, vocab_size } => (method_name(method).to_string(), vocab_size),
    };
    let brought = state.comparing.brought.len();
    let choose = dispatch.reform(move |event: Event| {
        let name = event.target_unchecked_into::<HtmlSelectElement>().value();
        let method = TokenizerMethod::ALL.into_iter().find(|method| method_name(*method) == name);
        let file = (0..brought).find(|file| imported(*file) == name).map_or(SideChoice::Project, SideChoice::Imported);
        let choice = method.map_or(file, |method| SideChoice::Trained { method, vocab_size });
        Action::Compare(CompareAction::Choose(at, choice))
    });
    let methods = TokenizerMethod::ALL.map(|method| (method_name(method).to_string(), t.method(method)));
    let files = state.comparing.brought.iter().enumerate().map(|(at, files)| (imported(at), files.name().to_string()));
    let options = methods.into_iter().chain([(PROJECT.to_string(), t.say("compare.project"))]).chain(files);
    html! {
        <select class="menu compare-method" aria-label={t.fill("compare.method", &[("n", &(at + 1))])} onchange={choose}>
            { for options.map(|(name, label)| html! {
                <option selected={name == chosen} value={name.clone()}>{ label }</option>
            }) }
        </select>
    }
}

/// The name of an imported tokenizer in the menu.
fn imported(at: usize) -> String {
    format!("imported-{at}")
}

#[derive(Clone, PartialEq, Properties)]
struct SizeProps {
    /// Place of the tokenizer, from 0.
    at: usize,
    method: TokenizerMethod,
    vocab_size: usize,
    dispatch: Callback<Action>,
    t: I18n,
}

/// A part of its own, so that news of the engine do not draw it anew while somebody types.
#[component]
fn Size(props: &SizeProps) -> Html {
    let SizeProps { at, method, vocab_size, ref dispatch, ref t } = *props;
    let (min, max) = sizes();
    let set = dispatch.reform(move |event: Event| {
        let typed = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
        let vocab_size = if typed.is_finite() { (typed as usize).clamp(min, max) } else { vocab_size };
        Action::Compare(CompareAction::Choose(at, SideChoice::Trained { method, vocab_size }))
    });
    html! {
        <label class="compare-size">
            <span class="note">{ t.say("compare.size") }</span>
            <input class="input" data-size="number" type="number" min={min.to_string()} max={max.to_string()} step="1"
                value={vocab_size.to_string()} aria-label={t.fill("compare.size.of", &[("n", &(at + 1))])} onchange={set} />
        </label>
    }
}

/// The range of the setting.
fn sizes() -> (usize, usize) {
    match Field::find("vocab_size").map(|field| &field.kind) {
        Some(Kind::Integer { min, max, .. }) => (*min as usize, *max as usize),
        _ => (260, 16_384),
    }
}
