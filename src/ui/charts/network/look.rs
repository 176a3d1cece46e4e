//! How the marks of the network look on white paper.

/// The look of a mark, if it is one of ours.
pub fn look(class: &str) -> Option<&'static str> {
    Some(match class {
        "net-flow" => "stroke=\"#7c897f\" fill=\"none\" stroke-width=\"1.5\"",
        "net-arrow" | "net-tap" | "net-sum" => "fill=\"#7c897f\"",
        "net-tie" => "stroke=\"#7c897f\" fill=\"none\" stroke-dasharray=\"3 4\"",
        "net-hint" | "net-symbols" => "fill=\"#4f5c53\"",
        "net-label-text" => "fill=\"#0f5a30\"",
        "net-title" => "fill=\"#18211b\" font-weight=\"600\" font-size=\"14\"",
        "net-numbers" => "fill=\"#18211b\" font-family=\"ui-monospace, monospace\"",
        "net-times" => "fill=\"#16703d\" font-weight=\"700\" font-size=\"15\"",
        "net-plus" => "fill=\"#18211b\" font-size=\"15\"",
        "net-box" | "net-join" | "net-pill" | "net-sight" => "fill=\"#ffffff\" stroke=\"#7c897f\"",
        "net-data" => "fill=\"#eff3eb\" stroke=\"#7c897f\"",
        "net-block" => "fill=\"#f8faf5\" stroke=\"#dde4d9\"",
        "net-share-ground" => "fill=\"#dde4d9\"",
        "net-before" => "fill=\"#a14c00\"",
        "net-share" | "net-head" | "net-wide" => "fill=\"#16703d\"",
        "net-kv" | "net-seen" | "net-label" => "fill=\"#e2f2e4\" stroke=\"#16703d\"",
        "net-curve" => "stroke=\"#16703d\" fill=\"none\" stroke-width=\"1.5\"",
        _ => return None,
    })
}
