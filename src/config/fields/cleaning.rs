//! How the documents are cleaned, in the order of the steps.

use super::{Field, Kind, Scale, Section, Value, integer, number, real, switch};

pub const ROWS: &[Field] = &[
    switch!("clean_html", Cleaning, data.cleaning.strip_html),
    switch!("clean_unicode", Cleaning, data.cleaning.normalize),
    switch!("clean_spaces", Cleaning, data.cleaning.tidy_whitespace),
    switch!("clean_lower", Cleaning, data.cleaning.lower_case),
    integer!("clean_shortest", Cleaning, data.cleaning.shortest, 0, 100_000, 1),
    integer!("clean_longest", Cleaning, data.cleaning.longest, 0, 10_000_000, 100),
    switch!("clean_duplicates", Cleaning, data.cleaning.drop_duplicates),
    number!("clean_similar", Cleaning, data.cleaning.drop_similar, 0.0, 1.0, Linear),
];
