//! Synthetic points: on the segment between two neighbours of one class, and as many as it takes.

use gptling::config::sampling::{Balance, SamplingConfig, SamplingMethod, Size};
use gptling::error::Error;
use gptling::text::corpus::{Corpus, Document};
use gptling::text::sampling::smote::MAX_POINTS;
use gptling::text::sampling::{Design, Population, Sample};
use gptling::text::vectors::Vectors;

use super::{corpus, vectors};
use crate::text::chance::check_multinomial;

fn config(neighbours: usize) -> SamplingConfig {
    SamplingConfig { method: SamplingMethod::Synthetic, neighbours, ..Default::default() }
}

fn draw(corpus: &Corpus, vectors: &Vectors, config: &SamplingConfig, seed: u32) -> Sample {
    let population = Population { corpus, vectors: Some(vectors), clusters: None };
    Design::new(&population, config).expect("a design").draw(seed)
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// How far a child is from where its parents and its position say it is.
fn off_the_segment(vectors: &Vectors, sample: &Sample) -> f32 {
    let off = sample.synthetic.iter().map(|point| {
        let mut child = vec![0.0; vectors.width()];
        point.vector.columns.iter().zip(&point.vector.values).for_each(|(c, value)| child[usize::from(*c)] = *value);
        let (a, b) = (vectors.dense(point.parents.0 as usize), vectors.dense(point.parents.1 as usize));
        let (whole, first, second) = (distance(&a, &b), distance(&a, &child), distance(&child, &b));
        assert!((0.0..1.0).contains(&point.position));
        (first + second - whole).abs().max((first - point.position * whole).abs())
    });
    off.fold(0.0, f32::max)
}

#[test]
fn children_lie_between_their_parents() {
    let corpus = corpus();
    let vectors = vectors(&corpus);
    let mut sample = draw(&corpus, &vectors, &config(5), 1);
    assert_eq!((sample.draws(), sample.synthetic.len()), (120, 36 + 60));
    assert!(off_the_segment(&vectors, &sample) < 1e-4, "{}", off_the_segment(&vectors, &sample));
    let shares: Vec<f64> = sample.class_shares(&corpus).iter().map(|share| share.sample).collect();
    assert_eq!(shares, [1.0 / 3.0; 3]);
    for point in &sample.synthetic {
        assert_ne!(point.parents.0, point.parents.1);
        assert_eq!(corpus.label(point.parents.0 as usize), corpus.label(point.parents.1 as usize));
    }
    let apart = sample.synthetic.iter_mut().find(|point| point.vector.values.len() > 2).expect("words");
    apart.vector.values[0] += 0.1;
    assert!(off_the_segment(&vectors, &sample) > 1e-3, "one coordinate moved is not seen");
}

#[test]
fn second_parents_are_the_nearest_and_all_are_drawn_alike() {
    let corpus = corpus();
    let vectors = vectors(&corpus);
    let third: Vec<u32> = (0..120).filter(|at| corpus.label(*at as usize) == Some(2)).collect();
    let (mut firsts, mut positions) = (vec![0.0; 12], vec![0.0; 10]);
    for seed in 0..170 {
        let sample = draw(&corpus, &vectors, &config(3), seed);
        for point in sample.synthetic.iter().filter(|point| corpus.label(point.parents.0 as usize) == Some(2)) {
            let here = vectors.dense(point.parents.0 as usize);
            let far = |other: &u32| distance(&here, &vectors.dense(*other as usize));
            let others = third.iter().filter(|other| **other != point.parents.0);
            let nearer = others.filter(|other| far(other) < far(&point.parents.1) - 1e-3).count();
            assert!(nearer < 3, "{nearer} documents are nearer to {:?}", point.parents);
            firsts[third.iter().position(|at| *at == point.parents.0).expect("of the class")] += 1.0;
            positions[(point.position * 10.0) as usize] += 1.0;
        }
    }
    assert_eq!(firsts.iter().sum::<f64>(), 170.0 * 60.0);
    check_multinomial("first parents", &firsts, &[1.0 / 12.0; 12]);
    check_multinomial("positions", &positions, &[0.1; 10]);
}

#[test]
fn a_class_of_one_is_refused_if_it_must_grow() {
    let mut corpus = corpus();
    corpus.push(Document { label: Some("d"), ..Document::of("sun rain") }).expect("a document");
    let vectors = vectors(&corpus);
    let population = Population { corpus: &corpus, vectors: Some(&vectors), clusters: None };
    let refused = |config: &SamplingConfig| Design::new(&population, config).map(drop);
    assert_eq!(refused(&config(5)), Err(Error::ClassTooSmall { class: "d".into(), documents: 1 }));
    assert_eq!(refused(&SamplingConfig { balance: Balance::Smallest, ..config(5) }), Ok(()));
}

#[test]
fn too_many_points_are_refused() {
    let mut corpus = Corpus::default();
    for at in 0..MAX_POINTS + 5 {
        let label = if at < 2 { "few" } else { "many" };
        corpus.push(Document { label: Some(label), ..Document::of("sun") }).expect("a document");
    }
    let vectors = vectors(&corpus);
    let population = Population { corpus: &corpus, vectors: Some(&vectors), clusters: None };
    let refused = Design::new(&population, &config(5)).map(drop);
    assert_eq!(refused, Err(Error::TooManyPoints { points: MAX_POINTS as u64 + 1, most: MAX_POINTS as u64 }));
    let fewer = SamplingConfig { balance: Balance::Size, size: Size::Count(20_000), ..config(5) };
    assert_eq!(draw(&corpus, &vectors, &fewer, 1).synthetic.len(), 9_998);
}
