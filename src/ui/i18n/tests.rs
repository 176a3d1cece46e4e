//! The locale files say the same things, and everything that the page says is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;
use crate::config::fields::{Field, Kind, Section, Value};
use crate::config::model::{Heads, Mixer, Positions};
use crate::config::{Config, ModelConfig};
use crate::protocol::{GpuSummary, Speeds};

fn sentences(lang: Lang) -> BTreeMap<String, String> {
    I18n::new(lang).sentences.iter().map(|(key, sentence)| (key.to_string(), sentence.to_string())).collect()
}

fn placeholders(sentence: &str) -> BTreeSet<String> {
    sentence.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_string()).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_placeholders() {
    let (en, zh) = (sentences(Lang::En), sentences(Lang::Zh));
    let keys = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<BTreeSet<_>>();
    let lonely: Vec<_> = keys(&en).symmetric_difference(&keys(&zh)).cloned().collect();
    assert!(lonely.is_empty(), "in one language only: {lonely:?}");
    for (key, sentence) in &en {
        assert_eq!(placeholders(sentence), placeholders(&zh[key]), "placeholders of {key}");
        assert!(!sentence.trim().is_empty() && !zh[key].trim().is_empty(), "{key} is empty");
    }
}

#[test]
fn the_files_are_read_as_the_json_they_are() {
    for (lang, files) in Lang::ALL.map(|lang| (lang, known::files(lang))) {
        let read = files.iter().flat_map(|json| {
            serde_json::from_str::<BTreeMap<String, String>>(json).expect("a flat JSON object of strings")
        });
        assert_eq!(sentences(lang), read.collect(), "{}", lang.tag());
    }
}

#[test]
fn a_key_stands_once_in_each_language() {
    for (lang, files) in Lang::ALL.map(|lang| (lang, known::files(lang))) {
        let lines =
            files.iter().flat_map(|json| json.lines()).filter(|line| line.trim_start().starts_with('"')).count();
        assert_eq!(lines, sentences(lang).len(), "{}: one key a line, and no key twice", lang.tag());
    }
}

#[test]
fn every_setting_has_its_name_and_help() {
    let en = sentences(Lang::En);
    for field in Field::all() {
        let mut keys = vec![format!("field.{}", field.key), format!("field.{}.help", field.key)];
        if let Kind::Choice(names) = field.kind {
            keys.extend(names.iter().map(|name| format!("field.{}.{name}", field.key)));
        }
        for key in keys {
            assert!(en.contains_key(&key), "{key} is missing");
        }
    }
}

/// Of each choice what it means, and of each number what more and less of it mean.
#[test]
fn every_setting_of_the_model_says_what_it_means() {
    for t in Lang::ALL.map(I18n::new) {
        for field in Field::of(Section::Model) {
            for value in field.kind.names() {
                let mut config = Config::default();
                field.set(&mut config, &Value::Text(value.to_string())).expect("a choice");
                assert!(t.meaning(field, &config.model).is_some(), "{} {value}", field.key);
                assert!(!t.value(field, &field.get(&config)).contains('.'), "{} {value}", field.key);
            }
            for (before, after) in [(2.0, 4.0), (4.0, 2.0)] {
                let told = t.trend(field.key, before, after);
                assert_eq!(told.starts_with("means."), !field.kind.names().is_empty(), "{told}");
            }
        }
        for (key, model) in idle_choices() {
            let field = Field::find(key).expect("a setting");
            assert_eq!(t.meaning(field, &model), Some(t.say(&format!("means.{key}.idle"))), "{key}");
        }
        assert_ne!(t.trend("window", 0.0, 8.0), t.trend("window", 4.0, 8.0), "switching on is more than more");
    }
}

/// Choices that change nothing, as the rest of the model is.
fn idle_choices() -> [(&'static str, ModelConfig); 3] {
    let gpt = ModelConfig::GPT2;
    [
        ("positions", ModelConfig { mixer: Mixer::Convolution, positions: Positions::Rope, ..gpt.clone() }),
        ("heads", ModelConfig { heads: Heads::GroupedQuery, ..gpt.clone() }),
        ("window", ModelConfig { window: 100, ..gpt }),
    ]
}

#[test]
fn every_error_has_a_sentence_that_its_arguments_fill() {
    for error in every_error() {
        for lang in Lang::ALL {
            let key = format!("error.{}", error.code());
            let sentence = sentences(lang).get(&key).cloned().unwrap_or_else(|| panic!("{key} is missing"));
            let known: BTreeSet<String> = error.arguments().into_iter().map(|(name, _)| name.to_string()).collect();
            let unknown: Vec<_> = placeholders(&sentence).difference(&known).cloned().collect();
            assert!(unknown.is_empty(), "{key} asks for {unknown:?}, the error has {known:?}");
            assert!(!I18n::new(lang).error(&error).contains('{'), "{key} is not filled");
        }
    }
}

#[test]
fn sizes_and_names_in_errors_are_readable() {
    let t = I18n::new(Lang::En);
    let large = Error::TextTooLarge { name: "moby.txt".into(), bytes: 70_000_000, limit: 67_108_864 };
    assert_eq!(t.error(&large), "“moby.txt” is 70 MB, and at most 67.1 MB can be read. Take a part of it.");
    let range =
        Error::SettingOutOfRange { key: "n_layer".into(), value: "99".into(), min: "1".into(), max: "24".into() };
    assert_eq!(t.error(&range), "“Layers” cannot be “99”: it goes from 1 to 24.");
}

#[test]
fn every_reason_for_a_device_has_a_sentence_with_its_figures() {
    use DeviceChoice::{Automatic, Cpu, Gpu};
    let card = |software| Ok(GpuSummary { name: "Card".into(), software, kernels: Vec::new() });
    let speeds = |gpu, cpu| Some(Speeds { gpu, cpu });
    let lost = Err(Error::DeviceLost { detail: "gone".into() });
    let rows = [
        (DeviceKind::Cpu, Automatic, Err(Error::NoAdapter { detail: "none".into() }), None, "offers no graphics card"),
        (DeviceKind::Cpu, Gpu, lost, None, "the graphics card went away"),
        (DeviceKind::Cpu, Gpu, Err(Error::Gpu { detail: "no".into() }), None, "has failed"),
        (DeviceKind::Cpu, Gpu, Err(Error::OutOfMemory { bytes: 0 }), None, "ran out of memory"),
        (DeviceKind::Cpu, Cpu, card(false), None, "processor, as you chose"),
        (DeviceKind::Gpu, Gpu, card(true), speeds(4.0, 20.0), "Card, as you chose"),
        (DeviceKind::Cpu, Automatic, card(true), None, "only software."),
        (DeviceKind::Gpu, Automatic, card(false), None, "Computes on Card."),
        (DeviceKind::Cpu, Automatic, card(true), speeds(4.0, 20.0), "5 times slower (4 against 20 GFLOP/s)"),
        (
            DeviceKind::Cpu,
            Automatic,
            card(false),
            speeds(4.0, 20.0),
            "5 times as fast here as Card (20 against 4 GFLOP/s)",
        ),
        (DeviceKind::Cpu, Automatic, card(false), speeds(0.0, 20.0), "Card did not answer"),
        (DeviceKind::Gpu, Automatic, card(false), speeds(300.0, 20.0), "15 times as fast here as the processor"),
        (DeviceKind::Gpu, Automatic, card(true), speeds(30.0, 20.0), "software but 1.5 times as fast"),
    ];
    for (device, choice, gpu, speeds, wanted) in rows {
        let adapter = Adapter { device, choice, gpu, speeds };
        let told = I18n::new(Lang::En).adapter(&adapter);
        assert!(told.contains(wanted), "{told}");
        let told = I18n::new(Lang::Zh).adapter(&adapter);
        assert!(!told.contains('{') && !told.starts_with("device."), "{told}");
    }
    for choice in DeviceChoice::ALL {
        assert!(sentences(Lang::En).contains_key(&format!("device.{}", choice.name())));
        assert_eq!(DeviceChoice::named(choice.name()), Some(choice));
    }
}

/// Finds `say("...")` and `fill("...")` in the sources of the page.
#[test]
fn every_sentence_that_the_page_says_exists() {
    let en = sentences(Lang::En);
    let mut found = 0;
    for source in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui"))) {
        for call in ["say(\"", "fill(\""] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                assert!(en.contains_key(key), "the page says {key}, which is in no locale file");
                found += 1;
            }
        }
    }
    assert!(found > 20, "the search itself is broken: it found {found} sentences");
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the page has sources").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "rs"));
    let files = files.filter(|path| !path.ends_with("i18n/tests.rs"));
    let texts = files.map(|path| std::fs::read_to_string(path).expect("a source is readable"));
    texts.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// One of each kind. The match below refuses to compile when a kind is added and forgotten here.
fn every_error() -> Vec<Error> {
    let s = String::new;
    let all = vec![
        Error::TextEmpty { name: s() },
        Error::TextTooLarge { name: s(), bytes: 1, limit: 1 },
        Error::TextsTooLarge { name: s(), bytes: 1, limit: 1 },
        Error::TextBinary { name: s(), offset: 1 },
        Error::TextNotUtf8 { name: s(), offset: 1 },
        Error::TextUnreadable { name: s(), detail: s() },
        Error::AddressUnknown { address: s() },
        Error::AddressInsecure { address: s() },
        Error::AddressForbidden { address: s() },
        Error::AddressUnreachable { address: s() },
        Error::AddressStatus { address: s(), status: 1 },
        Error::AddressSlow { address: s(), seconds: 1 },
        Error::NothingLeft { name: s() },
        Error::TextTooShort { split: s(), tokens: 1, needed: 1 },
        Error::TextNotEncoded { name: s(), encoding: s(), offset: 1 },
        Error::ColumnMissing { name: s(), column: s() },
        Error::RowTooShort { name: s(), line: 1, column: s() },
        Error::TableBroken { name: s(), line: 1, detail: s() },
        Error::JsonBroken { name: s(), line: 1, detail: s() },
        Error::TooManyDocuments { most: 1 },
        Error::BadWeight { document: 1, value: s() },
        Error::ClassTooSmall { class: s(), documents: 1 },
        Error::TooManyPoints { points: 1, most: 1 },
        Error::Missing { missing: s() },
        Error::VocabularyTooLarge { requested: 1, possible: 1 },
        Error::VocabularyTooSmall { requested: 1, needed: 1 },
        Error::UnknownId { id: 1, vocab_size: 1 },
        Error::Tokenizer { detail: s() },
        Error::TokenizerBroken { name: s(), line: 1, column: 1, detail: s() },
        Error::TokenizerTooMuch { name: s(), place: s(), count: 1, most: 1 },
        Error::TokenizerEntryMissing { name: s(), place: s() },
        Error::TokenizerEntryWrong { name: s(), place: s(), value: s() },
        Error::TokenizerTokenMissing { name: s(), place: s(), token: s() },
        Error::TokenizerPattern { name: s(), place: s(), pattern: s() },
        Error::SettingOutOfRange { key: s(), value: s(), min: s(), max: s() },
        Error::SettingUnknownChoice { key: s(), value: s(), choices: s() },
        Error::HeadsDoNotDivide { n_embd: 1, n_head: 1 },
        Error::ModelTooLarge { buffer: s(), bytes: 1, limit: 1 },
        Error::OutOfMemory { bytes: 1 },
        Error::NoRoom { bytes: 1, limit: 1 },
        Error::NoAdapter { detail: s() },
        Error::DeviceLost { detail: s() },
        Error::Gpu { detail: s() },
        Error::NotFinite { step: 1 },
        Error::Exploded { step: 1, loss: s(), guessing: s() },
        Error::PastedTextTooLong { bytes: 1, limit: 1 },
        Error::PastedTextTooShort { tokens: 1 },
        Error::ModelForgotten { key: 1 },
        Error::Checkpoint { entry: s(), detail: s() },
        Error::StorageFull { bytes: 1 },
        Error::StorageRefused { detail: s() },
        Error::RunNotKept { run: s() },
        Error::RunDiffers { run: s(), what: s() },
        Error::ProjectNotZip { name: s(), detail: s() },
        Error::ProjectEntryMissing { name: s(), entry: s() },
        Error::ProjectEntryLarge { name: s(), entry: s(), bytes: 1, limit: 1 },
        Error::ProjectEntryBroken { name: s(), entry: s(), detail: s() },
        Error::PartMissing { part: s() },
        Error::WorkerFailed { detail: s() },
        Error::Internal { detail: s() },
    ];
    for error in &all {
        match error {
            Error::TextEmpty { .. }
            | Error::TextTooLarge { .. }
            | Error::TextsTooLarge { .. }
            | Error::TextBinary { .. }
            | Error::TextNotUtf8 { .. }
            | Error::TextUnreadable { .. }
            | Error::AddressUnknown { .. }
            | Error::AddressInsecure { .. }
            | Error::AddressForbidden { .. }
            | Error::AddressUnreachable { .. }
            | Error::AddressStatus { .. }
            | Error::AddressSlow { .. }
            | Error::NothingLeft { .. }
            | Error::TextTooShort { .. }
            | Error::TextNotEncoded { .. }
            | Error::ColumnMissing { .. }
            | Error::RowTooShort { .. }
            | Error::TableBroken { .. }
            | Error::JsonBroken { .. }
            | Error::TooManyDocuments { .. }
            | Error::BadWeight { .. }
            | Error::ClassTooSmall { .. }
            | Error::TooManyPoints { .. }
            | Error::Missing { .. }
            | Error::VocabularyTooLarge { .. }
            | Error::VocabularyTooSmall { .. }
            | Error::UnknownId { .. }
            | Error::Tokenizer { .. }
            | Error::TokenizerBroken { .. }
            | Error::TokenizerTooMuch { .. }
            | Error::TokenizerEntryMissing { .. }
            | Error::TokenizerEntryWrong { .. }
            | Error::TokenizerTokenMissing { .. }
            | Error::TokenizerPattern { .. }
            | Error::SettingOutOfRange { .. }
            | Error::SettingUnknownChoice { .. }
            | Error::HeadsDoNotDivide { .. }
            | Error::ModelTooLarge { .. }
            | Error::OutOfMemory { .. }
            | Error::NoRoom { .. }
            | Error::NoAdapter { .. }
            | Error::DeviceLost { .. }
            | Error::Gpu { .. }
            | Error::NotFinite { .. }
            | Error::Exploded { .. }
            | Error::PastedTextTooLong { .. }
            | Error::PastedTextTooShort { .. }
            | Error::ModelForgotten { .. }
            | Error::Checkpoint { .. }
            | Error::StorageFull { .. }
            | Error::StorageRefused { .. }
            | Error::RunNotKept { .. }
            | Error::RunDiffers { .. }
            | Error::ProjectNotZip { .. }
            | Error::ProjectEntryMissing { .. }
            | Error::ProjectEntryLarge { .. }
            | Error::ProjectEntryBroken { .. }
            | Error::PartMissing { .. }
            | Error::WorkerFailed { .. }
            | Error::Internal { .. } => {}
        }
    }
    all
}
