//! Files to corpora: what a file is, told or guessed, and its documents.

use std::borrow::Cow;

use super::encoding::{self, Decoder};
use super::{Corpus, divide, json, table};
use crate::config::corpus::{Columns, Encoding, Format, ReadConfig};
use crate::error::{Error, Result};
use crate::text::user_text;

/// Rows shown of a table before its columns are chosen.
const SHOWN: usize = 20;

/// The names of the columns and the first rows of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    pub encoding: Encoding,
    pub format: Format,
    /// Empty for a text.
    pub preview: Preview,
    /// As told, or the likeliest ones.
    pub columns: Option<Columns>,
    /// How the text begins, whatever it is.
    pub head: String,
}

/// Looks into a file without making documents of it.
pub fn inspect(name: &str, bytes: &[u8], config: &ReadConfig, decoder: Decoder) -> Result<Inspection> {
    let (encoding, format, text) = open(name, bytes, config, decoder)?;
    let preview = preview(name, &text, format)?;
    let columns = columns(name, &preview, format, config)?;
    let head = text.chars().take(1000).collect();
    Ok(Inspection { encoding, format, preview, columns, head })
}

/// The documents of a file, in time linear in its bytes. Those without a group of their own have its name.
pub fn read(name: &str, bytes: &[u8], config: &ReadConfig, decoder: Decoder) -> Result<Corpus> {
    let (_, format, text) = open(name, bytes, config, decoder)?;
    let columns = columns(name, &preview(name, &text, format)?, format, config)?;
    let corpus = match (format, columns) {
        (Format::Json, Some(columns)) => json::read(name, &text, &columns)?,
        (_, Some(columns)) => table::read(name, &text, format, &columns)?,
        (_, None) => divide::divide(name, text.into_owned(), &config.division)?,
    };
    match corpus.is_empty() {
        true => Err(Error::TextEmpty { name: name.into() }),
        false => Ok(corpus),
    }
}

fn open<'a>(
    name: &str,
    bytes: &'a [u8],
    config: &ReadConfig,
    decoder: Decoder,
) -> Result<(Encoding, Format, Cow<'a, str>)> {
    let limit = user_text::MAX_BYTES;
    if bytes.len() > limit {
        return Err(Error::TextTooLarge { name: name.into(), bytes: bytes.len() as u64, limit: limit as u64 });
    }
    let encoding = config.encoding.unwrap_or_else(|| encoding::guess(bytes));
    let text = encoding::decode(name, bytes, encoding, decoder)?;
    user_text::check(name, &text)?;
    let format = config.format.unwrap_or_else(|| format_of(name));
    Ok((encoding, format, user_text::with_line_feeds(text)))
}

fn format_of(name: &str) -> Format {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "csv" => Format::Csv,
        "tsv" | "tab" => Format::Tsv,
        "json" | "jsonl" | "ndjson" => Format::Json,
        _ => Format::Text,
    }
}

fn preview(name: &str, text: &str, format: Format) -> Result<Preview> {
    match format {
        Format::Text => Ok(Preview::default()),
        Format::Csv | Format::Tsv => table::preview(name, text, format, SHOWN),
        Format::Json => json::preview(name, text, SHOWN),
    }
}

/// The columns that were told, or those whose names say what they are; the text else is where most characters are.
fn columns(name: &str, preview: &Preview, format: Format, config: &ReadConfig) -> Result<Option<Columns>> {
    if format == Format::Text || config.columns.is_some() {
        return Ok(config.columns.clone().filter(|_| format != Format::Text));
    }
    let named = |names: &[&str]| {
        let known = |column: &&String| names.contains(&column.to_lowercase().as_str());
        preview.columns.iter().find(known).cloned()
    };
    let length = |at: &usize| preview.rows.iter().filter_map(|row| row.get(*at)).map(String::len).sum::<usize>();
    let longest = || (0..preview.columns.len()).max_by_key(length).map(|at| preview.columns[at].clone());
    let text = named(&["text", "content", "sentence", "message", "review", "document", "body", "文本", "内容"]);
    let text = text.or_else(longest).ok_or_else(|| Error::TextEmpty { name: name.into() })?;
    let mark = |names: &[&str]| named(names).filter(|column| *column != text);
    Ok(Some(Columns {
        label: mark(&["label", "class", "category", "sentiment", "target", "标签", "类别"]),
        group: mark(&["group", "source", "author", "来源", "作者"]),
        weight: mark(&["weight", "权重"]),
        text,
    }))
}
