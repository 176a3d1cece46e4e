//! How likely a written token was, and what nearly stood there instead.

use yew::prelude::*;

use crate::protocol::{Token, WrittenToken};
use crate::ui::charts::probability::BOUNDS;
use crate::ui::format::{percent, visible};
use crate::ui::i18n::I18n;

#[derive(Clone, PartialEq, Properties)]
pub struct LikelihoodProps {
    pub written: Option<WrittenToken>,
    /// Its place in the text, from 1.
    pub place: usize,
    pub t: I18n,
}

#[component]
pub fn Likelihood(props: &LikelihoodProps) -> Html {
    let t = &props.t;
    let Some(written) = &props.written else {
        return html! { <p class="note">{ t.say("write.choose") }</p> };
    };
    let mut rows: Vec<(&Token, f32, bool)> =
        written.runners_up.iter().map(|(token, share)| (token, *share, false)).collect();
    rows.push((&written.token, written.probability, true));
    rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    html! {
        <div class="likelihood">
            <p class="likelihood-head">
                <samp class="likelihood-token">{ visible(&written.token.text) }</samp>
                <strong>{ percent(f64::from(written.probability)) }</strong>
            </p>
            <p class="note">{ t.fill("write.token", &[("place", &props.place), ("id", &written.token.id)]) }</p>
            <ol class="likelihood-rows">
                { for rows.into_iter().map(|(token, share, chosen)| row(token, share, chosen, t)) }
            </ol>
        </div>
    }
}

fn row(token: &Token, share: f32, chosen: bool, t: &I18n) -> Html {
    html! {
        <li class="likelihood-row" data-chosen={chosen.then_some("true")}>
            <span class="likelihood-name">
                <samp>{ visible(&token.text) }</samp>
                if chosen {
                    <span class="likelihood-chosen">{ t.say("write.chosen") }</span>
                }
            </span>
            <svg class="bar" aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none">
                <rect class="bar-ground" width="100" height="6" />
                <rect class="bar-part" width={format!("{:.1}", 100.0 * share)} height="6" />
            </svg>
            <span class="likelihood-share">{ percent(f64::from(share)) }</span>
        </li>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct TintLegendProps {
    pub t: I18n,
}

/// What the tints of the text mean.
#[component]
pub fn TintLegend(props: &TintLegendProps) -> Html {
    let t = &props.t;
    let bound = |level: usize| BOUNDS.get(level).map_or(100, |bound| (100.0 * bound).round() as u32);
    html! {
        <div class="tint-legend">
            <span>{ t.say("write.legend") }</span>
            <ul>
                { for (0..BOUNDS.len()).map(|level| html! {
                    <li><span class="word" data-level={level.to_string()}>
                        { format!("{}–{} %", bound(level), bound(level + 1)) }
                    </span></li>
                }) }
            </ul>
        </div>
    }
}
