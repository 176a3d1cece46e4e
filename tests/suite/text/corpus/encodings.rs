//! Bytes in five encodings, told and guessed. The bytes were made with Python's codecs.

use gptling::config::corpus::{Encoding, ReadConfig};
use gptling::error::Error;
use gptling::text::corpus::encoding::{decode, guess};
use gptling::text::corpus::read;

use crate::text::gb18030;

/// The text in an encoding, without a mark.
fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
        Encoding::Latin1 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
    }
}

const ENGLISH: &str = "Once upon a time there was a little girl.\nShe had a red ball.\n";
const FRENCH: &str = "Le garçon a mangé une pêche à midi. Où êtes-vous allé l’été passé ? Ça coûte 5 €.\n";
const CHINESE: &str = "从前有一个小女孩，她住在山里的小村庄。\n她有一个红色的皮球，每天都和朋友们一起玩。\n";

#[test]
fn python_s_bytes_are_read() {
    for (bytes, encoding, text) in [
        (&b"caf\xe9 \x80 \x93hi\x94"[..], Encoding::Latin1, "café € “hi”"),
        (b"\xd0\xa1\xc3\xf7\xb0\xae\xd1\xa7\xcf\xb0\xa1\xa3\x94\x39\xfc\x38", Encoding::Gb18030, "小明爱学习。😂"),
        (b"\x0f\x5c\x0e\x66\x3d\xd8\x02\xde", Encoding::Utf16Le, "小明😂"),
        (b"\x5c\x0f\x66\x0e\xd8\x3d\xde\x02", Encoding::Utf16Be, "小明😂"),
        (b"\xff\xfea\0", Encoding::Utf16Le, "a"),
        (b"\xfe\xff\0a", Encoding::Utf16Be, "a"),
        (b"\xef\xbb\xbfa", Encoding::Utf8, "a"),
        (b"\x84\x31\x95\x33a", Encoding::Gb18030, "a"),
    ] {
        assert_eq!(decode("file", bytes, encoding, &gb18030).as_deref(), Ok(text), "{encoding:?}");
    }
}

#[test]
fn encodings_are_guessed() {
    use Encoding::{Gb18030, Latin1, Utf8, Utf16Be, Utf16Le};
    for (text, encodings) in [
        (ENGLISH, &[Utf8, Utf16Le, Utf16Be][..]),
        (FRENCH, &[Utf8, Utf16Le, Utf16Be, Latin1]),
        (CHINESE, &[Utf8, Utf16Le, Utf16Be, Gb18030]),
    ] {
        for encoding in encodings {
            let bytes = encoded(text, *encoding);
            assert_eq!(guess(&bytes), *encoding, "{text}");
            assert_eq!(decode("file", &bytes, *encoding, &gb18030).as_deref(), Ok(text));
            // A long file is judged by its beginning, which may end within a character.
            let long = bytes.repeat(70_000 / bytes.len() + 1);
            assert_eq!(guess(&long), *encoding, "long: {text}");
        }
    }
    for encoding in Encoding::ALL {
        assert!(decode("file", b"", encoding, &gb18030).is_ok_and(|text| text.is_empty()));
    }
    assert_eq!((guess(b""), guess(b"\xff\xfe"), guess(b"\xef\xbb\xbf")), (Utf8, Utf16Le, Utf8));
}

#[test]
fn the_first_wrong_byte_is_named() {
    for (bytes, encoding, offset) in [
        (&b"caf\xe9 au"[..], Encoding::Utf8, 3),
        (b"\xef\xbb\xbfcaf\xe9", Encoding::Utf8, 6),
        (b"a\0\x3d\xd8b\0", Encoding::Utf16Le, 2),
        (b"a\0b", Encoding::Utf16Le, 2),
        (b"\xd0\xa1\xff\xff", Encoding::Gb18030, 2),
    ] {
        let refused = decode("file", bytes, encoding, &gb18030);
        let named = matches!(&refused, Err(Error::TextNotEncoded { offset: found, .. }) if *found == offset);
        assert!(named, "{encoding:?}: {refused:?}");
    }
}

/// Every sequence of up to two bytes, and four-byte ones at the edges of what has a meaning: the same text or the same
/// refusal as an implementation of the standard gives.
#[test]
fn gb18030_and_windows_1252_are_those_of_the_standard() {
    let check = |bytes: &[u8]| {
        let refused = match decode("file", bytes, Encoding::Gb18030, &gb18030) {
            Ok(text) => return assert_eq!(Some(text.into_owned()), gb18030(bytes), "{bytes:x?}"),
            Err(Error::TextNotEncoded { offset, .. }) => offset as usize,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(gb18030(bytes), None, "{bytes:x?}");
        assert!(gb18030(&bytes[..refused]).is_some(), "{bytes:x?} is right up to {refused}");
    };
    for first in 0..=255 {
        check(&[first]);
        (0..=255).for_each(|second| check(&[b'a', first, second]));
    }
    for lead in [0x80, 0x81, 0x84, 0x8F, 0x90, 0xE3, 0xE4, 0xFE, 0xFF] {
        for (second, third, fourth) in [(0x30, 0x81, 0x30), (0x31, 0xA4, 0x39), (0x31, 0xA5, 0x30), (0x32, 0x9A, 0x35)]
        {
            (second - 1..=second + 1).for_each(|second| check(&[lead, second, third, fourth, b'a']));
            check(&[lead, second, third, fourth + 1]);
            check(&[lead, second, third]);
        }
    }
    let all: Vec<u8> = (0..=255).collect();
    let western = decode("file", &all, Encoding::Latin1, &gb18030).expect("every byte is a character");
    assert_eq!(western, encoding_rs::WINDOWS_1252.decode_without_bom_handling(&all).0);
}

#[test]
fn a_wrong_guess_can_be_corrected() {
    let bytes = encoded("Grüße, Fräulein Müller", Encoding::Latin1);
    let told = |encoding| ReadConfig { encoding, ..Default::default() };
    let corpus = read::read("a.txt", &bytes, &told(None), &gb18030).expect("a guess");
    assert_eq!(corpus.text(0), "Grüße, Fräulein Müller");
    assert!(read::read("a.txt", &bytes, &told(Some(Encoding::Utf8)), &gb18030).is_err());
    let inspection = read::inspect("a.txt", &bytes, &told(None), &gb18030).expect("a guess");
    assert_eq!((inspection.encoding, inspection.head.as_str()), (Encoding::Latin1, "Grüße, Fräulein Müller"));
}

#[test]
fn hostile_bytes_are_answered() {
    let surrogates: Vec<u8> = [0xD800u16, 0x61, 0xDC00].iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let many = [0xFF; 100_000];
    for bytes in [&b"\0\0\0\0"[..], &surrogates, &many, b"\xff\xfe\xff", b"\x80", b"[[[[[", b"\"", b"a\x01b"] {
        for encoding in Encoding::ALL.into_iter().map(Some).chain([None]) {
            for name in ["a.txt", "a.csv", "a.json"] {
                let config = ReadConfig { encoding, ..Default::default() };
                // An answer of either kind, and documents that are not empty.
                let documents = read::read(name, bytes, &config, &gb18030).map(|corpus| corpus.len());
                assert!(documents != Ok(0), "{name} {encoding:?} {bytes:?}");
            }
        }
    }
}
