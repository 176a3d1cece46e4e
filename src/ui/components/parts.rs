//! Small parts: the head of a station, the way onward, figures, progress.

use yew::prelude::*;

use super::{Icon, Sign};
use crate::protocol::Work;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Progress, Station};

#[derive(PartialEq, Properties)]
pub struct StationHeadProps {
    pub station: Station,
    pub t: I18n,
}

/// Title and one sentence: `<station>.title`, `<station>.lead`.
#[component]
pub fn StationHead(props: &StationHeadProps) -> Html {
    let name = props.station.name();
    html! {
        <header class="station-head">
            <h1 id="station-title" tabindex="-1">{ props.t.say(&format!("{name}.title")) }</h1>
            <p>{ props.t.say(&format!("{name}.lead")) }</p>
        </header>
    }
}

#[derive(PartialEq, Properties)]
pub struct OnwardProps {
    pub station: Station,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

/// Buttons to the stations before and after.
#[component]
pub fn Onward(props: &OnwardProps) -> Html {
    let go = |station: Station| props.dispatch.reform(move |_: MouseEvent| Action::Go(station));
    let name = |station: Station| props.t.say(&format!("station.{}", station.name()));
    html! {
        <nav class="onward" aria-label={props.t.say("onward.label")}>
            if let Some(station) = props.station.previous() {
                <button class="button" data-kind="quiet" type="button" onclick={go(station)}>
                    <Icon sign={Sign::Back} />
                    { props.t.fill("onward.previous", &[("station", &name(station))]) }
                </button>
            }
            if let Some(station) = props.station.next() {
                <button class="button onward-next" data-kind="primary" type="button" onclick={go(station)}>
                    { props.t.fill("onward.next", &[("station", &name(station))]) }
                    <Icon sign={Sign::Forward} />
                </button>
            }
        </nav>
    }
}

#[derive(PartialEq, Properties)]
pub struct FiguresProps {
    /// Names and values.
    pub figures: Vec<(String, String)>,
}

#[component]
pub fn Figures(props: &FiguresProps) -> Html {
    html! {
        <dl class="figures">
            { for props.figures.iter().map(|(name, value)| html! {
                <div><dt>{ name }</dt><dd>{ value }</dd></div>
            }) }
        </dl>
    }
}

#[derive(PartialEq, Properties)]
pub struct WorkProgressProps {
    pub progress: Progress,
    pub work: Work,
    pub t: I18n,
}

/// A bar while the engine is at this work; nothing otherwise.
#[component]
pub fn WorkProgress(props: &WorkProgressProps) -> Html {
    let Some(done) = props.progress.of(props.work) else { return Html::default() };
    let label = props.t.say(work_key(props.work));
    html! {
        <div class="progress">
            <span>{ format!("{label} {}", format::percent(f64::from(done).max(0.001))) }</span>
            <progress max="1" value={done.to_string()} aria-label={label} />
        </div>
    }
}

fn work_key(work: Work) -> &'static str {
    match work {
        Work::LoadingText => "work.loading_text",
        Work::TrainingTokenizer => "work.training_tokenizer",
        Work::EncodingText => "work.encoding_text",
        Work::BuildingModel => "work.building_model",
    }
}

/// What is typed into a text box, as an action.
pub fn on_input_text(dispatch: &Callback<Action>, action: fn(String) -> Action) -> Callback<InputEvent> {
    dispatch.reform(move |event: InputEvent| action(typed(&event)))
}

/// The text of the box that an event comes from.
pub fn typed(event: &InputEvent) -> String {
    let element: web_sys::Element = event.target_unchecked_into();
    match element.tag_name().as_str() {
        "TEXTAREA" => event.target_unchecked_into::<web_sys::HtmlTextAreaElement>().value(),
        _ => event.target_unchecked_into::<web_sys::HtmlInputElement>().value(),
    }
}

/// Dispatches what `action` makes of an event, where it makes anything of it.
pub fn emit_some<E, A: 'static>(dispatch: &Callback<A>, action: impl Fn(E) -> Option<A> + 'static) -> Callback<E> {
    let dispatch = dispatch.clone();
    Callback::from(move |event| {
        if let Some(action) = action(event) {
            dispatch.emit(action);
        }
    })
}
