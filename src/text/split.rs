//! Where the training part of a text ends and the part held out for validation begins.

/// How far the cut may move to meet the end of a line, as a share of the part held out.
const SLACK: f64 = 0.1;

/// Byte offset of the cut: about `validation` of all characters lie behind it.
///
/// The cut moves back to the nearest end of a paragraph, or else of a line, so that neither part begins in the middle
/// of a sentence; in a text without lines it stays where it is.
pub fn at(text: &str, characters: usize, validation: f32) -> usize {
    let held_out = (characters as f64 * f64::from(validation)).round() as usize;
    let cut = offset_from_end(text, held_out);
    let earliest = offset_from_end(text, held_out + (held_out as f64 * SLACK) as usize);
    let before = &text[earliest..cut];
    ["\n\n", "\n"]
        .iter()
        .find_map(|end| before.rfind(end).map(|found| earliest + found + end.len()))
        .filter(|found| *found < text.len())
        .unwrap_or(cut)
}

/// Where the last `characters` characters begin.
fn offset_from_end(text: &str, characters: usize) -> usize {
    match characters {
        0 => text.len(),
        count => text.char_indices().rev().nth(count - 1).map_or(0, |(offset, _)| offset),
    }
}
