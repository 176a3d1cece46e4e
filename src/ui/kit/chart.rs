//! What a picture of the page is: drawn at a width, read as a table, kept as a file. Whatever can do the three is shown by
//! [`Figure`](super::figure::Figure), so that no picture lacks one of them.

use std::any::Any;
use std::rc::Rc;

use super::looks::Style;
use super::scene::Scene;

pub trait Chart: Any {
    /// The picture in as many pixels from side to side; its height follows.
    fn scene(&self, width: f64) -> Scene;

    /// The same to be read.
    fn table(&self) -> Table;

    /// The same for a spreadsheet, whole.
    fn csv(&self) -> String;
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    /// As long as the columns are many; the first cell is the head of its row.
    pub rows: Vec<Vec<String>>,
    pub sums: Option<Sums>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// The line in the picture that this column has the numbers of.
    pub line: Option<&'static Style>,
}

/// What the last columns come to, each by what it is a sum of.
#[derive(Clone, Debug, PartialEq)]
pub struct Sums {
    pub name: String,
    pub values: Vec<(&'static str, String)>,
}

impl From<String> for Column {
    fn from(name: String) -> Self {
        Column { name, line: None }
    }
}

impl Table {
    pub fn new(columns: impl IntoIterator<Item = String>, rows: Vec<Vec<String>>) -> Self {
        Table { columns: columns.into_iter().map(Column::from).collect(), rows, sums: None }
    }
}

/// A chart of any kind. Two are equal when they show the same.
#[derive(Clone)]
pub struct Shown {
    chart: Rc<dyn Chart>,
    is_same: fn(&dyn Any, &dyn Any) -> bool,
}

impl Shown {
    pub fn new<C: Chart + PartialEq>(chart: C) -> Self {
        Shown { chart: Rc::new(chart), is_same: is_same::<C> }
    }

    pub fn chart(&self) -> &dyn Chart {
        &*self.chart
    }
}

fn is_same<C: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
    one.downcast_ref::<C>().is_some_and(|one| Some(one) == other.downcast_ref())
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.chart, &other.chart) || (self.is_same)(&*self.chart, &*other.chart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(PartialEq)]
    struct Number(u32);

    #[derive(PartialEq)]
    struct Word(u32);

    macro_rules! empty {
        ($($name:ty)*) => {
            $(impl Chart for $name {
                fn scene(&self, width: f64) -> Scene {
                    Scene::new(width, 1.0)
                }

                fn table(&self) -> Table {
                    Table::default()
                }

                fn csv(&self) -> String {
                    String::new()
                }
            })*
        };
    }

    empty!(Number Word);

    #[test]
    fn charts_are_equal_when_they_show_the_same() {
        assert!(Shown::new(Number(1)) == Shown::new(Number(1)));
        assert!(Shown::new(Number(1)) != Shown::new(Number(2)));
        assert!(Shown::new(Number(1)) != Shown::new(Word(1)));
    }
}
