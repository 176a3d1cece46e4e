//! How the weights of the model, or their gradients, are distributed: one tensor at a time, when somebody looks.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::protocol::live::{Histogram, Numbers};
use crate::ui::components::error_text;
use crate::ui::figures::live::Distribution;
use crate::ui::format::figures;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::{Figure, Files};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, LiveAction};

pub fn numbers(PageProps { state, dispatch, t, .. }: &PageProps) -> Html {
    if state.training.run.as_ref().is_none_or(|run| run.report.is_none()) {
        return Html::default();
    }
    let live = &state.live;
    let look = live.look.clone();
    let of = look.as_ref().map_or(Numbers::Weights, |look| look.of);
    let tensor = look.as_ref().map_or(String::new(), |look| look.tensor.clone());
    let emit = |tensor: String, of: Numbers| Action::Live(LiveAction::Look { tensor, of });
    let again = {
        let tensor = tensor.clone();
        dispatch.reform(move |_: MouseEvent| emit(tensor.clone(), of))
    };
    html! {
        <section class="card">
            <h2>{ t.say("train.numbers") }</h2>
            <p class="note">{ t.say("train.numbers.note") }</p>
            <div class="row">
                if look.is_some() {
                    { tensors(live.names.answer.as_deref(), &tensor, of, dispatch, t) }
                    { kinds(&tensor, of, dispatch, t) }
                }
                <button type="button" class="button" onclick={again}>
                    { t.say(if look.is_some() { "train.numbers.again" } else { "train.numbers.look" }) }
                </button>
            </div>
            { error_text(live.histogram.error.as_ref(), t) }
            if let Some(histogram) = live.histogram.answer.as_ref().filter(|_| look.is_some()) {
                <figure>
                    <figcaption>{ told(histogram, t) }</figcaption>
                    <Figure class="drawn" of={Shown::new(Distribution { histogram: histogram.clone(), t: t.clone() })}
                        file="gptling-numbers" label={told(histogram, t)} summary={t.say("train.numbers.table")}
                        files={Files::Folded} t={t.clone()} />
                </figure>
            }
        </section>
    }
}

fn tensors(names: Option<&Vec<String>>, chosen: &str, of: Numbers, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let change = dispatch.reform(move |event: Event| {
        let tensor = event.target_unchecked_into::<HtmlSelectElement>().value();
        Action::Live(LiveAction::Look { tensor, of })
    });
    html! {
        <label class="numbers-tensor">
            <span class="field-name">{ t.say("train.numbers.tensor") }</span>
            <select class="input" onchange={change}>
                { for names.into_iter().flatten().map(|name| html! {
                    <option value={name.clone()} selected={name == chosen}>{ name }</option>
                }) }
            </select>
        </label>
    }
}

fn kinds(tensor: &str, chosen: Numbers, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let option = |of: Numbers, key: &'static str| {
        let tensor = tensor.to_string();
        let onchange = dispatch.reform(move |_: Event| Action::Live(LiveAction::Look { tensor: tensor.clone(), of }));
        html! {
            <label class="choice">
                <input type="radio" name="numbers-of" checked={of == chosen} {onchange} />
                <span>{ t.say(key) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="choices" aria-label={t.say("train.numbers")}>
            { option(Numbers::Weights, "train.numbers.weights") }
            { option(Numbers::Gradients, "train.numbers.gradients") }
        </fieldset>
    }
}

fn told(histogram: &Histogram, t: &I18n) -> String {
    let what = match histogram.of {
        Numbers::Weights => "train.numbers.weights",
        Numbers::Gradients => "train.numbers.gradients",
    };
    let number = |value: f32| figures(f64::from(value));
    t.fill(
        "train.numbers.told",
        &[
            ("what", &t.say(what)),
            ("tensor", &histogram.tensor),
            ("step", &histogram.step),
            ("mean", &number(histogram.mean)),
            ("deviation", &number(histogram.deviation)),
        ],
    )
}
