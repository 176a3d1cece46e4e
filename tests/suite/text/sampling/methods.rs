//! Each method against the probabilities that it promises.

use gptling::config::sampling::{
    Allocation, Balance, ClustersBy, SamplingConfig, SamplingMethod, Size, StrataBy, WeightsBy,
};
use gptling::error::Error;
use gptling::rng::{Rng, Stream};
use gptling::text::corpus::{Corpus, Document};
use gptling::text::sampling::allocation::{allocate, equal_within};
use gptling::text::sampling::strata::{self, Stratum};
use gptling::text::sampling::{Design, Population};

use super::{corpus, counts, design};
use crate::text::chance::{check, check_mean, check_multinomial, check_simple};

const DRAWS: u32 = 10_000;

fn config(method: SamplingMethod, size: usize) -> SamplingConfig {
    SamplingConfig { method, size: Size::Count(size), ..Default::default() }
}

fn of(values: &[f64], documents: &[u32]) -> Vec<f64> {
    documents.iter().map(|document| values[*document as usize]).collect()
}

/// Every design says how often a document comes on average and how likely it comes at all, and keeps to it.
#[test]
fn draws_are_as_frequent_as_the_design_says() {
    let corpus = corpus();
    let clusters: Vec<u32> = (0..120).map(|at| at * at % 7).collect();
    let population = Population { corpus: &corpus, vectors: None, clusters: Some(&clusters) };
    let mut configs: Vec<SamplingConfig> = SamplingMethod::ALL[..9].iter().map(|method| config(*method, 7)).collect();
    let base = config(SamplingMethod::StratifiedRandom, 31);
    for strata in [StrataBy::Label, StrataBy::Length, StrataBy::Group] {
        for allocation in [Allocation::Proportional, Allocation::Equal] {
            for method in [SamplingMethod::StratifiedRandom, SamplingMethod::StratifiedImportance] {
                configs.push(SamplingConfig { method, strata, allocation, ..base.clone() });
            }
        }
        configs.push(SamplingConfig { method: SamplingMethod::Stratified, strata, ..base.clone() });
    }
    for weights in [WeightsBy::Column, WeightsBy::Length(-0.5), WeightsBy::ClassSize(-1.0)] {
        configs.push(SamplingConfig { weights, ..config(SamplingMethod::Importance, 50) });
    }
    for balance in [Balance::Smallest, Balance::Largest, Balance::Size] {
        configs.push(SamplingConfig { balance, ..config(SamplingMethod::Balanced, 200) });
    }
    configs.push(SamplingConfig { clusters: ClustersBy::KMeans(7), ..config(SamplingMethod::Cluster, 3) });
    configs.push(config(SamplingMethod::Bootstrap, 300));
    for config in configs {
        check_frequencies(&format!("{config:?}"), &design(&population, &config));
    }
}

fn check_frequencies(label: &str, design: &Design) {
    let (times, samples) = counts(design, DRAWS);
    let draws = f64::from(DRAWS);
    for document in 0..design.population() {
        let (expected, inclusion) = (design.expected(document), design.inclusion(document));
        // No design's multiplicity varies more than independent draws do.
        let deviation = (draws * expected).sqrt().max(1e-9);
        check_mean(label, times[document], draws * expected, deviation);
        let deviation = (draws * inclusion * (1.0 - inclusion)).sqrt().max(1e-6);
        check_mean(label, samples[document], draws * inclusion, deviation);
    }
}

#[test]
fn simple_random_samples_are_all_alike() {
    let corpus = corpus();
    for size in [1, 30, 119] {
        let design = design(&Population::of(&corpus), &config(SamplingMethod::SimpleRandom, size));
        let (times, samples) = counts(&design, DRAWS);
        assert_eq!(times, samples, "nobody comes twice");
        check_simple("simple random", &times, size, DRAWS as usize);
        assert_eq!(design.draw(1).draws(), size);
    }
    // Pairs too: both of two documents in n (n - 1) of N (N - 1) samples.
    let mut few = Corpus::default();
    ["a", "b", "c", "d", "e"].iter().for_each(|text| few.push(Document::of(text)).expect("a document"));
    let design = design(&Population::of(&few), &config(SamplingMethod::SimpleRandom, 2));
    let mut pairs = vec![0.0; 25];
    for draw in 0..DRAWS {
        let mut pair = design.documents(&mut Rng::at_step(2, Stream::Documents, draw));
        pair.sort_unstable();
        pairs[(pair[0] * 5 + pair[1]) as usize] += 1.0;
    }
    pairs.retain(|count| *count > 0.0);
    assert_eq!(pairs.len(), 10);
    check_multinomial("pairs", &pairs, &[0.1; 10]);
}

#[test]
fn stratified_parts_are_exact_to_rounding() {
    let corpus = corpus();
    for (method, size, parts) in [
        (SamplingMethod::Stratified, 20, [12, 6, 2]),
        (SamplingMethod::StratifiedRandom, 20, [12, 6, 2]),
        (SamplingMethod::StratifiedImportance, 20, [12, 6, 2]),
        // 15 x 0.6, 0.3, 0.1 = 9, 4.5, 1.5: the remainders are equal, the stratum named first takes it.
        (SamplingMethod::StratifiedRandom, 15, [9, 5, 1]),
        (SamplingMethod::StratifiedRandom, 1, [1, 0, 0]),
    ] {
        let design = design(&Population::of(&corpus), &config(method, size));
        for seed in 0..50 {
            let mut found = [0; 3];
            design.draw(seed).drawn.iter().for_each(|drawn| {
                found[corpus.label(drawn.document as usize).expect("a label")] += drawn.times as usize;
            });
            assert_eq!(found, parts, "{method:?} of {size}");
        }
        assert_eq!(design.out_of_reach(), if size == 1 { 48 } else { 0 }, "{method:?} of {size}");
    }
}

#[test]
fn shares_are_allotted_by_the_largest_remainder() {
    let proportional = |total, sizes: &[usize]| allocate(total, sizes, Allocation::Proportional);
    assert_eq!(proportional(10, &[1, 1, 1]), [4, 3, 3]);
    assert_eq!(proportional(100, &[53, 24, 23]), [53, 24, 23]);
    assert_eq!(proportional(7, &[10, 0, 30]), [2, 0, 5]);
    assert_eq!(proportional(3, &[usize::MAX >> 34, 1]), [3, 0]);
    let mut rng = Rng::new(5, Stream::Documents);
    for _ in 0..2000 {
        let sizes: Vec<usize> = (0..1 + rng.below(9)).map(|_| 1 + rng.below(1000)).collect();
        let all: usize = sizes.iter().sum();
        let total = 1 + rng.below(all);
        let parts = proportional(total, &sizes);
        assert_eq!(parts.iter().sum::<usize>(), total);
        for (part, size) in parts.iter().zip(&sizes) {
            let exact = (*size * total) as f64 / all as f64;
            assert!((*part as f64 - exact).abs() < 1.0, "{part} for {exact}");
        }
        let equal = equal_within(total, &sizes);
        assert_eq!(equal.iter().sum::<usize>(), total, "{sizes:?}");
        let most = *equal.iter().max().expect("a part");
        let fair = equal.iter().zip(&sizes).all(|(part, size)| part == size || part + 1 >= most);
        assert!(fair && equal.iter().zip(&sizes).all(|(part, size)| part <= size), "{equal:?} of {sizes:?}");
    }
}

#[test]
fn stratified_random_samples_are_simple_in_each_stratum() {
    let corpus = corpus();
    for (allocation, takes) in [(Allocation::Proportional, [18, 9, 3]), (Allocation::Equal, [10, 10, 10])] {
        let config = SamplingConfig { allocation, ..config(SamplingMethod::StratifiedRandom, 30) };
        let (times, _) = counts(&design(&Population::of(&corpus), &config), DRAWS);
        for (stratum, take) in strata::classes(&corpus).expect("labels").iter().zip(takes) {
            check_simple(&stratum.name, &of(&times, &stratum.documents), take, DRAWS as usize);
        }
    }
}

/// 12 of 72, 6 of 36, 2 of 12: every sixth document of a class, from a random one of the first six.
#[test]
fn stratified_samples_are_evenly_spread() {
    let corpus = corpus();
    let design = design(&Population::of(&corpus), &config(SamplingMethod::Stratified, 20));
    let mut starts = [[0.0; 6]; 3];
    for draw in 0..DRAWS {
        let drawn = design.documents(&mut Rng::at_step(4, Stream::Documents, draw));
        for (class, stratum) in strata::classes(&corpus).expect("labels").iter().enumerate() {
            let places: Vec<usize> =
                (0..stratum.documents.len()).filter(|at| drawn.contains(&stratum.documents[*at])).collect();
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] == 6), "{places:?}");
            starts[class][places[0]] += 1.0;
        }
    }
    starts.iter().for_each(|starts| check_multinomial("starts", starts, &[1.0 / 6.0; 6]));
}

#[test]
fn systematic_intervals_are_exact() {
    let corpus = corpus();
    for interval in [1, 2, 7, 120] {
        let config = SamplingConfig { interval, ..config(SamplingMethod::Systematic, 1) };
        let design = design(&Population::of(&corpus), &config);
        let mut starts = vec![0.0; interval];
        for draw in 0..DRAWS {
            let drawn = design.documents(&mut Rng::at_step(4, Stream::Documents, draw));
            assert!(drawn.windows(2).all(|pair| pair[1] - pair[0] == interval as u32), "{drawn:?}");
            assert!((drawn[0] as usize) < interval && drawn[drawn.len() - 1] as usize + interval >= 120);
            starts[drawn[0] as usize] += 1.0;
        }
        if interval > 1 {
            check_multinomial("starts", &starts, &vec![1.0 / interval as f64; interval]);
        }
    }
}

#[test]
fn clusters_come_whole() {
    let corpus = corpus();
    let groups = strata::groups(&corpus).expect("groups");
    let design = design(&Population::of(&corpus), &config(SamplingMethod::Cluster, 4));
    let (times, _) = counts(&design, DRAWS);
    let of_cluster = |group: &Stratum| {
        let times = of(&times, &group.documents);
        assert!(times.iter().all(|count| *count == times[0]), "{times:?}");
        times[0]
    };
    let chosen: Vec<f64> = groups.iter().map(of_cluster).collect();
    check_simple("clusters", &chosen, 4, DRAWS as usize);
}

#[test]
fn importance_draws_in_proportion_to_weights() {
    let corpus = corpus();
    let by = |weights: WeightsBy| {
        let config = SamplingConfig { weights, ..config(SamplingMethod::Importance, 40) };
        counts(&design(&Population::of(&corpus), &config), DRAWS).0
    };
    let shares = |weight: &dyn Fn(usize) -> f64| {
        let total: f64 = (0..120).map(weight).sum();
        (0..120).map(|at| weight(at) / total).collect::<Vec<f64>>()
    };
    let class_size = |at: usize| [72.0, 36.0, 12.0][corpus.label(at).expect("a label")];
    let length = |at: usize| corpus.text(at).chars().count() as f64;
    check_multinomial("column", &by(WeightsBy::Column), &shares(&|at| (at % 7 + 1) as f64));
    check_multinomial("length", &by(WeightsBy::Length(1.5)), &shares(&|at| length(at).powf(1.5)));
    check_multinomial("rare classes", &by(WeightsBy::ClassSize(-1.0)), &shares(&|at| 1.0 / class_size(at)));
}

#[test]
fn stratified_importance_keeps_both_promises() {
    let corpus = corpus();
    let config = SamplingConfig { weights: WeightsBy::Column, ..config(SamplingMethod::StratifiedImportance, 40) };
    let (times, _) = counts(&design(&Population::of(&corpus), &config), DRAWS);
    for stratum in strata::classes(&corpus).expect("labels") {
        let weights: Vec<f64> = stratum.documents.iter().map(|at| f64::from(at % 7 + 1)).collect();
        let total: f64 = weights.iter().sum();
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        check_multinomial(&stratum.name, &of(&times, &stratum.documents), &shares);
    }
}

/// 1 - (1 - 1/N)^N of all documents are in a bootstrap sample: 63.2 % for a large N.
#[test]
fn a_bootstrap_holds_63_percent_of_the_documents() {
    let corpus = corpus();
    let config = SamplingConfig { size: Size::Share(1.0), ..config(SamplingMethod::Bootstrap, 0) };
    let design = design(&Population::of(&corpus), &config);
    let (times, samples) = counts(&design, DRAWS);
    check_multinomial("bootstrap", &times, &[1.0 / 120.0; 120]);
    let n = 120.0f64;
    let never = |documents: f64| (1.0 - documents / n).powf(n);
    // The variance of the number of empty boxes (Feller, 1968, volume 1).
    let variance = n * never(1.0) + n * (n - 1.0) * never(2.0) - (n * never(1.0)).powi(2);
    let (share, error) = (samples.iter().sum::<f64>() / n / f64::from(DRAWS), (variance / f64::from(DRAWS)).sqrt() / n);
    check_mean("different documents", share, 1.0 - never(1.0), error);
    assert!((0.632..0.635).contains(&share), "{share}");
    let sample = design.draw(1);
    assert_eq!((sample.draws(), sample.effective_size().round()), (120, 120.0));
}

#[test]
fn balanced_classes_are_equally_large() {
    let corpus = corpus();
    for (balance, each) in [(Balance::Smallest, 12), (Balance::Largest, 72), (Balance::Size, 50)] {
        let config = SamplingConfig { balance, ..config(SamplingMethod::Balanced, 150) };
        let design = design(&Population::of(&corpus), &config);
        let shares = design.draw(1).class_shares(&corpus);
        let found: Vec<(f64, f64)> = shares.iter().map(|share| (share.population, share.sample)).collect();
        assert_eq!(found, [(0.6, 1.0 / 3.0), (0.3, 1.0 / 3.0), (0.1, 1.0 / 3.0)], "{balance:?}");
        shares.iter().for_each(|share| assert!((share.weighted - share.population).abs() < 1e-12, "{share:?}"));
        let (times, _) = counts(&design, DRAWS);
        for class in strata::classes(&corpus).expect("labels") {
            let (size, whole) = (class.documents.len(), each / class.documents.len() * DRAWS as usize);
            let rest: Vec<f64> = of(&times, &class.documents).iter().map(|count| count - whole as f64).collect();
            match each % size {
                0 => assert!(rest.iter().all(|count| *count == 0.0)),
                take => check_simple(&class.name, &rest, take, DRAWS as usize),
            }
        }
    }
}

#[test]
fn strata_part_the_corpus() {
    let mut corpus = corpus();
    corpus.push(Document::of("no label, no group")).expect("a document");
    for (by, count) in [(StrataBy::Label, 4), (StrataBy::Group, 14), (StrataBy::Length, 4)] {
        let strata = strata::strata(&corpus, by, 4).expect("strata");
        let mut documents: Vec<u32> = strata.iter().flat_map(|stratum| stratum.documents.clone()).collect();
        documents.sort_unstable();
        assert_eq!((strata.len(), documents), (count, (0..121).collect()), "{by:?}");
    }
    let strata = strata::strata(&corpus, StrataBy::Length, 4).expect("strata");
    for (stratum, next) in strata.iter().zip(&strata[1..]) {
        let lengths = |stratum: &Stratum| stratum.documents.iter().map(|at| corpus.characters(*at as usize)).collect();
        let (lengths, next): (Vec<usize>, Vec<usize>) = (lengths(stratum), lengths(next));
        let (least, most) = (lengths.iter().min().expect("some"), lengths.iter().max().expect("some"));
        assert_eq!(stratum.name, format!("{least}-{most}"));
        assert!(next.iter().all(|length| length > most) && (25..36).contains(&lengths.len()), "{}", lengths.len());
    }
}

#[test]
fn sizes_out_of_range_are_refused_with_the_range() {
    let corpus = corpus();
    let refusal = |config: &SamplingConfig| match Design::new(&Population::of(&corpus), config).map(drop) {
        Err(Error::SettingOutOfRange { key, value, max, .. }) => format!("{key} {value} of {max}"),
        other => panic!("{config:?}: {other:?}"),
    };
    assert_eq!(refusal(&config(SamplingMethod::SimpleRandom, 121)), "sample_size 121 of 120");
    assert_eq!(refusal(&config(SamplingMethod::Stratified, 0)), "sample_size 0 of 120");
    assert_eq!(refusal(&config(SamplingMethod::Cluster, 14)), "sample_size 14 of 13");
    assert_eq!(refusal(&config(SamplingMethod::Bootstrap, 1201)), "sample_size 1201 of 1200");
    let nothing = SamplingConfig { size: Size::Share(f64::NAN), ..Default::default() };
    assert_eq!(refusal(&nothing), "sample_size 0 of 120");
    let interval = SamplingConfig { method: SamplingMethod::Systematic, interval: 0, ..Default::default() };
    assert_eq!(refusal(&interval), "interval 0 of 120");
}

#[test]
fn weights_that_are_none_are_refused() {
    for (weights, document) in [([1.0, -1.0], 2), ([f32::NAN, 1.0], 1), ([0.0, 0.0], 1), ([1.0, f32::INFINITY], 2)] {
        let mut corpus = Corpus::default();
        for weight in weights {
            corpus.push(Document { weight, ..Document::of("text") }).expect("a document");
        }
        let config = SamplingConfig { weights: WeightsBy::Column, ..config(SamplingMethod::Importance, 1) };
        let refused = Design::new(&Population::of(&corpus), &config).map(drop);
        let named = matches!(&refused, Err(Error::BadWeight { document: found, .. }) if *found == document);
        assert!(named, "{weights:?}: {refused:?}");
    }
}

/// The check itself: a design that told a wrong probability would be caught.
#[test]
#[should_panic(expected = "chi-square")]
fn a_wrong_probability_is_refused() {
    let corpus = corpus();
    let (times, _) = counts(&design(&Population::of(&corpus), &config(SamplingMethod::SimpleRandom, 30)), DRAWS);
    let expected: Vec<f64> = (0..120).map(|at| 2500.0 * if at % 2 == 0 { 1.03 } else { 0.97 }).collect();
    check("told wrongly", &times, &expected, &[1875.0; 120], 119.0);
}
