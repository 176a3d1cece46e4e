//! The one place that waits for the GPU.

use futures::channel::oneshot;

use super::Gpu;
use crate::error::{Error, Result};

/// A buffer that the CPU can map, kept for reads that come again and again.
pub struct Staging {
    buffer: wgpu::Buffer,
}

impl Staging {
    /// The most that one read can take.
    pub fn bytes(&self) -> u64 {
        self.buffer.size()
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

    /// The bytes of `buffer` from `offset` after `commands`, through `staging`: one submit.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub(super) async fn read(
        &self,
        mut commands: wgpu::CommandEncoder,
        staging: &Staging,
        buffer: &wgpu::Buffer,
        offset: u64,
        bytes: u64,
    ) -> Result<Vec<u8>> {
        self.count(|counts| counts.readbacks += 1);
        commands.copy_buffer_to_buffer(buffer, offset, &staging.buffer, 0, bytes);
        self.submit(commands);
        let (sender, receiver) = oneshot::channel();
        staging.buffer.map_async(wgpu::MapMode::Read, 0..bytes, move |result| {
            sender.send(result).ok();
        });
        let mapped = self.wait(receiver).await?;
        self.health()?;
        mapped.map_err(|error| Error::Gpu { detail: error.to_string() })?;
        let view =
            staging.buffer.get_mapped_range(0..bytes).map_err(|error| Error::Gpu { detail: error.to_string() })?;
        let data = view.to_vec();
        drop(view);
        staging.buffer.unmap();
        Ok(data)
    }

    /// In a browser the answer comes by itself; natively somebody has to ask for it.
    async fn wait<T>(&self, receiver: oneshot::Receiver<T>) -> Result<T> {
        let polled = self.device.poll(wgpu::PollType::wait_indefinitely());
        polled.map_err(|error| Error::DeviceLost { detail: error.to_string() })?;
        receiver.await.map_err(|_| self.health().err().unwrap_or(Error::DeviceLost { detail: String::new() }))
    }
}
