//! Runs as they are listed, drawn side by side, and saved as files.

use std::fmt::Write;

use crate::config::Config;
use crate::config::fields::{Field, Kind, Value};
use crate::protocol::runs::RunRecord;
use crate::protocol::{Evaluation, RunState};

use super::charts::overlay::{Across, Line, Marks};
use super::charts::table::cell;
use super::i18n::I18n;
use super::kit::series::{Point, horizon, smoothed};
use super::state::runs::{Chart, Curve};
use super::state::sweep::{Outcome, SweptField, Trial};

/// Its name in locales.
pub fn state(run: &RunRecord) -> &'static str {
    match run.state {
        RunState::Preparing => "preparing",
        RunState::Running { .. } => "running",
        RunState::Paused { .. } => "paused",
        RunState::Finished { .. } => "finished",
        RunState::Stopped { .. } => "stopped",
        RunState::Failed { .. } => "failed",
    }
}

/// Mean over the latest steps: a single batch says little.
pub fn training_loss(run: &RunRecord) -> Option<f64> {
    let latest = &run.points[run.points.len().saturating_sub(horizon(run.config.train.steps as u64) as usize)..];
    let losses = || latest.iter().map(|point| f64::from(point.loss)).filter(|loss| loss.is_finite());
    let count = losses().count();
    (count > 0).then(|| losses().sum::<f64>() / count as f64)
}

/// The last one on the part held out.
pub fn evaluation(run: &RunRecord) -> Option<&Evaluation> {
    run.evaluations.last().filter(|evaluation| evaluation.loss.is_finite())
}

pub fn tokens_per_step(config: &Config) -> usize {
    config.train.rows_per_step() * config.model.block_size
}

/// A run as a line of the chart.
pub fn line(run: &RunRecord, look: usize, chart: Chart, t: &I18n) -> Line {
    let losses: Vec<Point> = match chart.curve {
        Curve::Validation => run.evaluations.iter().map(|it| (it.step as f64, f64::from(it.loss))).collect(),
        Curve::BitsPerByte => run.evaluations.iter().map(|it| (it.step as f64, f64::from(it.bits_per_byte))).collect(),
        Curve::Training => {
            let raw = run.points.iter().map(|it| (it.step as f64, f64::from(it.loss)));
            let raw: Vec<Point> = raw.filter(|point| point.1.is_finite()).collect();
            smoothed(&raw, horizon(run.config.train.steps as u64))
        }
    };
    let finite = losses.into_iter().filter(|point| point.1.is_finite());
    let marks = if chart.curve == Curve::Training { Marks::None } else { Marks::Dots };
    Line {
        look,
        name: t.run_name(run),
        points: finite.map(|(step, loss)| (across(run, step, chart), loss)).collect(),
        marks,
    }
}

fn across(run: &RunRecord, step: f64, chart: Chart) -> f64 {
    match chart.across {
        Across::Steps => step,
        Across::Tokens => step * tokens_per_step(&run.config) as f64,
        Across::Time => run.seconds_at(step),
    }
}

/// The runs as a table: a row each, with every setting. `date` writes milliseconds since 1970.
pub fn csv(runs: &[&RunRecord], t: &I18n, date: impl Fn(u64) -> String) -> String {
    let mut csv = String::from(
        "run,key,begun,state,text,text_hash,text_bytes,vocabulary,weights,steps_done,training_loss,validation_loss,\
         bits_per_byte,seconds",
    );
    Field::all().for_each(|field| csv += &format!(",{}", field.key));
    csv.push('\n');
    for run in runs {
        let number = |value: Option<f32>| value.map_or_else(String::new, |value| value.to_string());
        let measured = evaluation(run);
        let mut cells = vec![
            cell(&t.run_name(run)),
            cell(&run.key),
            date(run.begun),
            state(run).into(),
            cell(&run.text.name),
            format!("{:016x}", run.text.hash),
            run.text.bytes.to_string(),
            run.vocab_size.to_string(),
            run.report.as_ref().map_or_else(String::new, |report| report.parameters.to_string()),
            run.step().to_string(),
            number(training_loss(run).map(|loss| loss as f32)),
            number(measured.map(|it| it.loss)),
            number(measured.map(|it| it.bits_per_byte)),
            run.seconds.to_string(),
        ];
        cells.extend(Field::all().map(|field| cell(&field.get(&run.config).to_string())));
        csv += &cells.join(",");
        csv.push('\n');
    }
    csv
}

/// The runs with every step, every evaluation and every sample.
pub fn json(runs: &[&RunRecord], t: &I18n, date: impl Fn(u64) -> String) -> String {
    let object = |run: &&RunRecord| {
        let settings =
            Field::all().map(|field| format!("{}:{}", quoted(field.key), setting(field, &field.get(&run.config))));
        let text = format!(
            "{{\"name\":{},\"hash\":\"{:016x}\",\"bytes\":{}}}",
            quoted(&run.text.name),
            run.text.hash,
            run.text.bytes
        );
        let points = run.points.iter().map(|it| numbers(it.step, &[it.loss, it.learning_rate, it.grad_norm]));
        let evaluations = run.evaluations.iter().map(|it| numbers(it.step, &[it.loss, it.bits_per_byte]));
        let samples = run.samples.iter().map(|it| {
            format!("{{\"step\":{},\"prompt\":{},\"text\":{}}}", it.step, quoted(&it.prompt), quoted(&it.text))
        });
        let members = [
            ("name", quoted(&t.run_name(run))),
            ("key", quoted(&run.key)),
            ("begun", quoted(&date(run.begun))),
            ("state", quoted(state(run))),
            ("text", text),
            ("vocabulary", run.vocab_size.to_string()),
            ("weights", run.report.as_ref().map_or_else(|| "null".into(), |report| report.parameters.to_string())),
            ("steps_done", run.step().to_string()),
            ("seconds", number(run.seconds)),
            ("settings", format!("{{{}}}", joined(settings))),
            ("steps", columns(&["step", "training_loss", "learning_rate", "gradient_norm"], points)),
            ("evaluations", columns(&["step", "validation_loss", "bits_per_byte"], evaluations)),
            ("samples", format!("[{}]", joined(samples))),
        ];
        format!("{{{}}}", joined(members.into_iter().map(|(key, value)| format!("{}:{value}", quoted(key)))))
    };
    format!("[{}]\n", joined(runs.iter().map(object)))
}

/// A sweep as a table: a row for each combination of values.
pub fn sweep_csv(fields: &[SweptField], trials: &[Trial]) -> String {
    let mut csv = String::new();
    fields.iter().for_each(|swept| csv += &format!("{},", swept.field.key));
    csv += "outcome,validation_loss,bits_per_byte,run\n";
    for trial in trials {
        trial.values(fields).for_each(|(_, value)| csv += &format!("{},", cell(&value.to_string())));
        let (loss, bits) = match trial.outcome {
            Outcome::Finished { loss, bits_per_byte } => (loss.to_string(), bits_per_byte.to_string()),
            _ => Default::default(),
        };
        csv += &format!("{},{loss},{bits},{}\n", trial.outcome.name(), cell(trial.run.as_deref().unwrap_or_default()));
    }
    csv
}

fn setting(field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (Kind::Switch, value) => (value.to_string() == "on").to_string(),
        (_, Value::Number(value)) => value.to_string(),
        (_, Value::Text(text)) => quoted(text),
    }
}

fn columns(names: &[&str], rows: impl Iterator<Item = String>) -> String {
    let names = joined(names.iter().map(|name| quoted(name)));
    format!("{{\"columns\":[{names}],\"rows\":[{}]}}", joined(rows))
}

fn numbers(step: u64, values: &[f32]) -> String {
    format!("[{step},{}]", joined(values.iter().map(|value| number(*value))))
}

/// JSON knows no number that is none.
fn number(value: f32) -> String {
    if value.is_finite() { value.to_string() } else { "null".into() }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\0'..'\u{20}' => write!(out, "\\u{:04x}", character as u32).expect("a string takes what is written"),
            other => out.push(other),
        }
    }
    out + "\""
}

#[cfg(test)]
#[path = "listing/tests.rs"]
mod tests;
