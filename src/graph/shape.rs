//! Shapes, and how a tensor lies in memory.
//!
//! Tensors are contiguous matrices: all dimensions but the last are rows. In memory each row is padded with zeros to a
//! multiple of four words, and a matrix to a multiple of four rows. So every kernel loads and stores `vec4` whatever the
//! sizes are, and sums over padded columns add nothing: zeros stay zeros through every op and every optimizer step.
//! What stands in padded *rows* of an activation is undefined and never read into a real row.

use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    dims: [usize; 4],
    rank: usize,
}

impl Shape {
    pub fn of(dims: &[usize]) -> Self {
        assert!((1..=4).contains(&dims.len()) && !dims.contains(&0), "shape: {dims:?}");
        let mut padded = [1; 4];
        padded[..dims.len()].copy_from_slice(dims);
        Self { dims: padded, rank: dims.len() }
    }

    pub fn dims(&self) -> &[usize] {
        &self.dims[..self.rank]
    }

    /// Product of all dimensions but the last.
    pub fn rows(&self) -> usize {
        self.dims()[..self.rank - 1].iter().product()
    }

    /// The last dimension.
    pub fn columns(&self) -> usize {
        self.dims[self.rank - 1]
    }

    /// Numbers in the tensor, padding not counted.
    pub fn elements(&self) -> usize {
        self.rows() * self.columns()
    }

    /// Words from one row to the next.
    pub fn stride(&self) -> usize {
        self.columns().next_multiple_of(4)
    }

    /// Words in memory, padding counted.
    pub fn words(&self) -> usize {
        let rows = if self.rank == 1 { 1 } else { self.rows().next_multiple_of(4) };
        rows * self.stride()
    }

    /// The same rows with another number of columns.
    pub fn with_columns(&self, columns: usize) -> Self {
        let mut shape = *self;
        shape.dims[self.rank - 1] = columns;
        shape
    }

    /// Dense numbers, row after row, as they lie in memory.
    pub fn pad<F: Copy + Default>(&self, dense: &[F]) -> Vec<F> {
        assert_eq!(dense.len(), self.elements(), "pad: {self:?}");
        let mut words = vec![F::default(); self.words()];
        for (row, values) in dense.chunks_exact(self.columns()).enumerate() {
            words[row * self.stride()..][..self.columns()].copy_from_slice(values);
        }
        words
    }

    /// Writes zeros behind the end of every row.
    pub fn clear_padding<F: Copy + Default>(&self, words: &mut [F]) {
        if self.stride() > self.columns() {
            let rows = words.chunks_exact_mut(self.stride()).take(self.rows());
            rows.for_each(|row| row[self.columns()..].fill(F::default()));
        }
    }

    /// The inverse of [`Shape::pad`].
    pub fn unpad<F: Copy>(&self, words: &[F]) -> Vec<F> {
        assert_eq!(words.len(), self.words(), "unpad: {self:?}");
        let rows = words.chunks_exact(self.stride()).take(self.rows());
        rows.flat_map(|row| &row[..self.columns()]).copied().collect()
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dims: Vec<String> = self.dims().iter().map(usize::to_string).collect();
        write!(f, "({})", dims.join(", "))
    }
}
