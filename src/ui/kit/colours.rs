//! The colours of the light theme, for pictures that leave the page. Each has the name that `static/css/tokens.css` gives
//! it, and a test reads that file.

/// A colour on white paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Its custom property without the dashes: `ink-soft`.
    pub token: &'static str,
    pub hex: &'static str,
}

macro_rules! colours {
    ($($name:ident $token:literal $hex:literal;)*) => {
        $(pub const $name: Colour = Colour { token: $token, hex: $hex };)*

        #[cfg(test)]
        const ALL: &[Colour] = &[$($name),*];
    };
}

colours! {
    PAPER "paper" "#f8faf5";
    SURFACE "surface" "#ffffff";
    SUNKEN "sunken" "#eff3eb";
    INK "ink" "#18211b";
    INK_SOFT "ink-soft" "#4f5c53";
    LINE "line" "#dde4d9";
    EDGE "edge" "#7c897f";
    ACCENT "accent" "#16703d";
    ACCENT_STRONG "accent-strong" "#0f5a30";
    ACCENT_SOFT "accent-soft" "#e2f2e4";
    DANGER "danger" "#a8261d";
    TOKEN_0 "token-0" "#d8efdc";
    TOKEN_1 "token-1" "#fbe8c6";
    TOKEN_2 "token-2" "#dbe7fb";
    TOKEN_3 "token-3" "#f9dedb";
    TOKEN_4 "token-4" "#e9def8";
    SURE_0 "sure-0" "#f6c9a8";
    SURE_1 "sure-1" "#f8e0b4";
    SURE_2 "sure-2" "#e6ecc4";
    SURE_3 "sure-3" "#c9e7c6";
    SURE_4 "sure-4" "#a5d9ad";
    SERIES_0 "series-0" "#16703d";
    SERIES_1 "series-1" "#a14c00";
    SERIES_2 "series-2" "#2f5fb3";
    SERIES_3 "series-3" "#7a3fa0";
    SERIES_4 "series-4" "#b3295a";
    SERIES_5 "series-5" "#00707a";
    CLASS_0 "class-0" "#16703d";
    CLASS_1 "class-1" "#b05300";
    CLASS_2 "class-2" "#2f5fb3";
    CLASS_3 "class-3" "#7a3fa0";
    CLASS_4 "class-4" "#b3295a";
    CLASS_5 "class-5" "#5d6560";
}

#[cfg(test)]
pub mod tests {
    use super::*;

    const TOKENS: &str = include_str!("../../../static/css/tokens.css");

    /// The light colour of a custom property, through those that it names.
    pub fn light(token: &str) -> Option<String> {
        let declared = TOKENS.lines().find_map(|line| line.trim().strip_prefix(&format!("--{token}: ")))?;
        let value = declared.trim_end_matches(';');
        match value.strip_prefix("var(--") {
            Some(other) => light(other.trim_end_matches(')')),
            None => value.strip_prefix("light-dark(")?.split_once(',').map(|(light, _)| light.into()),
        }
    }

    #[test]
    fn colours_are_those_of_the_page() {
        for Colour { token, hex } in ALL {
            assert_eq!(light(token).as_deref(), Some(*hex), "{token}");
        }
    }

    #[test]
    fn a_colour_that_differs_or_is_unknown_is_found() {
        assert_eq!(light("series-0"), light("accent"), "one names the other");
        assert_ne!(light("ink").as_deref(), Some(INK_SOFT.hex));
        assert_eq!(light("no-such-colour"), None);
    }
}
