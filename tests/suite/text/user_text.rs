//! What a student may bring, and what is said about the rest.

use gptling::error::Error;
use gptling::text::{Text, user_text};

#[test]
fn text_is_taken_as_it_is_but_for_its_line_ends() {
    for (bytes, text) in [
        (&b"one\r\ntwo\rthree\n"[..], "one\ntwo\nthree\n"),
        (b"\xEF\xBB\xBFmarked", "marked"),
        ("tab\tand 小明 🌱".as_bytes(), "tab\tand 小明 🌱"),
    ] {
        assert_eq!(user_text::read("a.txt", bytes).as_deref(), Ok(text));
    }
}

#[test]
fn what_is_not_text_is_named() {
    let name = || String::from("a.bin");
    let cases: [(&[u8], Error); 6] = [
        (b"", Error::TextEmpty { name: name() }),
        (b" \n\t ", Error::TextEmpty { name: name() }),
        (b"\xEF\xBB\xBF", Error::TextEmpty { name: name() }),
        (b"GIF\0", Error::TextBinary { name: name(), offset: 3 }),
        (b"\xEF\xBB\xBFab\x01", Error::TextBinary { name: name(), offset: 5 }),
        (b"caf\xE9 au lait", Error::TextNotUtf8 { name: name(), offset: 3 }),
    ];
    for (bytes, error) in cases {
        assert_eq!(user_text::read("a.bin", bytes), Err(error));
    }
    let large = vec![b'a'; user_text::MAX_BYTES + 1];
    assert!(matches!(user_text::read("a.bin", &large), Err(Error::TextTooLarge { limit: 67_108_864, .. })));
    assert!(user_text::read("a.bin", &large[1..]).is_ok());
}

#[test]
fn the_end_is_held_out_at_the_end_of_a_line() {
    let lines = "a line of text\n".repeat(200);
    let text = Text::own("lines".into(), lines.as_bytes(), 0.1).expect("a text");
    assert!(text.train().ends_with('\n') && text.validation().starts_with("a line"));
    assert_eq!(text.validation().len(), 20 * 15);
    assert_eq!(text.train().len() + text.validation().len(), text.content().len());

    let single = "小".repeat(1000);
    let text = Text::own("single".into(), single.as_bytes(), 0.25).expect("a text");
    assert_eq!(text.validation().chars().count(), 250);

    let short = Text::own("short".into(), b"a", 0.5).expect("a text");
    assert_eq!(short.content(), "a");
}
