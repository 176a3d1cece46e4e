//! What there is to compute on, and which of it is used: what the student chose, or what was measured to be faster.

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::future::{Either, select};
use web_time::Instant;

use super::Host;
use crate::error::{Error, Result};
use crate::gpu::{Gpu, Limits};
use crate::protocol::{Adapter, DeviceChoice, DeviceKind, GpuSummary, Kernels, PlanReport, Speeds};
use crate::train::machine::KERNELS;
use crate::train::{Device, probe};

/// What the measurement may take; the GPU, which comes second, gets what the CPU has left of it.
const BUDGET: Duration = Duration::from_millis(900);

/// The most that one kind of memory may take on the CPU: a page has four gigabytes of address space for everything.
const CPU_BYTES: u64 = 1 << 30;
/// And what a run may take of it, beside texts and the engine itself.
const PAGE_BYTES: u64 = 3 << 30;
/// Weights and moments lie there this often: two snapshots, and one that arrives, once as the browser gives it.
const COPIES: u64 = 4;

/// How often a graphics card that went away is looked for: soon, and then less and less often.
const FIRST_LOOK: Duration = Duration::from_millis(500);
const LAST_LOOK: Duration = Duration::from_secs(30);

pub struct Devices {
    /// Or why there is none.
    gpu: Result<Rc<Gpu>>,
    choice: DeviceChoice,
    speeds: Option<Speeds>,
    /// What is known of the graphics card's kernels from earlier visits, and the one asked for: for a card that is
    /// opened again as well.
    known: Kernels,
    wanted: Option<String>,
    /// There was a graphics card, and it may come back.
    search: Option<Search>,
}

#[derive(Clone, Copy)]
struct Search {
    next: Instant,
    pause: Duration,
}

impl Search {
    fn begin() -> Self {
        Self { next: Instant::now() + FIRST_LOOK, pause: FIRST_LOOK }
    }

    fn again(self) -> Self {
        let pause = (2 * self.pause).min(LAST_LOOK);
        Self { next: Instant::now() + pause, pause }
    }
}

impl Devices {
    pub async fn open(host: &impl Host) -> Self {
        let (choice, known) = (DeviceChoice::default(), Kernels::default());
        Self { gpu: host.open().await, choice, speeds: None, known, wanted: None, search: None }
    }

    pub fn remember_kernels(&mut self, kernels: Kernels) {
        self.known.extend(kernels);
        self.send_kernels();
    }

    pub fn use_kernels(&mut self, name: Option<String>) {
        self.wanted = name;
        self.send_kernels();
    }

    fn send_kernels(&self) {
        if let Ok(gpu) = &self.gpu {
            gpu.kernel_choices().remember(self.known.clone());
            gpu.kernel_choices().force(self.wanted.as_deref());
        }
    }

    /// What is used. Until there is a measurement that is a graphics card, if it is one.
    pub fn device(&self) -> Device {
        let takes = |gpu: &Gpu| match (self.choice, self.speeds) {
            (DeviceChoice::Gpu, _) => true,
            (DeviceChoice::Cpu, _) => false,
            (DeviceChoice::Automatic, Some(speeds)) => speeds.gpu > speeds.cpu,
            (DeviceChoice::Automatic, None) => !gpu.is_software(),
        };
        match &self.gpu {
            Ok(gpu) if takes(gpu) => Device::Gpu(Rc::clone(gpu)),
            _ => Device::Cpu,
        }
    }

    /// What is used, but that a run which was computed on something else goes on there, unless the student has chosen.
    pub fn device_like(&self, kind: DeviceKind) -> Device {
        match (self.choice, &self.gpu, kind) {
            (DeviceChoice::Automatic, Ok(gpu), DeviceKind::Gpu) => Device::Gpu(Rc::clone(gpu)),
            (DeviceChoice::Automatic, _, DeviceKind::Cpu) => Device::Cpu,
            _ => self.device(),
        }
    }

    /// The name of the graphics card.
    pub fn card(&self) -> Option<String> {
        self.gpu.as_ref().ok().map(|gpu| gpu.name())
    }

    pub fn choice(&self) -> DeviceChoice {
        self.choice
    }

    /// As the page is told.
    pub fn adapter(&self) -> Adapter {
        let kernels = || KERNELS.map(String::from).to_vec();
        let summary = |gpu: &Rc<Gpu>| GpuSummary { name: gpu.name(), software: gpu.is_software(), kernels: kernels() };
        Adapter {
            device: if self.device().is_gpu() { DeviceKind::Gpu } else { DeviceKind::Cpu },
            choice: self.choice,
            gpu: self.gpu.as_ref().map(summary).map_err(Error::clone),
            speeds: self.speeds,
        }
    }

    /// What the device in use allows.
    pub fn limits(&self) -> Limits {
        match self.device() {
            Device::Gpu(gpu) => gpu.limits(),
            Device::Cpu | Device::Oracle => Limits { max_buffer_bytes: CPU_BYTES, max_binding_bytes: CPU_BYTES },
        }
    }

    /// Whether the page has room for a run that costs this: told before it begins, for a page that has none left dies.
    ///
    /// # Errors
    /// [`Error::NoRoom`].
    pub fn check_room(&self, report: &PlanReport) -> Result<()> {
        let kept = report.memory.iter().filter(|(name, _)| ["parameters", "moments"].contains(&name.as_str()));
        let copies = COPIES * kept.map(|(_, bytes)| bytes).sum::<u64>();
        let bytes = copies + if self.device().is_gpu() { 0 } else { report.peak_bytes() };
        if bytes > PAGE_BYTES { Err(Error::NoRoom { bytes, limit: PAGE_BYTES }) } else { Ok(()) }
    }

    /// There are two, and nobody knows yet which is faster.
    pub fn is_measuring_due(&self) -> bool {
        self.choice == DeviceChoice::Automatic && self.gpu.is_ok() && self.speeds.is_none()
    }

    /// Measures both. A GPU that is not done in time is taken for one that stands still.
    pub async fn measure(&mut self, host: &impl Host) {
        let Ok(gpu) = &self.gpu else { return };
        let deadline = Instant::now() + BUDGET;
        let cpu = probe::speed(&Device::Cpu).await.unwrap_or_default();
        let device = Device::Gpu(Rc::clone(gpu));
        let gpu = match select(pin!(probe::speed(&device)), pin!(wait(host, deadline))).await {
            Either::Left((speed, _)) => speed.unwrap_or_default(),
            Either::Right(_) => 0.0,
        };
        self.speeds = Some(Speeds { gpu, cpu });
    }

    /// Whoever asks for the GPU where there is none may have changed something: it is looked for once more.
    pub async fn choose(&mut self, host: &impl Host, choice: DeviceChoice) {
        self.choice = choice;
        if choice != DeviceChoice::Cpu && self.gpu.is_err() {
            self.open_again(host).await;
        }
    }

    /// Opens the GPU again if it went away, and says whether it had.
    pub async fn open_again_if_lost(&mut self, host: &impl Host) -> bool {
        let lost = self.gpu.as_ref().is_ok_and(|gpu| gpu.health().is_err());
        if lost || self.search.is_some() {
            self.open_again(host).await;
        }
        lost
    }

    /// Whether it is time to look whether the GPU is back.
    pub fn is_look_due(&self) -> bool {
        self.choice != DeviceChoice::Cpu && self.search.is_some_and(|search| search.next <= Instant::now())
    }

    /// Looks whether the GPU is back.
    pub async fn look(&mut self, host: &impl Host) -> bool {
        self.open_again(host).await;
        self.gpu.is_ok()
    }

    /// The GPU that came back did not stay: it is looked for once more.
    pub fn lose(&mut self) {
        self.gpu = Err(Error::DeviceLost { detail: String::new() });
        self.search = Some(self.search.map_or_else(Search::begin, Search::again));
    }

    /// The GPU has failed too often; from now on there is none.
    pub fn give_up(&mut self, error: Error) {
        self.gpu = Err(error);
        self.search = None;
    }

    /// One that went away and does not come back at once is looked for later; until then it counts as lost, not as
    /// missing.
    async fn open_again(&mut self, host: &impl Host) {
        let lost = self.gpu.as_ref().map_or_else(|error| Some(error.clone()), |gpu| gpu.health().err());
        if let Ok(gpu) = &self.gpu {
            self.known.extend(gpu.kernel_choices().measured());
        }
        match (host.open().await, lost) {
            (Err(_), Some(lost @ Error::DeviceLost { .. })) => {
                self.search = Some(self.search.map_or_else(Search::begin, Search::again));
                self.gpu = Err(lost);
            }
            (opened, _) => {
                self.search = None;
                self.gpu = opened;
            }
        }
        self.send_kernels();
    }
}

async fn wait(host: &impl Host, deadline: Instant) {
    while Instant::now() < deadline {
        host.yield_now().await;
    }
}
