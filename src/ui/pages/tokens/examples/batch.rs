//! The batch of a step as rows of tokens: which of them is looked at, and what an epoch of such batches is.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::exercises::times;
use crate::config::examples::Order;
use crate::protocol::examples::{DrawnBatch, DrawnRow};
use crate::ui::charts::windows::{token, weight};
use crate::ui::components::figure_list;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, ExamplesAction};

/// Tokens of a row that are shown; the rest does not fit on a line.
const SHOWN: usize = 48;
/// Steps that can be looked at.
const LAST: u64 = 10_000_000;

pub fn batch_card(page: &PageProps, batch: &Rc<DrawnBatch>, chosen: usize, choose: &Callback<usize>) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let step = state.examples.step;
    let draw = |step: u64| dispatch.reform(move |_: MouseEvent| Action::Examples(ExamplesAction::Draw(step)));
    let typed = dispatch.reform(move |event: Event| {
        let number = event.target_unchecked_into::<HtmlInputElement>().value().trim().parse::<u64>();
        Action::Examples(ExamplesAction::Draw(number.map_or(step, |number| number.clamp(1, LAST) - 1)))
    });
    html! {
        <section class="card" aria-labelledby="examples-batch">
            <div class="row row-apart">
                <h3 id="examples-batch">{ t.fill("examples.batch", &[("step", &format::count(batch.step + 1))]) }</h3>
                <div class="row">
                    <label for="examples-step">{ t.say("examples.step") }</label>
                    <input class="input" data-size="number" id="examples-step" type="text" inputmode="numeric"
                        autocomplete="off" value={(step + 1).to_string()} onchange={typed} />
                    <button class="button" type="button" disabled={step == 0} onclick={draw(step.saturating_sub(1))}>
                        { t.say("examples.previous") }
                    </button>
                    <button class="button" data-kind="primary" type="button" onclick={draw(step + 1)}>
                        { t.say("examples.draw") }
                    </button>
                </div>
            </div>
            <p class="note">{ t.say("examples.batch.how") }</p>
            <ol class="batch">
                { for batch.rows.iter().enumerate().map(|(number, row)| line(batch, number, row, number == chosen, choose, t)) }
            </ol>
            if (batch.rows.len() as u64) < batch.batch_size {
                <p class="note">
                    { t.fill("examples.batch.part", &[("shown", &batch.rows.len()), ("all", &batch.batch_size)]) }
                </p>
            }
            { figure_list(&figures(page, batch)) }
        </section>
    }
}

fn line(batch: &DrawnBatch, number: usize, row: &DrawnRow, here: bool, choose: &Callback<usize>, t: &I18n) -> Html {
    let shown = row.inputs.len().min(SHOWN);
    let token = |place: usize| {
        let padding = place as u64 >= row.length;
        let text = match token(batch, row.inputs[place]) {
            _ if padding => "∅".to_string(),
            Some(token) if token.partial => token.text.clone(),
            Some(token) => format::visible(&token.text),
            None => String::new(),
        };
        let colour = ((row.begin + place as u64) % 5).to_string();
        let starts = place > 0 && row.starts.contains(&(place as u64 - 1));
        html! {
            <span class="token" data-colour={colour} data-padding={padding.then_some("true")}
                data-starts={starts.then_some("document")}>{ text }</span>
        }
    };
    let choose = choose.reform(move |_: MouseEvent| number);
    html! {
        <li key={number}>
            <button class="batch-row" type="button" aria-pressed={here.to_string()} onclick={choose}>
                <span class="batch-number">{ number + 1 }</span>
                <span class="batch-tokens">{ for (0..shown).map(token) }</span>
                <span class="batch-facts">{ facts(batch, row, t) }</span>
            </button>
        </li>
    }
}

/// Where the row stands, how much of it is padding, and what its targets count for.
fn facts(batch: &DrawnBatch, row: &DrawnRow, t: &I18n) -> String {
    let mut facts = vec![t.fill("examples.row.from", &[("token", &format::count(row.begin + 1))])];
    let padding = row.inputs.len() as u64 - row.length;
    if padding > 0 {
        facts.push(t.fill("examples.row.padding", &[("n", &padding)]));
    }
    if batch.has_weights {
        let weights = (0..row.length as usize).map(|place| weight(row, place));
        let (least, most) =
            weights.fold((f32::MAX, 0.0), |(least, most): (f32, f32), it| (least.min(it), most.max(it)));
        let told = if least < most { format!("{} – {}", times(least), times(most)) } else { times(most) };
        facts.push(t.fill("examples.row.weight", &[("times", &told)]));
    }
    facts.join(" · ")
}

fn figures(page: &PageProps, batch: &DrawnBatch) -> Vec<(String, String)> {
    let (state, t) = (&page.state, &page.t);
    let epoch = &batch.epoch;
    let random = state.config.examples.order == Order::Random;
    // Drawn at random, an epoch is as many tokens as the text has.
    let steps = match random {
        true => epoch.tokens.div_ceil((batch.batch_size * batch.time).max(1)),
        false => epoch.windows.div_ceil(batch.batch_size.max(1)),
    };
    let epochs = state.config.train.steps as f64 / steps.max(1) as f64;
    let mut figures = vec![
        (
            t.say(if random { "examples.figure.possible" } else { "examples.figure.windows" }),
            format::count(epoch.windows),
        ),
        (t.say("examples.figure.steps"), format::count(steps)),
        (t.say("examples.figure.epochs"), format::figures(epochs)),
        (t.say("examples.figure.padding"), format::percent(epoch.padding())),
    ];
    if !random {
        figures.insert(1, (t.say("examples.figure.targets"), format::count(epoch.targets)));
    }
    figures
}
