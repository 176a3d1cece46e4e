//! Project files: what was put in comes out, and what is broken or made to harm is refused with the entry's name.

use std::io::{Cursor, Write};

use futures::FutureExt;
use gptling::config::{Config, TokenizerMethod};
use gptling::error::Error;
use gptling::protocol::runs::{RunRecord, TextMark};
use gptling::protocol::storage::SavedText;
use gptling::protocol::{DeviceKind, Evaluation, RunState, StepPoint};
use gptling::session::project_file::{ProjectFile, Trained};
use gptling::session::storage::saved::{SavedTokenizer, id_of};
use gptling::text::Text;
use gptling::text::tokenizer::Training;
use gptling::train::{Device, Model, Targets, Trainer};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const NAME: &str = "class.zip";
const VOCAB_SIZE: usize = 40;

fn config() -> Config {
    let mut config = Config::default();
    (config.model.n_layer, config.model.n_head, config.model.n_embd, config.model.block_size) = (1, 2, 16, 16);
    config.train.batch_size = 2;
    config
}

fn record(key: &str) -> RunRecord {
    RunRecord {
        key: key.into(),
        number: 3,
        name: "from 从前".into(),
        begun: 5,
        config: config(),
        text: TextMark { name: "own".into(), bytes: 9, hash: u64::MAX },
        vocab_size: VOCAB_SIZE as u64,
        state: RunState::Paused { step: 0 },
        report: None,
        unigram_entropy: 2.5,
        points: vec![StepPoint { step: 1, loss: 0.1, learning_rate: 3e-4, grad_norm: 1.0 }],
        evaluations: vec![Evaluation { step: 1, loss: 0.3, bits_per_byte: 0.2 }],
        samples: Vec::new(),
        seconds: 1.5,
        clock: Vec::new(),
        device: DeviceKind::Cpu,
        kept: Some(0),
        baselines: None,
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the processor does not wait")
}

fn project() -> ProjectFile {
    let config = config();
    let model = now(Model::new(&Device::Cpu, &config.model, VOCAB_SIZE, 1)).expect("a model");
    let trainer = now(Trainer::new(&model.into(), &config.train, Targets::Alike)).expect("a trainer");
    let checkpoint = now(trainer.checkpoint()).expect("a checkpoint");
    let text = "从前有一只小狐狸。\n\nOnce.".as_bytes().to_vec();
    let kept =
        SavedText { name: "own.txt".into(), id: id_of(&text), bytes: text.len() as u64, read: Default::default() };
    let stories = Text::built_in(gptling::config::Source::Stories, 2_000, 1, 0.1).expect("stories");
    let mut training = Training::new(&stories, &gptling::config::TokenizerConfig::new(TokenizerMethod::Characters, 0));
    while training.advance() < 1.0 {}
    let json = training.finish().expect("a tokenizer").to_json();
    ProjectFile {
        config,
        texts: vec![(kept, text)],
        tokenizer: Some((SavedTokenizer { id: id_of(json.as_bytes()), imported: None }, json)),
        runs: vec![record("1"), record("2")],
        trained: Some(Trained { run: "2".into(), card: None, kernels: [("a".into(), "b".into())].into(), checkpoint }),
    }
}

/// The entries of a zip file.
fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let read = |at| {
        let mut file = zip.by_index(at).expect("an entry");
        let (name, mut bytes) = (file.name().to_string(), Vec::new());
        std::io::copy(&mut file, &mut bytes).expect("it can be read");
        (name, bytes)
    };
    (0..zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file").len()).map(read).collect()
}

fn zipped(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(name, options).expect("an entry");
        zip.write_all(bytes).expect("room");
    }
    zip.finish().expect("a zip file").into_inner()
}

#[test]
fn what_was_put_in_comes_out() {
    let project = project();
    let bytes = project.to_bytes().expect("a file");
    let read = ProjectFile::from_bytes(NAME, &bytes).expect("a file of ours");
    assert!(read == project, "the project differs");
    let names: Vec<String> = entries(&bytes).into_iter().map(|(name, _)| name).collect();
    let wanted =
        ["project.json", "texts/1", "tokenizer.json", "model.safetensors", "training.safetensors", "runs.json"];
    assert_eq!(names, wanted);
    // Packed once more by another program it is the same project.
    let again = ProjectFile::from_bytes(NAME, &zipped(&entries(&bytes))).expect("still a file of ours");
    assert!(again == project);
    let empty = ProjectFile::default();
    assert!(ProjectFile::from_bytes(NAME, &empty.to_bytes().expect("a file")).expect("a file of ours") == empty);
}

/// The project file with one entry changed.
fn changed(entry: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut entries = entries(&project().to_bytes().expect("a file"));
    change(&mut entries.iter_mut().find(|(name, _)| name == entry).expect("the entry").1);
    zipped(&entries)
}

fn refusal(bytes: &[u8]) -> Error {
    ProjectFile::from_bytes(NAME, bytes).expect_err("it must be refused")
}

/// The entry that an error names.
fn named(error: &Error) -> &str {
    match error {
        Error::ProjectEntryMissing { name, entry }
        | Error::ProjectEntryLarge { name, entry, .. }
        | Error::ProjectEntryBroken { name, entry, .. } => {
            assert_eq!(name, NAME);
            entry
        }
        error => panic!("{error}"),
    }
}

#[test]
fn what_is_no_project_is_refused() {
    for bytes in [&b""[..], b"PK", b"PK\x03\x04 and no more", &[0; 100]] {
        assert!(matches!(refusal(bytes), Error::ProjectNotZip { .. }));
    }
    let whole = project().to_bytes().expect("a file");
    for end in (0..whole.len()).step_by(whole.len() / 50) {
        assert!(matches!(refusal(&whole[..end]), Error::ProjectNotZip { .. }), "cut at {end}");
    }
    let other = zipped(&[("project.json".into(), b"{\"name\": \"another\"}".to_vec())]);
    assert_eq!(named(&refusal(&other)), "project.json");
    assert_eq!(named(&refusal(&zipped(&[("../../project.json".into(), b"{}".to_vec())]))), "project.json");
}

#[test]
fn an_entry_that_is_missing_or_broken_is_named() {
    let whole = entries(&project().to_bytes().expect("a file"));
    for (missing, _) in &whole {
        let others: Vec<_> = whole.iter().filter(|(name, _)| name != missing).cloned().collect();
        let error = refusal(&zipped(&others));
        assert!(matches!(error, Error::ProjectEntryMissing { .. }), "{error}");
        assert_eq!(named(&error), missing);
    }
    for (name, _) in &whole {
        let error = refusal(&changed(name, |bytes| bytes.truncate(bytes.len() / 2)));
        assert!(named(&error).starts_with(name.as_str()), "{error}");
        let error = refusal(&changed(name, |bytes| *bytes = b"nonsense".repeat(8)));
        assert!(named(&error).starts_with(name.as_str()), "{error}");
    }
}

/// Replaces a tensor's first number.
fn poison(file: &str, tensor: &str, number: f32) -> Vec<u8> {
    changed(file, |bytes| {
        let (header, metadata) = safetensors::SafeTensors::read_metadata(bytes).expect("a file of ours");
        let begin = metadata.info(tensor).expect("the tensor").data_offsets.0;
        bytes[8 + header + begin..][..4].copy_from_slice(&number.to_le_bytes());
    })
}

#[test]
fn a_number_that_is_none_is_named() {
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = refusal(&poison("model.safetensors", "wte.weight", number));
        assert_eq!(named(&error), "model.safetensors: wte.weight");
    }
    assert!(ProjectFile::from_bytes(NAME, &poison("model.safetensors", "wte.weight", 0.5)).is_ok());
}

/// A safetensors file with this header.
fn tensors(header: &str, length: u64) -> Vec<u8> {
    [&length.to_le_bytes()[..], header.as_bytes()].concat()
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    for length in [u64::MAX, 1 << 40, 1_000_001] {
        let error = refusal(&changed("model.safetensors", |bytes| bytes[..8].copy_from_slice(&length.to_le_bytes())));
        assert!(matches!(&error, Error::ProjectEntryBroken { detail, .. } if detail.contains("1000000")), "{error}");
    }
    let many: Vec<String> =
        (0..2_001).map(|at| format!("\"t{at}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")).collect();
    let header = format!("{{{}}}", many.join(","));
    let error = refusal(&changed("model.safetensors", |bytes| *bytes = tensors(&header, header.len() as u64)));
    assert!(matches!(&error, Error::ProjectEntryBroken { detail, .. } if detail.contains("2000")), "{error}");
    // A shape whose product is more than a machine word.
    let header = "{\"wte.weight\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}";
    let error = refusal(&changed("model.safetensors", |bytes| *bytes = tensors(header, header.len() as u64)));
    assert_eq!(named(&error), "model.safetensors: safetensors");
    // A bomb: a megabyte and more of nothing.
    let error = refusal(&changed("project.json", |bytes| bytes.resize(1_000_001, b' ')));
    assert!(matches!(error, Error::ProjectEntryLarge { bytes: 1_000_001, limit: 1_000_000, .. }), "{error}");
}

/// A bomb that says it is small.
#[test]
fn an_entry_that_lies_about_its_size_is_refused() {
    let whole = changed("project.json", |bytes| bytes.resize(1_500_000, b' '));
    let (mut lies, told) = (whole.clone(), 1_500_000u32.to_le_bytes());
    for at in 0..lies.len() - 4 {
        if lies[at..at + 4] == told {
            lies[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
        }
    }
    assert!(lies != whole);
    assert_eq!(named(&refusal(&lies)), "project.json");
}

#[test]
fn settings_and_weights_have_to_fit() {
    let replaced = |entry: &str, from: &str, to: &str| {
        refusal(&changed(entry, |bytes| {
            let text = String::from_utf8(std::mem::take(bytes)).expect("JSON");
            assert!(text.contains(from), "{text}");
            *bytes = text.replace(from, to).into_bytes();
        }))
    };
    assert_eq!(named(&replaced("project.json", "\"n_layer\":1", "\"n_layer\":1000000000")), "project.json");
    assert_eq!(named(&replaced("runs.json", "\"n_layer\":1", "\"n_layer\":1000000000")), "runs.json");
    assert_eq!(named(&replaced("runs.json", "\"n_layer\":1", "\"n_layer\":2")), "training.safetensors");
    assert_eq!(named(&replaced("runs.json", "\"vocab_size\":40", "\"vocab_size\":41")), "training.safetensors");
    assert_eq!(named(&replaced("runs.json", "\"key\":\"2\"", "\"key\":\"3\"")), "runs.json");
    assert_eq!(named(&replaced("project.json", "\"made_by\":\"Gptling\"", "\"made_by\":\"me\"")), "project.json");
}

/// Keys become names of files: none climbs, none is empty or endless, and no two runs share one.
#[test]
fn keys_are_plain_and_distinct() {
    let keyed = |keys: [&str; 2]| {
        let runs = keys.map(record).to_vec();
        ProjectFile { runs, trained: None, ..project() }.to_bytes().expect("a file")
    };
    let (longest, too_long) = ("k".repeat(64), "k".repeat(65));
    for key in ["2", "Az09", &longest] {
        assert!(ProjectFile::from_bytes(NAME, &keyed(["1", key])).is_ok(), "{key}");
    }
    for key in ["", "../project", "a/b", "a.record", "a b", "\u{e9}", "\u{ff11}", "a\0", &too_long, "1"] {
        let error = refusal(&keyed(["1", key]));
        assert!(
            matches!(&error, Error::ProjectEntryBroken { detail, .. } if detail.contains("run 2")),
            "{key}: {error}"
        );
        assert_eq!(named(&error), "runs.json");
    }
}

/// Every byte changed somewhere: an error, or a project, and never a panic.
#[test]
fn bytes_that_were_changed_do_no_harm() {
    let whole = project().to_bytes().expect("a file");
    let (mut refused, steps) = (0, 400);
    for step in 0..steps {
        let mut bytes = whole.clone();
        let at = step * (bytes.len() - 1) / steps;
        bytes[at] ^= 1 << (step % 8);
        refused += usize::from(ProjectFile::from_bytes(NAME, &bytes).is_err());
    }
    println!("{refused} of {steps} changed files were refused");
    assert!(refused > steps * 9 / 10, "{refused} of {steps}");
}

/// What fuzzing keeps: whole files, and entries behind a byte that says which entry they are.
#[test]
fn stored_files_are_read_or_refused() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/project_file");
    let (mut read, mut all) = (Vec::new(), 0);
    for entry in std::fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        all += 1;
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        match ProjectFile::from_bytes(NAME, &bytes) {
            Ok(_) => read.push(name),
            Err(error) if name.starts_with("key") => assert_eq!(named(&error), "runs.json", "{name}: {error}"),
            Err(_) => (),
        }
        let tensors = bytes.get(1..).unwrap_or_default();
        assert!(gptling::train::Checkpoint::from_bytes(tensors).is_err(), "{path:?}");
    }
    assert_eq!((read, all >= 13), (vec!["plain".to_string()], true));
}
