//! Letters, digits and marks as the patterns of the field mean them: by Unicode's general category.
//!
//! The standard library asks for other properties (its letters have vowel signs among them), so that this is no likeness of
//! `\p{L}`: the tests hold it equal for every character.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// `\p{L}`
pub fn is_letter(character: char) -> bool {
    match character.is_ascii() {
        true => character.is_ascii_alphabetic(),
        false => character.general_category_group() == GeneralCategoryGroup::Letter,
    }
}

/// `\p{N}`
pub fn is_number(character: char) -> bool {
    match character.is_ascii() {
        true => character.is_ascii_digit(),
        false => character.general_category_group() == GeneralCategoryGroup::Number,
    }
}
