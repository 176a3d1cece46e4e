//! Sentences that must be seen.

use yew::prelude::*;

use super::{Sign, icon};
use crate::error::Error;
use crate::ui::i18n::I18n;

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Information,
    Warning,
    Error,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Tone::Information => "information",
            Tone::Warning => "warning",
            Tone::Error => "error",
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct NoticeBoxProps {
    pub tone: Tone,
    /// What a button to put the notice away is called, if it has one.
    #[prop_or_default]
    pub dismiss_label: Option<String>,
    #[prop_or_default]
    pub on_dismiss: Callback<()>,
    pub children: Html,
}

/// A notice is announced when it appears: errors at once, others when there is a pause.
#[component]
pub fn NoticeBox(props: &NoticeBoxProps) -> Html {
    let role = if props.tone == Tone::Error { "alert" } else { "status" };
    let on_dismiss = props.on_dismiss.reform(|_| ());
    html! {
        <div class="notice" data-kind={props.tone.name()} {role}>
            <div class="stack-tight">{ props.children.clone() }</div>
            if let Some(label) = &props.dismiss_label {
                <button class="icon-button" type="button" aria-label={label.clone()} onclick={on_dismiss}>
                    { icon(Sign::Cross) }
                </button>
            }
        </div>
    }
}

/// The sentence of an error beside the place where it happened; nothing where there is none.
pub fn error_text(error: Option<&Error>, t: &I18n) -> Html {
    match error {
        Some(error) => html! { <NoticeBox tone={Tone::Error}><p>{ t.error(error) }</p></NoticeBox> },
        None => Html::default(),
    }
}
