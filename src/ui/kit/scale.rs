//! From numbers to pixels, and the round numbers that an axis carries.

/// A straight line from a domain of values to a range of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub domain: (f64, f64),
    pub range: (f64, f64),
}

impl Scale {
    /// The pixel of a value; the middle of the range where the domain is a single point.
    pub fn at(&self, value: f64) -> f64 {
        let (from, to) = self.range;
        from + (to - from) * share(self.domain, value)
    }

    /// The value at a pixel, kept inside the domain.
    pub fn invert(&self, pixel: f64) -> f64 {
        let (from, to) = self.domain;
        from + (to - from) * share(self.range, pixel).clamp(0.0, 1.0)
    }
}

/// Where values stand along a scale: at their own place, or at that of their logarithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    #[default]
    Linear,
    Logarithmic,
}

impl Spacing {
    pub const ALL: [Spacing; 2] = [Spacing::Linear, Spacing::Logarithmic];

    fn place(self, value: f64) -> f64 {
        match self {
            Spacing::Linear => value,
            Spacing::Logarithmic => value.max(f64::MIN_POSITIVE).log10(),
        }
    }

    fn value(self, place: f64) -> f64 {
        match self {
            Spacing::Linear => place,
            Spacing::Logarithmic => 10f64.powf(place),
        }
    }
}

/// A scale with its spacing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    spacing: Spacing,
    places: Scale,
    /// The values at both ends, as they were given.
    pub ends: (f64, f64),
}

impl Axis {
    /// # Panics
    /// Where a logarithmic axis begins at 0 or below.
    pub fn new(spacing: Spacing, ends: (f64, f64), range: (f64, f64)) -> Self {
        assert!(spacing == Spacing::Linear || ends.0 > 0.0, "a logarithmic axis from {} to {}", ends.0, ends.1);
        let domain = (spacing.place(ends.0), spacing.place(ends.1));
        Axis { spacing, places: Scale { domain, range }, ends }
    }

    pub fn linear(ends: (f64, f64), range: (f64, f64)) -> Self {
        Self::new(Spacing::Linear, ends, range)
    }

    pub fn range(&self) -> (f64, f64) {
        self.places.range
    }

    pub fn at(&self, value: f64) -> f64 {
        self.places.at(self.spacing.place(value))
    }

    pub fn invert(&self, pixel: f64) -> f64 {
        self.spacing.value(self.places.invert(pixel))
    }

    /// The powers of ten on the axis.
    pub fn decades(&self) -> Vec<f64> {
        let (from, to) = self.ends;
        let (first, last) = ((from.log10() - 1e-9).ceil() as i32, (to.log10() + 1e-9).floor() as i32);
        (first..=last).map(|power| 10f64.powi(power)).collect()
    }

    /// About `wanted` round numbers. Over less than a factor of ten a logarithmic axis carries those of a straight one:
    /// between 2 and 4 there is no power of ten.
    pub fn ticks(&self, wanted: usize) -> Vec<f64> {
        let (from, to) = self.ends;
        if self.spacing == Spacing::Linear || to / from < 10.0 {
            return ticks(from, to, wanted);
        }
        let (first, last) = (from.log10().floor() as i32, to.log10().ceil() as i32);
        let within = |tick: &f64| *tick >= from * (1.0 - 1e-9) && *tick <= to * (1.0 + 1e-9);
        let tens = |factors: &[f64]| -> Vec<f64> {
            let all = (first..=last).flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)));
            all.filter(within).collect()
        };
        let dense = tens(&[1.0, 2.0, 5.0]);
        if dense.len() <= 2 * wanted { dense } else { tens(&[1.0]) }
    }
}

fn share((from, to): (f64, f64), value: f64) -> f64 {
    if from == to { 0.5 } else { (value - from) / (to - from) }
}

/// Multiples of 1, 2 or 5 times a power of ten between `min` and `max`, about `wanted` of them.
pub fn ticks(min: f64, max: f64, wanted: usize) -> Vec<f64> {
    let step = tick_step(min, max, wanted);
    let (first, last) = ((min / step - 1e-9).ceil() as i64, (max / step + 1e-9).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

/// The distance of two ticks.
pub fn tick_step(min: f64, max: f64, wanted: usize) -> f64 {
    assert!(min < max && min.is_finite() && max.is_finite(), "ticks: no span from {min} to {max}");
    let rough = (max - min) / wanted.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// Digits after the point that a tick needs to tell itself from its neighbour.
pub fn decimals(step: f64) -> usize {
    (-(step * 1.0001).log10().floor()).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let cases = [
            ((0.0, 1.0, 5), vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
            ((0.0, 300.0, 6), vec![0.0, 50.0, 100.0, 150.0, 200.0, 250.0, 300.0]),
            ((1.3, 4.2, 4), vec![2.0, 3.0, 4.0]),
            ((-3.0, 3.0, 3), vec![-2.0, 0.0, 2.0]),
        ];
        for ((min, max, wanted), expected) in cases {
            let found = ticks(min, max, wanted);
            assert_eq!(found.len(), expected.len(), "{min}..{max}: {found:?}");
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-9), "{min}..{max}: {found:?}");
        }
    }

    #[test]
    fn ticks_stay_inside_and_near_the_wanted_number() {
        for exponent in -4..7 {
            for mantissa in [1.0, 1.7, 2.4, 5.0, 9.9] {
                let max = mantissa * 10f64.powi(exponent);
                let found = ticks(0.0, max, 5);
                assert!((2..=11).contains(&found.len()), "{max}: {found:?}");
                assert!(found.iter().all(|tick| *tick <= max * 1.000001), "{max}: {found:?}");
            }
        }
    }

    #[test]
    fn decimals_tell_neighbours_apart() {
        for (step, expected) in [(5.0, 0), (1.0, 0), (0.5, 1), (0.2, 1), (0.05, 2), (0.001, 3), (200.0, 0)] {
            assert_eq!(decimals(step), expected, "{step}");
        }
    }

    #[test]
    fn a_scale_goes_there_and_back() {
        let scale = Scale { domain: (0.0, 10.0), range: (300.0, 20.0) };
        assert_eq!(scale.at(0.0), 300.0);
        assert_eq!(scale.at(10.0), 20.0);
        assert!((scale.invert(scale.at(3.7)) - 3.7).abs() < 1e-9);
        assert_eq!(scale.invert(1000.0), 0.0, "outside the plot is its edge");
        assert_eq!(Scale { domain: (2.0, 2.0), range: (0.0, 10.0) }.at(2.0), 5.0);
    }

    #[test]
    fn a_factor_is_as_long_everywhere_on_a_logarithmic_axis() {
        let axis = Axis::new(Spacing::Logarithmic, (0.001, 1.0), (0.0, 300.0));
        assert!((axis.at(0.01) - 100.0).abs() < 1e-9 && (axis.at(0.1) - 200.0).abs() < 1e-9);
        assert!((axis.invert(axis.at(0.05)) / 0.05 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn decades_are_within() {
        let decades = |ends| Axis::new(Spacing::Logarithmic, ends, (0.0, 1.0)).decades();
        assert_eq!(decades((1.0, 1200.0)), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(decades((0.02, 9.0)), [0.1, 1.0]);
    }

    #[test]
    fn ticks_of_a_logarithmic_axis_are_few_and_within() {
        for (from, to) in [(0.001, 1.0), (2.1, 4.2), (0.9, 9.5), (1e-6, 1e3), (3.0, 31.0)] {
            let ticks = Axis::new(Spacing::Logarithmic, (from, to), (0.0, 1.0)).ticks(5);
            assert!((2..=11).contains(&ticks.len()), "{from} to {to}: {ticks:?}");
            assert!(ticks.iter().all(|tick| *tick >= from * 0.999 && *tick <= to * 1.001), "{from} to {to}: {ticks:?}");
        }
    }
}
