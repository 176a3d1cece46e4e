//! Parts that every station uses.

pub mod control;
pub mod icon;
pub mod notice;
pub mod parts;

pub use control::{Control, Controls};
pub use icon::{Icon, Logo, Sign};
pub use notice::{ErrorText, NoticeBox, Tone};
pub use parts::{Figures, Onward, StationHead, WorkProgress, on_input_text};
