//! The name of a run, which can be changed where it stands.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::protocol::runs::RunKey;
use crate::ui::components::{Sign, icon};
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, RunsAction};

/// Characters of a name.
const MAX_NAME_LENGTH: &str = "80";

#[derive(Clone, PartialEq, Properties)]
pub struct RunNameProps {
    pub run: RunKey,
    pub name: String,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn RunName(props: &RunNameProps) -> Html {
    let RunNameProps { run, name, dispatch, t } = props;
    let is_open = use_state_eq(|| false);
    let (input, button) = (use_node_ref(), use_node_ref());
    {
        let (input, button) = (input.clone(), button.clone());
        let was_open = use_mut_ref(|| false);
        use_effect_with(*is_open, move |is_open| {
            // Whoever renames by keyboard stays where the name is.
            if *is_open {
                if let Some(input) = input.cast::<HtmlInputElement>() {
                    _ = input.focus();
                    input.select();
                }
            } else if was_open.replace(*is_open)
                && let Some(button) = button.cast::<web_sys::HtmlElement>()
            {
                _ = button.focus();
            }
            was_open.replace(*is_open);
        });
    }
    let open = {
        let is_open = is_open.setter();
        Callback::from(move |_: MouseEvent| is_open.set(true))
    };
    if !*is_open {
        let label = t.fill("runs.rename", &[("name", name)]);
        return html! {
            <span class="runs-name">
                <span>{ name }</span>
                <button type="button" class="icon-button" ref={button} aria-label={label.clone()} title={label} onclick={open}>
                    { icon(Sign::Pencil) }
                </button>
            </span>
        };
    }
    let finish = {
        let (is_open, dispatch, run, name) = (is_open.setter(), dispatch.clone(), run.clone(), name.clone());
        move |input: HtmlInputElement| {
            is_open.set(false);
            if input.value() != name {
                dispatch.emit(Action::Runs(RunsAction::Rename(run.clone(), input.value())));
            }
        }
    };
    let onblur = {
        let finish = finish.clone();
        Callback::from(move |event: FocusEvent| finish(event.target_unchecked_into()))
    };
    let onkeydown = {
        let name = name.clone();
        Callback::from(move |event: KeyboardEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            match event.key().as_str() {
                "Enter" => finish(input),
                "Escape" => {
                    input.set_value(&name);
                    finish(input);
                }
                _ => {}
            }
        })
    };
    html! {
        <input class="input runs-rename" type="text" maxlength={MAX_NAME_LENGTH} ref={input} value={name.clone()} {onblur} {onkeydown}
            aria-label={t.fill("runs.rename", &[("name", name)])} />
    }
}
