//! Where keys lead along places that follow one another: on a chart, or through a text.

/// Which way is further: on a chart up is more, in a text it is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    Chart,
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Walk {
    To(f64),
    /// Away from all places.
    Away,
}

impl Walk {
    /// The place that it leads to, if it leads to one.
    pub fn place(self) -> Option<f64> {
        match self {
            Walk::To(place) => Some(place),
            Walk::Away => None,
        }
    }
}

/// Where a key leads from a place, in strides between 0 and the last place; nothing where it is not for walking.
pub fn walked(key: &str, along: Along, now: f64, last: f64, stride: f64) -> Option<Walk> {
    let place = match (key, along) {
        ("ArrowLeft", _) | ("ArrowDown", Along::Chart) | ("ArrowUp", Along::Text) => now - stride,
        ("ArrowRight", _) | ("ArrowUp", Along::Chart) | ("ArrowDown", Along::Text) => now + stride,
        ("PageDown", Along::Chart) => now - 10.0 * stride,
        ("PageUp", Along::Chart) => now + 10.0 * stride,
        ("Home", _) => 0.0,
        ("End", _) => last,
        ("Escape", Along::Chart) => return Some(Walk::Away),
        _ => return None,
    };
    Some(Walk::To(place.clamp(0.0, last.max(0.0))))
}

/// The same among so many things of a text; from none of them to the first, or the last.
pub fn walked_among(key: &str, now: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let to = match walked(key, Along::Text, now.unwrap_or(0) as f64, last as f64, 1.0)? {
        Walk::To(place) => place as usize,
        Walk::Away => return None,
    };
    Some(if now.is_none() && key != "End" { 0 } else { to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_is_more_on_a_chart_and_back_in_a_text() {
        let chart = |key| walked(key, Along::Chart, 40.0, 100.0, 2.0);
        for (key, place) in [
            ("ArrowUp", 42.0),
            ("ArrowLeft", 38.0),
            ("PageUp", 60.0),
            ("PageDown", 20.0),
            ("Home", 0.0),
            ("End", 100.0),
        ] {
            assert_eq!(chart(key), Some(Walk::To(place)), "{key}");
        }
        assert_eq!((chart("Escape"), chart("a")), (Some(Walk::Away), None));
        let text = |key| walked(key, Along::Text, 40.0, 100.0, 1.0);
        assert_eq!(text("ArrowUp"), Some(Walk::To(39.0)));
        assert_eq!((text("PageUp"), text("Escape")), (None, None), "the page scrolls");
    }

    #[test]
    fn no_key_leads_past_an_end() {
        assert_eq!(walked("ArrowRight", Along::Chart, 99.5, 100.0, 2.0), Some(Walk::To(100.0)));
        assert_eq!(walked("ArrowLeft", Along::Chart, 0.5, 100.0, 2.0), Some(Walk::To(0.0)));
        assert_eq!(walked("End", Along::Chart, 0.0, -1.0, 2.0), Some(Walk::To(0.0)), "where there is no place");
    }

    #[test]
    fn tokens_are_walked_one_by_one() {
        assert_eq!(walked_among("ArrowDown", Some(3), 5), Some(4));
        assert_eq!(walked_among("ArrowDown", Some(4), 5), Some(4));
        assert_eq!(walked_among("ArrowRight", None, 5), Some(0), "from none to the first");
        assert_eq!(walked_among("End", None, 5), Some(4));
        assert_eq!(walked_among("Home", Some(3), 0), None, "there is none");
    }
}
