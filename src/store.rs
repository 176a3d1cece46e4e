//! Where files are kept beyond the visit, and how none of them is ever lost: [`Store`] is what a place must be able to
//! do, [`slots`] how a file is replaced in it, [`seal`] how a whole file is told from a torn one.
//!
//! A tab may die between any two bytes of a write. So nothing that is whole is ever written over: a file has two slots,
//! and a save goes into the one that does not hold the newest whole content.

pub mod seal;
pub mod slots;

use crate::error::Result;

/// Files by name, in one folder. A write may stop anywhere when the tab dies; what is whole is for the reader to tell.
#[allow(async_fn_in_trait, reason = "one thread: no future of ours is sent to another")]
pub trait Store {
    /// The names of all files.
    async fn list(&self) -> Result<Vec<String>>;

    /// The bytes of a file; nothing where there is none.
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>>;

    /// Makes these parts, one after the other, the bytes of a file.
    ///
    /// # Errors
    /// [`crate::error::Error::StorageFull`] where there is no room; then the file may hold anything.
    async fn write(&self, name: &str, parts: &[&[u8]]) -> Result<()>;

    /// Deletes a file. One that is not there is deleted already.
    async fn delete(&self, name: &str) -> Result<()>;
}
