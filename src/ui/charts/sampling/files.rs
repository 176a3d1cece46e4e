//! The same pictures as rows that continue in a spreadsheet.

use super::dots::part_of;
use crate::protocol::sample::{Drawing, Population, Redraws};
use crate::ui::kit::csv::Csv;

/// Every dot; then, if any, the synthetic points between their parents. Classes have the names that they are called by.
pub fn dots(population: &Population, drawing: Option<&Drawing>, classes: &[String]) -> String {
    let head =
        ["kind", "document", "class", "characters", "x", "y", "times", "weight", "chance", "part", "parents", "words"];
    let mut csv = Csv::new(&head);
    for (at, dot) in population.dots.iter().enumerate() {
        let drawn = drawing.and_then(|drawing| drawing.dots.get(at));
        csv.row(&[
            &"document",
            &(dot.document + 1),
            &classes[usize::from(dot.class)],
            &dot.characters,
            &dot.place[0],
            &dot.place[1],
            &drawn.map(|dot| dot.times),
            &drawn.map(|dot| dot.weight),
            &drawn.map(|dot| dot.chance),
            &drawing.and_then(|drawing| part_of(drawing, at)).map(|part| part.name.as_str()),
            &"",
            &dot.words,
        ]);
    }
    for child in drawing.into_iter().flat_map(|drawing| &drawing.children) {
        let [first, second] = child.parents;
        let parents = format!("{} + {}", first + 1, second + 1);
        let (class, [x, y]) = (&classes[usize::from(child.class)], child.place);
        csv.row(&[&"synthetic", &"", class, &"", &x, &y, &1u32, &"", &"", &"", &parents, &""]);
    }
    csv.text()
}

pub fn shares(drawing: &Drawing, classes: &[String]) -> String {
    let mut csv = Csv::new(&["class", "before", "after", "weighted"]);
    for (class, share) in classes.iter().zip(&drawing.shares) {
        csv.row(&[class, &share.population, &share.sample, &share.weighted]);
    }
    csv.text()
}

/// A line for each redraw.
pub fn redraws(redraws: &Redraws) -> String {
    let mut csv = Csv::new(&["redraw", "weighted", "without_weights", "simple_random", "truth"]);
    for (number, weighted) in redraws.weighted.values.iter().enumerate() {
        let simple = redraws.simple.as_ref().and_then(|simple| simple.values.get(number)).copied();
        let plain = redraws.plain.values.get(number).copied();
        csv.row(&[&(number + 1), weighted, &plain, &simple, &redraws.truth]);
    }
    csv.text()
}
