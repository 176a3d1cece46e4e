//! Where two short texts differ: the longest common subsequence of their words, spaces and signs (Hirschberg, 1975, needs
//! less memory; texts here are short).

/// A piece of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    Both(&'t str),
    Before(&'t str),
    After(&'t str),
}

/// The pieces that make up both texts: without those of `After` it is the one before, without those of `Before` the one
/// after. Time and memory are the product of their words.
pub fn difference<'t>(before: &'t str, after: &'t str) -> Vec<Piece<'t>> {
    let (a, b) = (tokens(before), tokens(after));
    let common = lengths(&a, &b);
    let (mut i, mut j) = (0, 0);
    let mut pieces = Vec::new();
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            pieces.push(Piece::Both(a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || i < a.len() && common[i + 1][j] >= common[i][j + 1] {
            pieces.push(Piece::Before(a[i]));
            i += 1;
        } else {
            pieces.push(Piece::After(b[j]));
            j += 1;
        }
    }
    pieces
}

/// For each pair of rests, how many tokens they have in common in order.
fn lengths(a: &[&str], b: &[&str]) -> Vec<Vec<u16>> {
    let mut common = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    common
}

/// Runs of letters and digits; everything else by the character.
fn tokens(text: &str) -> Vec<&str> {
    let mut rest = text;
    let token = std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = match first.is_alphanumeric() {
            true => rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, tail) = rest.split_at(end);
        rest = tail;
        Some(token)
    });
    token.collect()
}
