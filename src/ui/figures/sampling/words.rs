//! What the pictures say, in sentences.

use crate::config::sampling::{Balance, SamplingConfig, SamplingMethod, Size};
use crate::protocol::sample::{ClassName, Drawing, Population, Redraws, Statistic};
use crate::ui::charts::sampling::dots::part_of;
use crate::ui::charts::sampling::read::factor;
use crate::ui::charts::sampling::spreads::weights_matter;
use crate::ui::format;
use crate::ui::i18n::I18n;

/// Errors closer than this are not told apart by 200 redraws: each is known to 5 %.
const CLOSE: f64 = 0.12;

pub fn method_name(method: SamplingMethod, t: &I18n) -> String {
    t.say(&format!("sample.method.{}", method.name()))
}

/// The names of all classes, in their order.
pub fn class_names(population: &Population, t: &I18n) -> Vec<String> {
    population.classes.iter().map(|class| class_name(&class.name, t)).collect()
}

pub fn class_name(name: &ClassName, t: &I18n) -> String {
    match name {
        ClassName::Label(label) => shortened(label),
        ClassName::Unlabelled => t.say("sample.class.none"),
        ClassName::Others(count) => t.fill("sample.class.others", &[("count", count)]),
    }
}

/// A label may be a whole sentence where the wrong column was taken.
fn shortened(label: &str) -> String {
    const MOST: usize = 24;
    match label.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.to_string(),
    }
}

/// A value or an error with its unit.
pub fn amount(statistic: &Statistic, value: f64, t: &I18n) -> String {
    let value = if value.abs() < 1e-9 { 0.0 } else { value * factor(statistic) };
    // Two digits after the point at most: what follows is chance.
    let value = if value.abs() < 10.0 && value.abs() >= 0.1 { (value * 100.0).round() / 100.0 } else { value };
    let value = format::figures(value);
    match statistic {
        Statistic::MeanLength => t.fill("sample.characters", &[("value", &value)]),
        Statistic::ClassShare(_) => t.fill("sample.points", &[("value", &value)]),
    }
}

/// What one sees in the estimates.
pub fn verdict(redraws: &Redraws, method: SamplingMethod, t: &I18n) -> String {
    let error = |value: f64| amount(&redraws.statistic, value, t);
    let (name, own) = (method_name(method, t), redraws.weighted.error);
    let Some(simple) = redraws.simple.as_ref().map(|simple| simple.error) else {
        return whole(redraws, method, t);
    };
    let plain = t.say("sample.verdict.other");
    let known = [("name", &name as &dyn std::fmt::Display), ("simple", &plain)];
    let more = |key: &str, by: f64| {
        let (error, simple, by) = (error(own), error(simple), format::percent(by));
        let mut values = known.to_vec();
        values.extend([("error", &error as &dyn std::fmt::Display), ("other", &simple), ("by", &by)]);
        t.fill(key, &values)
    };
    match own / simple.max(1e-300) {
        _ if method == SamplingMethod::SimpleRandom => more("sample.verdict.simple", 0.0),
        ratio if ratio < 1e-6 => more("sample.verdict.exact", 0.0),
        ratio if ratio < 1.0 - CLOSE => more("sample.verdict.less", 1.0 - ratio),
        ratio if ratio > 2.0 => t.fill(
            "sample.verdict.times",
            &[
                ("name", &name),
                ("simple", &plain),
                ("error", &error(own)),
                ("other", &error(simple)),
                ("times", &format::figures(ratio)),
            ],
        ),
        ratio if ratio > 1.0 + CLOSE => more("sample.verdict.more", ratio - 1.0),
        _ => more("sample.verdict.same", 0.0),
    }
}

/// A sample as large as the corpus: against a simple random one of that size nothing can be told.
fn whole(redraws: &Redraws, method: SamplingMethod, t: &I18n) -> String {
    let name = method_name(method, t);
    let error = amount(&redraws.statistic, redraws.weighted.error, t);
    let key = if redraws.weighted.error.abs() < 1e-9 * redraws.truth.abs().max(1e-9) {
        "sample.verdict.everyone"
    } else {
        "sample.verdict.bootstrap"
    };
    t.fill(key, &[("name", &name), ("error", &error)])
}

/// What becomes of one who ignores the weights; nothing where they do not matter.
pub fn without_weights(redraws: &Redraws, t: &I18n) -> Option<String> {
    let shift = redraws.plain.mean - redraws.truth;
    let key = if shift > 0.0 { "sample.verdict.plain.over" } else { "sample.verdict.plain.under" };
    let shift = amount(&redraws.statistic, shift.abs(), t);
    weights_matter(redraws).then(|| t.fill(key, &[("shift", &shift)]))
}

/// What the draws are worth.
pub fn effective(drawing: &Drawing, method: SamplingMethod, t: &I18n) -> String {
    let (draws, size) = (drawing.draws, drawing.effective_size);
    let key = match size / draws.max(1) as f64 {
        _ if method == SamplingMethod::Cluster => "sample.effective.cluster",
        share if share > 0.995 => "sample.effective.all",
        _ => "sample.effective",
    };
    t.fill(key, &[("size", &format::count(size.round() as u64)), ("draws", &format::count(draws))])
}

/// Which sample the text is made of.
pub fn in_use(sampling: &SamplingConfig, t: &I18n) -> String {
    let name = method_name(sampling.method, t);
    let size = match (sampling.method, sampling.size) {
        (SamplingMethod::Systematic, _) => format!("1/{}", sampling.interval),
        (SamplingMethod::Balanced, _) if sampling.balance != Balance::Size => String::new(),
        (_, Size::Share(share)) => format::percent(share),
        (_, Size::Count(count)) => format::count(count as u64),
    };
    let key = if size.is_empty() { "sample.in_use" } else { "sample.in_use.size" };
    t.fill(key, &[("name", &name), ("size", &size)])
}

/// How many were drawn, and how many of them are different.
pub fn drawn(population: &Population, drawing: &Drawing, t: &I18n) -> String {
    let (draws, all) = (format::count(drawing.draws), format::count(population.documents));
    let distinct = format::count(drawing.distinct);
    let share = format::percent(drawing.distinct as f64 / population.documents.max(1) as f64);
    if drawing.synthetic > 0 {
        let (shown, grown) = (format::count(drawing.children.len() as u64), format::count(drawing.synthetic));
        let key = match drawing.children.len() as u64 == drawing.synthetic {
            true => "sample.drawn.synthetic",
            false => "sample.drawn.synthetic.some",
        };
        return t.fill(key, &[("all", &all), ("grown", &grown), ("shown", &shown)]);
    }
    let key = if drawing.draws == drawing.distinct { "sample.drawn" } else { "sample.drawn.again" };
    t.fill(key, &[("draws", &draws), ("all", &all), ("distinct", &distinct), ("share", &share)])
}

/// The sample's own estimate of a statistic.
pub fn this_estimate(population: &Population, drawing: &Drawing, statistic: &Statistic) -> Option<f64> {
    match statistic {
        Statistic::MeanLength => Some(drawing.mean_length),
        Statistic::ClassShare(label) => {
            let named = |name: &ClassName| matches!(name, ClassName::Label(other) if other == label);
            let class = population.classes.iter().position(|class| named(&class.name))?;
            drawing.shares.get(class).map(|share| share.estimate)
        }
    }
}

/// Everything about one dot.
pub fn dot(population: &Population, drawing: Option<&Drawing>, at: usize, t: &I18n) -> String {
    let dot = &population.dots[at];
    let class = class_name(&population.classes[usize::from(dot.class)].name, t);
    let mut told = t.fill(
        "sample.dot",
        &[("number", &format::count(u64::from(dot.document) + 1)), ("class", &class), ("characters", &dot.characters)],
    );
    let Some(drawing) = drawing else { return told };
    let drawn = &drawing.dots[at];
    let key = if drawn.weight > 0.0 { "sample.dot.drawn" } else { "sample.dot.never" };
    let (chance, weight) = (format::percent(f64::from(drawn.chance)), format::figures(f64::from(drawn.weight)));
    told += &t.fill(key, &[("times", &drawn.times), ("chance", &chance), ("weight", &weight)]);
    if let Some(part) = part_of(drawing, at) {
        told += &t.fill("sample.dot.part", &[("part", &part.name)]);
    }
    told
}
