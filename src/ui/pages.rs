//! One page for each station. A page is a function of [`PageProps`]: it shows the state and dispatches actions.

mod model;
mod text;
mod tokens;
mod train;
mod write;

pub use model::ModelPage;
pub use text::TextPage;
pub use tokens::TokensPage;
pub use train::TrainPage;
pub use write::WritePage;

use yew::prelude::*;

use super::i18n::I18n;
use super::state::{Action, Shared};

/// What every page and larger component is given.
#[derive(Clone, PartialEq, Properties)]
pub struct PageProps {
    pub state: Shared,
    pub dispatch: Callback<Action>,
    pub t: I18n,
    #[prop_or_default]
    pub children: Html,
}
