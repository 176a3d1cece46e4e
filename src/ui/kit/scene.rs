//! A drawing as data: marks with their looks. The page draws them as SVG elements that the style sheet colours; an export
//! writes the same marks with their colours beside them.

use std::fmt::Write;

use super::looks::Style;

/// One mark, and what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Path { style: &'static Style, d: String },
    Rect { style: &'static Style, x: f64, y: f64, width: f64, height: f64, radius: f64 },
    Circle { style: &'static Style, x: f64, y: f64, radius: f64 },
    Text { style: &'static Style, x: f64, y: f64, anchor: Anchor, text: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Mark {
    pub fn style(&self) -> &'static Style {
        match self {
            Mark::Path { style, .. }
            | Mark::Rect { style, .. }
            | Mark::Circle { style, .. }
            | Mark::Text { style, .. } => style,
        }
    }

    pub fn class(&self) -> &'static str {
        self.style().class
    }
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
    pub fn new(width: f64, height: f64) -> Self {
        Scene { width, height, marks: Vec::new() }
    }

    pub fn path(&mut self, style: &'static Style, d: String) {
        self.marks.push(Mark::Path { style, d });
    }

    pub fn line(&mut self, style: &'static Style, from: (f64, f64), to: (f64, f64)) {
        self.path(style, polyline(&[from, to]));
    }

    pub fn rect(&mut self, style: &'static Style, (x, y): (f64, f64), (width, height): (f64, f64), radius: f64) {
        self.marks.push(Mark::Rect { style, x, y, width, height, radius });
    }

    pub fn circle(&mut self, style: &'static Style, (x, y): (f64, f64), radius: f64) {
        self.marks.push(Mark::Circle { style, x, y, radius });
    }

    pub fn text(&mut self, style: &'static Style, (x, y): (f64, f64), anchor: Anchor, text: impl Into<String>) {
        self.marks.push(Mark::Text { style, x, y, anchor, text: text.into() });
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
        Mark::Path { style, d } => writeln!(svg, "<path d=\"{d}\" {}/>", style.attributes()),
        Mark::Rect { style, x, y, width, height, radius } => writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" {}/>",
            style.attributes()
        ),
        Mark::Circle { style, x, y, radius } => {
            writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {}/>", style.attributes())
        }
        Mark::Text { style, x, y, anchor, text } => writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{}\" {}>{}</text>",
            anchor.name(),
            style.attributes(),
            escaped(text)
        ),
    };
    written.expect("a string takes what is written");
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

/// As much of a text as there is room for.
pub fn fitting(text: &str, width: f64, size: f64) -> String {
    let mut text = text.to_string();
    if text_width(&text, size) > width {
        while text_width(&text, size) + size / 2.0 > width && text.pop().is_some() {}
        text.truncate(text.trim_end().len());
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::looks::{TICK, TRAIN};

    #[test]
    fn a_polyline_is_short_and_round() {
        assert_eq!(polyline(&[(0.0, 1.25), (10.04, 2.0), (20.0, 3.333)]), "M0 1.3L10 2L20 3.3");
        assert_eq!(polyline(&[]), "");
    }

    #[test]
    fn an_export_stands_alone() {
        let mut scene = Scene::new(100.0, 50.0);
        scene.line(&TRAIN, (0.0, 0.0), (10.0, 10.0));
        scene.text(&TICK, (5.0, 5.0), Anchor::Middle, "a < b & \"c\"");
        let svg = scene.to_svg("loss <1>");
        assert!(svg.contains("a &lt; b &amp; &quot;c&quot;") && svg.contains("<title>loss &lt;1&gt;</title>"));
        assert!(svg.contains("stroke=\"#16703d\"") && !svg.contains("class=") && !svg.contains("style="));
    }

    #[test]
    fn a_text_that_is_too_long_ends_earlier() {
        assert_eq!(fitting("Run 1", 60.0, 12.0), "Run 1");
        let cut = fitting("a name that is far too long", 60.0, 12.0);
        assert!(cut.starts_with("a name") && cut.ends_with('…') && text_width(&cut, 12.0) <= 61.0, "{cut}");
    }

    #[test]
    fn ideographs_are_wider() {
        assert!(text_width("损失", 10.0) > text_width("ab", 10.0));
    }
}
