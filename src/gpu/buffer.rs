//! Memory on the device that is given back when its owner goes. A browser would wait until it collects its garbage,
//! which may be long after the memory is wanted again.

use std::cell::Cell;
use std::ops::Deref;
use std::rc::Rc;

/// What is held of a device's memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub buffers: u64,
    pub bytes: u64,
}

pub(super) struct Buffer {
    inner: wgpu::Buffer,
    held: Rc<Cell<Held>>,
}

impl Buffer {
    pub(super) fn new(inner: wgpu::Buffer, held: &Rc<Cell<Held>>) -> Self {
        let Held { buffers, bytes } = held.get();
        held.set(Held { buffers: buffers + 1, bytes: bytes + inner.size() });
        Self { inner, held: Rc::clone(held) }
    }
}

impl Deref for Buffer {
    type Target = wgpu::Buffer;

    fn deref(&self) -> &wgpu::Buffer {
        &self.inner
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.inner.destroy();
        let Held { buffers, bytes } = self.held.get();
        self.held.set(Held { buffers: buffers - 1, bytes: bytes - self.inner.size() });
    }
}
