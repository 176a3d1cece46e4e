//! Storage files: whatever moment a tab dies at, the newest whole content or the one before is there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::FutureExt;
use gptling::error::{Error, Result};
use gptling::store::Store;
use gptling::store::slots::{Slots, file_of};

/// Files in memory, that may fail or be torn when a test wants it.
#[derive(Clone, Default)]
pub struct Memory {
    pub files: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    /// Bytes that can be held; none for as many as one likes.
    pub quota: Rc<Cell<Option<usize>>>,
    /// Bytes that can still be written or deleted before the tab dies, and how a write that is under way then looks.
    pub life: Rc<Cell<Option<(usize, Tear)>>>,
}

/// What a write leaves behind that was not finished.
#[derive(Clone, Copy, Debug)]
pub enum Tear {
    /// New bytes, then those of the file before.
    Mixed,
    /// New bytes and no more.
    Short,
    /// The length that was wanted, zeros where nothing was written.
    Zeros,
}

fn died() -> Error {
    Error::StorageRefused { detail: "the tab has died".into() }
}

impl Memory {
    /// Takes `cost` of the tab's life; gives what of it there was.
    fn live(&self, cost: usize) -> std::result::Result<(), (usize, Tear)> {
        let Some((left, tear)) = self.life.get() else { return Ok(()) };
        self.life.set(Some((left.saturating_sub(cost), tear)));
        if left >= cost { Ok(()) } else { Err((left, tear)) }
    }

    pub fn bytes(&self) -> usize {
        self.files.borrow().values().map(Vec::len).sum()
    }
}

impl Store for Memory {
    async fn list(&self) -> Result<Vec<String>> {
        Ok(self.files.borrow().keys().cloned().collect())
    }

    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.files.borrow().get(name).cloned())
    }

    async fn write(&self, name: &str, parts: &[&[u8]]) -> Result<()> {
        let new = parts.concat();
        let before = self.files.borrow().get(name).map_or(0, Vec::len);
        let wanted = self.bytes() - before + new.len();
        if self.quota.get().is_some_and(|quota| wanted > quota) {
            return Err(Error::StorageFull { bytes: new.len() as u64 });
        }
        let lived = self.live(new.len());
        let mut files = self.files.borrow_mut();
        let file = files.entry(name.into()).or_default();
        let Err((written, tear)) = lived else {
            *file = new;
            return Ok(());
        };
        match tear {
            Tear::Mixed => {
                file.resize(file.len().max(written), 0);
                file[..written].copy_from_slice(&new[..written]);
            }
            Tear::Short => *file = new[..written].to_vec(),
            Tear::Zeros => {
                *file = new[..written].to_vec();
                file.resize(new.len(), 0);
            }
        }
        Err(died())
    }

    async fn delete(&self, name: &str) -> Result<()> {
        self.live(1).map_err(|_| died())?;
        self.files.borrow_mut().remove(name);
        Ok(())
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("memory does not wait")
}

fn content(store: &Memory) -> Option<Vec<u8>> {
    now(Slots::open(store, "run")).expect("memory can be read").1
}

/// Of different lengths, so that a shorter one lies over a longer one too.
fn generation(number: usize) -> Vec<u8> {
    let length = [40, 7, 23, 64, 1][number % 5];
    (0..length).map(|at| (number * 31 + at) as u8).collect()
}

/// Saves until the tab dies, and gives the number of saves that were done.
fn save_some(store: &Memory, saves: usize) -> usize {
    let Ok((mut slots, _)) = now(Slots::open(store, "run")) else { return 0 };
    (0..saves).take_while(|number| now(slots.save(store, &[&generation(*number)])).is_ok()).count()
}

const SAVES: usize = 6;

#[test]
fn a_tab_that_dies_at_any_byte_leaves_a_whole_content() {
    let whole = Memory::default();
    save_some(&whole, SAVES);
    let all: usize = (0..SAVES).map(|number| 32 + generation(number).len()).sum();
    for tear in [Tear::Mixed, Tear::Short, Tear::Zeros] {
        for life in 0..all {
            let store = Memory::default();
            store.life.set(Some((life, tear)));
            let saved = save_some(&store, SAVES);
            let found = content(&store);
            // A write whose last bytes are those that are missing anyway may be whole already.
            let before = saved.checked_sub(1).map(generation);
            assert!(found == before || found == Some(generation(saved)), "{tear:?} after {life} bytes: {saved} saves");
            // Who comes next goes on from there, and is as safe.
            store.life.set(None);
            assert_eq!(save_some(&store, 3), 3);
            assert_eq!(content(&store), Some(generation(2)));
        }
    }
    println!("{} moments of death, each with a whole content", 3 * all);
}

#[test]
fn a_tab_that_dies_again_and_again_loses_nothing() {
    let store = Memory::default();
    assert_eq!(save_some(&store, 1), 1);
    for life in 0..40 {
        store.life.set(Some((life % 32, Tear::Mixed)));
        assert_eq!(save_some(&store, 1), 0);
        assert_eq!(content(&store), Some(generation(0)));
    }
}

#[test]
fn deleting_never_brings_an_older_content_back() {
    for life in 0..3 {
        let store = Memory::default();
        assert_eq!(save_some(&store, 4), 4);
        let (slots, newest) = now(Slots::open(&store, "run")).expect("it is there");
        store.life.set(Some((life, Tear::Short)));
        _ = now(slots.delete(&store));
        let found = content(&store);
        assert!(found.is_none() || found == newest, "after {life} deletions");
    }
}

#[test]
fn where_there_is_no_room_the_content_before_stays() {
    let store = Memory::default();
    assert_eq!(save_some(&store, 2), 2);
    store.quota.set(Some(store.bytes()));
    let (mut slots, _) = now(Slots::open(&store, "run")).expect("it is there");
    let refused = now(slots.save(&store, &[&[1; 100]]));
    assert_eq!(refused, Err(Error::StorageFull { bytes: 132 }));
    assert_eq!(content(&store), Some(generation(1)));
    store.quota.set(None);
    assert_eq!(now(slots.save(&store, &[&[1; 100]])), Ok(()));
    assert_eq!(content(&store), Some(vec![1; 100]));
}

#[test]
fn a_slot_names_its_file() {
    assert_eq!(file_of("17.weights.a"), Some("17.weights"));
    assert_eq!(file_of("17.weights.b"), Some("17.weights"));
    assert_eq!(file_of("17.weights"), None);
}
