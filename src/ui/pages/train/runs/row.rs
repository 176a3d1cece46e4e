//! A run as a row of the table.

use std::rc::Rc;

use yew::prelude::*;

use super::run_name::RunName;
use crate::config::Config;
use crate::config::fields::Field;
use crate::protocol::runs::RunRecord;
use crate::ui::charts::overlay::LINES;
use crate::ui::components::{Sign, icon};
use crate::ui::differences::{hash, value};
use crate::ui::export;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::picture::swatch;
use crate::ui::listing::{evaluation, state, training_loss};
use crate::ui::state::{Action, RunsAction, StorageAction};

#[derive(Clone, Properties)]
pub struct RunRowProps {
    pub record: Rc<RunRecord>,
    /// Its colour and dashes, if it is on the chart.
    pub look: Option<usize>,
    pub is_best: bool,
    pub is_training: bool,
    /// The step of its weights, where it can be gone on with.
    pub kept: Option<u64>,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

/// A record is replaced when it changes.
impl PartialEq for RunRowProps {
    fn eq(&self, other: &Self) -> bool {
        let flags = |props: &Self| (props.look, props.is_best, props.is_training, props.kept);
        Rc::ptr_eq(&self.record, &other.record) && flags(self) == flags(other) && self.t == other.t
    }
}

#[component]
pub fn RunRow(props: &RunRowProps) -> Html {
    let RunRowProps { record, t, .. } = props;
    let measured = evaluation(record);
    let dash = || "–".to_string();
    html! {
        <tr data-key={record.key.clone()}>
            <td>{ tick(props) }</td>
            <th scope="row">
                <RunName run={record.key.clone()} name={t.run_name(record)} dispatch={props.dispatch.clone()} t={t.clone()} />
                <span class="note">{ t.say(&format!("runs.state.{}", state(record))) }{ " · " }{ export::moment(record.begun, t) }</span>
            </th>
            <td>{ settings(&record.config, t) }</td>
            <td>
                { &record.text.name }
                <span class="note runs-hash">{ hash(record) }</span>
            </td>
            <td>{ format::count(record.step()) }</td>
            <td>{ training_loss(record).map_or_else(dash, format::loss) }</td>
            <td>{ measured.map_or_else(dash, |it| format::loss(it.loss.into())) }</td>
            <td>
                { measured.map_or_else(dash, |it| format!("{:.3}", it.bits_per_byte)) }
                if props.is_best {
                    <span class="note">{ t.say("runs.best") }</span>
                }
            </td>
            <td>{ t.duration(record.seconds) }</td>
            <td>{ orders(props) }</td>
        </tr>
    }
}

fn tick(RunRowProps { record, look, dispatch, t, .. }: &RunRowProps) -> Html {
    let key = record.key.clone();
    let show = dispatch.reform(move |_: Event| Action::Runs(RunsAction::Show(key.clone())));
    html! {
        <label class="runs-tick">
            <input type="checkbox" checked={look.is_some()} onchange={show}
                aria-label={t.fill("runs.show", &[("name", &t.run_name(record))])} />
            { for look.map(|look| swatch(&LINES[look % LINES.len()])) }
        </label>
    }
}

/// What matters most of the settings, in a line; the rest is told as a difference, and in the files.
fn settings(config: &Config, t: &I18n) -> String {
    let of = |key: &str| {
        let field = Field::find(key).expect("a setting");
        value(field, &field.get(config), t)
    };
    let (layers, width, optimizer) = (of("n_layer"), of("n_embd"), of("optimizer"));
    let (rate, batch, context) = (of("learning_rate"), config.train.rows_per_step(), of("block_size"));
    t.fill(
        "runs.settings",
        &[
            ("layers", &layers),
            ("width", &width),
            ("optimizer", &optimizer),
            ("rate", &rate),
            ("batch", &batch),
            ("context", &context),
        ],
    )
}

fn orders(RunRowProps { record, is_training, kept, dispatch, t, .. }: &RunRowProps) -> Html {
    let name = t.run_name(record);
    let button = |label: &str, sign: Sign, disabled: bool, action: fn(String) -> RunsAction| {
        let (key, label) = (record.key.clone(), t.fill(label, &[("name", &name)]));
        let onclick = dispatch.reform(move |_: MouseEvent| Action::Runs(action(key.clone())));
        html! {
            <button type="button" class="icon-button" aria-label={label.clone()} title={label} {disabled} {onclick}>
                { icon(sign) }
            </button>
        }
    };
    let go_on = |step: &u64| {
        let (key, label) = (record.key.clone(), t.fill("storage.offer.continue", &[("run", &name), ("step", step)]));
        let onclick = dispatch.reform(move |_: MouseEvent| Action::Storage(StorageAction::Continue(key.clone())));
        html! {
            <button type="button" class="icon-button" aria-label={label.clone()} title={label} {onclick}>
                { icon(Sign::Play) }
            </button>
        }
    };
    html! {
        <div class="runs-orders">
            { for kept.iter().map(go_on) }
            { button("runs.duplicate", Sign::Copy, false, RunsAction::Duplicate) }
            { button("runs.delete", Sign::Bin, *is_training, RunsAction::Delete) }
        </div>
    }
}
