//! How often tokens occur by their rank.

use yew::prelude::*;

use super::sides;
use crate::protocol::tokens::Comparison;
use crate::ui::charts::zipf::Series;
use crate::ui::figures::zipf::Zipf;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;

pub fn zipf(comparison: &Comparison, names: &[String], t: &I18n) -> Html {
    let series = sides(comparison, names).map(|(place, name, side)| Series {
        place,
        name: name.into(),
        ranks: side.zipf.clone(),
    });
    let of = Shown::new(Zipf { series: series.collect(), t: t.clone() });
    let label = t.say("compare.zipf");
    html! {
        <section class="card" aria-labelledby="compare-zipf">
            <h3 id="compare-zipf">{ label.clone() }</h3>
            <p class="note">{ t.say("compare.zipf.note") }</p>
            <Figure class="zipf" {of} file="gptling-zipf" {label} t={t.clone()} />
        </section>
    }
}
