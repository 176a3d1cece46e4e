//! The built-in texts as cards: those of the visitor's language first, those with labels behind a fold.

use yew::prelude::*;

use crate::config::Source;
use crate::config::corpus::Labelled::{
    Couplets, CoupletsZh, Dialogues, DialoguesZh, Headlines, HeadlinesZh, Instructions, InstructionsZh, Messages,
    MessagesZh, Names, NamesZh, Reviews, ReviewsZh,
};
use crate::ui::components::{Sign, icon};
use crate::ui::pages::PageProps;
use crate::ui::state::{Action, Lang};

/// Each kind in English and in Chinese.
const LABELLED: [[Source; 2]; 7] = [
    [Source::Labelled(Names), Source::Labelled(NamesZh)],
    [Source::Labelled(Couplets), Source::Labelled(CoupletsZh)],
    [Source::Labelled(Dialogues), Source::Labelled(DialoguesZh)],
    [Source::Labelled(Instructions), Source::Labelled(InstructionsZh)],
    [Source::Labelled(Messages), Source::Labelled(MessagesZh)],
    [Source::Labelled(Reviews), Source::Labelled(ReviewsZh)],
    [Source::Labelled(Headlines), Source::Labelled(HeadlinesZh)],
];

pub fn corpora(page: &PageProps) -> Html {
    let PageProps { state, t, .. } = page;
    let stories = by_language(t.lang, [Source::Stories, Source::StoriesZh]);
    html! {
        <>
            <ul class="corpora">
                { for stories.into_iter().map(|(_, source)| source).chain([Source::Arithmetic]).map(|it| card(page, it)) }
            </ul>
            <details class="fold" open={matches!(state.config.data.source, Source::Labelled(_))}>
                <summary>{ t.say("corpus.kinds") }</summary>
                <p class="note">{ t.say("corpus.kinds.why") }</p>
                <ul class="corpora corpus-kinds">{ for LABELLED.into_iter().map(|kind| kind_card(page, kind)) }</ul>
            </details>
        </>
    }
}

fn card(page: &PageProps, source: Source) -> Html {
    let t = &page.t;
    let name = source.name();
    let used = page.state.config.data.source == source;
    let pick = page.dispatch.reform(move |_: MouseEvent| Action::UseBuiltIn(source));
    let title = t.say(&format!("field.source.{name}"));
    html! {
        <li key={name}>
            <button class="corpus" type="button" onclick={pick} aria-pressed={used.to_string()}>
                <span class="corpus-title">{ title }</span>
                <span class="note">{ t.say(&format!("text.corpus.{name}")) }</span>
                <span class="corpus-state" aria-hidden="true">
                    if used {
                        { icon(Sign::Check) }{ t.say("text.corpus.used") }
                    } else {
                        { t.say("text.corpus.use") }
                    }
                </span>
            </button>
        </li>
    }
}

/// One kind of labelled documents, with a button for each language.
fn kind_card(page: &PageProps, kind: [Source; 2]) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let name = kind[0].name();
    let button = |(lang, source): (Lang, Source)| {
        let used = state.config.data.source == source;
        let pick = dispatch.reform(move |_: MouseEvent| Action::UseBuiltIn(source));
        html! {
            <button class="chip" type="button" onclick={pick} aria-pressed={used.to_string()}
                aria-label={t.say(&format!("field.source.{}", source.name()))}>
                { t.say(&format!("corpus.in.{}", lang.tag())) }
            </button>
        }
    };
    html! {
        <li key={name} class="corpus-kind">
            <span class="corpus-title">{ t.say(&format!("corpus.kind.{name}")) }</span>
            <span class="note">{ t.say(&format!("corpus.kind.{name}.what")) }</span>
            <div class="row">{ for by_language(t.lang, kind).into_iter().map(button) }</div>
        </li>
    }
}

/// The language of the visitor first.
fn by_language(lang: Lang, [en, zh]: [Source; 2]) -> [(Lang, Source); 2] {
    match lang {
        Lang::En => [(Lang::En, en), (Lang::Zh, zh)],
        Lang::Zh => [(Lang::Zh, zh), (Lang::En, en)],
    }
}
