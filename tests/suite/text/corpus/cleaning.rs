//! What cleaning changes, what it removes, and what it tells.

use std::time::{Duration, Instant};

use gptling::config::corpus::CleaningConfig;
use gptling::rng::{Rng, Stream};
use gptling::text::corpus::clean::{Cleaning, Reason, Report};
use gptling::text::corpus::difference::{Piece, difference};
use gptling::text::corpus::duplicates::Similar;
use gptling::text::corpus::html::strip;
use gptling::text::corpus::{Corpus, Document};

use super::{corpus, texts};

fn clean(corpus: &Corpus, config: CleaningConfig) -> (Corpus, Report) {
    let mut work = Cleaning::new(corpus, config);
    while work.advance().expect("not too many") < 1.0 {}
    work.finish()
}

#[test]
fn nothing_asked_changes_nothing() {
    let before = corpus(["  One <b>\u{65}\u{301}</b>", "", "  One <b>\u{65}\u{301}</b>"]);
    let (after, report) = clean(&before, CleaningConfig::default());
    assert_eq!((&after, report), (&before, Report::default()));
    assert!(clean(&Corpus::default(), CleaningConfig::default()).0.is_empty());
}

#[test]
fn every_step_does_its_own_and_is_counted() {
    let none = CleaningConfig::default;
    let before = corpus(["<p>Caf\u{65}\u{301}  au   lait</p>", "plain", "SHOUT", "plain"]);
    for (config, wanted, count) in [
        (CleaningConfig { strip_html: true, ..none() }, "\nCaf\u{65}\u{301}  au   lait\n", 1),
        (CleaningConfig { normalize: true, ..none() }, "<p>Café  au   lait</p>", 1),
        (CleaningConfig { tidy_whitespace: true, ..none() }, "<p>Caf\u{65}\u{301} au lait</p>", 1),
        (CleaningConfig { lower_case: true, ..none() }, "<p>caf\u{65}\u{301}  au   lait</p>", 2),
    ] {
        let (after, report) = clean(&before, config);
        assert_eq!((after.text(0), after.len()), (wanted, 4));
        assert_eq!(report.stripped + report.normalized + report.tidied + report.lowered, count);
        assert_eq!((report.changes.len(), report.removed()), (count, 0));
        assert_eq!((report.changes[0].document, report.changes[0].after.as_deref()), (0, Ok(wanted)));
    }
    let all = CleaningConfig {
        strip_html: true,
        normalize: true,
        tidy_whitespace: true,
        lower_case: true,
        shortest: 6,
        longest: 9,
        ..none()
    };
    let (after, report) = clean(&before, all);
    assert_eq!((texts(&after), report.too_long, report.too_short), (vec![], 1, 3));
    assert_eq!(report.changes[1].after, Err(Reason::TooShort));
}

#[test]
fn white_space_is_tidied() {
    let before = corpus(["  a \t b\u{3000}c  \n\n\n\n d \n e\n\n"]);
    let (after, _) = clean(&before, CleaningConfig { tidy_whitespace: true, ..Default::default() });
    assert_eq!(after.text(0), "a b c\n\nd\ne");
}

#[test]
fn equal_documents_remain_once_with_their_marks() {
    let mut before = Corpus::default();
    for (text, label) in [("same", "first"), ("other", "x"), ("same", "second"), ("Same", "y")] {
        before.push(Document { label: Some(label), ..Document::of(text) }).expect("a document");
    }
    let (after, report) = clean(&before, CleaningConfig { drop_duplicates: true, ..Default::default() });
    let left: Vec<_> = after.iter().map(|document| (document.text, document.label)).collect();
    assert_eq!(left, [("same", Some("first")), ("other", Some("x")), ("Same", Some("y"))]);
    assert_eq!((report.duplicates, report.changes[0].document), (1, 2));
    let lowered = CleaningConfig { drop_duplicates: true, lower_case: true, ..Default::default() };
    assert_eq!(clean(&before, lowered).0.len(), 2, "what lower case makes equal is equal");
}

fn sentence(rng: &mut Rng, words: usize) -> Vec<String> {
    (0..words).map(|_| format!("{}{}", ["ba", "ko", "lu", "ti", "ne"][rng.below(5)], rng.below(900))).collect()
}

/// The share of common shingles by its definition.
fn jaccard(a: &str, b: &str) -> f64 {
    let shingles = |text: &str| {
        let characters: Vec<char> = text.chars().collect();
        characters.windows(5).map(<[char]>::to_vec).collect::<std::collections::BTreeSet<_>>()
    };
    let (a, b) = (shingles(a), shingles(b));
    a.intersection(&b).count() as f64 / a.union(&b).count() as f64
}

#[test]
fn similar_documents_are_found_and_others_are_not() {
    let mut rng = Rng::new(6, Stream::Documents);
    let (mut near, mut found, mut wrong, mut far) = (0, 0, 0, 0);
    for _ in 0..600 {
        let first = sentence(&mut rng, 40);
        let mut second = first.clone();
        for _ in 0..rng.below(9) {
            let at = rng.below(40);
            second[at] = sentence(&mut rng, 1).remove(0);
        }
        let (first, second) = (first.join(" "), second.join(" "));
        let mut similar = Similar::new(0.8);
        assert!(!similar.add(&first));
        let told = similar.add(&second);
        if jaccard(&first, &second) >= 0.8 {
            near += 1;
            found += usize::from(told);
        } else {
            far += 1;
            wrong += usize::from(told);
        }
    }
    assert!(near > 150 && far > 150, "{near} near, {far} far");
    assert!(found * 100 >= near * 99 && wrong == 0, "{found} of {near} found, {wrong} of {far} wrongly");
}

#[test]
fn many_different_documents_stay() {
    let mut rng = Rng::new(7, Stream::Documents);
    let mut documents: Vec<String> = (0..3000).map(|_| sentence(&mut rng, 20).join(" ")).collect();
    for at in 0..200 {
        documents.push(format!("{}!", documents[at * 7]));
    }
    documents.extend(["".into(), "a".into(), "ab".into(), "小明".into()]);
    let before = corpus(documents.iter().map(String::as_str));
    let (after, report) = clean(&before, CleaningConfig { drop_similar: 0.8, ..Default::default() });
    assert_eq!((report.similar, after.len()), (200, 3004));
}

#[test]
fn markup_goes_and_text_stays() {
    for (html, text) in [
        ("<h1>Title</h1>text<br/>more", "\nTitle\ntext\nmore"),
        ("a < b && c > d <3", "a < b && c > d <3"),
        ("<a href=\"x>y\" title='<b>'>link</a>", "link"),
        ("before<!-- <p>gone --> after <!-- open", "before after <!-- open"),
        ("<script>if (a < b) { '</p>' }</script>kept<STYLE type=x>p { }</STYLE>!", "kept!"),
        (
            "&lt;b&gt; &amp;amp; &#20013;&#x6587; &nbsp;&unknown; & &#0; &#xD800;",
            "<b> &amp; 中文 \u{A0}&unknown; & &#0; &#xD800;",
        ),
        ("<!DOCTYPE html><?xml?><p", "<p"),
        ("<script>never closed", "never closed"),
        ("<b", "<b"),
        ("", ""),
    ] {
        assert_eq!(strip(html), text, "{html}");
    }
}

/// What makes naive strippers quadratic: four times as much of it takes about four times as long, not sixteen times.
#[test]
fn hostile_markup_takes_no_time() {
    for hostile in ["<", "<!--", "&", "<a ", "<a \"", "</", "<script>", "&#"] {
        let [some, more] = [250_000, 1_000_000].map(|bytes| fastest(&hostile.repeat(bytes / hostile.len())));
        assert!(more < 10 * some, "{hostile}: {some:?}, then {more:?}");
    }
}

/// The best of five: whatever else the machine does only adds.
fn fastest(text: &str) -> Duration {
    let time = |_| {
        let began = Instant::now();
        assert!(strip(text).len() <= text.len());
        began.elapsed()
    };
    (0..5).map(time).min().expect("five times")
}

#[test]
fn a_report_shows_where_a_document_changes_and_some_of_each_reason() {
    let long = format!("{}here  it is{}", "word ".repeat(100), " more".repeat(100));
    let mut documents = vec![long.as_str()];
    documents.extend(["a  b"; 30]);
    documents.extend(["x", "x"]);
    let config = CleaningConfig { tidy_whitespace: true, shortest: 2, drop_duplicates: true, ..Default::default() };
    let (_, report) = clean(&corpus(documents), config);
    let change = &report.changes[0];
    assert!(
        change.before.contains("here  it is") && change.after.as_ref().is_ok_and(|after| after.contains("here it is"))
    );
    let shown = |reason: Reason| report.changes.iter().filter(|change| change.after == Err(reason)).count();
    assert_eq!((shown(Reason::Duplicate), shown(Reason::TooShort), report.changes.len()), (12, 2, 16));
    assert_eq!((report.duplicates, report.too_short), (29, 2));
}

#[test]
fn differences_are_pieces_of_both_texts() {
    let found = difference("<b>Once</b>  upon", "Once upon");
    use Piece::{Before, Both};
    let tags =
        [Before("<"), Before("b"), Before(">"), Both("Once"), Before("<"), Before("/"), Before("b"), Before(">")];
    assert_eq!(found[..8], tags);
    assert_eq!(found[found.len() - 1], Both("upon"));
    let mut rng = Rng::new(8, Stream::Documents);
    for _ in 0..200 {
        let text = |rng: &mut Rng| (0..30).map(|_| ["a", "b", " ", "文", "\u{301}"][rng.below(5)]).collect::<String>();
        let (before, after) = (text(&mut rng), text(&mut rng));
        let pieces = difference(&before, &after);
        let side = |take: fn(&Piece) -> bool| -> String {
            let text = |piece: &Piece| match piece {
                Piece::Both(text) | Piece::Before(text) | Piece::After(text) => text.to_string(),
            };
            pieces.iter().filter(|piece| take(piece)).map(text).collect()
        };
        assert_eq!(side(|piece| !matches!(piece, Piece::After(_))), before);
        assert_eq!(side(|piece| !matches!(piece, Piece::Before(_))), after);
    }
    assert!(difference("same", "same").iter().all(|piece| matches!(piece, Piece::Both(_))));
}
