//! Controls for settings, drawn from the rows of [`fields`](crate::config::fields).

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Sign, icon};
use crate::config::Config;
use crate::config::fields::{Field, Kind, Value};
use crate::error::Error;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::slider::Slider;
use crate::ui::state::Action;

#[derive(PartialEq, Properties)]
pub struct ControlsProps {
    /// Keys of settings, in the order in which they are shown.
    pub keys: Vec<&'static str>,
    pub config: Config,
    pub dispatch: Callback<Action>,
    pub t: I18n,
    /// Whether the settings can not be changed now.
    #[prop_or_default]
    pub disabled: bool,
}

/// A control for each of these settings.
#[component]
pub fn Controls(props: &ControlsProps) -> Html {
    let control = |key: &'static str| {
        let field = Field::find(key).unwrap_or_else(|| panic!("there is no setting {key}"));
        let value = field.get(&props.config);
        html! {
            <Control {key} field={FieldRef(field)} {value} dispatch={props.dispatch.clone()} t={props.t.clone()}
                disabled={props.disabled} />
        }
    };
    html! { <>{ for props.keys.iter().copied().map(control) }</> }
}

/// A row of the table of settings: equal when it is the same row.
#[derive(Clone, Copy)]
pub struct FieldRef(pub &'static Field);

impl PartialEq for FieldRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

#[derive(PartialEq, Properties)]
pub struct ControlProps {
    pub field: FieldRef,
    pub value: Value,
    pub dispatch: Callback<Action>,
    pub t: I18n,
    #[prop_or_default]
    pub disabled: bool,
    /// What the value means: said in the place of what the choices are for, or below a number.
    #[prop_or_default]
    pub meaning: Option<String>,
}

/// Name, help, and whatever the kind of the setting is set with.
#[component]
pub fn Control(props: &ControlProps) -> Html {
    let field = props.field.0;
    let refused = use_state_eq(|| None::<Error>);
    let set = {
        let (dispatch, refused) = (props.dispatch.clone(), refused.clone());
        Callback::from(move |text: String| {
            let value = field.parse(&text).and_then(|value| field.check(&value).map(|()| value));
            refused.set(value.as_ref().err().cloned());
            if let Ok(value) = value {
                dispatch.emit(Action::Set(field, value));
            }
        })
    };
    let parts = Parts { props, set, refused: refused.is_some() };
    html! {
        <div class="field" data-key={field.key}>
            { match field.kind {
                Kind::Choice(names) => parts.choice(names),
                Kind::Switch => parts.switch(),
                Kind::Text { max } => parts.text(max),
                Kind::Integer { .. } | Kind::Real { .. } => parts.number(),
            } }
            if let Some(error) = &*refused {
                <p class="field-error" id={parts.id("error")} role="alert">{ props.t.error(error) }</p>
            }
        </div>
    }
}

struct Parts<'a> {
    props: &'a ControlProps,
    set: Callback<String>,
    refused: bool,
}

impl Parts<'_> {
    fn id(&self, part: &str) -> String {
        format!("field-{}-{part}", self.props.field.0.key)
    }

    fn choice(&self, names: &'static [&'static str]) -> Html {
        let field = self.props.field.0;
        let (name, help) = self.props.t.field(field);
        let option = |choice: &'static str| {
            let set = self.set.reform(move |_: Event| choice.to_string());
            html! {
                <label class="choice">
                    <input type="radio" name={field.key} value={choice} checked={self.props.value.to_string() == choice}
                        disabled={self.props.disabled} onchange={set} />
                    <span>{ self.props.t.choice(field, choice) }</span>
                </label>
            }
        };
        html! {
            <fieldset class="stack-tight">
                <legend class="field-name">{ name }</legend>
                <div class="choices">{ for names.iter().copied().map(option) }</div>
                <p class="field-help">{ self.meaning_or(help) }</p>
            </fieldset>
        }
    }

    fn switch(&self) -> Html {
        let (name, help) = self.props.t.field(self.props.field.0);
        let on = self.props.value.to_string() == "on";
        let set = self.set.reform(move |_: Event| if on { "off" } else { "on" }.to_string());
        html! {
            <>
                <label class="check">
                    <input type="checkbox" checked={on} disabled={self.props.disabled} onchange={set}
                        aria-describedby={self.id("help")} />
                    <span class="field-name">{ name }</span>
                </label>
                <p class="field-help" id={self.id("help")}>{ self.meaning_or(help) }</p>
            </>
        }
    }

    fn meaning_or(&self, help: String) -> String {
        self.props.meaning.clone().unwrap_or(help)
    }

    fn text(&self, max: usize) -> Html {
        let typed = self.set.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
        html! {
            <>
                { self.head(Html::default()) }
                <input class="input" id={self.id("input")} type="text" maxlength={max.to_string()}
                    disabled={self.props.disabled} value={self.props.value.to_string()} onchange={typed} />
            </>
        }
    }

    fn number(&self) -> Html {
        let typed = self.set.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
        let input = html! {
            <input class="input" data-size="number" id={self.id("input")} type="text" inputmode="decimal"
                autocomplete="off" value={self.props.value.to_string()} disabled={self.props.disabled} onchange={typed}
                aria-invalid={self.refused.to_string()} aria-describedby={self.refused.then(|| self.id("error"))} />
        };
        html! {
            <>
                { self.head(input) }
                { Slider::of(self.props.field.0).map(|slider| self.slider(slider)) }
                { for self.props.meaning.iter().map(|meaning| html! { <p class="field-help">{ meaning }</p> }) }
            </>
        }
    }

    fn slider(&self, slider: Slider) -> Html {
        let Value::Number(value) = self.props.value else { return Html::default() };
        let (last, position) = (slider.last().to_string(), slider.position(value).to_string());
        let moved = self.set.reform(move |event: InputEvent| {
            slider.value(event.target_unchecked_into::<HtmlInputElement>().value_as_number() as usize).to_string()
        });
        html! {
            <input class="slider" type="range" min="0" max={last} step="1"
                disabled={self.props.disabled} value={position} oninput={moved}
                aria-label={self.props.t.field(self.props.field.0).0} aria-valuetext={format::figures(value)} />
        }
    }

    fn head(&self, input: Html) -> Html {
        let (name, help) = self.props.t.field(self.props.field.0);
        html! {
            <Head {name} {help} label_for={self.id("input")} id={self.id("help")} t={self.props.t.clone()}>
                { input }
            </Head>
        }
    }
}

#[derive(PartialEq, Properties)]
struct HeadProps {
    name: String,
    help: String,
    label_for: String,
    id: String,
    t: I18n,
    children: Html,
}

/// The name of a setting, and its help behind a button.
#[component]
fn Head(props: &HeadProps) -> Html {
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        move |_: MouseEvent| open.set(!*open)
    };
    html! {
        <>
            <div class="field-head">
                <span class="field-name">
                    <label for={props.label_for.clone()}>{ &props.name }</label>
                    <button class="help-button" type="button" onclick={toggle} aria-expanded={open.to_string()}
                        aria-controls={props.id.clone()} aria-label={props.t.fill("field.help", &[("name", &props.name)])}>
                        { icon(Sign::Question) }
                    </button>
                </span>
                { props.children.clone() }
            </div>
            <p class="field-help" id={props.id.clone()} hidden={!*open}>{ &props.help }</p>
        </>
    }
}
