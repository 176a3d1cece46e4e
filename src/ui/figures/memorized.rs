//! How long the longest copied run of a written text is, and those that nobody copied.

use std::rc::Rc;

use crate::protocol::evaluate::Copied;
use crate::ui::charts::memorized::{Names, csv, scene};
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;

#[derive(Clone, PartialEq)]
pub struct LongestRuns {
    pub copied: Rc<Copied>,
    pub t: I18n,
}

impl Chart for LongestRuns {
    fn scene(&self, width: f64) -> Scene {
        let names = Names {
            written: self.t.say("heart.bar.written"),
            chance: self.t.say("heart.bar.chance"),
            characters: self.t.say("heart.bar.characters"),
        };
        scene(&self.copied, &names, width)
    }

    fn table(&self) -> Table {
        let row = |key: &str, longest: u64| vec![self.t.say(key), longest.to_string()];
        let controls = self.copied.chance.iter().map(|longest| row("heart.bar.chance", *longest));
        let rows = [row("heart.bar.written", self.copied.longest)].into_iter().chain(controls).collect();
        Table::new([self.t.say("heart.table.text"), self.t.say("heart.bar.characters")], rows)
    }

    fn csv(&self) -> String {
        csv(&self.copied)
    }
}
