//! Which sample the text is made of, and how that is changed.

use yew::prelude::*;

use crate::config::sampling::SamplingMethod;
use crate::protocol::Work;
use crate::ui::components::{Sign, error_text, icon, work_progress};
use crate::ui::figures::sampling::words;
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, SampleAction};

/// The buttons of part Sample.
pub fn use_or_not(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let synthetic = state.sampling.draft.method == SamplingMethod::Synthetic;
    let used = state.sample_is_used();
    let take = dispatch.reform(|_: MouseEvent| Action::Sample(SampleAction::Use));
    html! {
        <div class="stack-tight sample-use" role="group" aria-label={t.say("sample.use.label")}>
            if synthetic {
                <p class="note">{ t.say("sample.use.vectors") }</p>
            } else if !used {
                <button class="button" data-kind="primary" data-order="use-sample" type="button" onclick={take}
                    disabled={!state.can_use_sample()}>
                    { t.say("sample.use") }
                </button>
            }
            <div role="status" class="stack-tight">
                { sample_in_use(page) }
                { work_progress(&state.progress, Work::LoadingText, t) }
            </div>
            { error_text(state.project.text.error.as_ref(), t) }
        </div>
    }
}

/// One line where a sample is in use, with the way back to all documents; nothing otherwise.
pub fn sample_in_use(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let Some(sampling) = &state.config.data.sampling else { return Html::default() };
    let all = dispatch.reform(|_: MouseEvent| Action::Sample(SampleAction::UseAll));
    html! {
        <p class="sample-in-use">
            <span>{ icon(Sign::Check) }{ words::in_use(sampling, t) }</span>
            <button class="button" data-kind="quiet" data-order="use-all" type="button" onclick={all}>
                { t.say("sample.use.all") }
            </button>
        </p>
    }
}
