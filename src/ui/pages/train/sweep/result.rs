//! What the sweep came to.

use yew::prelude::*;

use crate::ui::figures::sweep::Sweep;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;

pub fn result(sweep: Sweep) -> Html {
    let t = sweep.t.clone();
    let (told, settings) = (sweep.told(), sweep.fields.len());
    let label = t.say("sweep.result");
    html! {
        <section class="card" aria-labelledby="sweep-result">
            <h2 id="sweep-result">{ label.clone() }</h2>
            <p>{ told }</p>
            <Figure class="sweep-picture" of={Shown::new(sweep)} file="gptling-sweep" {label} t={t.clone()}>
                if settings > 1 {
                    <p class="note">{ t.say("sweep.heat") }</p>
                }
            </Figure>
        </section>
    }
}
