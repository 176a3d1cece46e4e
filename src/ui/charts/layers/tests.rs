use super::*;
use crate::config::fields::{Field, Kind, Section, Value};
use crate::config::model::Architecture;
use crate::config::presets::Preset;

/// Every combination of the choices and switches of the kit, with and without what is a number.
pub fn every_model(from: &ModelConfig) -> Vec<ModelConfig> {
    let values = |field: &Field| match (field.kind, field.key) {
        (_, "window") => vec![Value::Number(0.0), Value::Number(5.0)],
        (_, "softcap") => vec![Value::Number(0.0), Value::Number(30.0)],
        (Kind::Choice(_) | Kind::Switch, _) => {
            field.kind.names().iter().map(|name| Value::Text(name.to_string())).collect()
        }
        _ => vec![],
    };
    let mut configs = vec![Config { model: from.clone(), ..Config::default() }];
    for (field, values) in Field::of(Section::Model).map(|field| (field, values(field))) {
        if values.is_empty() {
            continue;
        }
        let with = |config: &Config, value: &Value| {
            let mut config = config.clone();
            field.set(&mut config, value).expect("a value of the setting");
            config
        };
        configs = configs
            .iter()
            .flat_map(|config| values.iter().map(|value| with(config, value)).collect::<Vec<_>>())
            .collect();
    }
    configs.into_iter().map(|config| config.model).collect()
}

fn blueprint(model: ModelConfig) -> Blueprint {
    Blueprint { model, batch: 16, vocabulary: 61 }
}

#[test]
fn the_layers_hold_as_many_weights_as_the_model() {
    let models = every_model(&ModelConfig { n_head: 6, group_size: 3, ..ModelConfig::GPT2 });
    assert_eq!(models.len(), 5 * 2 * 2 * 2 * 3 * 2 * 2 * 6 * 2 * 2 * 2, "every combination");
    for model in models.into_iter().chain(Preset::ALL.map(|preset| preset.config().model)) {
        let blueprint = blueprint(model);
        let sum: u64 = blueprint.layers().iter().map(Layer::parameters).sum();
        assert_eq!(sum, blueprint.model.parameter_count(61) as u64, "{blueprint:?}");
    }
}

#[test]
fn a_block_holds_what_its_layers_hold() {
    for architecture in Architecture::ALL {
        let blueprint = blueprint(architecture.apply(&ModelConfig::GPT2));
        let block: u64 = blueprint.layers_of(Spot::Blocks).iter().map(Layer::parameters).sum();
        let rest = [Spot::Positions, Spot::Embedding, Spot::LastNorm, Spot::Head];
        let rest = rest.into_iter().flat_map(|spot| blueprint.layers_of(spot));
        let all = block + rest.map(|layer| layer.parameters()).sum::<u64>();
        assert_eq!(all, blueprint.model.parameter_count(61) as u64, "{}", architecture.name());
    }
}

#[test]
fn shapes_have_as_many_numbers_as_letters() {
    for architecture in Architecture::ALL {
        for layer in blueprint(architecture.apply(&ModelConfig::GPT2)).layers() {
            assert_eq!(layer.symbols.split(", ").count(), layer.shape.len(), "{:?}", layer.spot);
        }
    }
}

/// What a layer is made of follows its switches: nothing is drawn that is not there.
#[test]
fn pieces_come_and_go_with_their_switches() {
    let names = |model: &ModelConfig, spot| {
        let layers = blueprint(model.clone()).layers_of(spot);
        layers.iter().flat_map(|layer| &layer.pieces).map(|piece| piece.name).collect::<Vec<_>>()
    };
    let [gpt, llama, gemma, free] = Architecture::ALL.map(|architecture| architecture.apply(&ModelConfig::GPT2));
    assert_eq!(names(&gpt, Spot::Mixer), ["queries", "keys", "values", "looking", "output"]);
    assert_eq!(names(&llama, Spot::Mixer), ["queries", "keys", "values", "turning", "looking", "output"]);
    assert_eq!(names(&free, Spot::Mixer), ["input", "kernel", "output"]);
    assert_eq!(names(&gpt, Spot::Mlp), ["widen", "bend", "narrow"]);
    assert_eq!(names(&llama, Spot::Mlp), ["gate", "widen", "bend", "narrow"]);
    assert_eq!((names(&gpt, Spot::Norm1), names(&llama, Spot::Norm1)), (vec!["scale", "shift"], vec!["scale"]));
    assert_eq!((names(&gpt, Spot::Head), names(&llama, Spot::Head)), (vec!["comparing"], vec!["vectors_of_head"]));
    assert_eq!((names(&gemma, Spot::SoftCap), names(&gpt, Spot::SoftCap)), (vec!["cap"], vec![]));
    assert_eq!((names(&gpt, Spot::Positions), names(&llama, Spot::Positions)), (vec!["places"], vec![]));
    let normalized = ModelConfig { qk_norm: true, ..gpt };
    assert!(names(&normalized, Spot::Mixer).contains(&"lengths"));
}

#[test]
fn what_is_shared_or_out_of_sight_is_not_calculated() {
    let flops = |change: fn(&mut ModelConfig)| {
        let mut model = ModelConfig { n_head: 6, n_embd: 48, ..ModelConfig::GPT2 };
        change(&mut model);
        blueprint(model).layers_of(Spot::Mixer)[0].flops()
    };
    let all = flops(|_| ());
    assert!(flops(|model| model.window = 8) < all);
    assert_eq!(flops(|model| model.window = 64), all, "a window as long as the context changes nothing");
    assert!(flops(|model| model.heads = crate::config::model::Heads::MultiQuery) < all);
}

#[test]
fn the_nearest_numbers_of_heads_come_first() {
    assert_eq!(heads_that_divide(48, 5, 3), [4, 6, 3]);
    assert_eq!(heads_that_divide(1024, 16, 1), [16]);
}
