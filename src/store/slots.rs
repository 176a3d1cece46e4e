//! A file in two slots: a save goes into the one that does not hold the newest whole content, so that the one before is
//! there until the next is whole, whenever the tab dies.

use super::{Store, seal};
use crate::error::Result;

/// The ends of the two names.
const ENDS: [&str; 2] = [".a", ".b"];

/// A file that can be replaced.
#[derive(Clone, Debug)]
pub struct Slots {
    name: String,
    /// Slot and generation of the newest whole content.
    newest: Option<(usize, u64)>,
}

impl Slots {
    /// Looks what is there, and gives the newest content that is whole.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open(store: &impl Store, name: impl Into<String>) -> Result<(Self, Option<Vec<u8>>)> {
        let name = name.into();
        let (mut newest, mut content) = (None, None);
        for (slot, end) in ENDS.into_iter().enumerate() {
            let Some(mut file) = store.read(&format!("{name}{end}")).await? else { continue };
            let Some((generation, whole)) = seal::open(&file).map(|(generation, whole)| (generation, whole.len()))
            else {
                continue;
            };
            if newest.is_none_or(|(_, other)| generation > other) {
                newest = Some((slot, generation));
                file.truncate(seal::HEADER + whole);
                file.drain(..seal::HEADER);
                content = Some(file);
            }
        }
        Ok((Self { name, newest }, content))
    }

    /// Replaces the content. Whatever goes wrong, the content before is still there.
    ///
    /// # Errors
    /// What the store says.
    pub async fn save(&mut self, store: &impl Store, parts: &[&[u8]]) -> Result<()> {
        let (slot, generation) = self.newest.map_or((0, 1), |(slot, generation)| (1 - slot, generation + 1));
        let header = seal::header(generation, parts);
        let parts: Vec<&[u8]> = std::iter::once(&header[..]).chain(parts.iter().copied()).collect();
        store.write(&format!("{}{}", self.name, ENDS[slot]), &parts).await?;
        self.newest = Some((slot, generation));
        Ok(())
    }

    /// Deletes both slots, the newest last, so that what is found after a crash is never an older content.
    ///
    /// # Errors
    /// What the store says.
    pub async fn delete(self, store: &impl Store) -> Result<()> {
        let last = self.newest.map_or(0, |(slot, _)| slot);
        for slot in [1 - last, last] {
            store.delete(&format!("{}{}", self.name, ENDS[slot])).await?;
        }
        Ok(())
    }
}

/// The name of the file to which a slot of this name belongs.
pub fn file_of(slot: &str) -> Option<&str> {
    ENDS.into_iter().find_map(|end| slot.strip_suffix(end))
}
