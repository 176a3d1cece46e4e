//! What of a written text its writer has copied: how long the longest run is beside chance, where the runs stand, and
//! which passages are nearest.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::WrittenToken;
use crate::protocol::evaluate::{Copied, Near, Stretch};
use crate::ui::figures::memorized::LongestRuns;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::figure::Figure;
use crate::ui::written::joined;

#[derive(Clone, PartialEq, Properties)]
pub struct MemorizedProps {
    pub copied: Option<Rc<Copied>>,
    pub waiting: bool,
    /// Prompt and tokens, where the text is shown here too.
    #[prop_or_default]
    pub written: Option<(String, Rc<Vec<WrittenToken>>)>,
    pub t: I18n,
}

#[component]
pub fn Memorized(props: &MemorizedProps) -> Html {
    let t = &props.t;
    let Some(copied) = &props.copied else {
        return html! {
            if props.waiting { <p class="note" role="status">{ t.say("heart.waiting") }</p> }
        };
    };
    let runs = Shown::new(LongestRuns { copied: copied.clone(), t: t.clone() });
    html! {
        <div class="stack by-heart" data-longest={copied.longest.to_string()}>
            <p role="status">{ told(copied, t) }</p>
            if let Some((prompt, tokens)) = &props.written {
                { marked(prompt, tokens, copied) }
            }
            <Figure class="heart-runs" of={runs} file="gptling-copied" label={t.say("heart.bar.label")} t={t.clone()} />
            if !copied.stretches.is_empty() {
                <h4>{ t.say("heart.stretches") }</h4>
                <ol class="heart-list">{ for copied.stretches.iter().map(|it| stretch(it, copied, t)) }</ol>
            }
            if !copied.nearest.is_empty() {
                <details class="more">
                    <summary>{ t.say("heart.nearest") }</summary>
                    <p class="note">{ t.say("heart.nearest.note") }</p>
                    <ol class="heart-list">{ for copied.nearest.iter().map(|it| near(it, t)) }</ol>
                </details>
            }
        </div>
    }
}

/// The longest run in a sentence, and what is common by chance.
fn told(copied: &Copied, t: &I18n) -> String {
    let (longest, chance) = (copied.longest, copied.by_chance());
    let times = format::figures(longest as f64 / chance.max(1) as f64);
    let arguments: [(&str, &dyn std::fmt::Display); 4] =
        [("longest", &longest), ("all", &copied.characters), ("chance", &chance), ("times", &times)];
    let key = match () {
        () if copied.chance.is_empty() => "heart.told.alone",
        () if longest > chance + chance / 2 => "heart.told.more",
        () if longest > chance => "heart.told.little_more",
        () => "heart.told.no_more",
    };
    t.fill(key, &arguments)
}

/// The written text with its copied stretches marked.
fn marked(prompt: &str, tokens: &[WrittenToken], copied: &Copied) -> Html {
    let is_copied = |at: usize| copied.stretches.iter().any(|it| (it.from..it.to).contains(&(at as u64)));
    let flags: Vec<bool> = (0..tokens.len()).map(is_copied).collect();
    let mut from = 0;
    let mut parts = Vec::new();
    for group in flags.chunk_by(|a, b| a == b) {
        let to = from + group.len();
        parts.push((joined(tokens[from..to].iter().map(|written| &written.token)), group[0]));
        from = to;
    }
    html! {
        <div class="written heart-text">
            <mark class="prompt">{ prompt }</mark>
            { for parts.iter().map(part) }
        </div>
    }
}

fn part((text, is_copied): &(String, bool)) -> Html {
    if *is_copied {
        html! { <mark class="copied">{ text }</mark> }
    } else {
        html! { <>{ text }</> }
    }
}

fn stretch(it: &Stretch, copied: &Copied, t: &I18n) -> Html {
    let times = format::figures(it.characters as f64 / copied.by_chance().max(1) as f64);
    let arguments: [(&str, &dyn std::fmt::Display); 4] = [
        ("n", &it.characters),
        ("times", &times),
        ("document", &format::count(it.document + 1)),
        ("documents", &format::count(copied.documents)),
    ];
    html! {
        <li>
            <p class="note">{ t.fill("heart.stretch", &arguments) }</p>
            <p class="heart-passage">{ "… " }{ &it.before }<mark class="copied">{ &it.text }</mark>{ &it.after }{ " …" }</p>
        </li>
    }
}

fn near(it: &Near, t: &I18n) -> Html {
    let arguments: [(&str, &dyn std::fmt::Display); 2] =
        [("share", &format::percent(it.share.into())), ("document", &format::count(it.document + 1))];
    html! {
        <li>
            <p class="note">{ t.fill("heart.near", &arguments) }</p>
            <p class="heart-passage">{ for it.parts.iter().map(part) }</p>
        </li>
    }
}
