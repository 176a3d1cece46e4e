//! Numbers as people read them.

/// `1,234,567`
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `12.4 kB`, `3.1 MB`: powers of 1000, three figures.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", figures(bytes as f64 / 1e3)),
        1_000_000..1_000_000_000 => format!("{} MB", figures(bytes as f64 / 1e6)),
        _ => format!("{} GB", figures(bytes as f64 / 1e9)),
    }
}

/// `62.5 k`, `1.2 M`: for counts too long to read.
pub fn short(number: f64) -> String {
    match number.abs() {
        size if size < 1e3 => figures(number),
        size if size < 1e6 => format!("{} k", figures(number / 1e3)),
        size if size < 1e9 => format!("{} M", figures(number / 1e6)),
        _ => format!("{} G", figures(number / 1e9)),
    }
}

/// Three figures, no trailing zeros behind the point: `12.4`, `3`, `0.0042`.
pub fn figures(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return if number == 0.0 { "0".into() } else { "–".into() };
    }
    let before_point = number.abs().log10().floor() as i32 + 1;
    let text = format!("{number:.*}", (3 - before_point).clamp(0, 8) as usize);
    match text.contains('.').then(|| text.trim_end_matches('0').trim_end_matches('.')) {
        // So little below nothing that no figure of it is left.
        Some("-0") => "0".into(),
        Some(trimmed) => trimmed.to_string(),
        None => text,
    }
}

/// A loss as it is read: two digits after the point, unless it has run away.
pub fn loss(loss: f64) -> String {
    if loss < 1e4 { format!("{loss:.2}") } else { short(loss) }
}

/// `12%`
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent >= 10.0 || percent == 0.0 => format!("{percent:.0}%"),
        percent if percent >= 0.1 => format!("{percent:.1}%"),
        _ => "< 0.1%".into(),
    }
}

/// White space and control characters made visible: `␣`, `⏎`, `⇥`.
pub fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

fn visible_char(c: char) -> char {
    match c {
        ' ' => '␣',
        '\n' => '⏎',
        '\t' => '⇥',
        '\r' => '␍',
        '\u{3000}' => '□',
        '\0'..'\u{20}' => char::from_u32(0x2400 + c as u32).expect("the pictures of control characters"),
        '\u{7f}' => '␡',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        let cases = [
            (count(0), "0"),
            (count(999), "999"),
            (count(1_234_567), "1,234,567"),
            (bytes(999), "999 B"),
            (bytes(67_108_865), "67.1 MB"),
            (bytes(1_500_000_000), "1.5 GB"),
            (short(62_544.0), "62.5 k"),
            (short(123.0), "123"),
            (figures(0.0042), "0.0042"),
            (figures(3.0), "3"),
            (figures(-1e-12), "0"),
            (figures(12.44), "12.4"),
            (figures(-0.5), "-0.5"),
            (figures(f64::NAN), "–"),
            (percent(0.123), "12%"),
            (percent(0.0312), "3.1%"),
            (percent(0.0001), "< 0.1%"),
            (visible("a b\n\t\u{1}"), "a␣b⏎⇥␁"),
        ];
        for (got, expected) in cases {
            assert_eq!(got, expected);
        }
    }
}
