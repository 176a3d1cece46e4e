//! Documents as points: TF-IDF vectors, a picture of them in two dimensions, clusters.
//!
//! Rows are sparse and stay so, which is why principal components and k-means are our own: smartcore's take dense
//! matrices, and 4,096 columns of 100,000 documents would be 1.6 GB in `f32`, where the sparse rows of 30 different
//! words each take 18 MB. Tests hold both against scikit-learn.

pub mod kmeans;
pub mod pca;
pub mod tfidf;

use std::iter::Peekable;

/// One sparse row a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    /// The word of each column.
    pub words: Vec<String>,
    /// Where each row begins in `columns` and `values`, and where the last one ends.
    begins: Vec<u32>,
    columns: Vec<u16>,
    values: Vec<f32>,
}

/// A row of [`Vectors`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// Ascending.
    pub columns: &'a [u16],
    pub values: &'a [f32],
}

/// A sparse vector of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sparse {
    /// Ascending.
    pub columns: Vec<u16>,
    pub values: Vec<f32>,
}

impl Vectors {
    /// N: rows.
    pub fn len(&self) -> usize {
        self.begins.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// W: columns.
    pub fn width(&self) -> usize {
        self.words.len()
    }

    pub fn row(&self, at: usize) -> Row<'_> {
        let range = self.begins[at] as usize..self.begins[at + 1] as usize;
        Row { columns: &self.columns[range.clone()], values: &self.values[range] }
    }

    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len()).map(|at| self.row(at))
    }

    /// These rows alone, in this order.
    pub fn chosen(&self, rows: &[u32]) -> Vectors {
        let mut chosen =
            Vectors { words: self.words.clone(), begins: vec![0], columns: Vec::new(), values: Vec::new() };
        for row in rows.iter().map(|row| self.row(*row as usize)) {
            chosen.columns.extend_from_slice(row.columns);
            chosen.values.extend_from_slice(row.values);
            chosen.begins.push(chosen.values.len() as u32);
        }
        chosen
    }

    /// A row with its zeros: (W).
    pub fn dense(&self, at: usize) -> Vec<f32> {
        let mut dense = vec![0.0; self.width()];
        self.row(at).add_to(&mut dense, 1.0);
        dense
    }
}

impl<'a> Row<'a> {
    pub fn iter(self) -> impl Iterator<Item = (usize, f32)> + 'a {
        self.columns.iter().zip(self.values).map(|(column, value)| (usize::from(*column), *value))
    }

    /// The inner product with a vector of (W).
    pub fn dot(self, dense: &[f32]) -> f32 {
        self.iter().map(|(column, value)| value * dense[column]).sum()
    }

    /// The square of its length: 1, or 0 for a document without a word of the vocabulary.
    pub fn squares(self) -> f32 {
        self.values.iter().map(|value| value * value).sum()
    }

    pub fn add_to(self, dense: &mut [f32], factor: f32) {
        self.iter().for_each(|(column, value)| dense[column] += factor * value);
    }
}

impl Sparse {
    pub fn row(&self) -> Row<'_> {
        Row { columns: &self.columns, values: &self.values }
    }

    /// The point at `position` on the way from one row (0) to another (1).
    pub fn between(from: Row, to: Row, position: f32) -> Self {
        let mut between = Self::default();
        let (mut a, mut b) = (from.iter().peekable(), to.iter().peekable());
        loop {
            let column = match (a.peek(), b.peek()) {
                (Some(a), Some(b)) => a.0.min(b.0),
                (Some(next), None) | (None, Some(next)) => next.0,
                (None, None) => return between,
            };
            let (from, to) = (value_at(&mut a, column), value_at(&mut b, column));
            between.columns.push(column as u16);
            between.values.push(from + position * (to - from));
        }
    }
}

/// Takes the next entry if it is in this column; otherwise the value there is 0.
fn value_at(row: &mut Peekable<impl Iterator<Item = (usize, f32)>>, column: usize) -> f32 {
    row.next_if(|next| next.0 == column).map_or(0.0, |(_, value)| value)
}
