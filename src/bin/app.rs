//! The page. Here alone it is said where it is cut into parts: a split point in the library would draw the page into every program
//! that uses the library.

#[cfg(target_arch = "wasm32")]
mod cut {
    use gptling::ui::pages::{model, text, tokens, train, write};
    use gptling::ui::parts::{Arriving, Draw, Missing, Place};
    use gptling::ui::state::{Part, Station};
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_split_helpers::wasm_split;
    use yew::prelude::*;

    /// Called by `scripts/boot.js`, which has fetched the sentences of the language with this tag.
    #[wasm_bindgen]
    pub fn start(language: &str, sentences: String) {
        gptling::ui::app::mount(language, sentences, part);
    }

    /// Everything that is reachable from `$Page` alone is in a file of its own, and of this name. What parts share whose names begin alike
    /// is a file that comes with each of them (scripts/wasm-split.patch).
    macro_rules! load {
        ($name:ident: $Page:path) => {{
            #[wasm_split($name, fallible)]
            fn draw() -> Result<Draw, Missing> {
                Ok(|page| html! { <$Page ..page /> })
            }
            Some(Box::pin(draw()))
        }};
    }

    fn part(place: Place) -> Option<Arriving> {
        match place {
            Place::Station(Station::Tokens) => load!(tokens: tokens::TokensPage),
            Place::Station(Station::Model) => load!(model: model::ModelPage),
            Place::Station(Station::Train) => load!(train: train::TrainPage),
            Place::Station(Station::Write) => load!(write: write::WritePage),
            Place::Part(Part::Clean) => load!(text_clean: text::clean::CleanPart),
            Place::Part(Part::Sample) => load!(text_sample: text::sample::SamplePart),
            Place::Part(Part::Merges) => load!(tokens_merges: tokens::merges::MergesPart),
            Place::Part(Part::Compare) => load!(tokens_compare: tokens::compare::ComparePart),
            Place::Part(Part::Vocabulary) => load!(tokens_vocabulary: tokens::vocabulary::VocabularyPart),
            Place::Part(Part::Examples) => load!(tokens_examples: tokens::examples::ExamplesPart),
            Place::Part(Part::Runs) => load!(train_runs: train::runs::RunsPart),
            Place::Part(Part::Sweep) => load!(train_sweep: train::sweep::SweepPart),
            Place::Part(Part::Evaluate) => load!(train_evaluate: train::evaluate::EvaluatePart),
            Place::Station(Station::Text) | Place::Part(Part::Bring | Part::Cut | Part::Live) => None,
            Place::Language(_) | Place::Rest => None,
        }
    }
}

fn main() {}
