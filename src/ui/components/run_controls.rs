//! Start, pause, one step, resume, stop, reset: what the run takes now.

use yew::prelude::*;

use super::{Icon, Sign, emit_some};
use crate::protocol::RunState;
use crate::ui::i18n::I18n;
use crate::ui::orders::Order;
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
    let button = |order: Order, kind: Option<&'static str>| {
        let begins = matches!(order, Order::Start | Order::Again | Order::Step);
        let taken = order.is_taken(props.run.as_ref()) && !props.is_starting && (props.can_train || !begins);
        // A button that cannot be pressed now keeps the keyboard's place: it may be the next one again in a moment.
        let onclick = emit_some(&props.dispatch, move |_: MouseEvent| taken.then(|| order.action()));
        html! {
            <button type="button" class="button" data-kind={kind} data-order={order.name()}
                aria-disabled={(!taken).then_some("true")} {onclick}>
                <Icon sign={sign(order)} />
                { t.say(&format!("train.order.{}", order.name())) }
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
