//! A run as rows: the table beside the chart, and the file that continues in a spreadsheet.

use std::fmt::Write;

use super::loss::Curves;
use crate::protocol::{Evaluation, StepPoint};

/// Steps worth a row on the page: the first, the last, and about `most` between them, evenly.
pub fn rows(curves: &Curves, most: usize) -> Vec<f64> {
    let stride = curves.raw.len().div_ceil(most.max(1)).max(1);
    let mut steps: Vec<f64> = curves.raw.iter().step_by(stride).map(|point| point.0).collect();
    if let Some(last) = curves.raw.last() {
        steps.push(last.0);
    }
    steps.dedup();
    steps
}

/// At most `most` of `count` places, evenly, the first and the last among them.
pub fn evenly(count: usize, most: usize) -> Vec<usize> {
    if count <= most || most < 2 {
        return (0..count).collect();
    }
    (0..most).map(|i| i * (count - 1) / (most - 1)).collect()
}

/// Every step with its loss, its learning rate, its gradient norm and, where there was one, its validation.
pub fn csv(points: &[StepPoint], evaluations: &[Evaluation]) -> String {
    let mut csv =
        String::from("step,training_loss,learning_rate,gradient_norm,validation_loss,validation_bits_per_byte\n");
    let mut steps: Vec<u64> = points.iter().map(|point| point.step).chain(evaluations.iter().map(|e| e.step)).collect();
    steps.sort_unstable();
    steps.dedup();
    for step in steps {
        let point = points.binary_search_by_key(&step, |point| point.step).ok().map(|i| points[i]);
        let evaluation = evaluations.binary_search_by_key(&step, |e| e.step).ok().map(|i| evaluations[i]);
        let cells = [
            point.map(|point| point.loss),
            point.map(|point| point.learning_rate),
            point.map(|point| point.grad_norm),
            evaluation.map(|evaluation| evaluation.loss),
            evaluation.map(|evaluation| evaluation.bits_per_byte),
        ];
        write!(csv, "{step}").expect("a string takes what is written");
        for cell in cells {
            write!(csv, ",{}", cell.map_or(String::new(), |value| value.to_string())).expect("a string takes it");
        }
        csv.push('\n');
    }
    csv
}

/// A cell that a spreadsheet reads as text: quoted where it has to be, and never as a formula.
pub fn cell(text: &str) -> String {
    let harmless = match text.starts_with(['=', '+', '-', '@', '\t']) {
        true => format!("'{text}"),
        false => text.to_string(),
    };
    match harmless.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", harmless.replace('"', "\"\"")),
        false => harmless,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(step: u64) -> StepPoint {
        StepPoint { step, loss: 2.5, learning_rate: 0.001, grad_norm: 1.5 }
    }

    #[test]
    fn rows_are_few_and_end_with_the_end() {
        let points: Vec<StepPoint> = (1..=1000).map(point).collect();
        let rows = rows(&Curves::new(&points, &[], 1000), 20);
        assert!(rows.len() <= 21 && rows[0] == 1.0 && *rows.last().unwrap() == 1000.0, "{rows:?}");
        assert_eq!(super::rows(&Curves::default(), 20), Vec::<f64>::new());
    }

    #[test]
    fn even_places_keep_both_ends() {
        assert_eq!(evenly(3, 8), [0, 1, 2]);
        assert_eq!(evenly(100, 4), [0, 33, 66, 99]);
        assert_eq!(evenly(0, 4), Vec::<usize>::new());
    }

    #[test]
    fn a_file_has_every_step_and_blanks_where_nothing_was_measured() {
        let evaluations = [
            Evaluation { step: 0, loss: 4.0, bits_per_byte: 3.0 },
            Evaluation { step: 2, loss: 3.5, bits_per_byte: 2.5 },
        ];
        let csv = csv(&[point(1), point(2)], &evaluations);
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[1..], ["0,,,,4,3", "1,2.5,0.001,1.5,,", "2,2.5,0.001,1.5,3.5,2.5"]);
    }
}
