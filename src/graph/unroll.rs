//! Writes loops out: no compiler between WGSL and a software adapter does, and an array that is indexed by a variable stays in
//! memory there.

/// Stands alone on the line above a loop that is to be written out.
const MARK: &str = "// unroll";

/// The text with every loop `for (var i = 0u; i < COUNT; i += 1u) {` below a mark as `COUNT` blocks, in which `i` is a number.
/// `COUNT` is a number or a constant of the text.
///
/// # Panics
/// If what follows a mark is no such loop.
pub fn unrolled(lines: &[String]) -> Vec<String> {
    let Some(mark) = lines.iter().position(|line| line.trim() == MARK) else { return lines.to_vec() };
    let head = &lines[mark + 1];
    let (name, count) = counter(head).unwrap_or_else(|| panic!("cannot be unrolled: {head}"));
    let count = number(count).or_else(|| constant(lines, count)).unwrap_or_else(|| panic!("{count} is no constant"));
    let close = format!("{}}}", &head[..head.len() - head.trim_start().len()]);
    let length = lines[mark + 2..].iter().position(|line| *line == close).expect("a loop ends");
    let body = &lines[mark + 2..mark + 2 + length];
    let turn = |turn: u32| {
        let body = body.iter().map(move |line| replaced(line, name, &format!("{turn}u")));
        ["{".to_string()].into_iter().chain(body).chain(["}".to_string()])
    };
    let turns = (0..count).flat_map(turn);
    let whole: Vec<String> =
        lines[..mark].iter().cloned().chain(turns).chain(lines[mark + 3 + length..].iter().cloned()).collect();
    unrolled(&whole)
}

/// The counter of a loop and how far it counts.
fn counter(head: &str) -> Option<(&str, &str)> {
    let (name, rest) = head.trim_start().strip_prefix("for (var ")?.split_once(" = 0u; ")?;
    let count = rest.strip_prefix(name)?.strip_prefix(" < ")?.strip_suffix(&format!("; {name} += 1u) {{"))?;
    Some((name, count))
}

fn number(text: &str) -> Option<u32> {
    text.strip_suffix('u')?.parse().ok()
}

fn constant(lines: &[String], name: &str) -> Option<u32> {
    let start = format!("const {name} = ");
    lines.iter().find_map(|line| number(line.strip_prefix(&start)?.strip_suffix(';')?))
}

/// The line with another word wherever this one stands by itself.
fn replaced(line: &str, name: &str, value: &str) -> String {
    let within = |character: char| character.is_alphanumeric() || character == '_';
    let mut words = Vec::new();
    let mut start = 0;
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        if !within(character) {
            words.push(if &line[start..at] == name { value } else { &line[start..at] });
            words.push(&line[at..(at + character.len_utf8()).min(line.len())]);
            start = at + character.len_utf8();
        }
    }
    words.concat()
}

#[cfg(test)]
mod tests {
    use super::unrolled;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(String::from).collect()
    }

    #[test]
    fn a_marked_loop_is_written_out_and_others_stay() {
        let text = "const COUNT = 2u;\n// unroll\nfor (var i = 0u; i < COUNT; i += 1u) {\n    a[i] = i + pi;\n}\nfor (var i = 0u; i < COUNT; i += 1u) {\n}";
        let want = "const COUNT = 2u;\n{\n    a[0u] = 0u + pi;\n}\n{\n    a[1u] = 1u + pi;\n}\nfor (var i = 0u; i < COUNT; i += 1u) {\n}";
        assert_eq!(unrolled(&lines(text)), lines(want));
    }

    #[test]
    #[should_panic(expected = "no constant")]
    fn a_loop_without_a_known_end_is_our_mistake() {
        unrolled(&lines("// unroll\nfor (var i = 0u; i < end; i += 1u) {\n}"));
    }
}
