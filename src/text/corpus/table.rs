//! Tables: cells between commas, semicolons or tabs, the first row naming the columns.

use csv::{Reader, ReaderBuilder, StringRecord};

use super::{Corpus, Document, Preview, cell};
use crate::config::corpus::{Columns, Format};
use crate::error::{Error, Result};

/// Bytes in which the separator is looked for.
const LOOKED_AT: usize = 4096;

/// The names of the columns and the first rows.
pub fn preview(name: &str, text: &str, format: Format, rows: usize) -> Result<Preview> {
    let mut table = open(text, format);
    let columns = header(name, &mut table)?;
    let rows = table.records().take(rows).map(|row| row.map(|row| row.iter().map(String::from).collect()));
    Ok(Preview { columns, rows: rows.collect::<csv::Result<_>>().map_err(|error| broken(name, &error))? })
}

/// One document a row. Rows without text are none; a row too short for its columns is refused with its line.
pub fn read(name: &str, text: &str, format: Format, columns: &Columns) -> Result<Corpus> {
    let mut table = open(text, format);
    let header = header(name, &mut table)?;
    let place = |column: &String| {
        let missing = || Error::ColumnMissing { name: name.into(), column: column.clone() };
        header.iter().position(|known| known == column).ok_or_else(missing)
    };
    let text_at = place(&columns.text)?;
    let optional = |column: &Option<String>| column.as_ref().map(place).transpose();
    let (label, group, weight) = (optional(&columns.label)?, optional(&columns.group)?, optional(&columns.weight)?);
    let mut corpus = Corpus::default();
    let mut row = StringRecord::new();
    while table.read_record(&mut row).map_err(|error| broken(name, &error))? {
        let line = row.position().map_or(0, csv::Position::line);
        let at = |place: usize| {
            row.get(place).ok_or_else(|| Error::RowTooShort { name: name.into(), line, column: header[place].clone() })
        };
        let optional = |place: Option<usize>| place.map(at).transpose();
        let document = Document {
            text: at(text_at)?.trim(),
            label: optional(label)?.and_then(cell),
            group: optional(group)?.and_then(cell).or(Some(name)),
            weight: super::weight(corpus.len(), optional(weight)?)?,
        };
        if !document.text.is_empty() {
            corpus.push(document)?;
        }
    }
    Ok(corpus)
}

fn open(text: &str, format: Format) -> Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter(text, format)).flexible(true).from_reader(text.as_bytes())
}

/// The separator that the first lines have most of; a comma where they have none.
fn delimiter(text: &str, format: Format) -> u8 {
    let beginning = &text.as_bytes()[..text.len().min(LOOKED_AT)];
    let first = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| first.iter().filter(|byte| **byte == wanted).count();
    match format {
        Format::Tsv => b'\t',
        _ => [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b','),
    }
}

fn header(name: &str, table: &mut Reader<&[u8]>) -> Result<Vec<String>> {
    let header = table.headers().map_err(|error| broken(name, &error))?;
    Ok(header.iter().map(|column| column.trim().to_string()).collect())
}

fn broken(name: &str, error: &csv::Error) -> Error {
    let line = error.position().map_or(0, csv::Position::line);
    Error::TableBroken { name: name.into(), line, detail: error.to_string() }
}
