//! The same pictures as rows that continue in a spreadsheet.

use std::fmt::Write;

use super::dots::part_of;
use super::words::class_name;
use crate::protocol::sampling::{Drawing, Population, Redraws};
use crate::ui::charts::table::cell;
use crate::ui::i18n::I18n;

/// Every dot; then, if any, the synthetic points between their parents.
pub fn dots(population: &Population, drawing: Option<&Drawing>, t: &I18n) -> String {
    let mut csv = String::from("kind,document,class,characters,x,y,times,weight,chance,part,parents,words\n");
    for (at, dot) in population.dots.iter().enumerate() {
        let class = cell(&class_name(&population.classes[usize::from(dot.class)].name, t));
        let [x, y] = dot.place;
        let drawn = drawing.and_then(|drawing| drawing.dots.get(at).map(|dot| (dot, part_of(drawing, at))));
        let drawn = drawn.map_or_else(
            || ",,,".to_string(),
            |(dot, part)| {
                let part = part.map_or_else(String::new, |part| cell(&part.name));
                format!("{},{},{},{part}", dot.times, dot.weight, dot.chance)
            },
        );
        row(
            &mut csv,
            format_args!(
                "document,{},{class},{},{x},{y},{drawn},,{}",
                dot.document + 1,
                dot.characters,
                cell(&dot.words)
            ),
        );
    }
    for child in drawing.into_iter().flat_map(|drawing| &drawing.children) {
        let class = cell(&class_name(&population.classes[usize::from(child.class)].name, t));
        let ([x, y], [first, second]) = (child.place, child.parents);
        row(&mut csv, format_args!("synthetic,,{class},,{x},{y},1,,,,{} + {},", first + 1, second + 1));
    }
    csv
}

pub fn shares(population: &Population, drawing: &Drawing, t: &I18n) -> String {
    let mut csv = String::from("class,before,after,weighted\n");
    for (class, share) in population.classes.iter().zip(&drawing.shares) {
        let class = cell(&class_name(&class.name, t));
        row(&mut csv, format_args!("{class},{},{},{}", share.population, share.sample, share.weighted));
    }
    csv
}

/// A line for each redraw.
pub fn redraws(redraws: &Redraws) -> String {
    let mut csv = String::from("redraw,weighted,without_weights,simple_random,truth\n");
    let at = |values: &[f64], number: usize| values.get(number).map_or_else(String::new, f64::to_string);
    for (number, weighted) in redraws.weighted.values.iter().enumerate() {
        let simple = redraws.simple.as_ref().map_or_else(String::new, |simple| at(&simple.values, number));
        let plain = at(&redraws.plain.values, number);
        row(&mut csv, format_args!("{},{weighted},{plain},{simple},{}", number + 1, redraws.truth));
    }
    csv
}

fn row(csv: &mut String, cells: std::fmt::Arguments) {
    writeln!(csv, "{cells}").expect("a string takes what is written");
}
