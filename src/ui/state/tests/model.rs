//! A change of the model and what it did.

use super::*;
use crate::config::model::Architecture;
use crate::protocol::Estimate;
use crate::ui::charts::layers::DiagramNode;
use crate::ui::state::model::{Changed, ModelAction};

fn set(state: State, key: &str, value: Value) -> State {
    state.after(Action::Set(Field::find(key).expect("a setting"), value))
}

fn model() -> State {
    State::open("", Lang::En, Vec::new()).after(Action::Go(Station::Model))
}

fn settings(state: &State) -> Vec<(&'static str, Value, Value)> {
    match state.last_change().expect("a change").changed {
        Changed::Settings(settings) => settings,
        changed => panic!("{changed:?}"),
    }
}

#[test]
fn a_box_is_opened_and_put_away_by_pressing_it() {
    let press = |state: State, spot| state.after(Action::Model(ModelAction::Press(spot)));
    let state = press(model(), DiagramNode::Mlp);
    assert_eq!(state.shaping.open, Some(DiagramNode::Mlp));
    let state = press(state, DiagramNode::Head);
    assert_eq!(state.shaping.open, Some(DiagramNode::Head));
    assert_eq!(press(state, DiagramNode::Head).shaping.open, None);
}

#[test]
fn a_slider_counts_from_where_it_was_touched() {
    let mut state = model();
    for layers in [3.0, 4.0, 5.0] {
        state = set(state, "n_layer", Value::Number(layers));
    }
    assert_eq!(settings(&state), [("n_layer", Value::Number(2.0), Value::Number(5.0))]);
    state = set(state, "tied", Value::Text("off".into()));
    assert_eq!(settings(&state), [("tied", Value::Text("on".into()), Value::Text("off".into()))]);
    state = set(state, "tied", Value::Text("on".into()));
    assert_eq!(state.last_change(), None, "it is as it was");
}

#[test]
fn what_follows_a_setting_is_told_after_it() {
    let state = set(model(), "n_head", Value::Number(5.0));
    assert_eq!(settings(&state).iter().map(|(key, ..)| *key).collect::<Vec<_>>(), ["n_head", "n_embd"]);
}

#[test]
fn weights_are_counted_at_once_and_the_rest_when_the_engine_has() {
    let before = model().config.model.parameter_count(model().vocab_size()) as u64;
    let state = model().after(Action::Model(ModelAction::UseArchitecture(Architecture::Llama)));
    let change = state.last_change().expect("a change");
    assert_eq!(change.changed, Changed::Architecture(Some(Architecture::Gpt2), Some(Architecture::Llama)));
    let after = state.config.model.parameter_count(state.vocab_size()) as u64;
    assert_eq!((change.parameters.before, change.parameters.after), (Some(before), Some(after)));
    assert_eq!(change.parameters.growth(), Some(after as f64 / before as f64 - 1.0));
    assert_eq!((change.flops.before, change.flops.growth()), (None, None));
}

#[test]
fn sizes_change_under_the_same_parts() {
    let llama = model().after(Action::Model(ModelAction::UseArchitecture(Architecture::Llama)));
    let state = llama.after(Action::UsePreset(Preset::Sprout));
    assert_eq!(
        state.last_change().expect("a change").changed,
        Changed::Size(Some(Preset::Seedling), Some(Preset::Sprout))
    );
    assert_eq!(Architecture::of(&state.config.model), Some(Architecture::Llama));
}

impl Bench {
    /// The engine has counted what the model costs.
    fn answer_estimate(&mut self, flops: u64) {
        let request = self.request(|command| match command {
            Command::Estimate { request, .. } => Some(*request),
            _ => None,
        });
        let report = PlanReport { flops, memory: vec![("parameters".into(), 10 * flops)], ..PlanReport::default() };
        self.on_event(Event::Estimated { request, estimate: Estimate { report, vocab_size: 30, refusal: None } });
    }

    fn set_model(&mut self, key: &str, value: Value) {
        self.act(Action::Set(Field::find(key).expect("a setting"), value));
    }

    fn flops(&self) -> (Option<u64>, Option<u64>) {
        let change = self.state.last_change().expect("a change");
        assert_eq!(change.memory.after, change.flops.after.map(|flops| 10 * flops));
        (change.flops.before, change.flops.after)
    }
}

#[test]
fn what_the_engine_counts_is_told_before_and_after() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Go(Station::Model));
    bench.answer_estimate(100);
    bench.set_model("n_layer", Value::Number(3.0));
    assert_eq!(bench.flops(), (Some(100), None), "not counted yet");
    bench.answer_estimate(150);
    assert_eq!(bench.flops(), (Some(100), Some(150)));
    bench.set_model("n_layer", Value::Number(4.0));
    bench.answer_estimate(200);
    assert_eq!(bench.flops(), (Some(100), Some(200)), "one slider, one change");
    bench.set_model("n_embd", Value::Number(96.0));
    bench.answer_estimate(400);
    assert_eq!(bench.flops(), (Some(200), Some(400)));
}

#[test]
fn who_changes_before_the_engine_has_counted_is_told_all_the_same() {
    let mut bench = Bench::with_text();
    bench.act(Action::Go(Station::Model));
    bench.set_model("n_layer", Value::Number(3.0));
    bench.answer_tokenizer();
    assert_eq!(bench.flops(), (None, None));
    bench.answer_estimate(150);
    assert_eq!(bench.flops(), (None, Some(150)), "the model as it is comes first");
    assert!(matches!(bench.last(), Command::Estimate { config, .. } if config.model.n_layer == 2));
    bench.answer_estimate(100);
    assert_eq!(bench.flops(), (Some(100), Some(150)));
    let asked = bench.commands.len();
    bench.act(Action::Model(ModelAction::Press(DiagramNode::Mlp)));
    assert_eq!(bench.commands.len(), asked, "nothing is asked twice");
}
