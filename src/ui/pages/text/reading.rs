//! How one of one's own texts is read, and the menus that change it.

use yew::prelude::*;

use crate::config::corpus::ReadConfig;
use crate::protocol::corpus::FileSummary;
use crate::ui::components::Menu;
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, CorpusAction, UserText};

/// A text and the ways in which it can be read.
pub struct Reading<'a> {
    pub text: &'a UserText,
    pub file: Option<&'a FileSummary>,
    pub dispatch: &'a Callback<Action>,
    pub t: &'a I18n,
}

impl Reading<'_> {
    /// A menu of values with their names; what is chosen changes how the text is read.
    pub fn menu<T: PartialEq + Clone + 'static>(
        &self,
        name: &'static str,
        value: T,
        choices: Vec<(T, String)>,
        change: fn(&mut ReadConfig, T),
    ) -> Html {
        let chosen = choices.iter().position(|(choice, _)| *choice == value).unwrap_or(0);
        let (values, choices): (Vec<T>, Vec<String>) = choices.into_iter().unzip();
        let onchoose = self.changed(move |read, at: usize| {
            values.get(at).into_iter().for_each(|value| change(read, value.clone()));
        });
        let label = self.t.say(&format!("corpus.read.{name}"));
        html! { <Menu id={self.id(name)} {label} {choices} {chosen} {onchoose} /> }
    }

    pub fn changed<E: 'static>(&self, change: impl Fn(&mut ReadConfig, E) + 'static) -> Callback<E> {
        let (id, read) = (self.text.id, self.text.read.clone());
        self.dispatch.reform(move |event| {
            let mut read = read.clone();
            change(&mut read, event);
            Action::Corpus(CorpusAction::Read(id, read))
        })
    }

    pub fn id(&self, name: &str) -> String {
        format!("text-{}-{name}", self.text.id)
    }
}
