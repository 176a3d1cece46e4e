//! The house's own drawings, in the colour of the text around them.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Check,
    Cross,
    Warning,
    Question,
    Forward,
    Back,
    Play,
    Pause,
    Stop,
    Step,
    StepBack,
    Repeat,
    Upload,
    Download,
    Folder,
    Pencil,
    Copy,
    Bin,
    Dice,
    Seedling,
    Sun,
    Moon,
    Halves,
}

impl Sign {
    /// Strokes in a box of 24 by 24.
    fn path(self) -> &'static str {
        match self {
            Sign::Check => "M5 12.5l4.5 4.5L19 7.5",
            Sign::Cross => "M6 6l12 12M18 6L6 18",
            Sign::Warning => "M12 4l9 16H3zM12 10v4.5M12 17.2v.3",
            Sign::Question => {
                "M9.2 9.3a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.1-1.5 2.2M12 17v.3M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0z"
            }
            Sign::Forward => "M5 12h14M13 6l6 6l-6 6",
            Sign::Back => "M19 12H5M11 6l-6 6l6 6",
            Sign::Play => "M7 5l12 7l-12 7z",
            Sign::Pause => "M8 5v14M16 5v14",
            Sign::Stop => "M6 6h12v12H6z",
            Sign::Step => "M6 5l9 7l-9 7zM18.5 5v14",
            Sign::StepBack => "M18 5l-9 7l9 7zM5.5 5v14",
            Sign::Repeat => "M20 12a8 8 0 1 1-2.5-5.8M20 3.5v4.2h-4.2",
            Sign::Upload => "M12 16V4M7 9l5-5l5 5M4 16v4h16v-4",
            Sign::Download => "M12 4v12M7 11l5 5l5-5M4 16v4h16v-4",
            Sign::Folder => "M3 6h6l2 2.5h10V19H3z",
            Sign::Pencil => "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5",
            Sign::Copy => "M8 8h12v12H8zM16 4H5a1 1 0 0 0-1 1v11",
            Sign::Bin => "M4.5 6.5h15M9 6V3.5h6V6M6.5 6.5l1 14h9l1-14M10 10.5v6.5M14 10.5v6.5",
            Sign::Dice => {
                "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM8.5 8.5v.1M15.5 8.5v.1M12 12v.1M8.5 15.5v.1M15.5 15.5v.1"
            }
            Sign::Seedling => "M12 21v-9M12 13C12 8 9 5.5 4 5.5C4 10.5 7 13 12 13zM12 11c0-4 2.5-7 8-7c0 5-3 7-8 7z",
            Sign::Sun => {
                "M16 12a4 4 0 1 1-8 0a4 4 0 0 1 8 0zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1"
            }
            Sign::Moon => "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
            Sign::Halves => "M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0zM12 3v18M15 4v16M18 6v12",
        }
    }
}

/// A drawing beside words that say the same: hidden from screen readers.
pub fn icon(sign: Sign) -> Html {
    html! {
        <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d={sign.path()} />
        </svg>
    }
}

/// The seedling.
pub fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path d="M16 29V16M9 29h14" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />
            <path d="M16 18.5C16 11.5 11.5 8 3.5 8C3.5 15.5 8.5 18.5 16 18.5z" fill="currentColor" />
            <path d="M16 14.5C16 7.5 20 3 28.5 3C28.5 11 23.5 14.5 16 14.5z" fill="currentColor" opacity="0.72" />
        </svg>
    }
}
