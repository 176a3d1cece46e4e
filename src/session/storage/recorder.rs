//! Writes down what is told of the run that is going on: the record that is kept beside its weights.

use std::cell::RefCell;
use std::rc::Rc;

use crate::error::Result;
use crate::gpu::Gpu;
use crate::protocol::runs::{RunKey, RunRecord};
use crate::protocol::{Event, FileId, RunId};
use crate::session::Host;

/// A host that listens to what passes through it.
pub struct Recorder<H> {
    host: H,
    run: RefCell<Option<(RunId, RunRecord)>>,
}

impl<H> Recorder<H> {
    pub fn new(host: H) -> Self {
        Self { host, run: RefCell::default() }
    }

    /// From now on what is told of this run goes into this record.
    pub fn record(&self, run: RunId, record: RunRecord) {
        *self.run.borrow_mut() = Some((run, record));
    }

    pub fn forget(&self) {
        *self.run.borrow_mut() = None;
    }

    /// The key of the run that is going on.
    pub fn key(&self) -> Option<RunKey> {
        self.with_record(|record| record.key.clone())
    }

    /// What is known of the run that is going on.
    pub fn with_record<T>(&self, look: impl FnOnce(&mut RunRecord) -> T) -> Option<T> {
        self.run.borrow_mut().as_mut().map(|(_, record)| look(record))
    }
}

impl<H: Host> Host for Recorder<H> {
    type Store = H::Store;

    fn emit(&self, event: Event) {
        if let Some((run, record)) = &mut *self.run.borrow_mut()
            && event.run() == Some(*run)
        {
            record.hear(&event);
        }
        self.host.emit(event);
    }

    async fn yield_now(&self) {
        self.host.yield_now().await;
    }

    async fn open(&self) -> Result<Rc<Gpu>> {
        self.host.open().await
    }

    async fn read(&self, file: FileId) -> Result<Vec<u8>> {
        self.host.read(file).await
    }

    async fn fetch(&self, address: &str) -> Result<Vec<u8>> {
        self.host.fetch(address).await
    }

    fn decode_gb18030(&self, bytes: &[u8]) -> Option<String> {
        self.host.decode_gb18030(bytes)
    }

    fn store(&self) -> &Self::Store {
        self.host.store()
    }

    fn take_over(&self) {
        self.host.take_over();
    }
}
