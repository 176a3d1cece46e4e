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

fn diagram(model: ModelConfig) -> ModelDiagram {
    ModelDiagram { model, batch: 16, vocabulary: 61 }
}

#[test]
fn the_layers_hold_as_many_weights_as_the_model() {
    let models = every_model(&ModelConfig { n_head: 6, group_size: 3, ..ModelConfig::GPT2 });
    assert_eq!(models.len(), 5 * 2 * 2 * 2 * 3 * 2 * 2 * 6 * 2 * 2 * 2, "every combination");
    for model in models.into_iter().chain(Preset::ALL.map(|preset| preset.config().model)) {
        let diagram = diagram(model);
        let sum: u64 = diagram.layers().iter().map(Layer::parameters).sum();
        assert_eq!(sum, diagram.model.parameter_count(61) as u64, "{diagram:?}");
    }
}

#[test]
fn a_block_holds_what_its_layers_hold() {
    for architecture in Architecture::ALL {
        let diagram = diagram(architecture.apply(&ModelConfig::GPT2));
        let block: u64 = diagram.layers_of(DiagramNode::Blocks).iter().map(Layer::parameters).sum();
        let rest = [DiagramNode::Positions, DiagramNode::Embedding, DiagramNode::LastNorm, DiagramNode::Head];
        let rest = rest.into_iter().flat_map(|spot| diagram.layers_of(spot));
        let all = block + rest.map(|layer| layer.parameters()).sum::<u64>();
        assert_eq!(all, diagram.model.parameter_count(61) as u64, "{}", architecture.name());
    }
}

#[test]
fn shapes_have_as_many_numbers_as_letters() {
    for architecture in Architecture::ALL {
        for layer in diagram(architecture.apply(&ModelConfig::GPT2)).layers() {
            assert_eq!(layer.symbols.split(", ").count(), layer.shape.len(), "{:?}", layer.spot);
        }
    }
}

/// What a layer is made of follows its switches: nothing is drawn that is not there.
#[test]
fn pieces_come_and_go_with_their_switches() {
    let names = |model: &ModelConfig, spot| {
        let layers = diagram(model.clone()).layers_of(spot);
        layers.iter().flat_map(|layer| &layer.pieces).map(|piece| piece.name).collect::<Vec<_>>()
    };
    let [gpt, llama, gemma, free] = Architecture::ALL.map(|architecture| architecture.apply(&ModelConfig::GPT2));
    assert_eq!(names(&gpt, DiagramNode::Mixer), ["queries", "keys", "values", "looking", "output"]);
    assert_eq!(names(&llama, DiagramNode::Mixer), ["queries", "keys", "values", "turning", "looking", "output"]);
    assert_eq!(names(&free, DiagramNode::Mixer), ["input", "kernel", "output"]);
    assert_eq!(names(&gpt, DiagramNode::Mlp), ["widen", "bend", "narrow"]);
    assert_eq!(names(&llama, DiagramNode::Mlp), ["gate", "widen", "bend", "narrow"]);
    assert_eq!(
        (names(&gpt, DiagramNode::Norm1), names(&llama, DiagramNode::Norm1)),
        (vec!["scale", "shift"], vec!["scale"])
    );
    assert_eq!(
        (names(&gpt, DiagramNode::Head), names(&llama, DiagramNode::Head)),
        (vec!["comparing"], vec!["vectors_of_head"])
    );
    assert_eq!((names(&gemma, DiagramNode::SoftCap), names(&gpt, DiagramNode::SoftCap)), (vec!["cap"], vec![]));
    assert_eq!((names(&gpt, DiagramNode::Positions), names(&llama, DiagramNode::Positions)), (vec!["places"], vec![]));
    let normalized = ModelConfig { qk_norm: true, ..gpt };
    assert!(names(&normalized, DiagramNode::Mixer).contains(&"lengths"));
}

#[test]
fn what_is_shared_or_out_of_sight_is_not_calculated() {
    let flops = |change: fn(&mut ModelConfig)| {
        let mut model = ModelConfig { n_head: 6, n_embd: 48, ..ModelConfig::GPT2 };
        change(&mut model);
        diagram(model).layers_of(DiagramNode::Mixer)[0].flops()
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
