//! Files, corpora and cleanings as the page is told of them.

use crate::protocol::corpus::{CleaningChange, CleaningPreview, Description, FileSummary, Lengths, Side};
use crate::text::corpus::clean::{Change, Report};
use crate::text::corpus::describe::{self, Histogram};
use crate::text::corpus::difference::{Piece, difference};
use crate::text::corpus::read::Inspection;
use crate::text::corpus::{Corpus, clean};

/// Characters of a cell or a name, and columns, that are told: a file may be one endless cell.
const CELL: usize = 120;
const COLUMNS: usize = 100;
/// Classes that are told, the largest.
const CLASSES: usize = 50;

pub fn file(inspection: Inspection, bytes: usize) -> FileSummary {
    let Inspection { encoding, format, preview, columns, head } = inspection;
    let row = |row: Vec<String>| row.iter().take(COLUMNS).map(|cell| cut(cell)).collect();
    FileSummary {
        bytes: bytes as u64,
        encoding,
        format,
        // A column is chosen by its name, so the name stays whole.
        columns: preview.columns.into_iter().take(COLUMNS).collect(),
        rows: preview.rows.into_iter().map(row).collect(),
        chosen: columns,
        head,
    }
}

pub fn description(description: describe::Description) -> Description {
    let describe::Description { mut classes, lengths, scripts, .. } = description;
    classes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    classes.truncate(CLASSES);
    let Histogram { shortest, longest, median, width, counts } = lengths;
    Description {
        documents: description.documents as u64,
        characters: description.characters,
        words: description.words,
        types: description.types,
        types_capped: description.types_capped,
        classes,
        unlabelled: description.unlabelled,
        groups: description.groups as u64,
        lengths: Lengths {
            shortest: shortest as u64,
            longest: longest as u64,
            median: median as u64,
            width: width as u64,
            counts,
        },
        scripts: scripts.into_iter().map(|(script, share)| (script.name().into(), share)).collect(),
        frequent: description.frequent.into_iter().map(|(word, count)| (cut(&word), count)).collect(),
    }
}

pub fn preview(before: &Corpus, after: &Corpus, report: &Report) -> CleaningPreview {
    let characters = |corpus: &Corpus| (0..corpus.len()).map(|at| corpus.characters(at) as u64).sum();
    CleaningPreview {
        documents: (before.len() as u64, after.len() as u64),
        characters: (characters(before), characters(after)),
        steps: report.steps().into_iter().map(|(step, count)| (step.into(), count as u64)).collect(),
        changes: report.changes.iter().map(change).collect(),
    }
}

fn change(change: &Change) -> CleaningChange {
    let pieces = match &change.after {
        Ok(after) => joined(difference(&change.before, after)),
        Err(_) => vec![(Side::Before, change.before.clone())],
    };
    let removed_by = change.after.as_ref().err().copied().map(clean::Reason::name).map(String::from);
    CleaningChange { document: u64::from(change.document) + 1, removed_by, pieces }
}

/// Neighbours of the same side as one piece.
fn joined(pieces: Vec<Piece>) -> Vec<(Side, String)> {
    let mut joined: Vec<(Side, String)> = Vec::new();
    for piece in pieces {
        let (side, text) = match piece {
            Piece::Both(text) => (Side::Both, text),
            Piece::Before(text) => (Side::Before, text),
            Piece::After(text) => (Side::After, text),
        };
        match joined.last_mut().filter(|(before, _)| *before == side) {
            Some((_, before)) => before.push_str(text),
            None => joined.push((side, text.into())),
        }
    }
    joined
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}
