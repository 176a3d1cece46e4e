//! How training examples are taken from the text.

use super::super::examples::{Boundaries, Order, Weights};
use super::{Field, Kind, Section, Value, choice, integer, name_of, named};

const ORDERS: [(&str, Order); 3] =
    [("random", Order::Random), ("in-order", Order::InOrder), ("by-document", Order::ByDocument)];

const BOUNDARIES: [(&str, Boundaries); 2] = [("cross", Boundaries::Cross), ("keep", Boundaries::Keep)];

const WEIGHTS: [(&str, Weights); 2] = [("use", Weights::Use), ("ignore", Weights::Ignore)];

pub const ROWS: &[Field] = &[
    choice!("order", Examples, examples.order, ORDERS),
    integer!("stride", Examples, examples.stride, 0, 1024, 1),
    choice!("boundaries", Examples, examples.boundaries, BOUNDARIES),
    choice!("loss_weights", Examples, examples.weights, WEIGHTS),
];
