//! Measures what a training step and a written token cost: `make bench`. The same program runs natively and, compiled to
//! WebAssembly, in a browser's worker; each row goes out as one line of JSON, and `benches/table.mjs` prints them.
//!
//! `cargo bench --bench bench -- [gpu|cpu]`; without an argument both, one after the other.

mod floor;
mod measure;
mod row;
mod shapes;

#[cfg(target_arch = "wasm32")]
mod browser;

use gptling::error::Result;
use gptling::train::Device;
#[cfg(target_arch = "wasm32")]
use gptling::worker::open_gpu;

use row::Row;

/// Opens `gpu` or `cpu`.
///
/// # Errors
/// [`gptling::error::Error::NoAdapter`] if there is no GPU, not even one in software.
async fn open(device: &str) -> Result<Device> {
    Ok(match device {
        "cpu" => Device::Cpu,
        _ => Device::Gpu(open_gpu().await?),
    })
}

#[cfg(not(target_arch = "wasm32"))]
async fn open_gpu() -> Result<std::rc::Rc<gptling::gpu::Gpu>> {
    gptling::gpu::Gpu::open(gptling::gpu::device::Checks::Trusted).await
}

/// The adapter as the tables name it.
fn name(device: &Device) -> String {
    match device {
        Device::Gpu(gpu) => gpu.name(),
        Device::Cpu | Device::Oracle => "CPU".into(),
    }
}

/// Measures every shape on a device and gives each row out as soon as it is there.
///
/// # Errors
/// What went wrong on the device.
async fn run(device: &str, mut give: impl FnMut(&Row)) -> Result<()> {
    let device = open(device).await?;
    let floor = floor::rate(&device).await?;
    for shape in shapes::all() {
        give(&measure::row(&device, &shape, floor).await?);
    }
    Ok(())
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let devices = if given.is_empty() { vec!["gpu".to_string(), "cpu".to_string()] } else { given };
    for device in devices {
        let print = |row: &Row| println!("{}", row.json());
        pollster::block_on(run(&device, print)).unwrap_or_else(|error| panic!("{device}: {error:?}"));
    }
}

/// A browser calls what [`browser`] exports.
#[cfg(target_arch = "wasm32")]
fn main() {}
