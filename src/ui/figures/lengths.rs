//! How long documents are.

use std::rc::Rc;

use crate::protocol::corpus::Description;
use crate::ui::charts::lengths::{Words, bars, csv, scene};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;

#[derive(Clone, PartialEq)]
pub struct Lengths {
    pub description: Rc<Description>,
    pub t: I18n,
}

impl Chart for Lengths {
    fn scene(&self, width: f64) -> Scene {
        let (axis, median) = (self.t.say("corpus.lengths.axis"), self.t.say("corpus.lengths.median"));
        scene(&self.description.lengths, &Words { axis: &axis, median: &median }, width)
    }

    fn table(&self) -> Table {
        let columns = ["corpus.lengths.axis", "corpus.card.documents"].map(|key| self.t.say(key));
        let row =
            |(from, to, count)| vec![format!("{} – {}", format::count(from), format::count(to)), format::count(count)];
        Table::new(columns, bars(&self.description.lengths).map(row).collect())
    }

    fn csv(&self) -> String {
        csv(&self.description.lengths)
    }
}
