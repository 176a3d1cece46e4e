//! Rows that continue in a spreadsheet. Every file of the page is written here, so that no cell of it is taken for a
//! formula: what a text says, whoever wrote it, stays a text.
//!
//! The `csv` crate knows no such guard, and it would be the only thing that the page has of it.

/// A file of rows that are as long as its head.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    text: String,
    columns: usize,
}

/// What can stand in a cell.
pub trait Cell {
    fn write(&self, out: &mut String);
}

/// A text between quotation marks, whatever it is, so that white space at its ends stays.
pub struct Quoted<'a>(pub &'a str);

impl Csv {
    pub fn new(head: &[&str]) -> Self {
        let mut csv = Csv { text: String::new(), columns: head.len() };
        csv.row(&head.iter().map(|name| name as &dyn Cell).collect::<Vec<_>>());
        csv
    }

    /// # Panics
    /// Where the row is not as long as the head.
    pub fn row(&mut self, cells: &[&dyn Cell]) {
        assert_eq!(cells.len(), self.columns, "a row of {} cells below {} names", cells.len(), self.columns);
        for (column, cell) in cells.iter().enumerate() {
            if column > 0 {
                self.text.push(',');
            }
            cell.write(&mut self.text);
        }
        self.text.push('\n');
    }

    pub fn text(self) -> String {
        self.text
    }
}

/// Quoted where it has to be.
impl Cell for str {
    fn write(&self, out: &mut String) {
        match self.contains([',', '"', '\n', '\r']) {
            true => Quoted(self).write(out),
            false => out.extend(guarded(self)),
        }
    }
}

impl Cell for Quoted<'_> {
    fn write(&self, out: &mut String) {
        out.push('"');
        for piece in guarded(self.0) {
            out.push_str(&piece.replace('"', "\"\""));
        }
        out.push('"');
    }
}

/// A text that begins like a formula gets a sign before it that says otherwise.
fn guarded(text: &str) -> [&str; 2] {
    let begins_one = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    [if begins_one { "'" } else { "" }, text]
}

impl Cell for &str {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl Cell for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

/// A number whose size varies: `9.7e-2`.
pub struct Scientific(pub f64);

impl Cell for Scientific {
    fn write(&self, out: &mut String) {
        out.push_str(&format!("{:e}", self.0));
    }
}

/// Blank where there is nothing.
impl<T: Cell> Cell for Option<T> {
    fn write(&self, out: &mut String) {
        if let Some(cell) = self {
            cell.write(out);
        }
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Cell for $number {
            fn write(&self, out: &mut String) {
                out.push_str(&self.to_string());
            }
        })*
    };
}

numbers!(u32 u64 usize f32 f64);

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cell: &dyn Cell) -> String {
        let mut out = String::new();
        cell.write(&mut out);
        out
    }

    #[test]
    fn texts_are_quoted_where_they_have_to_be() {
        let cases = [("low", "low"), ("a, b", "\"a, b\""), ("\"", "\"\"\"\""), ("a\nb", "\"a\nb\""), ("", "")];
        for (text, expected) in cases {
            assert_eq!(of(&text), expected);
        }
        assert_eq!(of(&Quoted(" the")), "\" the\"");
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_are_numbers() {
        for text in ["=cmd()", "+1", "-1", "@sum", "\tx", "\rx", "=a,\"b\""] {
            assert!(of(&text).trim_start_matches('"').starts_with('\''), "{}", of(&text));
            assert!(of(&Quoted(text)).starts_with("\"'"), "{}", of(&Quoted(text)));
        }
        assert_eq!([of(&-1.5f64), of(&3u64), of(&None::<f32>)], ["-1.5", "3", ""]);
    }

    #[test]
    fn rows_stand_below_their_head() {
        let mut csv = Csv::new(&["name", "count"]);
        csv.row(&[&"a", &2u64]);
        assert_eq!(csv.text(), "name,count\na,2\n");
    }

    #[test]
    #[should_panic(expected = "a row of 1 cells below 2 names")]
    fn a_row_that_lacks_a_cell_is_our_mistake() {
        Csv::new(&["name", "count"]).row(&[&"a"]);
    }
}
