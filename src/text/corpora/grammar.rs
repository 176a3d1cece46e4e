//! A small grammar language, so that the stories are written in files that read like stories.
//!
//! ```text
//! : rule                 a rule; each following line is one way to say it
//! {other}                says another rule here, each time anew
//! @ hero | name he his   a remembered rule: drawn once per document; a line holds its fields, separated by |
//! {hero.his}             a field of what was drawn
//! {Other} {hero.He}      the same, beginning with a capital letter
//! {a other}              with the article that fits: a pear, an apple
//! ! spam 3               documents labelled `spam` begin with the rule of this name, 3 of the sum of all such numbers
//! / thing.shelf          the source of a document: a field of what was drawn
//! two\nlines             \n begins a new line
//! # note                 not part of the grammar
//! ```

use std::collections::HashMap;

use crate::rng::Rng;

/// Rules by name. A grammar that names a rule or field it does not have panics: one that comes from elsewhere is read with
/// [`Grammar::checked`].
pub struct Grammar<'g> {
    rules: HashMap<&'g str, Rule<'g>>,
    /// The rules that documents begin with, each with its share of them.
    labels: Vec<(&'g str, usize)>,
    /// Rule and field.
    group: Option<(&'g str, &'g str)>,
}

/// A document with what the grammar says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Grown<'g> {
    pub text: String,
    pub label: Option<&'g str>,
    pub group: Option<&'g str>,
}

struct Rule<'g> {
    /// Names of the fields; empty for a rule that is said anew each time.
    fields: Vec<&'g str>,
    alternatives: Vec<&'g str>,
}

impl<'g> Grammar<'g> {
    /// # Errors
    /// The first line that has no meaning.
    pub fn parse(source: &'g str) -> Result<Self, &'g str> {
        let mut rules: HashMap<&str, Rule> = HashMap::new();
        let (mut labels, mut group, mut current) = (Vec::new(), None, None);
        for line in source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(label) = line.strip_prefix("! ") {
                labels.push(share(label).ok_or(line)?);
            } else if let Some(field) = line.strip_prefix("/ ") {
                group = field.split_once('.');
            } else if let Some((name, rule)) = heading(line) {
                if rules.insert(name, rule).is_some() {
                    return Err(line);
                }
                current = Some(name);
            } else {
                let rule = current.and_then(|name| rules.get_mut(name)).ok_or(line)?;
                rule.alternatives.push(line);
            }
        }
        Ok(Self { rules, labels, group })
    }

    /// A grammar of documents with labels that can be grown without a panic.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn checked(source: &'g str) -> Result<Self, &'g str> {
        let grammar = Self::parse(source)?;
        match grammar.mistakes().first() {
            Some(mistake) => Err(mistake),
            None if grammar.labels.iter().all(|(_, share)| *share == 0) => Err("!"),
            None => Ok(grammar),
        }
    }

    /// The labels, each with its share of the documents as a whole number.
    pub fn labels(&self) -> &[(&'g str, usize)] {
        &self.labels
    }

    /// One document of a grammar whose documents have labels.
    pub fn grow_labelled(&self, rng: &mut Rng) -> Grown<'g> {
        let mut left = rng.below(self.labels.iter().map(|(_, share)| share).sum());
        let passed = self.labels.iter().find(|(_, share)| {
            let here = left < *share;
            left = left.saturating_sub(*share);
            here
        });
        let (label, _) = passed.expect("below the sum of all shares");
        let mut document = Document { grammar: self, rng, remembered: HashMap::new(), text: String::new() };
        document.say(label);
        let group = self.group.map(|(rule, field)| document.field(rule, field));
        Grown { text: document.text, label: Some(label), group }
    }

    /// One document that begins with the rule `start`.
    pub fn grow(&self, start: &str, rng: &mut Rng) -> String {
        let mut document = Document { grammar: self, rng, remembered: HashMap::new(), text: String::new() };
        document.say(start);
        document.text
    }

    /// References that name no rule or no field, rules that say nothing, and lines with too few fields.
    pub fn mistakes(&self) -> Vec<&'g str> {
        let rules = self.rules.values();
        let silent = self.rules.iter().filter(|(_, rule)| rule.alternatives.is_empty()).map(|(name, _)| *name);
        let lines = rules.clone().flat_map(|rule| rule.alternatives.iter().copied());
        let references =
            lines.flat_map(|line| line.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or(rest)));
        let short = rules.flat_map(|rule| {
            let lines = rule.alternatives.iter().copied();
            lines.filter(|line| !rule.fields.is_empty() && line.split('|').count() != rule.fields.len())
        });
        let labels = self.labels.iter().map(|(label, _)| *label).filter(|label| !self.resolves(label));
        let group = self
            .group
            .into_iter()
            .filter(|(rule, field)| !self.rules.get(rule).is_some_and(|rule| rule.fields.contains(field)));
        let group = group.map(|(rule, _)| rule);
        let references = references.filter(|reference| !self.resolves(reference));
        references.chain(short).chain(labels).chain(group).chain(silent).collect()
    }

    fn resolves(&self, reference: &str) -> bool {
        let name = reference.rsplit(' ').next().unwrap_or(reference).to_ascii_lowercase();
        let (rule, field) = name.split_once('.').map_or((name.as_str(), None), |(rule, field)| (rule, Some(field)));
        self.rules.get(rule).is_some_and(|rule| match field {
            Some(field) => rule.fields.contains(&field),
            None => rule.fields.is_empty(),
        })
    }

    fn rule(&self, name: &str) -> &Rule<'g> {
        self.rules.get(name).unwrap_or_else(|| panic!("grammar: no rule {name}"))
    }
}

/// `spam 3`
fn share(line: &str) -> Option<(&str, usize)> {
    let (label, share) = line.rsplit_once(' ')?;
    Some((label, share.parse().ok()?))
}

/// `: rule` or `@ rule | field field`.
fn heading(line: &str) -> Option<(&str, Rule<'_>)> {
    if let Some(name) = line.strip_prefix(": ") {
        return Some((name, Rule { fields: Vec::new(), alternatives: Vec::new() }));
    }
    let (name, fields) = line.strip_prefix("@ ")?.split_once(" | ")?;
    Some((name, Rule { fields: fields.split(' ').collect(), alternatives: Vec::new() }))
}

struct Document<'a, 'g> {
    grammar: &'a Grammar<'g>,
    rng: &'a mut Rng,
    /// Which line each remembered rule was given.
    remembered: HashMap<&'g str, &'g str>,
    text: String,
}

impl<'g> Document<'_, 'g> {
    /// A reference: `[a ]rule[.field]`, with a capital letter where the text shall have one.
    fn say_reference(&mut self, reference: &str) {
        let begin = self.text.len();
        let (article, name) = match reference.split_once(' ') {
            Some((_, name)) => (true, name),
            None => (false, reference),
        };
        self.say(&name.to_ascii_lowercase());
        if article {
            self.text.insert_str(begin, article_for(&self.text[begin..]));
        }
        if reference.contains(|letter: char| letter.is_ascii_uppercase()) {
            capitalize(&mut self.text, begin);
        }
    }

    fn say(&mut self, name: &str) {
        match name.split_once('.') {
            Some((rule, field)) => {
                let line = self.field(rule, field);
                self.expand(line);
            }
            None => {
                let alternatives = &self.grammar.rule(name).alternatives;
                let line = alternatives[self.rng.below(alternatives.len())];
                self.expand(line);
            }
        }
    }

    fn field(&mut self, name: &str, field: &str) -> &'g str {
        let grammar = self.grammar;
        let (key, rule) = grammar.rules.get_key_value(name).unwrap_or_else(|| panic!("grammar: no rule {name}"));
        let rng = &mut *self.rng;
        let draw = || rule.alternatives[rng.below(rule.alternatives.len())];
        let line: &'g str = self.remembered.entry(*key).or_insert_with(draw);
        let at = rule.fields.iter().position(|known| *known == field);
        let value = at.and_then(|at| line.split('|').nth(at));
        value.unwrap_or_else(|| panic!("grammar: {name} has no field {field} in {line:?}")).trim()
    }

    fn expand(&mut self, line: &str) {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            self.put(before);
            let (reference, tail) = after.split_once('}').unwrap_or_else(|| panic!("grammar: no }} in {line:?}"));
            self.say_reference(reference);
            rest = tail;
        }
        self.put(rest);
    }

    fn put(&mut self, text: &str) {
        for (number, line) in text.split("\\n").enumerate() {
            if number > 0 {
                self.text.push('\n');
            }
            self.text.push_str(line);
        }
    }
}

fn article_for(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an " } else { "a " }
}

fn capitalize(text: &mut String, at: usize) {
    if let Some(first) = text.get(at..at + 1) {
        let capital = first.to_ascii_uppercase();
        text.replace_range(at..at + 1, &capital);
    }
}
