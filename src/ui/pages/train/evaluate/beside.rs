//! Two models that go on with the same prompt by the same seed.

use yew::prelude::*;

use crate::protocol::{Work, WrittenToken};
use crate::ui::charts::probability::level;
use crate::ui::components::{error_text, on_input_text, work_progress};
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::swatch;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, EvaluateAction};

pub fn beside(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let evaluate = &state.evaluate;
    let question = &evaluate.texts;
    let order = |action: fn() -> EvaluateAction| dispatch.reform(move |_: MouseEvent| Action::Evaluate(action()));
    let seed = state.config.sample.seed;
    html! {
        <section class="card" aria-labelledby="evaluate-beside">
            <h3 id="evaluate-beside">{ t.say("evaluate.texts") }</h3>
            <p class="note">{ t.fill("evaluate.texts.note", &[("seed", &seed)]) }</p>
            if evaluate.beside.is_none() {
                <p>{ t.say("evaluate.texts.choose") }</p>
            } else {
                <label class="field">
                    <span class="field-name">{ t.say("write.prompt") }</span>
                    <input class="input" type="text" maxlength="2000" data-choice="prompt"
                        value={state.writing.prompt.clone()} oninput={on_input_text(dispatch, Action::Prompt)} />
                </label>
                <div class="row">
                    if question.is_waiting() {
                        <button class="button" type="button" onclick={order(|| EvaluateAction::StopWriting)}>
                            { t.say("evaluate.stop") }
                        </button>
                    } else {
                        <button class="button" type="button" data-order="write-beside"
                            onclick={order(|| EvaluateAction::WriteBeside)}>{ t.say("evaluate.texts.write") }</button>
                    }
                </div>
            }
            <div role="status">{ work_progress(&state.progress, Work::WritingBeside, t) }</div>
            { error_text(question.error.as_ref(), t) }
            { texts(page) }
        </section>
    }
}

fn texts(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let question = &state.evaluate.texts;
    let (Some(texts), Some(wanted)) = (&question.answer, question.answered()) else { return Html::default() };
    let common = common(&texts[0], &texts[1]);
    html! {
        <>
            <p>{ told(common, texts[0].len(), t) }</p>
            <div class="columns evaluate-texts" aria-busy={question.is_waiting().to_string()}>
                { for texts.iter().zip(wanted.models).enumerate().map(|(place, (tokens, which))| html! {
                    <div class="stack-tight">
                        <h4>{ swatch(super::line(place)) }{ " " }{ super::name(which, state, t) }</h4>
                        <div class="written" data-side={place.to_string()}>
                            <mark class="prompt">{ &wanted.prompt }</mark>
                            { for tokens.iter().map(word) }
                        </div>
                    </div>
                }) }
            </div>
        </>
    }
}

/// Tinted by how likely it was, as at station Write.
fn word(written: &WrittenToken) -> Html {
    let text = &written.token.text;
    html! {
        <span class="word" data-level={level(written.probability).to_string()}
            data-partial={written.token.partial.then_some("true")}>{ text }</span>
    }
}

/// Tokens that both texts begin with.
fn common(one: &[WrittenToken], other: &[WrittenToken]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a.token == b.token).count()
}

fn told(common: usize, all: usize, t: &I18n) -> String {
    match common {
        0 => t.say("evaluate.texts.differ_at_once"),
        same if same == all => t.say("evaluate.texts.same"),
        same => t.fill("evaluate.texts.differ_after", &[("n", &same)]),
    }
}
