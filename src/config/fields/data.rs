//! Which text, and how much of it is held out.

use super::super::corpus::Labelled;
use super::super::{Source, Split};
use super::{Field, Kind, LAST_SEED, Scale, Section, Value, choice, integer, name_of, named, number, real};

const SOURCES: [(&str, Source); 18] = [
    ("stories", Source::Stories),
    ("stories-zh", Source::StoriesZh),
    ("arithmetic", Source::Arithmetic),
    ("names", Source::Labelled(Labelled::Names)),
    ("names-zh", Source::Labelled(Labelled::NamesZh)),
    ("couplets", Source::Labelled(Labelled::Couplets)),
    ("couplets-zh", Source::Labelled(Labelled::CoupletsZh)),
    ("dialogues", Source::Labelled(Labelled::Dialogues)),
    ("dialogues-zh", Source::Labelled(Labelled::DialoguesZh)),
    ("instructions", Source::Labelled(Labelled::Instructions)),
    ("instructions-zh", Source::Labelled(Labelled::InstructionsZh)),
    ("messages", Source::Labelled(Labelled::Messages)),
    ("messages-zh", Source::Labelled(Labelled::MessagesZh)),
    ("reviews", Source::Labelled(Labelled::Reviews)),
    ("reviews-zh", Source::Labelled(Labelled::ReviewsZh)),
    ("headlines", Source::Labelled(Labelled::Headlines)),
    ("headlines-zh", Source::Labelled(Labelled::HeadlinesZh)),
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
    integer!("split_seed", Data, data.split_seed, 0, LAST_SEED, 1),
    integer!("corpus_seed", Data, data.corpus_seed, 0, LAST_SEED, 1),
];
