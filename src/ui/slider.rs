//! The values that a setting's slider stops at. A slider moves over their places in a list, so each stop is a value of
//! its own and a key press always arrives at the next one.

use crate::config::fields::{Field, Kind, Scale};

/// Settings with more steps than this move by ratio.
const MAX_STEPS: f64 = 200.0;
/// Numbers on a line have at least so many stops.
const MIN_STOPS: f64 = 100.0;
/// Round numbers within a factor of ten.
const DECIMAL: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
/// Round numbers within a factor of two, for sizes that love powers of two.
const BINARY: [f64; 4] = [1.0, 1.25, 1.5, 1.75];

#[derive(Clone, Debug, PartialEq)]
pub struct Slider {
    /// In rising order, all different; never empty.
    stops: Vec<f64>,
}

impl Slider {
    /// The slider of a setting; choices and texts have none, and neither have seeds.
    pub fn of(field: &Field) -> Option<Slider> {
        let stops = match field.kind {
            seed if seed.is_seed() => return None,
            Kind::Choice(_) | Kind::Switch | Kind::Text { .. } => return None,
            Kind::Integer { min, max, step } => whole(min as f64, max as f64, step as f64),
            Kind::Real { min, max, scale: Scale::Linear } => on_a_line(min, max),
            Kind::Real { min, max, scale: Scale::Logarithmic } => round_numbers(&DECIMAL, 10.0, min, max),
        };
        Some(Slider::through(stops))
    }

    /// Through rising stops; a stop that comes twice stands once.
    fn through(mut stops: Vec<f64>) -> Slider {
        stops.dedup();
        Slider { stops }
    }

    /// The last position; the first is 0.
    pub fn last(&self) -> usize {
        self.stops.len() - 1
    }

    /// The position of the stop that is nearest to `value`, by ratio.
    pub fn position(&self, value: f64) -> usize {
        let above = self.stops.partition_point(|stop| *stop < value).min(self.last());
        match above.checked_sub(1) {
            Some(below) if value - self.stops[below] < self.stops[above] - value => below,
            _ => above,
        }
    }

    pub fn value(&self, position: usize) -> f64 {
        self.stops[position.min(self.last())]
    }
}

fn whole(min: f64, max: f64, step: f64) -> Vec<f64> {
    let count = ((max - min) / step).ceil();
    if count <= MAX_STEPS && max / min.max(step) < MIN_STOPS {
        return (0..=count as usize).map(|index| (min + index as f64 * step).min(max)).collect();
    }
    let binary = (max as u64).is_power_of_two();
    let numbers = match binary {
        true => round_numbers(&BINARY, 2.0, min.max(step), max),
        false => round_numbers(&DECIMAL, 10.0, min.max(step), max),
    };
    let on_grid = numbers.into_iter().map(|number| (number / step).round() * step);
    between(on_grid, min, max)
}

fn on_a_line(min: f64, max: f64) -> Vec<f64> {
    let step = (0..).map(|index| 0.5_f64 * 10_f64.powi(-index)).flat_map(|step| [step, step * 0.4, step * 0.2]);
    let step = step.into_iter().find(|step| (max - min) / step >= MIN_STOPS).expect("steps become ever smaller");
    let count = ((max - min) / step).floor() as usize;
    let stop = |index: usize| min + index as f64 * step;
    // Where a line goes through 0, it stops there.
    let at_zero = |value: f64| if value.abs() < 1e-6 * step { 0.0 } else { value };
    (0..=count).map(|index| short(at_zero(stop(index)))).chain([max]).collect()
}

/// All the round numbers between two ends, and the ends.
fn round_numbers(series: &[f64], base: f64, min: f64, max: f64) -> Vec<f64> {
    let first = min.log(base).floor() as i32;
    let last = max.log(base).ceil() as i32;
    let numbers = (first..=last).flat_map(|power| series.iter().map(move |number| short(number * base.powi(power))));
    between(numbers, min, max)
}

/// The numbers that lie between the ends, and the ends around them.
fn between(numbers: impl Iterator<Item = f64>, min: f64, max: f64) -> Vec<f64> {
    let inner = numbers.filter(|number| *number > min && *number < max);
    [min].into_iter().chain(inner).chain([max]).collect()
}

/// Without the dust behind the ninth figure, so that a link stays short.
fn short(value: f64) -> f64 {
    format!("{value:.8e}").parse().expect("a number as text is a number")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::fields::{Field, Value};
    use crate::config::presets::Preset;

    #[test]
    fn every_stop_is_a_valid_value_of_its_own() {
        for field in Field::all() {
            let Some(slider) = Slider::of(field) else { continue };
            for position in 0..=slider.last() {
                let value = slider.value(position);
                field
                    .check(&Value::Number(value))
                    .unwrap_or_else(|error| panic!("{} at {position}: {error}", field.key));
                assert_eq!(slider.position(value), position, "{} = {value} is at another place", field.key);
                assert!(value.to_string().len() <= 9, "{} stops at {value}", field.key);
            }
            assert!((4..=260).contains(&slider.last()), "{} has {} stops", field.key, slider.last());
        }
    }

    #[test]
    fn the_ends_are_reached_and_presets_are_near_a_stop() {
        for field in Field::all() {
            let Some(slider) = Slider::of(field) else { continue };
            let (Kind::Integer { .. } | Kind::Real { .. }) = field.kind else { unreachable!("{}", field.key) };
            for end in [f64::NEG_INFINITY, f64::INFINITY] {
                let Value::Number(wanted) = field.clamp(&Value::Number(end)) else { unreachable!("{}", field.key) };
                assert_eq!(slider.value(slider.position(end)), wanted, "{}", field.key);
            }
            for config in Preset::ALL.map(Preset::config) {
                let Value::Number(value) = field.get(&config) else { unreachable!("{}", field.key) };
                let back = slider.value(slider.position(value));
                assert!((back - value).abs() <= (value * 0.15).max(0.01), "{}: {value} is shown at {back}", field.key);
            }
        }
    }
}
