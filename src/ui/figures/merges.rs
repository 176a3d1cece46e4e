//! The whole of a training by merges.

use std::rc::Rc;

use super::evenly;
use crate::ui::charts::merges::{Frame, Names, csv, scene};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;
use crate::ui::merges::Replay;

const HEIGHT: f64 = 240.0;
/// Merges that the table shows, evenly over all.
const ROWS: usize = 40;
const COLUMNS: [&str; 6] = [
    "merges.table.merge",
    "merges.table.pair",
    "merges.table.token",
    "merges.table.count",
    "merges.table.tokens",
    "merges.table.vocabulary",
];

#[derive(Clone, PartialEq)]
pub struct MergeCurve {
    pub replay: Rc<Replay>,
    pub t: I18n,
}

impl MergeCurve {
    pub fn frame(&self, width: f64) -> Frame {
        Frame::new(&self.replay, width, HEIGHT)
    }
}

impl Chart for MergeCurve {
    fn scene(&self, width: f64) -> Scene {
        let names = Names {
            tokens: self.t.say("merges.curve.tokens"),
            vocabulary: self.t.say("merges.curve.vocabulary"),
            merges: self.t.say("merges.curve.merges"),
        };
        scene(&self.replay, &names, width, HEIGHT)
    }

    fn table(&self) -> Table {
        let moments = evenly(self.replay.last() + 1, ROWS);
        let rows = moments.into_iter().map(|moment| row(&self.replay, moment)).collect();
        Table::new(COLUMNS.map(|key| self.t.say(key)), rows)
    }

    fn csv(&self) -> String {
        csv(&self.replay)
    }
}

fn row(replay: &Replay, moment: usize) -> Vec<String> {
    let merge = replay.merge(moment);
    let name = |token: u32| format::visible(&replay.name(token).text);
    vec![
        moment.to_string(),
        merge.map_or("–".into(), |merge| format!("{} + {}", name(merge.pair.left), name(merge.pair.right))),
        merge.map_or("–".into(), |merge| name(merge.token)),
        merge.map_or("–".into(), |merge| format::count(merge.pair.count)),
        format::count(replay.tokens(moment)),
        format::count(replay.vocabulary(moment) as u64),
    ]
}
