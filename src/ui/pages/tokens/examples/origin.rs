//! The picture of where rows come from and how the window slides.

use std::rc::Rc;

use yew::prelude::*;

use crate::config::examples::Order;
use crate::protocol::examples::DrawnBatch;
use crate::ui::figures::windows::Windows;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;

pub fn origin(batch: &Rc<DrawnBatch>, order: Order, t: &I18n) -> Html {
    let windows = Windows { batch: batch.clone(), t: t.clone() };
    let label = windows.told();
    let how = match order {
        Order::Random => "examples.origin.random",
        Order::InOrder => "examples.origin.in_order",
        Order::ByDocument => "examples.origin.by_document",
    };
    html! {
        <section class="card" aria-labelledby="examples-origin">
            <h3 id="examples-origin">{ t.say("examples.origin") }</h3>
            <p class="note">{ t.say(how) }</p>
            <Figure class="windows" of={Shown::new(windows)} file="gptling-windows" {label} t={t.clone()} />
        </section>
    }
}
