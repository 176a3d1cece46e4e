//! JSON: one array or one value after the other, each a string or an object with fields. Read value by value, so that a
//! large file never stands in memory as a tree.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::{Corpus, Document, Preview, cell};
use crate::config::corpus::Columns;
use crate::error::{Error, Result};

/// The field that a plain string is the value of.
const TEXT: &str = "text";

/// The names of the fields of the first objects, and their values.
pub fn preview(name: &str, text: &str, rows: usize) -> Result<Preview> {
    let mut first = Vec::new();
    let enough = Error::TextEmpty { name: String::new() };
    let stopped = each(name, text, &mut |_, value| {
        first.push(value);
        if first.len() < rows { Ok(()) } else { Err(enough.clone()) }
    });
    stopped.or_else(|error| if error == enough { Ok(()) } else { Err(error) })?;
    let mut columns: Vec<String> = Vec::new();
    for value in &first {
        let fields = value.as_object().map_or(vec![TEXT], |object| object.keys().map(String::as_str).collect());
        let fresh: Vec<&str> = fields.into_iter().filter(|field| !columns.iter().any(|known| known == field)).collect();
        columns.extend(fresh.into_iter().map(String::from));
    }
    let row = |value: &Value| columns.iter().map(|column| field(value, column).unwrap_or_default()).collect();
    let rows = first.iter().map(row).collect();
    Ok(Preview { columns, rows })
}

/// One document a value. Values without text are none; one that lacks the field is refused with its number.
pub fn read(name: &str, text: &str, columns: &Columns) -> Result<Corpus> {
    let mut corpus = Corpus::default();
    each(name, text, &mut |number, value| {
        let missing = || Error::RowTooShort { name: name.into(), line: number, column: columns.text.clone() };
        let text = field(&value, &columns.text).ok_or_else(missing)?;
        let optional = |column: &Option<String>| column.as_ref().and_then(|column| field(&value, column));
        let (label, group) = (optional(&columns.label), optional(&columns.group));
        let weight = super::weight(corpus.len(), optional(&columns.weight).as_deref())?;
        let document = Document {
            text: text.trim(),
            label: label.as_deref().and_then(cell),
            group: group.as_deref().and_then(cell).or(Some(name)),
            weight,
        };
        if document.text.is_empty() { Ok(()) } else { corpus.push(document) }
    })?;
    Ok(corpus)
}

/// A field as text: strings as they are, numbers and truth values as they are written.
fn field(value: &Value, column: &str) -> Option<String> {
    match value {
        Value::String(text) => (column == TEXT).then(|| text.clone()),
        _ => match value.get(column)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => Some(String::new()),
            other => Some(other.to_string()),
        },
    }
}

/// Takes a value with its number, counted from 1.
type Take<'t> = &'t mut dyn FnMut(u64, Value) -> Result<()>;

fn each(name: &str, text: &str, take: Take) -> Result<()> {
    let mut refused = None;
    let mut number = 0;
    let mut next = |value: Value| {
        number += 1;
        take(number, value).map_err(|error| refused = Some(error)).is_ok()
    };
    let done = if text.trim_start().starts_with('[') {
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_seq(Elements(&mut next)).and_then(|()| json.end())
    } else {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        values.try_for_each(|value| if next(value?) { Ok(()) } else { Err(stop()) })
    };
    match (refused, done) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => {
            Err(Error::JsonBroken { name: name.into(), line: error.line() as u64, detail: error.to_string() })
        }
    }
}

/// An error that is dropped again: it ends the reading.
fn stop<E: serde::de::Error>() -> E {
    E::custom("refused")
}

struct Elements<'t>(&'t mut dyn FnMut(Value) -> bool);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> std::result::Result<(), A::Error> {
        while let Some(value) = elements.next_element()? {
            if !(self.0)(value) {
                return Err(stop());
            }
        }
        Ok(())
    }
}
