//! A Llama checkpoint of the Hugging Face hub as the weights of ours: PyTorch's layers hold (outputs, inputs), and what ours
//! makes with one product theirs makes with several.

use std::collections::HashMap;

use gptling::config::ModelConfig;
use gptling::config::model::{Activation, Architecture, Heads};

/// The configuration, if the file is one of a Llama.
pub fn config(json: &serde_json::Value) -> Option<ModelConfig> {
    if json["model_type"] != "llama" {
        return None;
    }
    let size = |key: &str| json[key].as_u64().unwrap_or_else(|| panic!("config.json has no {key}")) as usize;
    let sizes = ModelConfig {
        n_layer: size("num_hidden_layers"),
        n_head: size("num_attention_heads"),
        n_embd: size("hidden_size"),
        block_size: size("max_position_embeddings"),
        ..ModelConfig::GPT2
    };
    let group_size = sizes.n_head / size("num_key_value_heads");
    let config = ModelConfig { heads: Heads::GroupedQuery, group_size, ..Architecture::Llama.apply(&sizes) };
    assert_eq!(config.activation, Activation::SwiGlu);
    assert_eq!((config.hidden(), config.n_kv_head()), (size("intermediate_size"), size("num_key_value_heads")));
    Some(config)
}

/// Entries by our names; those behind `grad.` and `after.` too, and what is no weight stays.
pub fn renamed<T: Copy>(theirs: &HashMap<String, Vec<T>>, config: &ModelConfig) -> HashMap<String, Vec<T>> {
    let mut ours = HashMap::new();
    for prefix in ["", "grad.", "after."] {
        if theirs.contains_key(&format!("{prefix}lm_head.weight")) {
            ours.extend(weights(theirs, prefix, config));
        }
    }
    let others = theirs.iter().filter(|(name, _)| !name.contains('.'));
    ours.extend(others.map(|(name, numbers)| (name.clone(), numbers.clone())));
    ours
}

fn weights<T: Copy>(theirs: &HashMap<String, Vec<T>>, prefix: &str, config: &ModelConfig) -> Vec<(String, Vec<T>)> {
    let of = |name: &str| theirs[&format!("{prefix}{name}.weight")].clone();
    let (width, hidden) = (config.n_embd, config.hidden());
    let mut ours = vec![
        ("wte.weight".to_string(), of("model.embed_tokens")),
        ("lm_head.weight".to_string(), of("lm_head")),
        ("ln_f.weight".to_string(), of("model.norm")),
    ];
    for layer in 0..config.n_layer {
        let of = |name: &str| of(&format!("model.layers.{layer}.{name}"));
        let together = |names: &[&str]| names.iter().flat_map(|name| of(name)).collect::<Vec<T>>();
        let qkv = together(&["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]);
        let halves = together(&["mlp.gate_proj", "mlp.up_proj"]);
        let own = [
            ("ln_1", of("input_layernorm")),
            ("attn.c_attn", transposed(&qkv, width)),
            ("attn.c_proj", transposed(&of("self_attn.o_proj"), width)),
            ("ln_2", of("post_attention_layernorm")),
            ("mlp.c_fc", transposed(&halves, width)),
            ("mlp.c_proj", transposed(&of("mlp.down_proj"), hidden)),
        ];
        ours.extend(own.map(|(name, numbers)| (format!("h.{layer}.{name}.weight"), numbers)));
    }
    ours.into_iter().map(|(name, numbers)| (format!("{prefix}{name}"), numbers)).collect()
}

/// Rows of `columns` numbers become columns.
fn transposed<T: Copy>(numbers: &[T], columns: usize) -> Vec<T> {
    (0..columns).flat_map(|column| numbers[column..].iter().step_by(columns).copied()).collect()
}
