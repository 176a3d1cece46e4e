//! Part Sample: what is asked, what becomes of it, and what is said where nothing can be drawn.

use super::*;
use crate::config::fields::{Field, Value};
use crate::config::sampling::{ClustersBy, SamplingConfig, SamplingMethod, Size, StrataBy, WeightsBy};
use crate::protocol::sample::{
    Class, ClassName, Drawing, Population, Redraws, SampleCommand, SampleEvent, Spread, Statistic,
};
use crate::ui::state::sample::{Obstacle, WayOut, ways_out};
use crate::ui::url;

fn population(labels: &[&str]) -> Population {
    let class = |label: &&str| Class { name: ClassName::Label(label.to_string()), documents: 10 };
    Population {
        documents: 100,
        mean_length: 40.0,
        labels: labels.len() as u64,
        groups: 1,
        weighted: false,
        classes: labels.iter().map(class).collect(),
        dots: Vec::new(),
        explained: [0.2, 0.1],
    }
}

fn drawing() -> Drawing {
    Drawing {
        draws: 20,
        distinct: 20,
        effective_size: 20.0,
        out_of_reach: 0,
        dots: Vec::new(),
        shares: Vec::new(),
        mean_length: 40.0,
        parts: Vec::new(),
        synthetic: 0,
        children: Vec::new(),
    }
}

fn redraws(statistic: Statistic) -> Redraws {
    let spread = Spread { values: vec![40.0; 200], mean: 40.0, error: 0.0 };
    Redraws { statistic, truth: 40.0, draws: 20.0, weighted: spread.clone(), plain: spread, simple: None }
}

impl Bench {
    /// Part Sample over documents with these labels.
    fn sampling(labels: &[&str]) -> Self {
        let mut bench = Bench::with_text();
        bench.act(Action::Open(Part::Sample));
        bench.answer_survey(labels);
        bench
    }

    fn choose(&mut self, method: SamplingMethod) {
        self.act(Action::Sample(SampleAction::Choose(method)));
    }

    fn set(&mut self, key: &str, value: Value) {
        self.act(Action::Sample(SampleAction::Set(Field::find(key).expect(key), value)));
    }

    fn answer_survey(&mut self, labels: &[&str]) {
        let request = self.request(|command| match command {
            Command::Sample(SampleCommand::Survey { request, .. }) => Some(*request),
            _ => None,
        });
        self.on_event(Event::Sample(SampleEvent::Surveyed { request, population: population(labels) }));
    }

    fn answer_draw(&mut self) {
        let request = self.request(|command| match command {
            Command::Sample(SampleCommand::Draw { request, .. }) => Some(*request),
            _ => None,
        });
        self.on_event(Event::Sample(SampleEvent::Drawn { request, drawing: drawing() }));
    }

    fn answer_redraw(&mut self) {
        let asked = |command: &Command| match command {
            Command::Sample(SampleCommand::Redraw { request, statistic, .. }) => Some((*request, statistic.clone())),
            _ => None,
        };
        let (request, statistic) = self.commands.iter().rev().find_map(asked).expect("redraws are asked for");
        self.on_event(Event::Sample(SampleEvent::Redrawn { request, redraws: redraws(statistic) }));
    }

    fn answer_prepared(&mut self) {
        let request = self.request(|command| match command {
            Command::PrepareText { request, .. } => Some(*request),
            _ => None,
        });
        self.on_event(Event::TextLoaded { request, text: text("stories") });
    }

    /// Surveys, draws and redraws asked for so far.
    fn asked(&self) -> [usize; 3] {
        [
            self.count(|command| matches!(command, Command::Sample(SampleCommand::Survey { .. }))),
            self.count(|command| matches!(command, Command::Sample(SampleCommand::Draw { .. }))),
            self.count(|command| matches!(command, Command::Sample(SampleCommand::Redraw { .. }))),
        ]
    }
}

#[test]
fn dots_are_asked_for_once_and_only_where_they_are_shown() {
    let mut bench = Bench::with_text();
    assert_eq!(bench.asked(), [0; 3], "nobody looks");
    bench.act(Action::Open(Part::Sample));
    assert_eq!(bench.asked(), [1, 0, 0], "the dots first");
    bench.answer_survey(&["a", "b"]);
    assert_eq!(bench.asked(), [1, 1, 1]);
    bench.answer_draw();
    bench.answer_redraw();
    bench.act(Action::Sample(SampleAction::DrawAgain));
    assert_eq!(bench.asked(), [1, 2, 1], "another seed moves the sample alone");
    bench.act(Action::Sample(SampleAction::Estimate(Statistic::ClassShare("a".into()))));
    assert_eq!(bench.asked(), [1, 2, 2], "another statistic moves the estimates alone");
    bench.set("interval", Value::Number(9.0));
    assert_eq!(bench.asked(), [1, 2, 2], "a setting that the method does not read");
    bench.set("sample_share", Value::Number(0.5));
    assert_eq!(bench.asked(), [1, 3, 3], "and the latest wins, though the one before has no answer");
    bench.act(Action::RestartEngine);
    bench.on_event(gpu());
    bench.answer_text("stories");
    assert_eq!(bench.asked()[0], 2, "a new engine knows nothing");
}

#[test]
fn a_sample_is_used_told_and_taken_back() {
    let mut bench = Bench::sampling(&["a", "b"]);
    bench.choose(SamplingMethod::Stratified);
    assert!(!bench.state.can_use_sample(), "it is not drawn yet");
    bench.act(Action::Sample(SampleAction::Use));
    assert_eq!(bench.state.config.data.sampling, None);
    bench.answer_draw();
    bench.act(Action::Sample(SampleAction::Use));
    let used = bench.state.config.data.sampling.clone().expect("a sample");
    assert_eq!(used.method, SamplingMethod::Stratified);
    assert!(bench.state.sample_is_used());
    let prepared = |bench: &Bench| bench.count(|command| matches!(command, Command::PrepareText { .. }));
    assert_eq!(prepared(&bench), 1, "the documents are there already");
    bench.answer_prepared();
    bench.answer_draw();
    assert_eq!(bench.asked()[0], 1, "and so are their dots");

    let link = url::format(&bench.state.view, &bench.state.config);
    let mut other = Bench { state: State::open(&link, Lang::En, Vec::new()), commands: Vec::new() };
    other.on_event(gpu());
    assert_eq!(other.state.config.data.sampling, Some(used), "{link}");
    assert!(other.state.sample_is_used(), "the controls show what is used");

    bench.act(Action::Sample(SampleAction::UseAll));
    assert_eq!((bench.state.config.data.sampling.clone(), prepared(&bench)), (None, 2));
    assert_eq!(bench.state.sampling.draft.method, SamplingMethod::Stratified, "what was tried out stays");
}

#[test]
fn other_documents_are_not_sampled_as_those_before() {
    let mut bench = Bench::sampling(&["a", "b"]);
    bench.choose(SamplingMethod::Balanced);
    bench.answer_draw();
    bench.act(Action::Sample(SampleAction::Use));
    bench.act(Action::Sample(SampleAction::Estimate(Statistic::ClassShare("a".into()))));
    bench.act(Action::UseBuiltIn(Source::Arithmetic));
    assert_eq!(bench.state.config.data.sampling, None);
    bench.answer_prepared();
    bench.answer_text("arithmetic");
    assert_eq!(bench.asked()[0], 2, "they are laid out anew");
    bench.answer_survey(&["x", "y"]);
    assert_eq!(bench.state.shown_sample(), None, "a sample of other documents is not shown on these");
    assert_eq!(bench.state.sampling.statistic, Statistic::MeanLength, "they have no class of that name");
}

#[test]
fn synthetic_points_are_drawn_but_never_used_as_text() {
    let mut bench = Bench::sampling(&["a", "b"]);
    let before = bench.asked()[2];
    bench.choose(SamplingMethod::Synthetic);
    bench.answer_draw();
    assert!(bench.state.shown_sample().is_some() && bench.asked()[2] == before, "there is nothing to estimate");
    bench.act(Action::Sample(SampleAction::Use));
    assert_eq!(bench.state.config.data.sampling, None);
    let field = Field::find("sampling").expect("a row");
    assert!(field.check(&Value::Text("synthetic".into())).is_err(), "nor by a link");
    let trial = bench.state.sampling.trial(&bench.state.config);
    assert_eq!(field.get(&trial), Value::Text("all".into()));
}

/// Labels of the documents, what is tried out, what stands in the way and what helps.
type Case<'a> = (&'a [&'a str], SamplingConfig, Option<(Obstacle, &'a [WayOut])>);

#[test]
fn a_method_without_what_it_needs_asks_nothing_and_offers_what_helps() {
    use SamplingMethod as M;
    let group = ClustersBy::Group;
    let draft =
        |method, strata, weights| SamplingConfig { method, strata, weights, clusters: group, ..Default::default() };
    let length = WeightsBy::Length(1.0);
    let rows: [Case; 10] = [
        (&[], draft(M::SimpleRandom, StrataBy::Label, length), None),
        (&["a", "b"], draft(M::Stratified, StrataBy::Label, length), None),
        (&[], draft(M::Stratified, StrataBy::Length, length), None),
        (
            &[],
            draft(M::Stratified, StrataBy::Label, length),
            Some((Obstacle::NoLabels, &[WayOut::StrataByLength, WayOut::Bring])),
        ),
        (
            &["a", "b"],
            draft(M::StratifiedRandom, StrataBy::Group, length),
            Some((Obstacle::OneGroup, &[WayOut::StrataByLabel, WayOut::StrataByLength, WayOut::Bring])),
        ),
        (
            &[],
            draft(M::Cluster, StrataBy::Label, length),
            Some((Obstacle::OneGroup, &[WayOut::ClustersByWords, WayOut::Bring])),
        ),
        (
            &[],
            draft(M::Importance, StrataBy::Label, WeightsBy::Column),
            Some((Obstacle::NoWeights, &[WayOut::WeightsByLength])),
        ),
        (
            &["a"],
            draft(M::Importance, StrataBy::Label, WeightsBy::ClassSize(-1.0)),
            Some((Obstacle::OneLabel, &[WayOut::WeightsByLength, WayOut::Bring])),
        ),
        (
            &[],
            draft(M::StratifiedImportance, StrataBy::Length, WeightsBy::ClassSize(-1.0)),
            Some((Obstacle::NoLabels, &[WayOut::WeightsByLength, WayOut::Bring])),
        ),
        (&["a"], draft(M::Balanced, StrataBy::Label, length), Some((Obstacle::OneLabel, &[WayOut::Bring]))),
    ];
    for (labels, draft, wanted) in rows {
        let mut bench = Bench::sampling(labels);
        let before = bench.asked();
        bench.state.sampling.draft = draft.clone();
        bench.act(Action::Dismiss(Notice::TextNotInLink));
        assert_eq!(bench.state.sampling.obstacle(), wanted.map(|(obstacle, _)| obstacle), "{draft:?}");
        let Some((obstacle, ways)) = wanted else { continue };
        assert_eq!(bench.asked(), before, "{draft:?}");
        assert_eq!(ways_out(obstacle, &population(labels), &draft), ways, "{draft:?}");
        // Whatever is offered first takes the obstacle away, unless it leads to other documents.
        if let Some((key, to)) = ways[0].setting() {
            bench.set(key, Value::Text(to.into()));
            assert_eq!(bench.state.sampling.obstacle(), None, "{draft:?}");
        }
    }
}

#[test]
fn a_bootstrap_is_as_large_as_the_corpus_and_others_are_not() {
    let mut bench = Bench::sampling(&["a", "b"]);
    bench.choose(SamplingMethod::Bootstrap);
    assert_eq!(bench.state.sampling.draft.size, Size::Share(1.0));
    bench.choose(SamplingMethod::SimpleRandom);
    assert_eq!(bench.state.sampling.draft.size, Size::Share(0.2));
    bench.set("sample_size", Value::Number(50.0));
    bench.choose(SamplingMethod::Bootstrap);
    assert_eq!(bench.state.sampling.draft.size, Size::Count(50), "a number that was chosen stays");
}

#[test]
fn every_setting_that_is_shown_is_one_and_is_read() {
    for method in SamplingMethod::ALL {
        let mut bench = Bench::sampling(&["a", "b"]);
        bench.choose(method);
        let keys = bench.state.sampling.keys();
        assert_eq!(keys.last(), Some(&"sampling_seed"), "{method:?}");
        for key in keys {
            let field = Field::find(key).unwrap_or_else(|| panic!("there is no setting {key}"));
            let trial = bench.state.sampling.trial(&bench.state.config);
            field.check(&field.get(&trial)).unwrap_or_else(|error| panic!("{key}: {error}"));
        }
    }
}

#[test]
fn a_refused_sample_is_told_and_ends_nothing() {
    let mut bench = Bench::sampling(&["a", "b"]);
    bench.answer_draw();
    bench.set("sample_size", Value::Number(5000.0));
    let request = bench.request(|command| match command {
        Command::Sample(SampleCommand::Draw { request, .. }) => Some(*request),
        _ => None,
    });
    let error = Error::Missing { missing: "labels".into() };
    bench.on_event(Event::Refused { request, error: error.clone() });
    assert_eq!(bench.state.sampling.drawing.error, Some(error));
    assert!(bench.state.shown_sample().is_none() && !bench.state.can_use_sample() && bench.state.notices.is_empty());
    bench.set("sample_size", Value::Number(50.0));
    bench.answer_draw();
    assert!(bench.state.shown_sample().is_some());
}
