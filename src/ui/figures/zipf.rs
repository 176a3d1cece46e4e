//! How often tokens occur by their rank, by several tokenizers.

use crate::ui::charts::zipf::{Series, csv, scene};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::axes::Titles;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;

const HEIGHT: f64 = 340.0;
/// The ranks of the table.
const RANKS: [u32; 8] = [1, 3, 10, 30, 100, 300, 1_000, 3_000];

#[derive(Clone, PartialEq)]
pub struct Zipf {
    pub series: Vec<Series>,
    pub t: I18n,
}

impl Chart for Zipf {
    fn scene(&self, width: f64) -> Scene {
        let titles = Titles { across: self.t.say("compare.zipf.rank"), up: self.t.say("compare.zipf.count") };
        scene(&self.series, &titles, width, HEIGHT)
    }

    fn table(&self) -> Table {
        let names = self.series.iter().map(|series| series.name.clone());
        let row = |rank: u32| {
            let counts = self.series.iter().map(|series| count_at(series, rank));
            [rank.to_string()].into_iter().chain(counts).collect()
        };
        let columns = [self.t.say("compare.zipf.rank")].into_iter().chain(names);
        Table::new(columns, RANKS.into_iter().map(row).collect())
    }

    fn csv(&self) -> String {
        csv(&self.series)
    }
}

/// The count at the last rank that is known up to there.
fn count_at(series: &Series, rank: u32) -> String {
    let is_reached = series.ranks.last().is_some_and(|(last, _)| *last >= rank);
    let after = series.ranks.partition_point(|(other, _)| *other <= rank);
    let known = after.checked_sub(1).map(|index| series.ranks[index].1).filter(|_| is_reached);
    known.map_or_else(|| "–".to_string(), format::count)
}
