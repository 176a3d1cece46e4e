//! The one place that waits for the GPU.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;

use super::Gpu;
use super::buffer::Buffer;
use crate::error::{Error, Result};

/// A buffer that the CPU can map, kept for reads that come again and again.
pub(super) struct Staging {
    buffer: Buffer,
}

/// Staging that is not on its way, for the next reads.
#[derive(Clone, Default)]
pub(super) struct Spares(Rc<RefCell<Vec<Staging>>>);

impl Spares {
    /// The smallest staging that takes `bytes`, made if there is none.
    pub fn take(&self, gpu: &Gpu, bytes: u64) -> Staging {
        let mut spares = self.0.borrow_mut();
        let size = |index: &usize| spares[*index].buffer.size();
        let fitting = (0..spares.len()).filter(|index| size(index) >= bytes).min_by_key(size);
        fitting.map_or_else(|| gpu.staging(bytes), |index| spares.swap_remove(index))
    }

    pub fn give_back(&self, staging: Staging) {
        self.0.borrow_mut().push(staging);
    }
}

/// A read on its way.
pub(super) struct Reading {
    gpu: Rc<Gpu>,
    staging: Staging,
    bytes: u64,
    mapped: oneshot::Receiver<std::result::Result<(), wgpu::BufferAsyncError>>,
}

impl Reading {
    /// The words, as soon as they are there, and the staging for another read.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn finish(self) -> Result<(Vec<u32>, Staging)> {
        let refused = |detail: String| Error::Gpu { detail };
        let mapped = self.gpu.wait(self.mapped).await?;
        self.gpu.health()?;
        mapped.map_err(|error| refused(error.to_string()))?;
        let view = self.staging.buffer.get_mapped_range(0..self.bytes);
        let view = view.map_err(|error| refused(error.to_string()))?;
        let words = bytemuck::pod_collect_to_vec(&view);
        drop(view);
        self.staging.buffer.unmap();
        Ok((words, self.staging))
    }
}

impl Gpu {
    /// A mappable buffer of `bytes`.
    pub(super) fn staging(&self, bytes: u64) -> Staging {
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        Staging { buffer: self.buffer("staging", bytes, usage) }
    }

    /// Waits until everything that was submitted is done.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn done(&self) -> Result<()> {
        let (sender, receiver) = oneshot::channel();
        self.queue.on_submitted_work_done(move || {
            sender.send(()).ok();
        });
        self.wait(receiver).await?;
        self.health()
    }

    /// Submits `commands` and then copies of ranges in bytes, each into its staging. What is submitted later does not
    /// wait for them, and does not change them.
    pub(super) fn begin_reads<const N: usize>(
        self: &Rc<Self>,
        mut commands: wgpu::CommandEncoder,
        copies: [(Staging, &Buffer, u64, u64); N],
    ) -> [Reading; N] {
        self.count(|counts| counts.readbacks += 1);
        for (staging, buffer, offset, bytes) in &copies {
            commands.copy_buffer_to_buffer(buffer, *offset, &staging.buffer, 0, *bytes);
        }
        self.submit(commands);
        copies.map(|(staging, _, _, bytes)| {
            let (sender, mapped) = oneshot::channel();
            staging.buffer.map_async(wgpu::MapMode::Read, 0..bytes, move |result| {
                sender.send(result).ok();
            });
            Reading { gpu: Rc::clone(self), staging, bytes, mapped }
        })
    }

    /// In a browser the answer comes by itself; natively somebody has to ask for it.
    async fn wait<T>(&self, receiver: oneshot::Receiver<T>) -> Result<T> {
        let polled = self.device.poll(wgpu::PollType::wait_indefinitely());
        polled.map_err(|error| Error::DeviceLost { detail: error.to_string() })?;
        receiver.await.map_err(|_| self.health().err().unwrap_or(Error::DeviceLost { detail: String::new() }))
    }
}
