//! Class names of these pictures' marks, and how they look in an export.

/// Dots that are not drawn, drawn ones, and synthetic points, by class.
pub const OUT: [&str; 6] = ["dot-out-0", "dot-out-1", "dot-out-2", "dot-out-3", "dot-out-4", "dot-out-5"];
pub const IN: [&str; 6] = ["dot-in-0", "dot-in-1", "dot-in-2", "dot-in-3", "dot-in-4", "dot-in-5"];

/// The look of a mark on white paper, if it is one of ours.
pub fn look(class: &str) -> Option<&'static str> {
    if let Some(at) = OUT.iter().position(|name| *name == class) {
        return Some(OUT_LOOKS[at]);
    }
    if let Some(at) = IN.iter().position(|name| *name == class) {
        return Some(IN_LOOKS[at]);
    }
    Some(match class {
        "dot-ground" => "fill=\"#f8faf5\" stroke=\"#dde4d9\"",
        "dot-key-in" | "dot-key-small" => "fill=\"#4f5c53\"",
        "dot-key-out" => "fill=\"#ffffff\" stroke=\"#4f5c53\"",
        "dot-line" => "stroke=\"#18211b\" stroke-opacity=\"0.35\" stroke-width=\"0.8\" fill=\"none\"",
        "dot-child" => "stroke=\"#18211b\" fill=\"none\"",
        "dot-hull" => "stroke=\"#7c897f\" stroke-dasharray=\"4 4\" fill=\"none\"",
        "dot-hull-drawn" => "stroke=\"#16703d\" stroke-width=\"2\" fill=\"#16703d\" fill-opacity=\"0.08\"",
        "dot-hull-name" => {
            "fill=\"#18211b\" font-weight=\"600\" paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\""
        }
        "share-before" => "fill=\"#eff3eb\" stroke=\"#7c897f\"",
        "share-weighted" => "stroke=\"#18211b\" stroke-width=\"2.5\" fill=\"none\"",
        "spread-method" => "fill=\"#16703d\"",
        "spread-plain" => "fill=\"#ffffff\" stroke=\"#16703d\" stroke-width=\"1.5\"",
        "spread-simple" => "fill=\"#7c897f\"",
        "spread-truth" => "stroke=\"#a8261d\" stroke-width=\"2\" stroke-dasharray=\"6 3\" fill=\"none\"",
        "spread-truth-name" => "fill=\"#a8261d\" font-weight=\"600\"",
        "spread-this" => "fill=\"#18211b\"",
        "spread-name" => {
            "fill=\"#18211b\" font-weight=\"600\" paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\""
        }
        _ => return None,
    })
}

const OUT_LOOKS: [&str; 6] = [
    "fill=\"#ffffff\" fill-opacity=\"0.6\" stroke=\"#16703d\" stroke-opacity=\"0.55\"",
    "fill=\"#ffffff\" fill-opacity=\"0.6\" stroke=\"#b05300\" stroke-opacity=\"0.55\"",
    "fill=\"#ffffff\" fill-opacity=\"0.6\" stroke=\"#2f5fb3\" stroke-opacity=\"0.55\"",
    "fill=\"#ffffff\" fill-opacity=\"0.6\" stroke=\"#7a3fa0\" stroke-opacity=\"0.55\"",
    "fill=\"#ffffff\" fill-opacity=\"0.6\" stroke=\"#b3295a\" stroke-opacity=\"0.55\"",
    "fill=\"#ffffff\" fill-opacity=\"0.6\" stroke=\"#5d6560\" stroke-opacity=\"0.55\"",
];

const IN_LOOKS: [&str; 6] = [
    "fill=\"#16703d\" stroke=\"#ffffff\"",
    "fill=\"#b05300\" stroke=\"#ffffff\"",
    "fill=\"#2f5fb3\" stroke=\"#ffffff\"",
    "fill=\"#7a3fa0\" stroke=\"#ffffff\"",
    "fill=\"#b3295a\" stroke=\"#ffffff\"",
    "fill=\"#5d6560\" stroke=\"#ffffff\"",
];
