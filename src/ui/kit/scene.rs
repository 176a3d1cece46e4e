//! A drawing as data: marks with classes. The page draws them as SVG elements that the style sheet colours; an export
//! writes the same marks with their colours beside them.

use std::borrow::Cow;
use std::fmt::Write;

use crate::ui::charts::{looks, network, sampling};

/// One mark. Its `class` says what it means; how that looks is the style sheet's affair, or `look`'s in an export.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Path { class: &'static str, d: String },
    Rect { class: &'static str, x: f64, y: f64, width: f64, height: f64, radius: f64 },
    Circle { class: &'static str, x: f64, y: f64, radius: f64 },
    Text { class: &'static str, x: f64, y: f64, anchor: Anchor, text: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    pub fn name(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

/// Marks in the order in which they are painted, in pixels from the upper left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
}

impl Scene {
    pub fn path(&mut self, class: &'static str, d: String) {
        self.marks.push(Mark::Path { class, d });
    }

    pub fn line(&mut self, class: &'static str, from: (f64, f64), to: (f64, f64)) {
        self.path(class, polyline(&[from, to]));
    }

    pub fn rect(&mut self, class: &'static str, (x, y): (f64, f64), (width, height): (f64, f64), radius: f64) {
        self.marks.push(Mark::Rect { class, x, y, width, height, radius });
    }

    pub fn circle(&mut self, class: &'static str, (x, y): (f64, f64), radius: f64) {
        self.marks.push(Mark::Circle { class, x, y, radius });
    }

    pub fn text(&mut self, class: &'static str, (x, y): (f64, f64), anchor: Anchor, text: impl Into<String>) {
        self.marks.push(Mark::Text { class, x, y, anchor, text: text.into() });
    }

    /// A file of its own: white ground, colours as attributes, no style sheet.
    pub fn to_svg(&self, title: &str) -> String {
        let Scene { width, height, .. } = self;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n\
             <title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            escaped(title)
        );
        for mark in &self.marks {
            write_mark(&mut svg, mark);
        }
        svg + "</svg>\n"
    }
}

fn write_mark(svg: &mut String, mark: &Mark) {
    let written = match mark {
        Mark::Path { class, d } => writeln!(svg, "<path d=\"{d}\" {}/>", look(class)),
        Mark::Rect { class, x, y, width, height, radius } => writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" {}/>",
            look(class)
        ),
        Mark::Circle { class, x, y, radius } => {
            writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {}/>", look(class))
        }
        Mark::Text { class, x, y, anchor, text } => writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{}\" {}>{}</text>",
            anchor.name(),
            look(class),
            escaped(text)
        ),
    };
    written.expect("a string takes what is written");
}

/// The look of a class on white paper. The colours are those of the light theme.
fn look(class: &str) -> Cow<'static, str> {
    looks::look(class).map_or_else(|| Cow::Borrowed(plain_look(class)), Cow::Owned)
}

fn plain_look(class: &str) -> &'static str {
    match class {
        "grid" => "stroke=\"#dde4d9\" fill=\"none\"",
        "axis" => "stroke=\"#7c897f\" fill=\"none\" stroke-width=\"1.5\"",
        "train-raw" => "stroke=\"#16703d\" fill=\"none\" stroke-opacity=\"0.35\"",
        "train" => "stroke=\"#16703d\" fill=\"none\" stroke-width=\"2.5\" stroke-linejoin=\"round\"",
        "validation" => "stroke=\"#a14c00\" fill=\"none\" stroke-width=\"2\" stroke-dasharray=\"7 4\"",
        "validation-dot" => "fill=\"#ffffff\" stroke=\"#a14c00\" stroke-width=\"2\"",
        "eval-dot-0" => "fill=\"#ffffff\" stroke=\"#16703d\" stroke-width=\"2\"",
        "eval-dot-1" => "fill=\"#a14c00\" stroke=\"#ffffff\" stroke-width=\"2\"",
        "lengths-bar" => "fill=\"#16703d\"",
        "lengths-median" => "stroke=\"#a14c00\" fill=\"none\" stroke-width=\"2\" stroke-dasharray=\"7 4\"",
        "uniform" => {
            "stroke=\"#4f5c53\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"1 4\" stroke-linecap=\"round\""
        }
        "unigram" => "stroke=\"#4f5c53\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"9 3 2 3\"",
        "series-0" => "stroke=\"#16703d\" fill=\"none\" stroke-width=\"2.5\" stroke-linejoin=\"round\"",
        "series-1" => {
            "stroke=\"#a14c00\" fill=\"none\" stroke-width=\"2.5\" stroke-dasharray=\"9 5\" stroke-linejoin=\"round\""
        }
        "series-2" => {
            "stroke=\"#2f5fb3\" fill=\"none\" stroke-width=\"2.5\" stroke-dasharray=\"2 5\" stroke-linecap=\"round\""
        }
        "series-3" => "stroke=\"#7a3fa0\" fill=\"none\" stroke-width=\"2.5\" stroke-dasharray=\"12 4 2 4\"",
        "label-series-0" => "fill=\"#16703d\" font-weight=\"600\"",
        "label-series-1" => "fill=\"#a14c00\" font-weight=\"600\"",
        "label-series-2" => "fill=\"#2f5fb3\" font-weight=\"600\"",
        "label-series-3" => "fill=\"#7a3fa0\" font-weight=\"600\"",
        "label-train" => "fill=\"#16703d\" font-weight=\"600\"",
        "label-validation" => "fill=\"#a14c00\" font-weight=\"600\"",
        "label-baseline" => {
            "fill=\"#4f5c53\" paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\""
        }
        "tick" | "axis-title" => "fill=\"#4f5c53\"",
        "window-text" => "fill=\"#eff3eb\" stroke=\"#7c897f\"",
        "window-row" => "fill=\"#16703d\"",
        "window-here" => "fill=\"#e2f2e4\" stroke=\"#16703d\"",
        "window-overlap" => "fill=\"#16703d\" fill-opacity=\"0.45\"",
        "window-padding" => "fill=\"none\" stroke=\"#a14c00\" stroke-width=\"1.5\" stroke-dasharray=\"3 3\"",
        "window-boundary" => "stroke=\"#a14c00\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"",
        "window-document" => "fill=\"#a14c00\"",
        "window-token-0" => "fill=\"#d8efdc\"",
        "window-token-1" => "fill=\"#fbe8c6\"",
        "window-token-2" => "fill=\"#dbe7fb\"",
        "window-token-3" => "fill=\"#f9dedb\"",
        "window-token-4" => "fill=\"#e9def8\"",
        class => network::look(class).or_else(|| sampling::look::look(class)).unwrap_or("fill=\"#18211b\""),
    }
}

/// `M0 0L1 2...` with one digit after the point: a tenth of a pixel is enough.
pub fn polyline(points: &[(f64, f64)]) -> String {
    let mut d = String::with_capacity(points.len() * 12);
    for (i, (x, y)) in points.iter().enumerate() {
        let letter = if i == 0 { 'M' } else { 'L' };
        write!(d, "{letter}{} {}", tenth(*x), tenth(*y)).expect("a string takes what is written");
    }
    d
}

pub fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// About how many pixels a text takes at a font size: ideographs are as wide as high, the rest about half.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if c >= '\u{2e80}' { size } else { 0.54 * size }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polyline_is_short_and_round() {
        assert_eq!(polyline(&[(0.0, 1.25), (10.04, 2.0), (20.0, 3.333)]), "M0 1.3L10 2L20 3.3");
        assert_eq!(polyline(&[]), "");
    }

    #[test]
    fn an_export_stands_alone() {
        let mut scene = Scene { width: 100.0, height: 50.0, marks: Vec::new() };
        scene.line("train", (0.0, 0.0), (10.0, 10.0));
        scene.text("tick", (5.0, 5.0), Anchor::Middle, "a < b & \"c\"");
        let svg = scene.to_svg("loss <1>");
        assert!(svg.contains("a &lt; b &amp; &quot;c&quot;") && svg.contains("<title>loss &lt;1&gt;</title>"));
        assert!(svg.contains("stroke=\"#16703d\"") && !svg.contains("class=") && !svg.contains("style="));
    }

    #[test]
    fn ideographs_are_wider() {
        assert!(text_width("损失", 10.0) > text_width("ab", 10.0));
    }
}
