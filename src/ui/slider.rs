//! Where a setting's value is on its slider: sliders run over whole positions, values over their own scale.

use crate::config::fields::{Field, Kind, Scale};

/// Positions of a slider whose values are not counted.
const POSITIONS: f64 = 1000.0;
/// Whole numbers whose ends lie this far apart move by ratio, not by difference.
const WIDE: f64 = 400.0;

/// A slider's positions run from 0 to `last`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slider {
    pub last: f64,
    min: f64,
    max: f64,
    grid: Grid,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Grid {
    /// Each position is one step.
    Steps(f64),
    Linear,
    /// Positions are ratios; values stay on multiples of the step where there is one.
    Ratio {
        step: Option<f64>,
    },
}

impl Slider {
    /// The slider of a setting; choices and texts have none, and neither have seeds.
    pub fn of(field: &Field) -> Option<Slider> {
        match field.kind {
            Kind::Integer { max: 4_294_967_295, .. } | Kind::Choice(_) | Kind::Text { .. } => None,
            Kind::Integer { min, max, step } => {
                let (min, max, step) = (min as f64, max as f64, step as f64);
                let wide = max / min.max(step) >= WIDE;
                let grid = if wide { Grid::Ratio { step: Some(step) } } else { Grid::Steps(step) };
                let last = if wide { POSITIONS } else { ((max - min) / step).ceil() };
                Some(Slider { last, min, max, grid })
            }
            Kind::Real { min, max, scale } => {
                let grid = if scale == Scale::Linear { Grid::Linear } else { Grid::Ratio { step: None } };
                Some(Slider { last: POSITIONS, min, max, grid })
            }
        }
    }

    pub fn position(&self, value: f64) -> f64 {
        let position = match self.grid {
            Grid::Steps(step) => (value - self.min) / step,
            Grid::Linear => (value - self.min) / (self.max - self.min) * self.last,
            Grid::Ratio { .. } if value <= self.low() => 0.0,
            Grid::Ratio { .. } => (value / self.low()).ln() / (self.max / self.low()).ln() * self.last,
        };
        position.round().clamp(0.0, self.last)
    }

    pub fn value(&self, position: f64) -> f64 {
        let share = position / self.last;
        let value = match self.grid {
            _ if position <= 0.0 => self.min,
            _ if position >= self.last => self.max,
            Grid::Steps(step) => self.min + position * step,
            Grid::Linear => rounded(self.min + share * (self.max - self.min), 3),
            Grid::Ratio { step: None } => rounded(self.low() * (self.max / self.low()).powf(share), 2),
            Grid::Ratio { step: Some(step) } => {
                (self.low() * (self.max / self.low()).powf(share) / step).round().max(1.0) * step
            }
        };
        value.clamp(self.min, self.max)
    }

    /// The least value that has a ratio to others.
    fn low(&self) -> f64 {
        match self.grid {
            Grid::Ratio { step: Some(step) } => self.min.max(step),
            _ => self.min,
        }
    }
}

/// Rounds to so many significant figures, as decimal text does, so that a link stays short.
fn rounded(value: f64, figures: usize) -> f64 {
    format!("{value:.*e}", figures - 1).parse().expect("a number as text is a number")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::fields::{FIELDS, Value};
    use crate::config::presets::Preset;

    #[test]
    fn every_position_is_a_valid_value_and_positions_rise() {
        for field in FIELDS {
            let Some(slider) = Slider::of(field) else { continue };
            let mut before = f64::NEG_INFINITY;
            for position in 0..=slider.last as u32 {
                let value = slider.value(position as f64);
                field
                    .check(&Value::Number(value))
                    .unwrap_or_else(|error| panic!("{} at {position}: {error}", field.key));
                assert!(value >= before, "{} falls at {position}: {before} to {value}", field.key);
                before = value;
            }
        }
    }

    #[test]
    fn the_values_of_the_presets_keep_their_place() {
        for field in FIELDS {
            let Some(slider) = Slider::of(field) else { continue };
            for config in Preset::ALL.map(Preset::config).iter().chain([&Config::default()]) {
                let Value::Number(value) = field.get(config) else { unreachable!("{} has a slider", field.key) };
                let back = slider.value(slider.position(value));
                let room = (value.abs() * 0.05).max(0.01);
                assert!((back - value).abs() <= room, "{}: {value} comes back as {back}", field.key);
            }
        }
    }
}
