//! The same text, cut by each tokenizer, one under the other.

use std::rc::Rc;

use yew::prelude::*;

use super::sides;
use crate::protocol::Token;
use crate::protocol::tokens::Comparison;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::looks::SERIES;
use crate::ui::kit::picture::swatch;

#[derive(Clone, PartialEq, Properties)]
pub struct CutsProps {
    pub comparison: Rc<Comparison>,
    pub names: Vec<String>,
    pub t: I18n,
}

#[component]
pub fn Cuts(props: &CutsProps) -> Html {
    let CutsProps { comparison, names, t } = props;
    let ids = use_state_eq(|| false);
    let toggle = {
        let ids = ids.clone();
        move |_: Event| ids.set(!*ids)
    };
    html! {
        <section class="card" aria-labelledby="compare-cuts">
            <div class="row row-apart">
                <h3 id="compare-cuts">{ t.say("compare.cuts") }</h3>
                <label class="check">
                    <input type="checkbox" checked={*ids} onchange={toggle} />
                    { t.say("tokens.ids") }
                </label>
            </div>
            { for sides(comparison, names).map(|(place, name, side)| html! {
                <div class="stack-tight compare-cut" key={place}>
                    <h4 class="compare-name">{ swatch(&SERIES[place % SERIES.len()]) }{ name }
                        <span class="note">{ t.fill("compare.cut.tokens", &[("n", &side.excerpt.len())]) }</span>
                    </h4>
                    <p class="strip compare-strip" data-ids={if *ids { "shown" } else { "hidden" }} tabindex="0" role="group" aria-label={name.to_string()}>
                        { for side.excerpt.iter().enumerate().map(|(index, token)| chip(index, token, *ids)) }
                    </p>
                </div>
            }) }
        </section>
    }
}

/// Neighbours differ in colour, so that one sees where a token ends.
pub fn chip(index: usize, token: &Token, ids: bool) -> Html {
    let text = if token.partial { token.text.clone() } else { format::visible(&token.text) };
    html! {
        <span class="token" data-colour={(index % 5).to_string()} data-partial={token.partial.to_string()}>
            { text }
            if ids { <span class="token-id">{ token.id }</span> }
        </span>
    }
}
