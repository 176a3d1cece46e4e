//! Files hold what is shown, and other programs read them.

use super::*;
use crate::config::TokenizerMethod;
use crate::protocol::runs::TextMark;
use crate::protocol::{DeviceKind, StepPoint, TimelineSample};
use crate::ui::state::Lang;

fn run(name: &str) -> RunRecord {
    let mut config = Config::default();
    config.train.learning_rate = 0.0015;
    config.train.sample_prompt = "She said: \"Once\"\\\n\u{1}".into();
    RunRecord {
        key: "k-1".into(),
        number: 7,
        name: name.into(),
        begun: 1000,
        config,
        text: TextMark { name: "故事, a.txt".into(), bytes: 12, hash: 0xab },
        vocab_size: 30,
        state: RunState::Stopped { step: 3 },
        report: None,
        unigram_entropy: 2.5,
        baselines: None,
        points: (1..=3)
            .map(|step| StepPoint { step, loss: 4.0 - step as f32, learning_rate: 0.1, grad_norm: f32::NAN })
            .collect(),
        evaluations: vec![
            Evaluation { step: 0, loss: 4.0, bits_per_byte: 3.0 },
            Evaluation { step: 3, loss: 2.0, bits_per_byte: 1.5 },
        ],
        samples: vec![TimelineSample { step: 0, prompt: String::new(), text: "\"a\"\tb".into() }],
        seconds: 6.0,
        clock: vec![(1, 1.0), (3, 6.0)],
        device: DeviceKind::Cpu,
        kept: None,
    }
}

fn date(milliseconds: u64) -> String {
    format!("at {milliseconds}")
}

#[test]
fn a_table_has_a_cell_for_every_setting_and_starts_no_formula() {
    let runs = [run("=1+1, \"x\""), run("")];
    let csv = csv(&runs.iter().collect::<Vec<_>>(), &I18n::new(Lang::En), date);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().expect("headers").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row as long as the others")).collect();
    let at = |row: usize, name: &str| {
        let column = headers.iter().position(|header| header == name).unwrap_or_else(|| panic!("no column {name}"));
        rows[row][column].to_string()
    };
    assert_eq!((at(0, "run").as_str(), at(1, "run").as_str()), ("'=1+1, \"x\"", "Run 7"));
    assert_eq!((at(0, "learning_rate"), at(0, "text_hash")), ("0.0015".into(), "00000000000000ab".into()));
    assert_eq!(
        (at(0, "training_loss"), at(0, "validation_loss"), at(0, "bits_per_byte")),
        ("2".into(), "2".into(), "1.5".into())
    );
    assert_eq!(headers.len(), 14 + Field::all().count());
}

#[test]
fn json_is_read_by_other_programs_and_has_every_step() {
    let runs = [run("a \"b\" \\ 词"), run("")];
    let json = json(&runs.iter().collect::<Vec<_>>(), &I18n::new(Lang::Zh), date);
    let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(read[0]["name"], "a \"b\" \\ 词");
    assert_eq!(read[0]["settings"]["sample_prompt"], "She said: \"Once\"\\\n\u{1}");
    assert_eq!((&read[0]["settings"]["bias"], &read[0]["settings"]["learning_rate"]), (&true.into(), &0.0015.into()));
    assert_eq!(read[0]["steps"]["rows"][2][0], 3);
    assert!(read[0]["steps"]["rows"][2][3].is_null(), "what is no number is none in JSON");
    assert_eq!(read[1]["samples"][0]["text"], "\"a\"\tb");
    assert_eq!(read[1]["evaluations"]["columns"][1], "validation_loss");
}

#[test]
fn a_line_goes_across_by_steps_by_tokens_or_by_time() {
    let run = run("");
    let line = |across| line(&run, 0, Chart { across, ..Chart::default() }, &I18n::new(Lang::En));
    assert_eq!(line(Across::Steps).points, [(0.0, 4.0), (3.0, 2.0)]);
    assert_eq!(line(Across::Tokens).points, [(0.0, 4.0), (3.0 * 16.0 * 64.0, 2.0)]);
    assert_eq!(line(Across::Time).points, [(0.0, 4.0), (6.0, 2.0)]);
    let training = Chart { curve: Curve::Training, across: Across::Time, ..Chart::default() };
    let places: Vec<f64> =
        super::line(&run, 0, training, &I18n::new(Lang::En)).points.iter().map(|point| point.0).collect();
    assert_eq!(places, [1.0, 3.5, 6.0], "between two readings of the clock a run is even");
    assert_eq!(run.config.tokenizer.method, TokenizerMethod::Characters);
}
