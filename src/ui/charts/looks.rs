//! How the marks of runs, baselines and sweeps look on white paper.

const COLOURS: [&str; 6] = ["#16703d", "#a14c00", "#2f5fb3", "#7a3fa0", "#b3295a", "#00707a"];

/// The look of a mark, if it is one of ours.
pub fn look(class: &str) -> Option<String> {
    let numbered = |prefix: &str| class.strip_prefix(prefix)?.parse::<usize>().ok();
    if let Some(at) = numbered("run-") {
        let stroke = COLOURS[at % COLOURS.len()];
        return Some(format!(
            "stroke=\"{stroke}\" fill=\"none\" stroke-width=\"2.5\" stroke-dasharray=\"{}\"",
            dashes(at)
        ));
    }
    if let Some(at) = numbered("label-run-") {
        return Some(format!("fill=\"{}\" font-weight=\"600\"", COLOURS[at % COLOURS.len()]));
    }
    if let Some(at) = numbered("dot-run-") {
        return Some(format!("fill=\"#ffffff\" stroke=\"{}\" stroke-width=\"2\"", COLOURS[at % COLOURS.len()]));
    }
    fixed(class).map(String::from)
}

fn fixed(class: &str) -> Option<&'static str> {
    Some(match class {
        "bigram" => "stroke=\"#4f5c53\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"",
        "ngram-3" => "stroke=\"#4f5c53\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"12 3\"",
        "ngram-4" => "stroke=\"#4f5c53\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"12 3 1 3 1 3\"",
        "ngram-5" => "stroke=\"#4f5c53\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"3 3\"",
        "heat-0" => "fill=\"#f6c9a8\"",
        "heat-1" => "fill=\"#f8e0b4\"",
        "heat-2" => "fill=\"#e6ecc4\"",
        "heat-3" => "fill=\"#c9e7c6\"",
        "heat-4" => "fill=\"#a5d9ad\"",
        "heat-none" => "fill=\"none\" stroke=\"#7c897f\" stroke-dasharray=\"3 3\"",
        "heat-best" => "fill=\"none\" stroke=\"#18211b\" stroke-width=\"2.5\"",
        "heat-best-loss" | "heat-panel" => "fill=\"#18211b\" font-weight=\"700\"",
        "sweep-line" => "stroke=\"#16703d\" fill=\"none\" stroke-width=\"2.5\" stroke-linejoin=\"round\"",
        "sweep-dot" => "fill=\"#16703d\"",
        "sweep-best" => "fill=\"#ffffff\" stroke=\"#16703d\" stroke-width=\"3\"",
        _ => return None,
    })
}

/// The dashes of a run's line: those that have a colour the second time have other ones.
fn dashes(at: usize) -> &'static str {
    const DASHES: [&str; 6] = ["none", "9 5", "2 5", "12 4 2 4", "16 4", "6 3 2 3 2 3"];
    const AGAIN: [usize; 6] = [1, 0, 3, 2, 0, 1];
    let (at, again) = (at % DASHES.len(), at / DASHES.len() % 2 == 1);
    DASHES[if again { AGAIN[at] } else { at }]
}
