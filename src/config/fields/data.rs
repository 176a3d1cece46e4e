//! Which text, and how much of it is held out.

use super::super::{Source, Split};
use super::{Field, Kind, Scale, Section, Value, choice, integer, name_of, named, number, real};

const SOURCES: [(&str, Source); 4] = [
    ("stories", Source::Stories),
    ("stories-zh", Source::StoriesZh),
    ("arithmetic", Source::Arithmetic),
    ("own", Source::Own),
];

const SPLITS: [(&str, Split); 2] = [("end", Split::End), ("documents", Split::Documents)];

impl Source {
    /// Its name in links and locales.
    pub fn name(self) -> &'static str {
        SOURCES.iter().find(|(_, source)| *source == self).expect("every choice has a name").0
    }
}

pub const ROWS: &[Field] = &[
    choice!("source", Data, data.source, SOURCES),
    integer!("characters", Data, data.characters, 10_000, 4_000_000, 10_000),
    number!("validation", Data, data.validation, 0.01, 0.5, Linear),
    choice!("split", Data, data.split, SPLITS),
    integer!("split_seed", Data, data.split_seed, 0, 4_294_967_295, 1),
    integer!("corpus_seed", Data, data.corpus_seed, 0, 4_294_967_295, 1),
];
