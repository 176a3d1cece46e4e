//! Texts, tables and JSON to documents.

use gptling::config::corpus::{Columns, Division, Format, ReadConfig};
use gptling::error::Error;
use gptling::text::corpus::read;
use gptling::text::user_text::MAX_BYTES;

use super::{documents, texts};
use crate::text::gb18030;

fn divided(division: Division) -> ReadConfig {
    ReadConfig { division, ..Default::default() }
}

#[test]
fn texts_are_divided() {
    let text = "one\r\ntwo\r\n\r\n  three \n \t\nfour\n###\n\nfive###";
    for (division, wanted) in [
        (Division::Whole, &["one\ntwo\n\n  three \n \t\nfour\n###\n\nfive###"][..]),
        (Division::Lines, &["one", "two", "three", "four", "###", "five###"]),
        (Division::BlankLines, &["one\ntwo", "three", "four\n###", "five###"]),
        (Division::Pattern("###".into()), &["one\ntwo\n\n  three \n \t\nfour", "five"]),
        (Division::Pattern("(".into()), &["one\ntwo\n\n  three \n \t\nfour\n###\n\nfive###"]),
        (Division::Pattern(String::new()), &["one\ntwo\n\n  three \n \t\nfour\n###\n\nfive###"]),
    ] {
        let corpus = documents("notes.md", text, &divided(division.clone())).expect("documents");
        assert_eq!(texts(&corpus), wanted, "{division:?}");
        assert!(corpus.iter().all(|document| document.group == Some("notes.md") && document.label.is_none()));
    }
}

#[test]
fn tables_are_read_by_their_columns() {
    let text = "label,text,weight,author\r\nspam,\"Win, \"\"now\"\"\nor never\",2.5,Ann\n,plain,,\nham, ,1,Bob\nham,last,0,Bob\n";
    let corpus = documents("m.csv", text, &ReadConfig::default()).expect("documents");
    assert_eq!(texts(&corpus), ["Win, \"now\"\nor never", "plain", "last"]);
    let marks: Vec<_> = corpus.iter().map(|document| (document.label, document.group, document.weight)).collect();
    let wanted = [(Some("spam"), Some("Ann"), 2.5), (None, Some("m.csv"), 1.0), (Some("ham"), Some("Bob"), 0.0)];
    assert_eq!(marks, wanted);
    for (name, separator) in [("m.csv", ';'), ("m.csv", '\t'), ("m.tsv", '\t')] {
        let text = text.replace(',', &separator.to_string());
        assert_eq!(
            documents(name, &text, &ReadConfig::default()).expect("documents").len(),
            3,
            "{name} with {separator:?}"
        );
    }
    let columns = Columns { text: "author".into(), label: Some("weight".into()), ..Default::default() };
    let told =
        documents("m.csv", text, &ReadConfig { columns: Some(columns), ..Default::default() }).expect("documents");
    assert_eq!(
        (texts(&told), told.labels()),
        (vec!["Ann", "Bob", "Bob"], &["2.5".to_string(), "1".into(), "0".into()][..])
    );
    // As plain text it is lines.
    let plain = ReadConfig { format: Some(Format::Text), division: Division::Lines, ..Default::default() };
    assert_eq!(documents("m.csv", text, &plain).expect("lines").len(), 6);
}

#[test]
fn columns_are_shown_and_guessed() {
    let text = "id,comment,Class\n1,a long comment here,good\n2,another,bad\n";
    let found = read::inspect("r.csv", text.as_bytes(), &ReadConfig::default(), &gb18030).expect("a table");
    assert_eq!(found.preview.columns, ["id", "comment", "Class"]);
    assert_eq!(found.preview.rows, [["1", "a long comment here", "good"], ["2", "another", "bad"]]);
    let columns = Columns { text: "comment".into(), label: Some("Class".into()), ..Default::default() };
    assert_eq!((found.columns, found.format), (Some(columns), Format::Csv));
}

#[test]
fn json_is_read_in_its_three_forms() {
    let objects = r#"{"text": "one", "label": 1, "extra": [1, {"deep": null}]}
        {"label": true, "text": "zwei \ud83d\ude02"} {"text": null} {"text": "three", "label": null, "weight": 0.5}"#;
    let array = format!("[{}]", objects.replace("} {", "}, {").replace("}\n", "},\n"));
    for (name, text) in [("a.jsonl", objects), ("a.json", array.as_str())] {
        let corpus = documents(name, text, &ReadConfig::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(texts(&corpus), ["one", "zwei 😂", "three"]);
        let marks: Vec<_> = corpus.iter().map(|document| (document.label, document.weight)).collect();
        assert_eq!(marks, [(Some("1"), 1.0), (Some("true"), 1.0), (None, 0.5)]);
    }
    for text in [r#"["one", "two"]"#, "\"one\"\n\"two\""] {
        assert_eq!(texts(&documents("a.json", text, &ReadConfig::default()).expect("strings")), ["one", "two"]);
    }
    let found = read::inspect("a.jsonl", objects.as_bytes(), &ReadConfig::default(), &gb18030).expect("objects");
    assert_eq!(found.preview.columns, ["extra", "label", "text", "weight"]);
    assert_eq!(found.preview.rows[3], ["", "", "three", "0.5"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let columns = |text: &str, weight: Option<&str>| ReadConfig {
        columns: Some(Columns { text: text.into(), weight: weight.map(String::from), ..Default::default() }),
        ..Default::default()
    };
    let name = || String::from("f.csv");
    let table = "text,w\nfine,1\nshort\nthird,heavy\n";
    assert_eq!(
        documents("f.csv", table, &columns("nothing", None)).map(drop),
        Err(Error::ColumnMissing { name: name(), column: "nothing".into() })
    );
    assert_eq!(
        documents("f.csv", table, &columns("w", None)).map(drop),
        Err(Error::RowTooShort { name: name(), line: 3, column: "w".into() })
    );
    assert_eq!(
        documents("f.csv", "text,w\nfine,1\nthird,heavy\n", &columns("text", Some("w"))).map(drop),
        Err(Error::BadWeight { document: 2, value: "heavy".into() })
    );
    let broken = documents("f.json", "[{\"text\": \"a\"},\n{\"text\" \"b\"}]", &ReadConfig::default()).map(drop);
    assert!(matches!(broken, Err(Error::JsonBroken { line: 2, .. })), "{broken:?}");
    let lacking = documents("f.json", "{\"text\": \"a\"}{\"t\": 1}", &columns("text", None)).map(drop);
    assert!(matches!(lacking, Err(Error::RowTooShort { line: 2, .. })), "{lacking:?}");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(documents("f.json", &deep, &ReadConfig::default()), Err(Error::JsonBroken { .. })));
    for empty in ["", " \n ", "text,label\n"] {
        let refused = documents("f.csv", empty, &ReadConfig::default()).map(drop);
        assert_eq!(refused, Err(Error::TextEmpty { name: name() }), "{empty:?}");
    }
    let large = read::read("f.csv", &vec![b'a'; MAX_BYTES + 1], &ReadConfig::default(), &gb18030).map(drop);
    assert!(matches!(large, Err(Error::TextTooLarge { .. })));
}
