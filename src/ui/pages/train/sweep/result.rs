//! What the sweep came to: the picture and its table.

use std::rc::Rc;

use yew::prelude::*;

use super::table::table;
use crate::config::fields::Value;
use crate::ui::charts::loss::digits;
use crate::ui::charts::sweep::{Cell, Swept, best, scene};
use crate::ui::differences::value;
use crate::ui::export;
use crate::ui::hooks::use_width;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::Picture;
use crate::ui::kit::saves::Saves;
use crate::ui::kit::scene::Scene;
use crate::ui::listing::sweep_csv;
use crate::ui::state::sweep::{Outcome, SweptField, Trial};

#[derive(Clone, Properties)]
pub struct SweepResultProps {
    pub fields: Rc<Vec<SweptField>>,
    pub trials: Rc<Vec<Trial>>,
    pub t: I18n,
}

/// The lists are replaced when they change.
impl PartialEq for SweepResultProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.fields, &other.fields) && Rc::ptr_eq(&self.trials, &other.trials) && self.t == other.t
    }
}

#[component]
pub fn SweepResult(props: &SweepResultProps) -> Html {
    let t = &props.t;
    let node = use_node_ref();
    let width = use_width(&node).filter(|width| *width > 0).map(f64::from);
    let drawn = use_memo((props.clone(), width), |(props, width)| {
        let (swept, trials) = (axes(props), cells(props));
        scene(&swept, &trials, &props.t.say("runs.axis.validation"), (*width)?).map(Rc::new)
    });
    let title = t.say("sweep.result");
    html! {
        <section class="card" aria-labelledby="sweep-result">
            <h2 id="sweep-result">{ title.clone() }</h2>
            <p>{ told(props) }</p>
            <div class="sweep-picture" ref={node}>
                if let Some(scene) = &*drawn {
                    <Picture scene={scene.clone()} label={title.clone()} />
                }
            </div>
            if props.fields.len() > 1 {
                <p class="note">{ t.say("sweep.heat") }</p>
            }
            { table(&props.fields, &props.trials, t) }
            { for (*drawn).as_ref().map(|scene| saves(props, title, scene)) }
        </section>
    }
}

/// Which values did best, in words.
fn told(props: &SweepResultProps) -> String {
    let SweepResultProps { fields, trials, t } = props;
    let Some(trial) = best(&cells(props)).map(|at| &trials[at]) else { return t.say("sweep.no_best") };
    let values = trial.values(fields).map(|(field, found)| format!("{} {}", t.field(field).0, value(field, &found, t)));
    let loss = trial.loss().map_or_else(String::new, |loss| digits(loss.into()));
    t.fill("sweep.best", &[("values", &values.collect::<Vec<_>>().join(", ")), ("loss", &loss)])
}

fn axes(SweepResultProps { fields, t, .. }: &SweepResultProps) -> Vec<Swept> {
    let axis = |swept: &SweptField| {
        let values = swept.values().unwrap_or_default();
        let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
        Swept {
            name: t.field(swept.field).0,
            labels: values.iter().map(|found| value(swept.field, found, t)).collect(),
            numbers: values.iter().map(number).collect(),
        }
    };
    fields.iter().map(axis).collect()
}

fn cells(SweepResultProps { trials, t, .. }: &SweepResultProps) -> Vec<Cell> {
    let cell = |trial: &Trial| Cell {
        places: trial.places.clone(),
        loss: trial.loss().map(f64::from),
        instead: match trial.outcome {
            Outcome::Waiting | Outcome::Finished { .. } => "–".into(),
            Outcome::Running => "…".into(),
            Outcome::CutShort { .. } => t.say("sweep.cell.cut"),
            Outcome::Failed(_) => t.say("sweep.cell.failed"),
            Outcome::Impossible(_) => t.say("sweep.cell.impossible"),
        },
    };
    trials.iter().map(cell).collect()
}

fn saves(SweepResultProps { fields, trials, t }: &SweepResultProps, title: String, scene: &Rc<Scene>) -> Html {
    let csv = sweep_csv(fields, trials);
    let save = Callback::from(move |_: MouseEvent| export::save_text("gptling-sweep.csv", "text/csv", &csv));
    let mut files = export::pictures("gptling-sweep", title, scene);
    files.push(("CSV", save));
    html! { <Saves {files} t={t.clone()} /> }
}
