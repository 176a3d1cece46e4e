//! How often tokens occur by their rank: the picture, its table and its files.

use std::rc::Rc;

use yew::prelude::*;

use super::sides;
use crate::protocol::tokens::Comparison;
use crate::ui::charts::zipf::{Names, Series, csv, scene};
use crate::ui::export;
use crate::ui::format;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::saves::Saves;

const HEIGHT: f64 = 340.0;
/// The ranks of the table.
const RANKS: [u32; 8] = [1, 3, 10, 30, 100, 300, 1_000, 3_000];

#[derive(Clone, PartialEq, Properties)]
pub struct ZipfPlotProps {
    pub comparison: Rc<Comparison>,
    pub names: Vec<String>,
    pub t: I18n,
}

#[component]
pub fn ZipfPlot(props: &ZipfPlotProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node).filter(|width| *width > 0).map(f64::from);
    let drawn = use_memo((props.clone(), width), |(props, width)| {
        let names = Names { rank: props.t.say("compare.zipf.rank"), count: props.t.say("compare.zipf.count") };
        width.map(|width| Rc::new(scene(&series(props), &names, width, HEIGHT)))
    });
    let title = t.say("compare.zipf");
    html! {
        <section class="card" aria-labelledby="compare-zipf">
            <h3 id="compare-zipf">{ title.clone() }</h3>
            <p class="note">{ t.say("compare.zipf.note") }</p>
            <div class="zipf" ref={node}>
                if let Some(scene) = &*drawn {
                    <Picture scene={scene.clone()} label={title.clone()} />
                }
            </div>
            <div class="row row-apart">
                { table(props) }
                if let Some(scene) = (*drawn).clone() {
                    { saves(props, scene, title) }
                }
            </div>
        </section>
    }
}

fn series(ZipfPlotProps { comparison, names, .. }: &ZipfPlotProps) -> Vec<Series> {
    let all = sides(comparison, names);
    all.map(|(place, name, side)| Series { place, name: name.into(), ranks: side.zipf.clone() }).collect()
}

fn table(props: &ZipfPlotProps) -> Html {
    let (t, series) = (&props.t, series(props));
    // The count at the last rank that is known up to there.
    let at = |series: &Series, rank: u32| {
        let reached = series.ranks.last().is_some_and(|(last, _)| *last >= rank);
        let after = series.ranks.partition_point(|(other, _)| *other <= rank);
        let known = after.checked_sub(1).map(|index| series.ranks[index].1).filter(|_| reached);
        known.map_or_else(|| "–".to_string(), format::count)
    };
    html! {
        <details class="as-table">
            <summary>{ t.say("chart.as_table") }</summary>
            <div class="table-frame" tabindex="0" role="group" aria-label={t.say("compare.zipf")}>
                <table class="table">
                    <caption>{ t.say("compare.zipf") }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ t.say("compare.zipf.rank") }</th>
                            { for series.iter().map(|series| html! { <th scope="col">{ &series.name }</th> }) }
                        </tr>
                    </thead>
                    <tbody>
                        { for RANKS.map(|rank| html! {
                            <tr>
                                <th scope="row">{ rank }</th>
                                { for series.iter().map(|series| html! { <td>{ at(series, rank) }</td> }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}

fn saves(props: &ZipfPlotProps, scene: Rc<crate::ui::kit::scene::Scene>, title: String) -> Html {
    let svg = {
        let (scene, title) = (scene.clone(), title.clone());
        Callback::from(move |_: MouseEvent| export::save_svg("gptling-zipf.svg", &title, &scene))
    };
    let png = Callback::from(move |_: MouseEvent| export::save_png("gptling-zipf.png".into(), &title, &scene));
    let series = series(props);
    let csv = Callback::from(move |_: MouseEvent| export::save_text("gptling-zipf.csv", "text/csv", &csv(&series)));
    html! { <Saves files={vec![("PNG", png), ("SVG", svg), ("CSV", csv)]} t={props.t.clone()} /> }
}
