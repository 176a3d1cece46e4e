//! The list of one's own texts: what each is, and how it is read.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::columns::columns;
use super::reading::Reading;
use crate::config::Source;
use crate::config::corpus::{Division, Encoding, Format, ReadConfig};
use crate::protocol::corpus::FileSummary;
use crate::ui::components::{Sign, error_text, icon};
use crate::ui::format;
use crate::ui::pages::PageProps;
use crate::ui::state::corpus::LISTED;
use crate::ui::state::{Action, CorpusAction, UserText};

pub const FORMATS: [(Format, &str); 4] =
    [(Format::Text, "text"), (Format::Csv, "csv"), (Format::Tsv, "tsv"), (Format::Json, "json")];

pub fn user_texts(page: &PageProps) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let own = &state.project.own;
    if own.is_empty() {
        return Html::default();
    }
    let unused = state.config.data.source != Source::Own && state.project.usable().next().is_some();
    let learn = dispatch.reform(|_: MouseEvent| Action::Corpus(CorpusAction::UseOwn));
    html! {
        <div class="stack-tight">
            <div class="row row-apart">
                <h3>{ t.fill("corpus.own.list", &[("n", &own.len())]) }</h3>
                if unused {
                    <button class="button" type="button" onclick={learn}>{ t.say("corpus.own.learn") }</button>
                }
            </div>
            <ul class="corpus-texts">
                { for own.iter().take(LISTED).map(|text| row(page, text)) }
            </ul>
            if own.len() > LISTED {
                <p class="note">{ t.fill("corpus.own.more", &[("n", &(own.len() - LISTED))]) }</p>
            }
        </div>
    }
}

fn row(page: &PageProps, text: &Rc<UserText>) -> Html {
    let PageProps { state, dispatch, t, .. } = page;
    let id = text.id;
    let file = state.project.files.get(&id).and_then(|file| file.answer.clone());
    let fault = state.project.faults.get(&id);
    let remove = dispatch.reform(move |_: MouseEvent| Action::Corpus(CorpusAction::Remove(id)));
    let bytes = text.content.bytes().or(file.as_ref().map(|file| file.bytes));
    let reading = Reading { text, file: file.as_deref(), dispatch, t };
    html! {
        <li class="corpus-text" key={id} data-state={fault.map(|_| "refused")}>
            <details open={fault.is_some()}>
                <summary>
                    <span class="corpus-text-name">{ &text.name }</span>
                    <span class="note">
                        { bytes.map(format::bytes).unwrap_or_default() }
                        { file.as_deref().map(|file| reading.told(file)).unwrap_or_default() }
                    </span>
                </summary>
                { reading.controls() }
            </details>
            <button class="icon-button" type="button" onclick={remove}
                aria-label={t.fill("corpus.own.remove", &[("name", &text.name)])}>{ icon(Sign::Cross) }</button>
            { error_text(fault, t) }
        </li>
    }
}

impl Reading<'_> {
    /// Encoding, format and division in words.
    fn told(&self, file: &FileSummary) -> String {
        let (_, format) = FORMATS.into_iter().find(|(format, _)| *format == file.format).unwrap_or(FORMATS[0]);
        let mut told = format!(" · {} · {}", file.encoding.name(), self.t.say(&format!("corpus.format.{format}")));
        if file.format == Format::Text {
            let division = self.t.say(&format!("corpus.division.{}", division_name(&self.text.read.division)));
            told += &format!(" · {division}");
        }
        told
    }

    fn controls(&self) -> Html {
        let ReadConfig { encoding, format, .. } = &self.text.read;
        let guessed = |known: Option<String>| match known {
            Some(name) => self.t.fill("corpus.guessed.as", &[("name", &name)]),
            None => self.t.say("corpus.guessed"),
        };
        let format_name = |name: &str| self.t.say(&format!("corpus.format.{name}"));
        let found = self.file.map(|file| file.encoding.name().to_string());
        let known = FORMATS.into_iter().find(|(format, _)| self.file.is_some_and(|file| file.format == *format));
        let encodings = Encoding::ALL.map(|encoding| (Some(encoding), encoding.name().to_string()));
        let formats = FORMATS.map(|(format, name)| (Some(format), format_name(name)));
        let encodings: Vec<_> = [(None, guessed(found))].into_iter().chain(encodings).collect();
        let formats: Vec<_> =
            [(None, guessed(known.map(|(_, name)| format_name(name))))].into_iter().chain(formats).collect();
        let is_text = self.file.is_none_or(|file| file.format == Format::Text);
        html! {
            <div class="corpus-reading">
                { self.menu("encoding", *encoding, encodings, |read, encoding| read.encoding = encoding) }
                { self.menu("format", *format, formats, |read, format| (read.format, read.columns) = (format, None)) }
                if is_text {
                    { self.divisions() }
                } else if let Some(file) = self.file {
                    { columns(self, file) }
                }
                if let Some(file) = self.file.filter(|_| is_text) {
                    <pre class="excerpt" data-size="small" tabindex="0" role="region"
                        aria-label={self.t.say("text.begins")}>{ &file.head }</pre>
                }
            </div>
        }
    }

    fn divisions(&self) -> Html {
        let division = &self.text.read.division;
        let pattern = match division {
            Division::Pattern(pattern) => Some(pattern.clone()),
            _ => None,
        };
        let choices = [Division::Whole, Division::Lines, Division::BlankLines, Division::Pattern("###".into())];
        let choices = choices.map(|choice| {
            let name = self.t.say(&format!("corpus.division.{}", division_name(&choice)));
            let same = std::mem::discriminant(&choice) == std::mem::discriminant(division);
            (if same { division.clone() } else { choice }, name)
        });
        let typed = self.changed(|read, event: Event| {
            read.division = Division::Pattern(event.target_unchecked_into::<HtmlInputElement>().value());
        });
        let id = self.id("pattern");
        html! {
            <>
                { self.menu("division", division.clone(), choices.to_vec(), |read, division| read.division = division) }
                if let Some(pattern) = pattern {
                    <div class="stack-tight">
                        <label for={id.clone()}>{ self.t.say("corpus.read.pattern") }</label>
                        <input class="input" {id} type="text" maxlength="200" value={pattern} onchange={typed} />
                    </div>
                }
            </>
        }
    }
}

fn division_name(division: &Division) -> &'static str {
    match division {
        Division::Whole => "whole",
        Division::Lines => "lines",
        Division::BlankLines => "blank",
        Division::Pattern(_) => "pattern",
    }
}
