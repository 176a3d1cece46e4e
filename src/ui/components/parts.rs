//! Small parts: the head of a station, the way onward, figures, progress.

use yew::prelude::*;

use super::{Sign, icon};
use crate::protocol::Work;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, Part, Progress, State, Station, View};
use crate::ui::url;

/// Title and one sentence: `<station>.title`, `<station>.lead`.
pub fn station_head(station: Station, t: &I18n) -> Html {
    let name = station.name();
    html! {
        <header class="station-head">
            <h1 id="station-title" tabindex="-1">{ t.say(&format!("{name}.title")) }</h1>
            <p>{ t.say(&format!("{name}.lead")) }</p>
        </header>
    }
}

/// Buttons to the stations before and after.
pub fn onward(station: Station, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let go = |station: Station| dispatch.reform(move |_: MouseEvent| Action::Go(station));
    let name = |station: Station| t.say(&format!("station.{}", station.name()));
    html! {
        <nav class="onward" aria-label={t.say("onward.label")}>
            if let Some(station) = station.previous() {
                <button class="button" data-kind="quiet" type="button" onclick={go(station)}>
                    { icon(Sign::Back) }
                    { t.fill("onward.previous", &[("station", &name(station))]) }
                </button>
            }
            if let Some(station) = station.next() {
                <button class="button onward-next" data-kind="primary" type="button" onclick={go(station)}>
                    { t.fill("onward.next", &[("station", &name(station))]) }
                    { icon(Sign::Forward) }
                </button>
            }
        </nav>
    }
}

/// Figures with their names.
pub fn figure_list(figures: &[(String, String)]) -> Html {
    html! {
        <dl class="figures">
            { for figures.iter().map(|(name, value)| html! {
                <div><dt>{ name }</dt><dd>{ value }</dd></div>
            }) }
        </dl>
    }
}

/// A bar while the engine is at this work; nothing otherwise.
pub fn work_progress(progress: &Progress, work: Work, t: &I18n) -> Html {
    let Some(done) = progress.of(work) else { return Html::default() };
    let label = t.say(work_key(work));
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
        Work::CleaningText => "work.cleaning_text",
        Work::TrainingTokenizer => "work.training_tokenizer",
        Work::EncodingText => "work.encoding_text",
        Work::BuildingModel => "work.building_model",
        Work::CheckingLeaks => "work.checking_leaks",
        Work::Tracing => "work.tracing",
        Work::Comparing => "work.comparing",
        Work::Surveying => "work.surveying",
        Work::Sampling => "work.sampling",
        Work::Evaluating => "work.evaluating",
        Work::WritingBeside => "work.writing_beside",
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

/// The tabs of a station with parts; each is a link, so that a part can be opened anew, kept and sent.
pub fn part_tabs(state: &State, dispatch: &Callback<Action>, t: &I18n) -> Html {
    let tab = |part: Part| {
        let view = View { part: Some(part), ..state.view.clone() };
        let open = dispatch.reform(move |event: MouseEvent| {
            event.prevent_default();
            Action::Open(part)
        });
        html! {
            <li key={part.name()}>
                <a class="tab" href={format!("#{}", url::format(&view, &state.config))} onclick={open}
                    aria-current={(state.view.part() == Some(part)).then_some("page")} data-part={part.name()}>
                    { t.say(&format!("part.{}", part.name())) }
                </a>
            </li>
        }
    };
    html! {
        <nav class="tabs" aria-label={t.say("part.label")}>
            <ul>{ for Part::of(state.view.station).map(tab) }</ul>
        </nav>
    }
}
