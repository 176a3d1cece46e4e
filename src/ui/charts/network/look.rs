//! How the marks of the network look.

use crate::ui::kit::colours::{
    ACCENT, ACCENT_SOFT, ACCENT_STRONG, EDGE, INK, INK_SOFT, LINE, SERIES_1, SUNKEN, SURFACE,
};
use crate::ui::kit::looks::Style;

pub static NET_FLOW: Style = Style::line("net-flow", EDGE).with(&[("stroke-width", "1.5")]);
pub static NET_ARROW: Style = Style::area("net-arrow", EDGE);
pub static NET_TIE: Style = Style::line("net-tie", EDGE).with(&[("stroke-dasharray", "3 4")]);

pub static NET_BOX: Style = Style::framed("net-box", SURFACE, EDGE);
pub static NET_JOIN: Style = Style::framed("net-join", SURFACE, EDGE);
pub static NET_PILL: Style = Style::framed("net-pill", SURFACE, EDGE);
pub static NET_DATA: Style = Style::framed("net-data", ACCENT_SOFT, ACCENT);
pub static NET_BLOCK: Style = Style::framed("net-block", SUNKEN, EDGE).with(&[("stroke-opacity", "0.6")]);

pub static NET_SHARE_GROUND: Style = Style::area("net-share-ground", LINE);
pub static NET_SHARE: Style = Style::area("net-share", ACCENT);
pub static NET_BEFORE: Style = Style::area("net-before", SERIES_1);

pub static NET_TITLE: Style = Style::area("net-title", INK).with(&[("font-weight", "600"), ("font-size", "14")]);
pub static NET_HINT: Style = Style::area("net-hint", INK_SOFT);
pub static NET_SYMBOLS: Style = Style::area("net-symbols", INK_SOFT);
pub static NET_NUMBERS: Style = Style::area("net-numbers", INK).with(&[("font-family", "ui-monospace, monospace")]);
pub static NET_TIMES: Style =
    Style::area("net-times", ACCENT_STRONG).with(&[("font-weight", "700"), ("font-size", "15")]);
pub static NET_PLUS: Style = Style::area("net-plus", INK).with(&[("font-size", "15")]);

/// What heads share, what they see, and what is switched on.
pub static NET_HEAD: Style = Style::area("net-head", ACCENT);
pub static NET_KV: Style = Style::framed("net-kv", ACCENT_SOFT, ACCENT);
pub static NET_SIGHT: Style = Style::framed("net-sight", SURFACE, EDGE);
pub static NET_SEEN: Style = Style::framed("net-seen", ACCENT_SOFT, ACCENT);
pub static NET_TAP: Style = Style::area("net-tap", EDGE);
pub static NET_SUM: Style = Style::area("net-sum", EDGE);
pub static NET_WIDE: Style = Style::area("net-wide", ACCENT);
pub static NET_CURVE: Style = Style::line("net-curve", ACCENT_STRONG).with(&[("stroke-width", "1.5")]);
pub static NET_LABEL: Style = Style::framed("net-label", ACCENT_SOFT, ACCENT);
pub static NET_LABEL_TEXT: Style = Style::area("net-label-text", ACCENT_STRONG);
