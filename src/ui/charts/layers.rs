//! The layers of the network with their shapes and weights: what the picture draws and the table lists.

use crate::config::{Config, ModelConfig};

/// One layer. `key` names it in the locales (`model.layer.<key>`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    pub key: &'static str,
    /// The shape of what comes out, in letters: `"B, T, C"`.
    pub symbols: &'static str,
    pub shape: Vec<u64>,
    /// Weights of one copy.
    pub parameters: u64,
    /// How often the network has it.
    pub copies: u64,
}

/// The sizes of a network with their letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    pub batch: u64,
    pub time: u64,
    pub channels: u64,
    pub heads: u64,
    pub vocabulary: u64,
    pub blocks: u64,
}

impl Sizes {
    pub fn new(config: &Config, vocab_size: u64) -> Self {
        let ModelConfig { n_layer, n_head, n_embd, block_size, .. } = config.model;
        Sizes {
            batch: config.train.batch_size as u64,
            time: block_size as u64,
            channels: n_embd as u64,
            heads: n_head as u64,
            vocabulary: vocab_size,
            blocks: n_layer as u64,
        }
    }

    /// D, where the heads divide the width.
    pub fn head_size(&self) -> Option<u64> {
        self.channels.is_multiple_of(self.heads).then(|| self.channels / self.heads)
    }

    /// Top to bottom, the layers of a block once.
    pub fn layers(&self) -> Vec<Layer> {
        let Sizes { batch: b, time: t, channels: c, vocabulary: v, blocks, .. } = *self;
        let row = |key, symbols, shape: &[u64], parameters, copies| Layer {
            key,
            symbols,
            shape: shape.to_vec(),
            parameters,
            copies,
        };
        let stream = [b, t, c];
        vec![
            row("tokens", "B, T", &[b, t], 0, 1),
            row("embedding", "B, T, C", &stream, v * c, 1),
            row("positions", "T, C", &[t, c], t * c, 1),
            row("norm_1", "B, T, C", &stream, 2 * c, blocks),
            row("attention", "B, T, C", &stream, 4 * c * c + 4 * c, blocks),
            row("add_1", "B, T, C", &stream, 0, blocks),
            row("norm_2", "B, T, C", &stream, 2 * c, blocks),
            row("mlp", "B, T, C", &stream, 8 * c * c + 5 * c, blocks),
            row("add_2", "B, T, C", &stream, 0, blocks),
            row("norm_f", "B, T, C", &stream, 2 * c, 1),
            row("head", "B, T, V", &[b, t, v], 0, 1),
        ]
    }
}

/// Numbers of heads that divide the width, the nearest to the wanted one first, at most `most` of them.
pub fn heads_that_divide(n_embd: u64, n_head: u64, most: usize) -> Vec<u64> {
    let mut heads: Vec<u64> = (1..=16).filter(|heads| n_embd.is_multiple_of(*heads)).collect();
    heads.sort_by_key(|heads| heads.abs_diff(n_head));
    heads.truncate(most);
    heads
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::presets::Preset;

    #[test]
    fn the_layers_hold_as_many_weights_as_the_model() {
        for preset in Preset::ALL {
            for vocab_size in [27, 1024] {
                let config = preset.config();
                let layers = Sizes::new(&config, vocab_size).layers();
                let sum: u64 = layers.iter().map(|layer| layer.parameters * layer.copies).sum();
                assert_eq!(sum, config.model.parameter_count(vocab_size as usize) as u64, "{}", preset.name());
            }
        }
    }

    #[test]
    fn shapes_have_as_many_numbers_as_letters() {
        for layer in Sizes::new(&Config::default(), 60).layers() {
            assert_eq!(layer.symbols.split(", ").count(), layer.shape.len(), "{}", layer.key);
        }
    }

    #[test]
    fn the_nearest_numbers_of_heads_come_first() {
        assert_eq!(heads_that_divide(48, 5, 3), [4, 6, 3]);
        assert_eq!(heads_that_divide(1024, 16, 1), [16]);
    }
}
