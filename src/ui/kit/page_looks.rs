//! How the style sheets colour the marks of pictures. For tests: a file is to look like the page.

use std::path::Path;

use super::colours::tests::light;
use super::looks::Style;

/// Selectors with their declarations.
pub struct Looks(Vec<(String, String)>);

impl Looks {
    pub fn of_the_page() -> Self {
        let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/css");
        let sheets = std::fs::read_dir(&room).expect("the style sheets").map(|entry| entry.expect("an entry").path());
        let sheets = sheets.map(|sheet| std::fs::read_to_string(&sheet).expect("a text"));
        Looks(sheets.flat_map(|sheet| rules(&sheet)).collect())
    }

    /// What of a look is not as on the page, in a sentence.
    pub fn differs(&self, style: &Style) -> Option<String> {
        let hex = |property: &str| self.value(style.class, property).map(colour);
        // A text without a rule of its own is as all texts are; a shape without one is black, and no look is meant so.
        let fill = hex("fill").or_else(|| light("ink"))?;
        let ours = [style.fill.map_or("none", |fill| fill.hex), style.stroke.map_or("none", |stroke| stroke.hex)];
        let page = [fill, hex("stroke").unwrap_or_else(|| "none".into())];
        let dashes = (style.attribute("stroke-dasharray"), self.value(style.class, "stroke-dasharray"));
        let is_same = ours == [page[0].as_str(), page[1].as_str()] && dashes.0.map(String::from) == dashes.1;
        (!is_same).then(|| format!("{}: {ours:?}, on the page {page:?}; dashes {dashes:?}", style.class))
    }

    /// The last declaration of a property for a class; a line that has no fill of its own is not filled.
    fn value(&self, class: &str, property: &str) -> Option<String> {
        let rules = self.0.iter().filter(|(selector, _)| is_for(selector, class));
        let mut found = rules.filter_map(|(_, declarations)| {
            let mut all = declarations.split(';').filter_map(|it| it.trim().split_once(": "));
            all.find(|(name, _)| *name == property).map(|(_, value)| value.to_string())
        });
        let value = found.next_back()?;
        // A variable of the marks themselves, which other rules set.
        match value.strip_prefix("var(--class)") {
            Some(_) => self.value(class, "--class"),
            None => Some(value),
        }
    }
}

/// The rules of a style sheet, those within conditions left out: they are for other papers than white.
fn rules(sheet: &str) -> Vec<(String, String)> {
    let mut text = String::new();
    for part in sheet.split("/*") {
        text.push_str(part.split_once("*/").map_or(part, |(_, after)| after));
    }
    let (mut rules, mut selector, mut body, mut depth, mut within) = (Vec::new(), String::new(), String::new(), 0, 0);
    for letter in text.chars() {
        match letter {
            '{' if selector.trim_start().starts_with('@') => {
                within += 1;
                selector.clear();
            }
            '{' => depth = 1,
            '}' if depth == 1 => {
                if within == 0 {
                    rules.push((selector.trim().to_string(), body.trim().to_string()));
                }
                (depth, selector, body) = (0, String::new(), String::new());
            }
            '}' => within -= 1,
            letter if depth == 1 => body.push(letter),
            letter => selector.push(letter),
        }
    }
    rules
}

/// Whether a selector is for the marks of a class.
fn is_for(selector: &str, class: &str) -> bool {
    let name = format!("mark-{class}");
    let ends = |rest: &str| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '-');
    let is_named = selector.match_indices(&format!(".{name}")).any(|(at, word)| ends(&selector[at + word.len()..]));
    let mut beginnings = selector.split("[class^=\"").skip(1).filter_map(|rest| rest.split('"').next());
    is_named || beginnings.any(|beginning| name.starts_with(beginning))
}

fn colour(value: String) -> String {
    match value.strip_prefix("var(--").and_then(|token| token.strip_suffix(')')) {
        Some(token) => light(token).unwrap_or_else(|| panic!("tokens.css has no {token}")),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::colours::{ACCENT, SERIES_1};
    use crate::ui::kit::looks::TRAIN;

    #[test]
    fn a_look_that_differs_is_found() {
        let page = Looks::of_the_page();
        assert_eq!(page.differs(&TRAIN), None);
        assert!(page.differs(&Style::line("train", SERIES_1)).is_some(), "another colour");
        assert!(page.differs(&Style::framed("train", ACCENT, ACCENT)).is_some(), "filled");
        assert!(page.differs(&Style::line("validation", SERIES_1)).is_some(), "no dashes");
        assert!(page.differs(&Style::line("no-such-mark", ACCENT)).is_some());
    }

    #[test]
    fn rules_are_read_and_conditions_left_out() {
        let sheet =
            "/* .a { fill: none } */\n.mark-a,\n.mark-b { fill: red; }\n@media print { .mark-a { fill: blue; } }\n.c{}";
        let found = rules(sheet);
        assert_eq!(found.len(), 2);
        assert!(is_for(&found[0].0, "a") && is_for(&found[0].0, "b") && !is_for(&found[0].0, "ab"));
        assert!(is_for("[class^=\"mark-run-\"]", "run-3") && !is_for(".mark-run-11", "run-1"));
    }
}
