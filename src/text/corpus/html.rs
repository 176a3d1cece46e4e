//! Takes the markup out of a text: a state machine over characters, not a parser, so that no page is too broken for it.

/// The text of a page: tags and comments gone, scripts and styles with what is in them, entities as characters. Where a
/// block ends there is a line feed.
///
/// A `<` that begins no tag is text. Time is linear in the text.
pub fn strip(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut ends = Ends::default();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        stripped.push_str(&rest[..at]);
        rest = &rest[at..];
        let (length, meant) = if rest.starts_with('<') { markup(rest, &mut ends) } else { entity(rest) };
        match meant {
            Meant::Nothing => (),
            Meant::LineFeed => stripped.push('\n'),
            Meant::Character(character) => stripped.push(character),
            Meant::Itself => stripped.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    stripped.push_str(rest);
    stripped
}

/// What was looked for in vain, and so need not be looked for again: the rest of a text has no end that all of it lacks.
#[derive(Default)]
struct Ends {
    no_comment: bool,
    no_script: bool,
    no_style: bool,
}

impl Ends {
    /// Finds something unless it is known to be missing.
    fn find(missing: &mut bool, search: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let found = if *missing { None } else { search() };
        *missing = found.is_none();
        found
    }
}

enum Meant {
    Nothing,
    LineFeed,
    Character(char),
    Itself,
}

/// How many bytes the markup at the beginning of `text` takes, and what stands for it.
fn markup(text: &str, ends: &mut Ends) -> (usize, Meant) {
    if let Some(comment) = text.strip_prefix("<!--") {
        return match Ends::find(&mut ends.no_comment, || comment.find("-->")) {
            Some(end) => ("<!--".len() + end + "-->".len(), Meant::Nothing),
            None => (1, Meant::Itself),
        };
    }
    let name = text[1..].trim_start_matches('/');
    if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '!' || first == '?') {
        return (1, Meant::Itself);
    }
    let Some(end) = tag_end(text) else { return (1, Meant::Itself) };
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
    let closes = text.starts_with("</");
    match name.as_str() {
        "script" | "style" if !closes => {
            let missing = if name == "script" { &mut ends.no_script } else { &mut ends.no_style };
            let content = Ends::find(missing, || content(&text[end..], &name));
            (end + content.unwrap_or(0), Meant::Nothing)
        }
        _ if BLOCKS.contains(&name.as_str()) => (end, Meant::LineFeed),
        _ => (end, Meant::Nothing),
    }
}

const BLOCKS: [&str; 21] = [
    "address",
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// Behind the `>` that closes a tag; one within quotes closes nothing. Where a quote stays open any `>` does. Another
/// `<` begins another tag.
fn tag_end(text: &str) -> Option<usize> {
    let longest = text.as_bytes().iter().take(MAX_TAG_LENGTH);
    let (mut quote, mut first) = (None, None);
    for (at, byte) in longest.enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            (b'<', None) if at > 0 => return None,
            (b'>', Some(_)) => first = first.or(Some(at + 1)),
            (b'"' | b'\'', None) => quote = Some(*byte),
            (byte, Some(open)) if *byte == open => quote = None,
            _ => (),
        }
    }
    first
}

const MAX_TAG_LENGTH: usize = 10_000;

/// Bytes up to the end of the tag that closes `name`.
fn content(text: &str, name: &str) -> Option<usize> {
    let closes = |at: &usize| {
        let tag = text.as_bytes().get(at + 2..at + 2 + name.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
    };
    let begin = text.match_indices("</").map(|(at, _)| at).find(closes);
    begin.map(|begin| begin + tag_end(&text[begin..]).unwrap_or(0))
}

/// `&amp;`, `&#39;`, `&#x4E2D;`
fn entity(text: &str) -> (usize, Meant) {
    let end = text.bytes().take(12).position(|byte| byte == b';');
    let Some((name, length)) = end.map(|end| (&text[1..end], end + 1)) else { return (1, Meant::Itself) };
    let character = match name.strip_prefix('#') {
        Some(number) => numbered(number),
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| *character),
    };
    character.map_or((1, Meant::Itself), |character| (length, Meant::Character(character)))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|character| !character.is_control() || character.is_whitespace())
}

const NAMED: [(&str, char); 20] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("copy", '©'),
    ("reg", '®'),
    ("deg", '°'),
    ("euro", '€'),
    ("pound", '£'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("times", '×'),
    ("middot", '·'),
];
