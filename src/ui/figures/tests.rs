//! What holds for every picture of the page.

use std::collections::BTreeMap;
use std::path::Path;

use super::gallery::all;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::inside::outside;
use crate::ui::kit::looks::Style;
use crate::ui::kit::page_looks::Looks;
use crate::ui::state::Lang;

const WIDTHS: [f64; 4] = [300.0, 350.0, 620.0, 1200.0];

/// The looks of every mark of every picture, by their classes.
fn styles() -> BTreeMap<&'static str, &'static Style> {
    let mut styles: BTreeMap<&str, &Style> = BTreeMap::new();
    for piece in all(&I18n::new(Lang::En)) {
        for mark in WIDTHS.iter().flat_map(|width| piece.shown.chart().scene(*width).marks) {
            let style = styles.entry(mark.class()).or_insert(mark.style());
            assert_eq!(*style, mark.style(), "{}: one class, two looks", piece.kind);
        }
    }
    styles
}

#[test]
fn every_picture_is_in_the_gallery() {
    let shown: Vec<&str> = all(&I18n::new(Lang::En)).iter().map(|piece| piece.kind).collect();
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui/figures");
    let mut found = 0;
    for file in std::fs::read_dir(room).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let Ok(code) = std::fs::read_to_string(&file) else { continue };
        for name in code.lines().filter_map(|line| line.strip_prefix("impl Chart for ")?.strip_suffix(" {")) {
            assert!(shown.contains(&name), "{name} of {} is not in the gallery", file.display());
            found += 1;
        }
    }
    assert!(found >= 18, "{found} pictures");
}

#[test]
fn everything_lies_inside_every_picture_at_every_width() {
    let mut found = Vec::new();
    for t in Lang::ALL.map(I18n::new) {
        for (at, piece) in all(&t).iter().enumerate() {
            for width in WIDTHS {
                let scene = piece.shown.chart().scene(width);
                let left = outside(&scene).into_iter();
                found.extend(left.map(|mark| format!("{} ({at}) in {}: {mark}", piece.kind, t.lang.tag())));
                let svg = scene.to_svg(piece.kind);
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{} ({at})", piece.kind);
            }
        }
    }
    assert!(found.is_empty(), "{} marks leave their pictures\n{}", found.len(), found.join("\n"));
}

/// What a file looks like is what the page looks like: colours and dashes are those of the style sheets.
#[test]
fn a_file_looks_like_the_page() {
    let (page, styles) = (Looks::of_the_page(), styles());
    assert!(styles.len() > 90, "{} classes", styles.len());
    let differing: Vec<String> = styles.values().filter_map(|style| page.differs(style)).collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// A table is as wide as its head; a file is read by other programs, and none of its texts is a formula.
#[test]
fn every_picture_is_a_table_and_a_file() {
    for t in Lang::ALL.map(I18n::new) {
        for piece in all(&t) {
            check(piece.kind, &piece.shown);
        }
    }
}

fn check(kind: &str, shown: &Shown) {
    let table = shown.chart().table();
    assert!(table.columns.iter().all(|column| !column.name.is_empty()), "{kind}: {:?}", table.columns);
    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{kind}: {table:?}");
    let keys = ["chart.", "train.", "model.", "sampling.", "sweep."];
    let is_key = |text: &str| text.contains('{') || keys.iter().any(|key| text.starts_with(key));
    let mut texts = table.rows.iter().flatten().chain(table.columns.iter().map(|column| &column.name));
    assert!(!texts.any(|text| is_key(text)), "{kind}: {table:?}");
    let csv = shown.chart().csv();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for row in reader.records() {
        let row = row.unwrap_or_else(|error| panic!("{kind}: {error}"));
        for cell in row.iter().filter(|cell| cell.starts_with(['=', '+', '-', '@'])) {
            assert!(cell.parse::<f64>().is_ok(), "{kind}: {cell} begins a formula");
        }
    }
}
