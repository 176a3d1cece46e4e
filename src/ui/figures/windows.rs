//! Where the rows of a batch come from.

use std::rc::Rc;

use crate::protocol::examples::DrawnBatch;
use crate::ui::charts::windows::{Names, csv, scene};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;

#[derive(Clone, PartialEq)]
pub struct Windows {
    pub batch: Rc<DrawnBatch>,
    pub t: I18n,
}

impl Windows {
    /// The picture in a sentence.
    pub fn told(&self) -> String {
        let batch = &self.batch;
        self.t.fill(
            "examples.origin.picture",
            &[
                ("rows", &batch.batch_size),
                ("tokens", &format::count(batch.epoch.tokens)),
                ("stride", &batch.slide.stride),
            ],
        )
    }
}

impl Chart for Windows {
    fn scene(&self, width: f64) -> Scene {
        let (batch, t) = (&self.batch, &self.t);
        let names = Names {
            text: t.fill("examples.origin.text", &[("tokens", &format::count(batch.epoch.tokens))]),
            rows: t.fill("examples.origin.rows", &[("rows", &batch.batch_size)]),
            first: t.say("examples.origin.first"),
            context: t.fill("examples.origin.context", &[("time", &batch.time)]),
            stride: t.fill("examples.origin.stride", &[("stride", &batch.slide.stride)]),
            padding: t.say("examples.origin.padding"),
            document: t.say("examples.origin.document"),
        };
        scene(batch, &names, width)
    }

    fn table(&self) -> Table {
        let columns = ["row", "first", "last", "exercises", "padding"];
        let time = self.batch.time;
        let row = |(row, (begin, length)): (usize, &(u64, u64))| {
            vec![
                row.to_string(),
                format::count(begin + 1),
                format::count(begin + length),
                length.to_string(),
                (time - length).to_string(),
            ]
        };
        Table::new(
            columns.map(|key| self.t.say(&format!("examples.table.{key}"))),
            (1..).zip(&self.batch.windows).map(row).collect(),
        )
    }

    fn csv(&self) -> String {
        csv(&self.batch)
    }
}
