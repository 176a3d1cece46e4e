//! The documents as dots, and their classes.

use crate::protocol::sample::{Class, ClassName, Dot, MAX_CLASSES, Population};
use crate::session::survey::Survey;
use crate::text::corpus::Corpus;
use crate::text::statistics::head;
use crate::text::vectors::pca::Picture;

/// Characters of a dot's first words.
const WORDS: usize = 80;

/// The survey has its picture.
pub fn population(survey: &Survey) -> Population {
    let corpus = &*survey.corpus;
    let classes = Classes::of(corpus);
    let characters: usize = (0..corpus.len()).map(|at| corpus.characters(at)).sum();
    let places = survey.picture().map(|picture| picture.places.as_slice()).unwrap_or_default();
    let dots = survey.shown().into_iter().zip(places).map(|(document, place)| dot(corpus, &classes, document, *place));
    Population {
        documents: corpus.len() as u64,
        mean_length: characters as f64 / corpus.len().max(1) as f64,
        labels: corpus.labels().len() as u64,
        groups: corpus.groups().len() as u64,
        weighted: (1..corpus.len()).any(|at| corpus.weight(at) != corpus.weight(0)),
        dots: dots.collect(),
        explained: survey.picture().map_or([0.0; 2], |picture: &Picture| picture.explained),
        classes: classes.named,
    }
}

fn dot(corpus: &Corpus, classes: &Classes, document: u32, place: [f32; 2]) -> Dot {
    let at = document as usize;
    let words = head(corpus.text(at).trim_start(), WORDS).split_whitespace().collect::<Vec<_>>().join(" ");
    Dot { document, place, class: classes.of_document(corpus, at), characters: corpus.characters(at) as u32, words }
}

/// The classes that are told apart.
pub struct Classes {
    pub named: Vec<Class>,
    /// Of each label, and last of documents without one, its index in `named`.
    index: Vec<u8>,
}

impl Classes {
    /// The largest first; where there are more than can be told apart, the smaller ones are one.
    pub fn of(corpus: &Corpus) -> Self {
        let none = corpus.labels().len();
        let mut sizes = vec![0u64; none + 1];
        (0..corpus.len()).for_each(|at| sizes[corpus.label(at).unwrap_or(none)] += 1);
        let mut order: Vec<usize> = (0..=none).filter(|class| sizes[*class] > 0).collect();
        order.sort_by_key(|class| std::cmp::Reverse(sizes[*class]));
        let apart = if order.len() > MAX_CLASSES { MAX_CLASSES - 1 } else { order.len() };
        let name = |class: usize| match corpus.labels().get(class) {
            Some(label) => ClassName::Label(label.clone()),
            None => ClassName::Unlabelled,
        };
        let mut named: Vec<Class> =
            order[..apart].iter().map(|class| Class { name: name(*class), documents: sizes[*class] }).collect();
        let others = &order[apart..];
        if !others.is_empty() {
            let documents = others.iter().map(|class| sizes[*class]).sum();
            named.push(Class { name: ClassName::Others(others.len() as u64), documents });
        }
        let mut index = vec![0; none + 1];
        order.iter().enumerate().for_each(|(rank, class)| index[*class] = rank.min(apart) as u8);
        Self { named, index }
    }

    pub fn of_document(&self, corpus: &Corpus, at: usize) -> u8 {
        self.index[corpus.label(at).unwrap_or(self.index.len() - 1)]
    }
}
