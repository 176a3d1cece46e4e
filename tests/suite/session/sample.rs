//! Samples as the page asks for them, and a sample as the text that a model learns from.

use gptling::config::corpus::{CleaningConfig, ReadConfig};
use gptling::config::sampling::{ClustersBy, SamplingConfig, SamplingMethod, Size, StrataBy, WeightsBy};
use gptling::config::{Config, TokenizerMethod::Characters};
use gptling::error::Error;
use gptling::protocol::sample::{
    ClassName, Drawing, MAX_CHILDREN, MAX_DOTS, Population, Redraws, SampleCommand, SampleEvent, Share, Statistic,
};
use gptling::protocol::{Command, Event, RunState, TextContent, TextSource, Work};

use super::{drive, events_but_progress, load_own, silent, tiny, train_tokenizer};

/// Documents of three classes, 60 %, 30 % and 10 %, whose lengths and words differ.
fn table(documents: usize) -> Vec<u8> {
    let classes = ["rain", "ball", "rain", "soup", "rain", "ball", "rain", "ball", "rain", "rain"];
    let row = |at: usize| {
        let class = classes[at % 10];
        let length = 3 + at * at % 5 + class.len() * usize::from(class != "rain") * (1 + usize::from(class == "soup"));
        let words: Vec<String> = (0..length).map(|word| format!("{class}{}", (at + word * word) % 6)).collect();
        format!("the {} of {at},{class},author {},{}\n", words.join(" and "), at % 7, 1 + at % 4)
    };
    ("text,label,author,weight\n".to_string() + &(0..documents).map(row).collect::<String>()).into_bytes()
}

fn source(bytes: Vec<u8>) -> TextSource {
    TextSource::Brought { name: "news.csv".into(), content: TextContent::Bytes(bytes), read: ReadConfig::default() }
}

fn load(request: u32, documents: usize, sampling: Option<SamplingConfig>) -> Command {
    let mut data = Config::default().data;
    data.sampling = sampling;
    Command::LoadText { request, sources: vec![source(table(documents))], data: Box::new(data) }
}

fn by(method: SamplingMethod) -> SamplingConfig {
    SamplingConfig { method, ..Default::default() }
}

fn survey(request: u32) -> Command {
    Command::Sample(SampleCommand::Survey { request, cleaning: CleaningConfig::default() })
}

fn draw(request: u32, sampling: SamplingConfig) -> Command {
    Command::Sample(SampleCommand::Draw { request, cleaning: CleaningConfig::default(), sampling })
}

fn redraw(request: u32, sampling: SamplingConfig, statistic: Statistic) -> Command {
    Command::Sample(SampleCommand::Redraw { request, cleaning: CleaningConfig::default(), sampling, statistic })
}

/// Gives the commands one after the other, each when the one before is answered.
fn one_by_one(commands: Vec<Command>) -> Vec<Event> {
    let mut rest = commands.into_iter();
    let first = vec![rest.next().expect("an order")];
    drive(first, |event| match event {
        Event::Progress { .. } | Event::Ready { .. } => Vec::new(),
        _ => rest.next().into_iter().collect(),
    })
}

fn populations(events: &[Event]) -> Vec<&Population> {
    let found = events.iter().filter_map(|event| match event {
        Event::Sample(SampleEvent::Surveyed { population, .. }) => Some(population),
        _ => None,
    });
    found.collect()
}

fn drawings(events: &[Event]) -> Vec<&Drawing> {
    let found = events.iter().filter_map(|event| match event {
        Event::Sample(SampleEvent::Drawn { drawing, .. }) => Some(drawing),
        _ => None,
    });
    found.collect()
}

fn estimates(events: &[Event]) -> Vec<&Redraws> {
    let found = events.iter().filter_map(|event| match event {
        Event::Sample(SampleEvent::Redrawn { redraws, .. }) => Some(redraws),
        _ => None,
    });
    found.collect()
}

fn refusals(events: &[Event]) -> Vec<Error> {
    let found = |event: &Event| match event {
        Event::Refused { error, .. } => Some(error.clone()),
        _ => None,
    };
    events.iter().filter_map(found).collect()
}

#[test]
fn all_ten_methods_are_drawn_over_the_same_dots() {
    let mut orders = vec![load(1, 200, None), survey(2)];
    orders.extend(SamplingMethod::ALL.map(|method| draw(3, by(method))));
    let events = one_by_one(orders);
    let population = populations(&events)[0];
    assert_eq!((population.documents, population.labels, population.groups), (200, 3, 7));
    assert!(population.weighted && population.dots.len() == 200);
    let classes: Vec<(&ClassName, u64)> =
        population.classes.iter().map(|class| (&class.name, class.documents)).collect();
    let label = |name: &str| ClassName::Label(name.into());
    assert_eq!(classes, [(&label("rain"), 120), (&label("ball"), 60), (&label("soup"), 20)]);
    assert!(population.dots[3].words.starts_with("the soup") && population.dots[3].class == 2);

    let drawings = drawings(&events);
    assert_eq!(drawings.len(), 10, "{:?}", refusals(&events));
    for (method, drawing) in SamplingMethod::ALL.iter().zip(&drawings) {
        let times: u64 = drawing.dots.iter().map(|dot| u64::from(dot.times)).sum();
        assert_eq!((times, drawing.dots.len()), (drawing.draws, 200), "{method:?}");
        let distinct = drawing.dots.iter().filter(|dot| dot.times > 0).count() as u64;
        assert_eq!(distinct, drawing.distinct, "{method:?}");
        let sum = |column: fn(&Share) -> f64| drawing.shares.iter().map(column).sum::<f64>();
        let sums = [sum(|share| share.population), sum(|share| share.sample)];
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-9), "{method:?}: {:?}", drawing.shares);
        assert!(drawing.dots.iter().all(|dot| (0.0..=1.0).contains(&dot.chance)), "{method:?}");
    }
    let stratified = drawings[1];
    let parts: Vec<(&str, u64, u64)> =
        stratified.parts.iter().map(|part| (part.name.as_str(), part.documents, part.draws)).collect();
    assert_eq!(parts, [("rain", 120, 24), ("ball", 60, 12), ("soup", 20, 4)]);
}

/// What is drawn is what the text is then made of.
#[test]
fn the_sample_that_is_seen_is_the_sample_that_is_used() {
    for method in [SamplingMethod::Stratified, SamplingMethod::Importance, SamplingMethod::Cluster] {
        let sampling = SamplingConfig { clusters: ClustersBy::KMeans(5), ..by(method) };
        let mut data = Config::default().data;
        data.sampling = Some(sampling.clone());
        let prepare = Command::PrepareText { request: 4, data: Box::new(data) };
        let events = one_by_one(vec![load(1, 200, None), draw(3, sampling), prepare]);
        let drawing = drawings(&events)[0];
        let Some(Event::TextLoaded { text, .. }) = events.last() else { panic!("{:?}", events.last()) };
        // A document that the cut goes through counts on both sides of it.
        let documents = text.documents;
        assert!(documents == drawing.draws || documents == drawing.draws + 1, "{documents} of {}", drawing.draws);
    }
}

#[test]
fn children_lie_between_their_parents_in_the_picture_too() {
    let events = one_by_one(vec![load(1, 400, None), draw(2, by(SamplingMethod::Synthetic))]);
    let drawing = drawings(&events)[0];
    assert_eq!((drawing.synthetic, drawing.children.len()), (120 + 200, MAX_CHILDREN));
    for child in &drawing.children {
        let [a, b] = child.parent_places;
        for axis in 0..2 {
            let wanted = a[axis] + child.position * (b[axis] - a[axis]);
            assert!((child.place[axis] - wanted).abs() < 1e-4, "{child:?}");
        }
        assert!(child.class > 0, "the largest class does not grow");
    }
}

#[test]
fn redraws_show_why_one_stratifies() {
    let by_length = SamplingConfig { strata: StrataBy::Length, ..by(SamplingMethod::Stratified) };
    let share = Statistic::ClassShare("soup".into());
    let events = one_by_one(vec![
        load(1, 200, None),
        redraw(2, by_length, Statistic::MeanLength),
        redraw(3, by(SamplingMethod::StratifiedRandom), share.clone()),
        redraw(4, by(SamplingMethod::Importance), Statistic::MeanLength),
        redraw(5, SamplingConfig { size: Size::Share(1.0), ..by(SamplingMethod::Bootstrap) }, Statistic::MeanLength),
        redraw(6, by(SamplingMethod::SimpleRandom), Statistic::ClassShare("nobody".into())),
    ]);
    let [length, classes, importance, bootstrap, nobody] = estimates(&events)[..] else { panic!("{events:?}") };
    let simple = |redraws: &Redraws| redraws.simple.as_ref().expect("a smaller sample").error;
    assert_eq!((length.weighted.values.len(), length.draws), (200, 40.0));
    assert!(length.weighted.error < 0.6 * simple(length), "{} and {}", length.weighted.error, simple(length));
    assert!((classes.truth - 0.1).abs() < 1e-12 && classes.statistic == share);
    assert!(classes.weighted.error < 1e-9 && simple(classes) > 0.02);
    // Drawn in proportion to what is summed up: each sample gives the truth, and without weights none does.
    assert!(importance.weighted.error < 1e-9 * importance.truth);
    assert!(importance.plain.mean > 1.1 * importance.truth);
    assert!(bootstrap.simple.is_none() && bootstrap.weighted.error > 0.0, "as large as the corpus");
    assert_eq!((nobody.truth, nobody.weighted.error), (0.0, 0.0));
}

#[test]
fn a_newer_order_of_its_kind_overtakes_an_older_one() {
    let seeded = |seed| SamplingConfig { seed, ..Default::default() };
    let orders = vec![
        load(1, 100, None),
        draw(2, seeded(1)),
        redraw(3, seeded(0), Statistic::MeanLength),
        draw(4, seeded(2)),
        survey(5),
        draw(6, seeded(3)),
    ];
    let answered = |events: Vec<Event>| -> Vec<u32> {
        let request = |event: &Event| match event {
            Event::Sample(
                SampleEvent::Surveyed { request, .. }
                | SampleEvent::Drawn { request, .. }
                | SampleEvent::Redrawn { request, .. },
            ) => Some(*request),
            _ => None,
        };
        events.iter().filter_map(request).collect()
    };
    assert_eq!(answered(drive(orders, silent)), [3, 5, 6]);
    // Newer documents overtake all of them, also in the middle of their work.
    let mut sent = false;
    let events = drive(vec![load(1, 3000, None), redraw(2, seeded(0), Statistic::MeanLength)], |event| match event {
        Event::Progress { work: Work::Sampling, done } if *done > 0.0 && !sent => {
            sent = true;
            vec![load(3, 100, None)]
        }
        _ => Vec::new(),
    });
    assert!(sent && answered(events.clone()).is_empty());
    assert!(matches!(events_but_progress(events).last(), Some(Event::TextLoaded { request: 3, .. })));
}

/// Vectors, places and clusters are found once; drawing again needs none of it anew.
#[test]
fn what_was_found_out_is_kept() {
    let clusters = |seed| SamplingConfig { clusters: ClustersBy::KMeans(6), seed, ..by(SamplingMethod::Cluster) };
    let orders = vec![load(1, 300, None), survey(2), draw(3, clusters(1)), draw(4, clusters(2)), survey(5)];
    let events = one_by_one(orders);
    let answer = |request: u32| {
        let is = |event: &Event| match event {
            Event::Sample(SampleEvent::Surveyed { request: other, .. } | SampleEvent::Drawn { request: other, .. }) => {
                *other == request
            }
            _ => false,
        };
        events.iter().position(is).expect("an answer")
    };
    let pieces = |from: u32, to: u32| {
        let progress = |event: &&Event| matches!(event, Event::Progress { done, .. } if *done < 1.0);
        events[answer(from)..answer(to)].iter().filter(progress).count()
    };
    assert!(pieces(2, 3) > 0, "the clusters are found");
    assert_eq!((pieces(3, 4), pieces(4, 5)), (0, 0));
    let [first, second] = drawings(&events)[..] else { panic!("{events:?}") };
    let parts = |drawing: &Drawing| drawing.dots.iter().map(|dot| dot.part).collect::<Vec<_>>();
    assert_eq!(parts(first), parts(second), "other clusters are drawn, not found");
    assert_eq!(populations(&events)[0], populations(&events)[1]);
}

#[test]
fn of_a_large_corpus_some_dots_are_shown_and_all_are_counted() {
    let events = one_by_one(vec![load(1, 7000, None), survey(2), draw(3, by(SamplingMethod::Stratified))]);
    let (population, drawing) = (populations(&events)[0], drawings(&events)[0]);
    assert_eq!((population.documents, population.dots.len(), drawing.dots.len()), (7000, MAX_DOTS, MAX_DOTS));
    assert_eq!((drawing.draws, drawing.parts[0].draws), (1400, 840));
    assert!(population.dots.windows(2).all(|pair| (2..=3).contains(&(pair[1].document - pair[0].document))));
}

#[test]
fn many_labels_are_told_apart_as_far_as_there_are_shapes() {
    let row = |at: usize| format!("words of {at},label {}\n", at % 40);
    let csv = "text,label\n".to_string() + &(0..400).map(row).collect::<String>();
    let data = Box::new(Config::default().data);
    let load = Command::LoadText { request: 1, sources: vec![source(csv.into_bytes())], data };
    let events = one_by_one(vec![load, survey(2), draw(3, Default::default())]);
    let (population, drawing) = (populations(&events)[0], drawings(&events)[0]);
    assert_eq!((population.labels, population.classes.len(), drawing.shares.len()), (40, 6, 6));
    assert_eq!((&population.classes[5].name, population.classes[5].documents), (&ClassName::Others(35), 350));
    assert!((drawing.shares[5].population - 0.875).abs() < 1e-12);
    assert!(population.dots.iter().all(|dot| dot.class < 6));
}

#[test]
fn what_is_missing_or_out_of_range_is_named() {
    let missing = |what: &str| Error::Missing { missing: what.into() };
    let events = one_by_one(vec![survey(1), draw(2, Default::default())]);
    assert_eq!(refusals(&events), [missing("text"), missing("text")]);
    let events =
        one_by_one(vec![load_own(1, b"one\n\ntwo\n\nthree"), draw(2, by(SamplingMethod::Stratified)), survey(3)]);
    assert_eq!(refusals(&events), [missing("labels")]);
    assert_eq!(populations(&events)[0].documents, 3, "a refusal ends nothing");
    let large = SamplingConfig { size: Size::Count(101), ..Default::default() };
    let events = one_by_one(vec![load(1, 100, None), draw(2, large)]);
    let [Error::SettingOutOfRange { key, max, .. }] = &refusals(&events)[..] else { panic!("{events:?}") };
    assert_eq!((key.as_str(), max.as_str()), ("sample_size", "100"));
}

/// Every way of choosing gives a text that a tokenizer and a model learn from.
#[test]
fn a_sampled_text_trains() {
    for method in SamplingMethod::ALL.into_iter().filter(|method| *method != SamplingMethod::Synthetic) {
        let sampling = SamplingConfig { weights: WeightsBy::Column, ..by(method) };
        let mut config = tiny();
        config.data.sampling = Some(sampling.clone());
        config.train.steps = 3;
        let start = Command::Start { run: 1, config: Box::new(config) };
        let events = drive(vec![load(1, 200, Some(sampling)), train_tokenizer(2, Characters, 0), start], silent);
        assert_eq!(refusals(&events), []);
        let finished =
            |event: &Event| matches!(event, Event::StateChanged { state: RunState::Finished { step: 3, .. }, .. });
        assert!(events.iter().any(finished), "{method:?}: {:?}", events_but_progress(events).last());
    }
}
