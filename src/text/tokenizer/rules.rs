//! Words by rules: one pattern, put together from the rules that are switched on.

use crate::config::RulesConfig;

/// Chinese characters, as the inside of a class. Ranges instead of the name of the script, whose extent differs by library.
pub const HAN: &str = r"\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{2FA1F}\x{30000}-\x{323AF}";

/// `n't`, `'s` and the like at the end of a word.
const CONTRACTION: &str = r"(?i:n['’]t|['’](?:s|re|ve|ll|d|m))(?![\p{L}\p{N}])";
const TITLES: &str = r"(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|etc|vs|No|Inc|Ltd|Co)\.(?![\p{L}\p{N}])";
const INITIALS: &str = r"(?:\p{Lu}\.){2,}|(?:e\.g|i\.e|a\.m|p\.m)\.";
const HYPHENS: &str = r"\-‐‑";
const APOSTROPHES: &str = "'’";

/// The tokens of a stretch without white space: at each place the first alternative that fits. What none takes stays
/// together.
pub fn pattern(rules: &RulesConfig) -> String {
    let letter = format!(r"[\p{{L}}\p{{M}}\p{{N}}&&[^{HAN}]]");
    let mut alternatives = vec![format!("[{HAN}]")];
    if rules.abbreviations {
        alternatives.push(INITIALS.into());
        alternatives.push(TITLES.into());
    }
    if rules.numbers {
        alternatives.push(format!(r"\p{{N}}+(?:[.,:/]\p{{N}}+)*%?(?!{letter})"));
    }
    if rules.contractions {
        alternatives.push(CONTRACTION.into());
        alternatives.push(format!("{letter}+?(?={CONTRACTION})"));
    }
    if rules.punctuation {
        alternatives.push(word(&letter, rules));
        alternatives.push(r"[^\p{L}\p{M}\p{N}\s]".into());
    } else {
        let cut = if rules.hyphens { HYPHENS } else { "" };
        alternatives.push(format!(r"[^\s{HAN}{cut}]+"));
    }
    alternatives.join("|")
}

/// A word: letters and digits, and between them what is not cut at.
fn word(letter: &str, rules: &RulesConfig) -> String {
    let hyphens = if rules.hyphens { "" } else { HYPHENS };
    let apostrophes = if rules.contractions { "" } else { APOSTROPHES };
    match format!("{hyphens}{apostrophes}") {
        joints if joints.is_empty() => format!("{letter}+"),
        joints => format!("{letter}+(?:[{joints}]{letter}+)*"),
    }
}

/// Where a decoder that writes a space before every word takes it back: before Chinese characters and marks that close,
/// and before the second part of a contraction.
pub fn needless_space() -> String {
    format!(r#"^ (?=[{HAN}\x{{3001}}-\x{{3011}}\x{{FF01}}-\x{{FF60}}.,!?;:%)\]}}…”’]|{CONTRACTION}$)"#)
}
