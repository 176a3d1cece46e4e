//! Class shares before and after, what the draws are worth, and the strata or clusters.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::sample::{Drawing, PartDrawn, Population};
use crate::ui::charts::sampling::dots::part_name;
use crate::ui::figures::sampling::{Shares, words};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;
use crate::ui::pages::PageProps;
use crate::ui::state::sample::Sampled;

pub fn shares(page: &PageProps, population: &Rc<Population>, sample: &Rc<Sampled>) -> Html {
    let t = &page.t;
    let drawing = &sample.drawing;
    let of = Shown::new(Shares { population: population.clone(), drawing: drawing.clone(), t: t.clone() });
    html! {
        <section class="card" aria-labelledby="sample-shares">
            <h3 id="sample-shares">{ t.say("sample.shares") }</h3>
            <div class="stack-tight">
                <Figure class="shares-plot" {of} file="gptling-shares" label={t.say("sample.shares.picture")}
                    title={t.say("sample.shares")} t={t.clone()} />
            </div>
            if drawing.synthetic == 0 {
                <p data-figure="effective">{ words::effective(drawing, sample.sampling.method, t) }</p>
            }
            if drawing.out_of_reach > 0 {
                <p class="note">
                    { t.fill("sample.out_of_reach", &[("documents", &format::count(drawing.out_of_reach))]) }
                </p>
            }
            { parts(drawing, t) }
        </section>
    }
}

/// The strata or clusters with how many of each were drawn.
fn parts(drawing: &Drawing, t: &I18n) -> Html {
    if drawing.parts.is_empty() {
        return Html::default();
    }
    let none = t.say("sample.part.none");
    let row = |part: &PartDrawn| {
        let name = part_name(part, &none);
        let share = 100.0 * part.draws as f64 / part.documents.max(1) as f64;
        html! {
            <tr data-drawn={(part.draws > 0).to_string()}>
                <th scope="row">{ name }</th>
                <td>
                    <svg class="bar" aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none">
                        <rect class="bar-ground" width="100" height="6" />
                        <rect class="bar-part" width={format!("{:.1}", share.min(100.0))} height="6" />
                    </svg>
                </td>
                <td>{ format!("{} / {}", format::count(part.draws), format::count(part.documents)) }</td>
            </tr>
        }
    };
    html! {
        <div class="table-frame sample-parts" tabindex="0" role="region" aria-label={t.say("sample.parts")}>
            <table class="table">
                <caption>{ t.say("sample.parts") }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ t.say("sample.parts.name") }</th>
                        <th scope="col"><span class="unseen">{ t.say("sample.parts.share") }</span></th>
                        <th scope="col">{ t.say("sample.parts.drawn") }</th>
                    </tr>
                </thead>
                <tbody>{ for drawing.parts.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
