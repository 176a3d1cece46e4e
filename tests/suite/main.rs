//! Everything that is tested without a browser, as one binary.

mod text;
