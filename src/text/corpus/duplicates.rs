//! Documents that are there twice, or nearly: MinHash over character shingles (Broder, 1997), one permutation for all
//! places of a signature (Li, Owen & Zhang, 2012), found by bands (Indyk & Motwani, 1998) and checked exactly.

use ahash::{AHashMap, AHashSet};

/// Characters of a shingle.
pub const SHINGLE: usize = 5;
/// Characters of a document that are compared at most.
pub const MAX_CHARACTERS: usize = 20_000;

/// Places of a signature, in bands of four: documents that agree by half share a band with 65 %, those that agree by
/// 0.8 with 99.98 %.
const PLACES: usize = 64;
const BAND: usize = 4;
/// Documents that one is compared with at most.
pub const MAX_COMPARED: usize = 32;

/// Finds the documents whose text was there before.
#[derive(Default)]
pub struct Exact {
    seen: AHashSet<(u64, u64)>,
}

impl Exact {
    /// Whether an equal text was added before. Texts are told apart by 128 bits of hash.
    pub fn add(&mut self, text: &str) -> bool {
        !self.seen.insert(fingerprint(text))
    }
}

/// Finds documents that agree with one before to a share of their shingles (Jaccard).
///
/// Adding takes time linear in the text and some 32 comparisons at most; memory is 128 bytes a document beside 8 for each
/// shingle of those that remain.
pub struct Similar {
    share: f64,
    /// The documents added last with each band's content.
    bands: AHashMap<(u8, u64), u32>,
    /// Sorted hashes of the shingles, of each document that remained.
    shingles: Vec<Box<[u32]>>,
}

impl Similar {
    /// `share` is from 0 to 1; below about a half many pairs are missed.
    pub fn new(share: f64) -> Self {
        Self { share, bands: AHashMap::new(), shingles: Vec::new() }
    }

    /// Whether one before is similar; otherwise the document remains, and later ones are compared with it.
    pub fn add(&mut self, text: &str) -> bool {
        let shingles = shingles(text);
        let keys: Vec<(u8, u64)> = bands(&shingles).collect();
        let mut candidates: Vec<u32> = keys.iter().filter_map(|key| self.bands.get(key).copied()).collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.truncate(MAX_COMPARED);
        if candidates.iter().any(|before| agreement(&self.shingles[*before as usize], &shingles) >= self.share) {
            return true;
        }
        let number = self.shingles.len() as u32;
        keys.into_iter().for_each(|key| _ = self.bands.insert(key, number));
        self.shingles.push(shingles.into_boxed_slice());
        false
    }
}

/// 128 bits that tell texts apart.
pub fn fingerprint(text: &str) -> (u64, u64) {
    (fnv(text.as_bytes(), OFFSET), fnv(text.as_bytes(), !OFFSET))
}

/// What similar documents have at least one of in common, with the number of its band.
pub fn bands(shingles: &[u32]) -> impl Iterator<Item = (u8, u64)> {
    let signature = signature(shingles);
    (0..PLACES / BAND).map(move |number| (number as u8, combined(&signature[number * BAND..][..BAND])))
}

/// The share of all shingles of two documents that both have; 1 for two without any.
pub fn agreement(a: &[u32], b: &[u32]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
        }
    }
    let all = a.len() + b.len() - both;
    if all == 0 { 1.0 } else { both as f64 / all as f64 }
}

/// The different shingles of a text as sorted hashes; a shorter text is one shingle.
pub fn shingles(text: &str) -> Vec<u32> {
    let begins = text.char_indices().map(|(at, _)| at).chain([text.len()]).take(MAX_CHARACTERS + 1);
    let begins: Vec<usize> = begins.collect();
    let width = SHINGLE.min(begins.len() - 1);
    let hash = |ends: &[usize]| (fnv(&text.as_bytes()[ends[0]..ends[width]], OFFSET) >> 16) as u32;
    let mut hashes: Vec<u32> = begins.windows(width + 1).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The least hash in each of 64 ranges; an empty range takes that of the next one that is not (Shrivastava & Li, 2014).
fn signature(shingles: &[u32]) -> [u32; PLACES] {
    let mut places = [u32::MAX; PLACES];
    for shingle in shingles {
        // Scrambled, so that the order is another than that of the hashes themselves.
        let scrambled = shingle.wrapping_mul(0x9E37_79B1) ^ shingle >> 15;
        let place = scrambled as usize % PLACES;
        places[place] = places[place].min(scrambled.wrapping_mul(0x85EB_CA6B));
    }
    let own = places;
    for (place, value) in places.iter_mut().enumerate() {
        let borrowed = (0..PLACES).map(|step| (step, own[(place + step) % PLACES])).find(|(_, held)| *held != u32::MAX);
        *value = borrowed.map_or(0, |(step, held)| held.wrapping_add((step as u32).wrapping_mul(0x27D4_EB2F)));
    }
    places
}

fn combined(band: &[u32]) -> u64 {
    band.iter().fold(OFFSET, |hash, value| fnv(&value.to_le_bytes(), hash))
}

const OFFSET: u64 = 0xCBF2_9CE4_8422_2325;

/// FNV-1a, the same numbers on every machine.
fn fnv(bytes: &[u8], seed: u64) -> u64 {
    bytes.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3))
}
