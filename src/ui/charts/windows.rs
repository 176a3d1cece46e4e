//! Where the rows of a batch come from, and how the window slides: to scale, over the tokens that are there.

use crate::protocol::Token;
use crate::protocol::examples::{DrawnBatch, DrawnRow};
use crate::ui::format;
use crate::ui::kit::colours::{
    ACCENT, ACCENT_SOFT, EDGE, INK, SERIES_1, SUNKEN, TOKEN_0, TOKEN_1, TOKEN_2, TOKEN_3, TOKEN_4,
};
use crate::ui::kit::csv::{Csv, Quoted};
use crate::ui::kit::looks::{AXIS, GRID, Style, TICK};
use crate::ui::kit::scene::{Anchor, Scene, text_width};

const BAR: f64 = 14.0;
const ROW: f64 = 26.0;
const RULER: f64 = 96.0;
/// Narrower than this a token's box has no room for its text.
const READABLE: f64 = 9.0;

static WINDOW_TEXT: Style = Style::framed("window-text", SUNKEN, EDGE);
static WINDOW_ROW: Style = Style::area("window-row", ACCENT);
static WINDOW_HERE: Style = Style::framed("window-here", ACCENT_SOFT, ACCENT);
static WINDOW_OVERLAP: Style = Style::area("window-overlap", ACCENT).with(&[("fill-opacity", "0.45")]);
static WINDOW_PADDING: Style =
    Style::line("window-padding", SERIES_1).with(&[("stroke-width", "1.5"), ("stroke-dasharray", "3 3")]);
static WINDOW_BOUNDARY: Style =
    Style::line("window-boundary", SERIES_1).with(&[("stroke-width", "1.5"), ("stroke-dasharray", "5 3")]);
static WINDOW_DOCUMENT: Style = Style::area("window-document", SERIES_1);
static WINDOW_NUMBER: Style = Style::area("window-number", INK);
static WINDOW_LETTER: Style = Style::area("window-letter", INK);
/// Neighbours differ.
static WINDOW_TOKEN: [Style; 5] = [
    Style::area("window-token-0", TOKEN_0),
    Style::area("window-token-1", TOKEN_1),
    Style::area("window-token-2", TOKEN_2),
    Style::area("window-token-3", TOKEN_3),
    Style::area("window-token-4", TOKEN_4),
];

/// What stands in the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub text: String,
    pub rows: String,
    pub first: String,
    pub context: String,
    pub stride: String,
    pub padding: String,
    pub document: String,
}

pub fn scene(batch: &DrawnBatch, names: &Names, width: f64) -> Scene {
    let windows = &batch.slide.windows;
    let height = RULER + 2.0 * BAR + ROW * (windows.len() as f64 + 1.0) + 22.0;
    let mut scene = Scene::new(width, height);
    let end = windows.iter().map(|(begin, _)| begin + batch.time).max().unwrap_or(1).max(1);
    let cell = width / end as f64;
    whole(&mut scene, batch, names, end);
    ruler(&mut scene, batch, names, cell);
    for (index, window) in windows.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| windows[before]);
        evicted(&mut scene, batch, (index, *window), before, cell);
    }
    measures(&mut scene, batch, names, cell);
    scene
}

/// The whole training part with the rows of the batch on it, and which piece of it is seen larger below.
fn whole(scene: &mut Scene, batch: &DrawnBatch, names: &Names, end: u64) {
    let (width, tokens) = (scene.width, batch.epoch.tokens.max(1) as f64);
    scene.text(&TICK, (0.0, 12.0), Anchor::Start, names.text.clone());
    scene.rect(&WINDOW_TEXT, (0.0, 22.0), (width, BAR), 4.0);
    for (begin, length) in &batch.windows {
        let wide = (*length as f64 / tokens * width).max(3.0);
        let x = (*begin as f64 / tokens * width).min(width - wide);
        scene.rect(&WINDOW_ROW, (x, 18.0), (wide, BAR + 8.0), 1.5);
    }
    scene.text(&TICK, (width, 54.0), Anchor::End, names.rows.clone());
    let right = (end as f64 / tokens * width).min(width);
    scene.path(
        &GRID,
        format!("M0 {}L0 {}M{right:.1} {}L{width} {}", 22.0 + BAR, RULER - 18.0, 22.0 + BAR, RULER - 18.0),
    );
    scene.text(&TICK, (4.0, RULER - 8.0), Anchor::Start, names.first.clone());
}

/// The first tokens in their boxes, with a line where a document begins.
fn ruler(scene: &mut Scene, batch: &DrawnBatch, names: &Names, cell: f64) {
    for (at, id) in batch.slide.ids.iter().enumerate() {
        let x = at as f64 * cell;
        if x >= scene.width {
            break;
        }
        scene.rect(&WINDOW_TOKEN[at % WINDOW_TOKEN.len()], (x, RULER), ((cell - 0.5).max(0.5), 1.6 * BAR), 2.0);
        let Some(token) = token(batch, *id).filter(|_| cell >= READABLE) else { continue };
        let text = format::visible(&token.text);
        if text_width(&text, 12.0) <= cell {
            scene.text(&WINDOW_LETTER, (x + cell / 2.0, RULER + 16.0), Anchor::Middle, text);
        }
    }
    let bottom = scene.height - 22.0;
    let mut free = text_width(&names.first, 12.0) + 16.0;
    for begin in batch.slide.documents.iter().filter(|begin| **begin > 0) {
        let x = *begin as f64 * cell;
        scene.line(&WINDOW_BOUNDARY, (x, RULER - 4.0), (x, bottom));
        let wide = text_width(&names.document, 12.0) + 12.0;
        if x > free && x + wide < scene.width {
            scene.text(&WINDOW_DOCUMENT, (x + 4.0, RULER - 8.0), Anchor::Start, names.document.clone());
            free = x + wide;
        }
    }
}

/// One window: what it shares with the one before, and what is padding in it.
fn evicted(scene: &mut Scene, batch: &DrawnBatch, at: (usize, (u64, u64)), before: Option<(u64, u64)>, cell: f64) {
    let (index, (begin, length)) = at;
    let y = RULER + 2.0 * BAR + 8.0 + ROW * index as f64;
    let (x, wide) = (begin as f64 * cell, length as f64 * cell);
    scene.rect(&WINDOW_HERE, (x, y), (wide.max(1.0), ROW - 8.0), 4.0);
    if let Some((first, count)) = before
        && first + count > begin
    {
        let shared = ((first + count - begin).min(length)) as f64 * cell;
        scene.rect(&WINDOW_OVERLAP, (x, y), (shared, ROW - 8.0), 4.0);
    }
    if length < batch.time {
        let padding = (batch.time - length) as f64 * cell;
        scene.rect(&WINDOW_PADDING, (x + wide, y), (padding, ROW - 8.0), 4.0);
    }
    scene.text(&WINDOW_NUMBER, (x + 6.0, y + 13.0), Anchor::Start, (index + 1).to_string());
}

/// Context and stride, measured.
fn measures(scene: &mut Scene, batch: &DrawnBatch, names: &Names, cell: f64) {
    let y = scene.height - 14.0;
    let windows = &batch.slide.windows;
    if let [(first, _), (second, _), ..] = windows.as_slice() {
        let (from, to) = (*first as f64 * cell, *second as f64 * cell);
        scene.line(&AXIS, (from + 0.5, y - 12.0), (to, y - 12.0));
        scene.line(&AXIS, (from + 0.5, y - 16.0), (from + 0.5, y - 8.0));
        scene.line(&AXIS, (to, y - 16.0), (to, y - 8.0));
        scene.text(&TICK, (0.0, y + 8.0), Anchor::Start, format!("{} · {}", names.stride, names.context));
    } else {
        scene.text(&TICK, (0.0, y + 8.0), Anchor::Start, names.context.clone());
    }
    if windows.iter().any(|(_, length)| *length < batch.time) {
        let wide = text_width(&names.padding, 12.0);
        scene.rect(&WINDOW_PADDING, (scene.width - wide - 34.0, y - 4.0), (24.0, 12.0), 3.0);
        scene.text(&TICK, (scene.width, y + 8.0), Anchor::End, names.padding.clone());
    }
}

/// The token of an id that occurs in the batch.
pub fn token(batch: &DrawnBatch, id: u32) -> Option<&Token> {
    batch.tokens.binary_search_by_key(&id, |token| token.id).ok().map(|at| &batch.tokens[at])
}

/// What a target counts for.
pub fn weight(row: &DrawnRow, place: usize) -> f32 {
    match row.weights.get(place) {
        Some(weight) => *weight,
        None => f32::from(u8::from((place as u64) < row.length)),
    }
}

/// The rows that are shown, place by place.
pub fn csv(batch: &DrawnBatch) -> String {
    let head = ["row", "place", "text_position", "input_id", "input", "target_id", "target", "weight"];
    let mut csv = Csv::new(&head);
    for (number, row) in (1usize..).zip(&batch.rows) {
        for (place, (input, target)) in row.inputs.iter().zip(&row.targets).enumerate() {
            let is_padding = place as u64 >= row.length;
            let text = |id: u32| token(batch, id).filter(|_| !is_padding).map(|token| Quoted(&token.text));
            let position = (!is_padding).then_some(row.begin + place as u64);
            csv.row(&[
                &number,
                &(place + 1),
                &position,
                input,
                &text(*input),
                target,
                &text(*target),
                &weight(row, place),
            ]);
        }
    }
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::examples::{EpochSummary, Slide};
    use crate::ui::kit::scene::Mark;

    fn batch() -> DrawnBatch {
        let token = |id: u32, text: &str| Token { id, text: text.into(), partial: false };
        let row = DrawnRow {
            begin: 4,
            document: 1,
            length: 2,
            inputs: vec![1, 2, 0, 0],
            targets: vec![2, 1, 0, 0],
            weights: vec![1.5, 1.5, 0.0, 0.0],
            starts: vec![],
        };
        DrawnBatch {
            time: 4,
            batch_size: 1,
            rows: vec![row],
            windows: vec![(4, 2)],
            tokens: vec![token(0, "<unk>"), token(1, "a"), token(2, "\"")],
            epoch: EpochSummary { tokens: 7, documents: 2, windows: 2, targets: 5, places: 8 },
            slide: Slide {
                stride: 2,
                ids: vec![1, 2, 1, 2, 1, 2, 1],
                documents: vec![0, 4],
                windows: vec![(0, 3), (2, 1), (4, 2)],
            },
            ..DrawnBatch::default()
        }
    }

    fn count(scene: &Scene, wanted: &str) -> usize {
        let of =
            |mark: &&Mark| matches!(mark, Mark::Rect { style, .. } | Mark::Path { style, .. } if style.class == wanted);
        scene.marks.iter().filter(of).count()
    }

    #[test]
    fn the_picture_has_every_window_row_boundary_overlap_and_padding() {
        let scene = scene(&batch(), &Names::default(), 800.0);
        let counts =
            ["window-here", "window-row", "window-boundary", "window-overlap"].map(|class| count(&scene, class));
        assert_eq!(counts, [3, 1, 1, 1]);
        // Three windows are padded, and the legend shows what that looks like.
        assert_eq!(count(&scene, "window-padding"), 4);
        let svg = scene.to_svg("windows");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn a_batch_that_is_empty_draws_something() {
        let svg = scene(&DrawnBatch::default(), &Names::default(), 300.0).to_svg("windows");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn the_table_has_a_line_for_each_place() {
        let lines = csv(&batch());
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(
            lines[1..],
            ["1,1,4,1,\"a\",2,\"\"\"\",1.5", "1,2,5,2,\"\"\"\",1,\"a\",1.5", "1,3,,0,,0,,0", "1,4,,0,,0,,0"]
        );
    }
}
