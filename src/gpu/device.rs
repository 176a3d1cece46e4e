//! Adapter, device, queue, the pipelines compiled so far, and a count of everything that was made.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use super::buffer::{Buffer, Held};
use super::{KernelChoices, probe};
use crate::error::{Error, Result};
use crate::graph::{Kernel, Need};

/// What an adapter allows, as far as a model depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub max_buffer_bytes: u64,
    pub max_binding_bytes: u64,
}

/// How many objects were made and orders given since the device was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub buffers: u64,
    /// Bytes of those buffers.
    pub buffer_bytes: u64,
    pub bind_groups: u64,
    pub pipelines: u64,
    pub submits: u64,
    pub dispatches: u64,
    pub writes: u64,
    pub readbacks: u64,
}

/// What was made and ordered between two counts.
impl std::ops::Sub for Counts {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            buffers: self.buffers - before.buffers,
            buffer_bytes: self.buffer_bytes - before.buffer_bytes,
            bind_groups: self.bind_groups - before.bind_groups,
            pipelines: self.pipelines - before.pipelines,
            submits: self.submits - before.submits,
            dispatches: self.dispatches - before.dispatches,
            writes: self.writes - before.writes,
            readbacks: self.readbacks - before.readbacks,
        }
    }
}

/// An open device.
pub struct Gpu {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    info: wgpu::AdapterInfo,
    limits: Limits,
    pipelines: RefCell<HashMap<Kernel, Rc<wgpu::ComputePipeline>>>,
    counts: Cell<Counts>,
    held: Rc<Cell<Held>>,
    pub(super) kernel_choices: KernelChoices,
    /// The first thing that went wrong outside a call.
    trouble: Arc<Mutex<Option<Error>>>,
    checked: bool,
}

/// Whether shaders carry the bounds and loop checks that native drivers need for untrusted code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    Checked,
    /// Our own shaders, without. In a browser they are always checked.
    Trusted,
}

impl Gpu {
    /// Opens the adapter that the system prefers for performance.
    ///
    /// # Errors
    /// [`Error::NoAdapter`] if there is none, or none with the limits that every WebGPU adapter has.
    pub async fn open(checks: Checks) -> Result<Rc<Self>> {
        let no_adapter = |detail: String| Error::NoAdapter { detail };
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..wgpu::RequestAdapterOptions::default()
        };
        let adapter = instance.request_adapter(&options).await.map_err(|error| no_adapter(error.to_string()))?;
        let allowed = adapter.limits();
        // In a browser wgpu knows nothing of subgroups: there the host asks for them, and offers them.
        let required_features = adapter.features() & (wgpu::Features::SUBGROUP | wgpu::Features::SHADER_F16);
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("gptling"),
            required_features,
            required_limits: wgpu::Limits {
                max_buffer_size: allowed.max_buffer_size,
                max_storage_buffer_binding_size: allowed.max_storage_buffer_binding_size,
                ..wgpu::Limits::default()
            },
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = adapter.request_device(&descriptor).await;
        let (device, queue) = opened.map_err(|error| no_adapter(error.to_string()))?;
        let limits = Limits {
            max_buffer_bytes: allowed.max_buffer_size,
            max_binding_bytes: allowed.max_storage_buffer_binding_size,
        };
        let trouble = watch(&device);
        let gpu = Rc::new(Self {
            device,
            queue,
            info: adapter.get_info(),
            limits,
            pipelines: RefCell::default(),
            counts: Cell::default(),
            held: Rc::default(),
            kernel_choices: KernelChoices::default(),
            trouble,
            checked: checks == Checks::Checked,
        });
        if required_features.contains(wgpu::Features::SHADER_F16) {
            gpu.kernel_choices.allow(Need::F16);
        }
        if gpu.is_software() {
            gpu.kernel_choices.allow(Need::Processor);
            cfg!(target_arch = "wasm32").then(|| gpu.kernel_choices.allow(Need::BrowserProcessor));
        }
        if required_features.contains(wgpu::Features::SUBGROUP) {
            gpu.offer_subgroups().await?;
        }
        Ok(gpu)
    }

    /// Kernels may use the subgroups of this device, if they do on it what is relied on.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn offer_subgroups(self: &Rc<Self>) -> Result<()> {
        self.kernel_choices.allow(Need::Subgroups);
        if !probe::subgroups_serve(self).await? {
            self.kernel_choices.disallow(Need::Subgroups);
        }
        Ok(())
    }

    /// The adapter's name for people.
    pub fn name(&self) -> String {
        let parts = [&self.info.name, &self.info.driver, &self.info.driver_info];
        parts.into_iter().find(|part| !part.is_empty()).map_or_else(|| "GPU".to_string(), String::clone)
    }

    /// The adapter computes on the CPU.
    pub fn is_software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Which variants its launches take.
    pub fn kernel_choices(&self) -> &KernelChoices {
        &self.kernel_choices
    }

    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// The memory that is in use now.
    pub fn held(&self) -> Held {
        self.held.get()
    }

    pub(super) fn count(&self, update: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        update(&mut counts);
        self.counts.set(counts);
    }

    /// # Errors
    /// What went wrong on the device since it was opened: lost, out of memory, or refused as invalid.
    pub fn health(&self) -> Result<()> {
        match self.trouble.lock().expect("no holder panics").clone() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// From now on as if the device had gone away: for tests of what happens then.
    pub fn pretend_lost(&self) {
        self.pretend(Error::DeviceLost { detail: "pretended".into() });
    }

    /// From now on as if this had gone wrong on the device.
    pub fn pretend(&self, trouble: Error) {
        self.trouble.lock().expect("no holder panics").get_or_insert(trouble);
    }

    /// The pipeline of a kernel, compiled at its first use.
    pub(super) fn pipeline(&self, kernel: &Kernel) -> Rc<wgpu::ComputePipeline> {
        if let Some(pipeline) = self.pipelines.borrow().get(kernel) {
            return Rc::clone(pipeline);
        }
        let pipeline = Rc::new(self.compile(kernel));
        self.pipelines.borrow_mut().insert(kernel.clone(), Rc::clone(&pipeline));
        pipeline
    }

    fn compile(&self, kernel: &Kernel) -> wgpu::ComputePipeline {
        let name = kernel.name();
        let source = wgpu::ShaderSource::Wgsl(text(kernel).into());
        let descriptor = wgpu::ShaderModuleDescriptor { label: Some(&name), source };
        let module = if self.checked {
            self.device.create_shader_module(descriptor)
        } else {
            // SAFETY: the shaders are ours; the tests run them with checks as well.
            unsafe { self.device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
        };
        self.count(|counts| counts.pipelines += 1);
        // The layout comes from the shader, so that the two cannot differ.
        self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(&name),
            layout: None,
            module: &module,
            entry_point: Some(kernel.entry),
            compilation_options: wgpu::PipelineCompilationOptions {
                zero_initialize_workgroup_memory: false,
                ..wgpu::PipelineCompilationOptions::default()
            },
            cache: None,
        })
    }

    /// Makes something of `bytes` that the device may refuse.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or what else the device said.
    pub(super) async fn guarded<T>(&self, bytes: u64, make: impl FnOnce() -> T) -> Result<T> {
        let scopes = [wgpu::ErrorFilter::OutOfMemory, wgpu::ErrorFilter::Validation];
        let scopes = scopes.map(|filter| self.device.push_error_scope(filter));
        let made = make();
        let mut refusal = None;
        // Where memory was short, what was to be made of it is not valid either: the shortage is the reason.
        for scope in scopes.into_iter().rev() {
            refusal = scope.pop().await.or(refusal);
        }
        match refusal {
            None => Ok(made),
            Some(wgpu::Error::OutOfMemory { .. }) => Err(Error::OutOfMemory { bytes }),
            Some(error) => Err(Error::Gpu { detail: error.to_string() }),
        }
    }

    pub(super) fn buffer(&self, label: &str, bytes: u64, usage: wgpu::BufferUsages) -> Buffer {
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes.max(256),
            usage,
            mapped_at_creation: false,
        });
        self.count(|counts| {
            counts.buffers += 1;
            counts.buffer_bytes += buffer.size();
        });
        Buffer::new(buffer, &self.held)
    }

    /// Copies bytes into a buffer before the next submit.
    pub(super) fn write(&self, buffer: &Buffer, offset: u64, bytes: &[u8]) {
        self.count(|counts| counts.writes += 1);
        self.queue.write_buffer(buffer, offset, bytes);
    }

    pub(super) fn encoder(&self, label: &str) -> wgpu::CommandEncoder {
        self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some(label) })
    }

    pub(super) fn submit(&self, commands: wgpu::CommandEncoder) {
        self.count(|counts| counts.submits += 1);
        self.queue.submit([commands.finish()]);
    }
}

/// A kernel's text as the compiler here wants it.
fn text(kernel: &Kernel) -> String {
    if cfg!(target_arch = "wasm32") { kernel.text_for_browser() } else { kernel.text() }
}

/// Remembers the first thing that goes wrong on a device.
fn watch(device: &wgpu::Device) -> Arc<Mutex<Option<Error>>> {
    let trouble: Arc<Mutex<Option<Error>>> = Arc::default();
    let note = |trouble: &Arc<Mutex<Option<Error>>>, error: Error| {
        trouble.lock().expect("no holder panics").get_or_insert(error);
    };
    let seen = Arc::clone(&trouble);
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        note(
            &seen,
            match error {
                wgpu::Error::OutOfMemory { .. } => Error::OutOfMemory { bytes: 0 },
                error => Error::Gpu { detail: error.to_string() },
            },
        );
    }));
    let seen = Arc::clone(&trouble);
    device.set_device_lost_callback(move |reason, message| {
        if reason != wgpu::DeviceLostReason::Destroyed {
            note(&seen, Error::DeviceLost { detail: message });
        }
    });
    trouble
}
