//! How the marks of these pictures look.

use crate::ui::kit::colours::{
    ACCENT, CLASS_0, CLASS_1, CLASS_2, CLASS_3, CLASS_4, CLASS_5, Colour, DANGER, EDGE, INK, INK_SOFT, LINE, PAPER,
    SUNKEN, SURFACE,
};
use crate::ui::kit::looks::Style;

/// Dots that are not drawn, and drawn ones or synthetic points, by class.
pub static OUT: [Style; 6] = [
    out("dot-out-0", CLASS_0),
    out("dot-out-1", CLASS_1),
    out("dot-out-2", CLASS_2),
    out("dot-out-3", CLASS_3),
    out("dot-out-4", CLASS_4),
    out("dot-out-5", CLASS_5),
];
pub static IN: [Style; 6] = [
    Style::framed("dot-in-0", CLASS_0, SURFACE),
    Style::framed("dot-in-1", CLASS_1, SURFACE),
    Style::framed("dot-in-2", CLASS_2, SURFACE),
    Style::framed("dot-in-3", CLASS_3, SURFACE),
    Style::framed("dot-in-4", CLASS_4, SURFACE),
    Style::framed("dot-in-5", CLASS_5, SURFACE),
];

const fn out(class: &'static str, colour: Colour) -> Style {
    Style::framed(class, SURFACE, colour).with(&[("fill-opacity", "0.6"), ("stroke-opacity", "0.55")])
}

pub static DOT_GROUND: Style = Style::framed("dot-ground", PAPER, LINE);
pub static DOT_NAME: Style = Style::area("dot-name", INK).with(&[("font-size", "13")]);
pub static DOT_KEY_IN: Style = Style::area("dot-key-in", INK_SOFT);
pub static DOT_KEY_SMALL: Style = Style::area("dot-key-small", INK_SOFT);
pub static DOT_KEY_OUT: Style = Style::framed("dot-key-out", SURFACE, INK_SOFT);
pub static DOT_LINE: Style = Style::line("dot-line", INK).with(&[("stroke-opacity", "0.35"), ("stroke-width", "0.8")]);
pub static DOT_CHILD: Style = Style::line("dot-child", INK);
pub static DOT_HULL: Style = Style::line("dot-hull", EDGE).with(&[("stroke-dasharray", "4 4")]);
pub static DOT_HULL_DRAWN: Style =
    Style::framed("dot-hull-drawn", ACCENT, ACCENT).with(&[("stroke-width", "2"), ("fill-opacity", "0.08")]);
pub static DOT_HULL_NAME: Style = Style::framed("dot-hull-name", INK, SURFACE).with(&NAMED);

pub static SHARE_BEFORE: Style = Style::framed("share-before", SUNKEN, EDGE);
pub static SHARE_WEIGHTED: Style = Style::line("share-weighted", INK).with(&[("stroke-width", "2.5")]);

pub static SPREAD_METHOD: Style = Style::area("spread-method", ACCENT);
pub static SPREAD_PLAIN: Style = Style::framed("spread-plain", SURFACE, ACCENT).with(&[("stroke-width", "1.5")]);
pub static SPREAD_SIMPLE: Style = Style::area("spread-simple", EDGE);
pub static SPREAD_TRUTH: Style =
    Style::line("spread-truth", DANGER).with(&[("stroke-width", "2"), ("stroke-dasharray", "6 3")]);
pub static SPREAD_TRUTH_NAME: Style = Style::area("spread-truth-name", DANGER).with(&[("font-weight", "600")]);
pub static SPREAD_THIS: Style = Style::area("spread-this", INK);
pub static SPREAD_NAME: Style = Style::framed("spread-name", INK, SURFACE).with(&NAMED);

/// A name stays legible where dots or bars lie behind it.
const NAMED: [(&str, &str); 3] = [("font-weight", "600"), ("paint-order", "stroke"), ("stroke-width", "4")];
