//! What nobody means well: strings that break readers, and what fuzzing keeps in `fuzz/corpus`.

use gptling::config::corpus::{CleaningConfig, Division, Encoding, ReadConfig};
use gptling::error::Error;
use gptling::rng::{Rng, Stream};
use gptling::text::corpus::clean::Cleaning;
use gptling::text::corpus::describe::Describing;
use gptling::text::corpus::encoding::{decode, guess};
use gptling::text::corpus::html::strip;
use gptling::text::corpus::{Corpus, read};

use super::{documents, texts};
use crate::text::gb18030;

/// Texts, each without white space at its ends and without a line feed.
fn hostile() -> Vec<(&'static str, String)> {
    vec![
        ("carets", "^".repeat(1_000_000)),
        ("no space", "gptling".repeat(150_000)),
        ("marks", format!("a{}", "\u{301}\u{323}".repeat(100_000))),
        ("right to left", "שלום \u{202E}مرحبا\u{202C} abc ".repeat(2_000).trim().into()),
        ("families", "👩\u{200D}👩\u{200D}👧\u{200D}👦🇨🇳👍🏽".repeat(5_000)),
        ("quotes", "\"'\"\"',;".repeat(50_000)),
        ("braces", "{[\\u{".repeat(50_000)),
        ("markup", "<a <!-- &amp;&#x".repeat(50_000)),
        ("wide", "\u{10FFFF}\u{FFFE}\u{200B}文".repeat(20_000)),
    ]
}

fn clean(corpus: &Corpus, config: &CleaningConfig) -> Corpus {
    let mut work = Cleaning::new(corpus, config.clone());
    while work.advance().expect("not too many") < 1.0 {}
    work.finish().0
}

#[test]
fn hostile_texts_come_through_every_reader() {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for (name, text) in hostile() {
        for division in [Division::Whole, Division::Lines, Division::BlankLines, Division::Pattern("\u{1F600}".into())]
        {
            let config = ReadConfig { division, ..Default::default() };
            let corpus = documents("a.txt", &text, &config).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(texts(&corpus) == [text.as_str()], "{name} {config:?}");
        }
        let table = format!("label,text\nx,{}\n", quoted(&text));
        let corpus =
            documents("a.csv", &table, &ReadConfig::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(texts(&corpus) == [text.as_str()] && corpus.labels() == ["x"], "{name} as a cell");
        let json = serde_json::json!([{ "text": text }, text]).to_string();
        let corpus =
            documents("a.json", &json, &ReadConfig::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(texts(&corpus) == [text.as_str(); 2], "{name} as JSON");
        for (encoding, unit) in
            [(Encoding::Utf16Le, u16::to_le_bytes as fn(u16) -> [u8; 2]), (Encoding::Utf16Be, u16::to_be_bytes)]
        {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            let read = decode("a", &bytes, encoding, &gb18030).expect("UTF-16");
            assert!(read == text.as_str(), "{name} in {encoding:?}");
        }
    }
}

/// Cleaning what is clean changes nothing, and the card counts every character.
#[test]
fn hostile_texts_are_cleaned_and_described() {
    let config = CleaningConfig {
        normalize: true,
        tidy_whitespace: true,
        drop_duplicates: true,
        drop_similar: 0.9,
        ..Default::default()
    };
    for (name, text) in hostile() {
        let before = super::corpus([text.as_str(), "something else", text.as_str()]);
        let once = clean(&before, &config);
        assert_eq!(once.len(), 2, "{name}: the copy goes");
        assert!(clean(&once, &config) == once, "{name}: clean twice");
        let mut work = Describing::default();
        while work.advance(&before) < 1.0 {}
        let card = work.finish(&before);
        assert_eq!(card.characters as usize, 2 * text.chars().count() + 14, "{name}");
        assert!(card.types <= card.words && card.scripts.iter().map(|(_, share)| share).sum::<f32>() < 1.001, "{name}");
    }
}

/// Text of more than one piece of work is counted as the same words as in one piece.
#[test]
fn words_are_whole_across_pieces_of_work() {
    let long = "seven different words stand in this line ".repeat(30_000);
    let corpus = super::corpus([long.trim()]);
    let mut work = Describing::default();
    let mut pieces = 1;
    while work.advance(&corpus) < 1.0 {
        pieces += 1;
    }
    let card = work.finish(&corpus);
    assert_eq!((card.words, card.types), (210_000, 7));
    assert!(pieces > 3, "{pieces} pieces");
}

#[test]
fn a_lone_surrogate_is_named_wherever_it_stands() {
    for lone in [0xD800_u16, 0xDBFF, 0xDC00, 0xDFFF] {
        for at in 0..6 {
            let mut units: Vec<u16> = "ab小d😂".encode_utf16().take(if at == 5 { 4 } else { 6 }).collect();
            units.insert(at.min(units.len()), lone);
            // Beside its other half it would be none.
            let whole = char::decode_utf16(units.iter().copied()).collect::<Result<String, _>>();
            let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            match (whole, decode("a", &bytes, Encoding::Utf16Le, &gb18030)) {
                (Ok(text), Ok(found)) => assert_eq!(found, text.as_str()),
                (Err(_), Err(Error::TextNotEncoded { offset, .. })) => {
                    let wrong = u16::from_le_bytes([bytes[offset as usize], bytes[offset as usize + 1]]);
                    assert!((0xD800..0xE000).contains(&wrong), "{units:x?} at {offset}");
                    assert!(String::from_utf16(&units[..offset as usize / 2]).is_ok(), "{units:x?} at {offset}");
                }
                other => panic!("{units:x?}: {other:?}"),
            }
        }
    }
}

#[test]
fn what_never_ends_is_answered() {
    let endless = |begin: &str, piece: &str| format!("{begin}{}", piece.repeat(1_000_000 / piece.len()));
    for (name, text) in [
        ("a.csv", endless("text,label\n\"", "no end, ")),
        ("a.csv", endless("", "a,")),
        ("a.csv", endless("text\n", "\"")),
        ("a.json", endless("", "[")),
        ("a.json", endless("", "{\"a\":")),
        ("a.json", endless("[", "{\"text\":[")),
        ("a.json", endless("{\"text\": \"", "x")),
        ("a.json", endless("[", "\"a\",")),
    ] {
        let told = documents(name, &text, &ReadConfig::default());
        let refused =
            matches!(told, Err(Error::JsonBroken { .. } | Error::RowTooShort { .. } | Error::TextEmpty { .. }));
        assert!(refused || name == "a.csv" && told.is_ok(), "{name} {}", &text[..30]);
    }
    let zeros = read::read("a.txt", &[0; 10], &ReadConfig::default(), &gb18030);
    assert!(matches!(zeros, Err(Error::TextBinary { offset: 0, .. })), "{zeros:?}");
}

#[test]
fn bytes_of_chance_are_answered() {
    let mut rng = Rng::new(9, Stream::Documents);
    let likely = b"\"\",;\n\r\t{}[]:<>&#\\ab1\x80\xB0\xFF\xFE\0";
    for _ in 0..3_000 {
        let length = rng.below(60);
        let bytes: Vec<u8> = (0..length)
            .map(|_| if rng.below(3) > 0 { likely[rng.below(likely.len())] } else { rng.below(256) as u8 })
            .collect();
        check_answers(&bytes);
    }
}

/// What the fuzz targets assert, on everything that they have kept.
#[test]
fn what_fuzzing_has_kept_is_answered() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");
    let mut replayed = 0;
    for target in ["csv", "json", "html", "encodings"] {
        let kept = std::fs::read_dir(format!("{folder}/{target}")).unwrap_or_else(|error| panic!("{target}: {error}"));
        for file in kept {
            check_answers(&std::fs::read(file.expect("an entry").path()).expect("a file"));
            replayed += 1;
        }
    }
    assert!(replayed >= 30, "{replayed} files");
}

fn check_answers(bytes: &[u8]) {
    guess(bytes);
    let config = ReadConfig::default();
    for name in ["a.csv", "a.tsv", "a.json", "a.txt"] {
        if let Ok(corpus) = read::read(name, bytes, &config, &gb18030) {
            assert!(!corpus.is_empty(), "{name}: {bytes:x?}");
            read::inspect(name, bytes, &config, &gb18030).unwrap_or_else(|error| panic!("{name}: {error}: {bytes:x?}"));
        }
    }
    for encoding in Encoding::ALL {
        match decode("a", bytes, encoding, &gb18030) {
            Ok(text) => assert!(strip(&text).len() <= text.len(), "{bytes:x?}"),
            Err(Error::TextNotEncoded { offset, .. }) => assert!((offset as usize) < bytes.len(), "{bytes:x?}"),
            Err(error) => panic!("{error}"),
        }
    }
}
