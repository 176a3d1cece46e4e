//! What a mark means and how that looks: its class, which the style sheet colours on the page, and the same in colours of
//! its own, for files. No mark is without both. Here are the looks that many charts use; a chart brings its others.

use std::fmt::Write;

use super::colours::{ACCENT, Colour, EDGE, INK_SOFT, LINE, SERIES_0, SERIES_1, SERIES_2, SERIES_3, SURFACE};

/// The look of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// On the page `mark-` stands before it.
    pub class: &'static str,
    pub fill: Option<Colour>,
    pub stroke: Option<Colour>,
    /// Further attributes of SVG, with their values.
    more: &'static [(&'static str, &'static str)],
}

impl Style {
    /// A line, or an outline with nothing inside.
    pub const fn line(class: &'static str, stroke: Colour) -> Self {
        Style { class, fill: None, stroke: Some(stroke), more: &[] }
    }

    /// An area or a text.
    pub const fn area(class: &'static str, fill: Colour) -> Self {
        Style { class, fill: Some(fill), stroke: None, more: &[] }
    }

    pub const fn framed(class: &'static str, fill: Colour, stroke: Colour) -> Self {
        Style { class, fill: Some(fill), stroke: Some(stroke), more: &[] }
    }

    pub const fn with(self, more: &'static [(&'static str, &'static str)]) -> Self {
        Style { more, ..self }
    }

    /// What it says of an attribute beside colours.
    #[cfg(test)]
    pub fn attribute(&self, name: &str) -> Option<&'static str> {
        self.more.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// As SVG attributes.
    pub fn attributes(&self) -> String {
        let mut out = format!("fill=\"{}\"", self.fill.map_or("none", |colour| colour.hex));
        let stroke = self.stroke.map(|colour| ("stroke", colour.hex));
        for (name, value) in stroke.iter().chain(self.more) {
            write!(out, " {name}=\"{value}\"").expect("a string takes what is written");
        }
        out
    }
}

pub static GRID: Style = Style::line("grid", LINE);
pub static AXIS: Style = Style::line("axis", EDGE).with(&[("stroke-width", "1.5")]);
pub static TICK: Style = Style::area("tick", INK_SOFT);
pub static AXIS_TITLE: Style = Style::area("axis-title", INK_SOFT);

pub static TRAIN_RAW: Style = Style::line("train-raw", ACCENT).with(&[("stroke-opacity", "0.4")]);
pub static TRAIN: Style = Style::line("train", ACCENT).with(&[("stroke-width", "2.5"), ("stroke-linejoin", "round")]);
pub static TRAIN_DOT: Style = Style::area("train-dot", ACCENT);
pub static VALIDATION: Style =
    Style::line("validation", SERIES_1).with(&[("stroke-width", "2"), ("stroke-dasharray", "7 4")]);
pub static VALIDATION_DOT: Style = Style::framed("validation-dot", SURFACE, SERIES_1).with(&[("stroke-width", "2")]);
/// What is a bar of counts, and the line at their middle.
pub static BAR: Style = Style::area("lengths-bar", ACCENT);
pub static MEDIAN: Style =
    Style::line("lengths-median", SERIES_1).with(&[("stroke-width", "2"), ("stroke-dasharray", "7 4")]);

/// A line that says what is to be expected: of guessing, of one who is as sure as right, of a healthy pace.
pub static UNIFORM: Style = Style::line("uniform", INK_SOFT).with(&[
    ("stroke-width", "1.5"),
    ("stroke-dasharray", "1 4"),
    ("stroke-linecap", "round"),
]);

/// A name stays legible where a curve runs through it.
const HALO: [(&str, &str); 3] = [("paint-order", "stroke"), ("stroke-width", "4"), ("stroke-linejoin", "round")];
const BOLD: (&str, &str) = ("font-weight", "600");
const BOLD_HALO: [(&str, &str); 4] = [HALO[0], HALO[1], HALO[2], BOLD];

pub static LABEL_TRAIN: Style = Style::framed("label-train", ACCENT, SURFACE).with(&BOLD_HALO);
pub static LABEL_VALIDATION: Style = Style::framed("label-validation", SERIES_1, SURFACE).with(&BOLD_HALO);
pub static LABEL_BASELINE: Style = Style::framed("label-baseline", INK_SOFT, SURFACE).with(&HALO);

/// Lines of what few things are compared.
pub static SERIES: [Style; 4] = [
    Style::line("series-0", SERIES_0).with(&[("stroke-width", "2.5"), ("stroke-linejoin", "round")]),
    Style::line("series-1", SERIES_1).with(&[
        ("stroke-width", "2.5"),
        ("stroke-dasharray", "9 5"),
        ("stroke-linejoin", "round"),
    ]),
    Style::line("series-2", SERIES_2).with(&[
        ("stroke-width", "2.5"),
        ("stroke-dasharray", "2 5"),
        ("stroke-linecap", "round"),
    ]),
    Style::line("series-3", SERIES_3).with(&[("stroke-width", "2.5"), ("stroke-dasharray", "12 4 2 4")]),
];
pub static LABEL_SERIES: [Style; 4] = [
    Style::area("label-series-0", SERIES_0).with(&[BOLD]),
    Style::area("label-series-1", SERIES_1).with(&[BOLD]),
    Style::area("label-series-2", SERIES_2).with(&[BOLD]),
    Style::area("label-series-3", SERIES_3).with(&[BOLD]),
];
pub static SERIES_DOT: [Style; 2] = [
    Style::framed("eval-dot-0", SURFACE, SERIES_0).with(&[("stroke-width", "2")]),
    Style::framed("eval-dot-1", SERIES_1, SURFACE).with(&[("stroke-width", "2")]),
];
