//! One page for each station. A page is a function of [`PageProps`]: it shows the state and dispatches actions.

pub mod model;
pub mod text;
pub mod tokens;
pub mod train;
pub mod write;

use yew::prelude::*;

use super::i18n::I18n;
use super::parts::Library;
use super::state::{Action, Shared};

/// What every page and larger component is given.
#[derive(Clone, PartialEq, Properties)]
pub struct PageProps {
    pub state: Shared,
    pub dispatch: Callback<Action>,
    pub t: I18n,
    pub library: Library,
    #[prop_or_default]
    pub children: Html,
}
