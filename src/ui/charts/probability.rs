//! How sure the model was: probabilities in steps that a style sheet can tint.

/// Steps of the tint, from surprised to certain: the lower bound of each.
pub const BOUNDS: [f32; 5] = [0.0, 0.05, 0.2, 0.5, 0.8];

/// The step of a probability, 0 to 4.
pub fn level(probability: f32) -> usize {
    BOUNDS.iter().rposition(|bound| probability >= *bound).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_probability_has_a_level() {
        for (probability, expected) in
            [(0.0, 0), (0.049, 0), (0.05, 1), (0.3, 2), (0.5, 3), (0.8, 4), (1.0, 4), (f32::NAN, 0)]
        {
            assert_eq!(level(probability), expected, "{probability}");
        }
    }
}
