//! Bytes as a project file: a project that can be made into a file again, or an error, and never a panic. Random bytes are
//! hardly ever a zip file, so they are also packed as each entry of one in turn.
#![no_main]

use std::io::{Cursor, Write};

use gptling::session::project_file::ProjectFile;
use gptling::train::Checkpoint;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const ENTRIES: [&str; 6] =
    ["project.json", "texts/1", "tokenizer.json", "model.safetensors", "training.safetensors", "runs.json"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    _ = Checkpoint::from_bytes(bytes);
    let Some((which, content)) = bytes.split_first() else { return };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, entry) in ENTRIES.into_iter().enumerate() {
        zip.start_file(entry, SimpleFileOptions::default()).expect("a zip file takes an entry");
        let content = if at == usize::from(*which) % ENTRIES.len() { content } else { b"{}" };
        zip.write_all(content).expect("memory has room");
    }
    check(&zip.finish().expect("a zip file ends").into_inner());
});

fn check(bytes: &[u8]) {
    if let Ok(project) = ProjectFile::from_bytes("a.zip", bytes) {
        let again = project.to_bytes().expect("what was read can be written");
        assert!(ProjectFile::from_bytes("a.zip", &again).expect("what was written can be read") == project);
    }
}
