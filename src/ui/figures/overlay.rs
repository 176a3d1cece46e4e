//! Runs side by side.

use std::rc::Rc;

use super::loss_or_dash;
use crate::ui::charts::overlay::{Overlay, csv, place};
use crate::ui::kit::axes::Titles;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;

/// Places across in the table.
const ROWS: usize = 10;

#[derive(Clone, PartialEq)]
pub struct Runs {
    pub overlay: Rc<Overlay>,
    pub titles: Titles,
}

impl Runs {
    /// What is read at a place across, in a sentence.
    pub fn told(&self, now: f64, reading: &[Option<f64>]) -> String {
        let lines = self.overlay.lines.iter().zip(reading);
        let losses: Vec<String> = lines.map(|(line, loss)| format!("{}: {}", line.name, loss_or_dash(*loss))).collect();
        format!("{}: {}", self.place(now), losses.join(", "))
    }

    /// `Steps 120`
    pub fn place(&self, now: f64) -> String {
        format!("{} {}", self.titles.across, place(self.overlay.across, now))
    }
}

impl Chart for Runs {
    fn scene(&self, width: f64) -> Scene {
        self.overlay.scene(&self.titles, width)
    }

    fn table(&self) -> Table {
        let (overlay, last) = (&self.overlay, self.overlay.last());
        let names = overlay.lines.iter().map(|line| line.name.clone());
        let row = |x: f64| {
            let losses = overlay.reading(x).into_iter().map(loss_or_dash);
            [place(overlay.across, x)].into_iter().chain(losses).collect()
        };
        let places = (0..=ROWS).map(|row| last * row as f64 / ROWS as f64);
        Table::new([self.titles.across.clone()].into_iter().chain(names), places.map(row).collect())
    }

    fn csv(&self) -> String {
        csv(&self.overlay)
    }
}
