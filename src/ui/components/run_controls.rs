//! Start, pause, one step, resume, stop, reset: what the run takes now.

use yew::prelude::*;

use super::{Sign, emit_some, icon};
use crate::protocol::RunState;
use crate::ui::i18n::I18n;
use crate::ui::run_commands::Order;
use crate::ui::state::Action;

#[derive(Clone, PartialEq, Properties)]
pub struct RunControlsProps {
    /// The state of the run, if there is one.
    pub run: Option<RunState>,
    /// There is a device to train on.
    pub can_train: bool,
    /// A start was ordered and waits for the tokenizer.
    pub is_starting: bool,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn RunControls(props: &RunControlsProps) -> Html {
    let t = &props.t;
    // An order that loses a model is given twice.
    let doubted = use_state_eq(|| None::<Order>);
    let button = |order: Order, kind: Option<&'static str>| {
        let run = props.run.as_ref();
        let begins = matches!(order, Order::Start | Order::Again | Order::Step);
        let taken = order.is_taken(run) && !props.is_starting && (props.can_train || !begins);
        let doubt = taken && order.loses(run) && *doubted != Some(order);
        let is_doubted = taken && order.loses(run) && *doubted == Some(order);
        // A button that cannot be pressed now keeps the keyboard's place: it may be the next one again in a moment.
        let onclick = {
            let doubted = doubted.setter();
            emit_some(&props.dispatch, move |_: MouseEvent| {
                doubted.set(doubt.then_some(order));
                (taken && !doubt).then(|| order.action())
            })
        };
        let onblur = {
            let doubted = doubted.setter();
            Callback::from(move |_: FocusEvent| doubted.set(None))
        };
        let label = if is_doubted { "sure" } else { order.name() };
        html! {
            <button type="button" class="button" data-kind={kind} data-order={order.name()}
                aria-disabled={(!taken).then_some("true")} {onclick} {onblur}>
                { icon(sign(order)) }
                { t.say(&format!("train.order.{label}")) }
            </button>
        }
    };
    html! {
        <div class="run-controls" role="group" aria-label={t.say("train.orders")}>
            { button(Order::main(props.run.as_ref()), Some("primary")) }
            { button(Order::Step, None) }
            { button(Order::Stop, None) }
            { button(Order::Reset, Some("quiet")) }
        </div>
    }
}

fn sign(order: Order) -> Sign {
    match order {
        Order::Start | Order::Again | Order::Resume => Sign::Play,
        Order::Pause => Sign::Pause,
        Order::Step => Sign::Step,
        Order::Stop => Sign::Stop,
        Order::Reset => Sign::Repeat,
    }
}
