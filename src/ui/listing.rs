//! Runs as they are listed, drawn side by side, and saved as files.

use std::fmt::Write;

use crate::config::Config;
use crate::config::fields::{Field, Kind, Value};
use crate::protocol::runs::RunRecord;
use crate::protocol::{Evaluation, RunState};

use super::charts::overlay::{Across, Line, Marks};
use super::i18n::I18n;
use super::kit::csv::{Cell, Csv};
use super::kit::series::{Point, horizon, smoothed};
use super::state::runs::{Chart, Curve};
use super::state::sweep::{Outcome, SweepField, Trial};

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
    let measures =
        ["run", "key", "begun", "state", "text", "text_hash", "text_bytes", "vocabulary", "weights", "steps_done"];
    let losses = ["training_loss", "validation_loss", "bits_per_byte", "seconds"];
    let head: Vec<&str> = measures.into_iter().chain(losses).chain(Field::all().map(|field| field.key)).collect();
    let mut csv = Csv::new(&head);
    for run in runs {
        let measured = evaluation(run);
        let settings: Vec<String> = Field::all().map(|field| field.get(&run.config).to_string()).collect();
        let (name, begun, hash) = (t.run_name(run), date(run.begun), format!("{:016x}", run.text.hash));
        let (weights, training) =
            (run.report.as_ref().map(|report| report.parameters), training_loss(run).map(|loss| loss as f32));
        let (validation, bits) = (measured.map(|it| it.loss), measured.map(|it| it.bits_per_byte));
        let mut cells: Vec<&dyn Cell> = vec![&name, &run.key, &begun];
        let (state, steps) = (state(run), run.step());
        cells.extend::<[&dyn Cell; 4]>([&state, &run.text.name, &hash, &run.text.bytes]);
        cells.extend::<[&dyn Cell; 3]>([&run.vocab_size, &weights, &steps]);
        cells.extend::<[&dyn Cell; 4]>([&training, &validation, &bits, &run.seconds]);
        cells.extend(settings.iter().map(|setting| setting as &dyn Cell));
        csv.row(&cells);
    }
    csv.text()
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
pub fn sweep_csv(fields: &[SweepField], trials: &[Trial]) -> String {
    let measures = ["outcome", "validation_loss", "bits_per_byte", "run"];
    let head: Vec<&str> = fields.iter().map(|swept| swept.field.key).chain(measures).collect();
    let mut csv = Csv::new(&head);
    for trial in trials {
        let values: Vec<String> = trial.values(fields).map(|(_, value)| value.to_string()).collect();
        let (loss, bits) = match trial.outcome {
            Outcome::Finished { loss, bits_per_byte } => (Some(loss), Some(bits_per_byte)),
            _ => (None, None),
        };
        let outcome = trial.outcome.name();
        let mut cells: Vec<&dyn Cell> = values.iter().map(|value| value as &dyn Cell).collect();
        cells.extend::<[&dyn Cell; 4]>([&outcome, &loss, &bits, &trial.run]);
        csv.row(&cells);
    }
    csv.text()
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
