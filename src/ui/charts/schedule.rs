//! The small drawing of how the learning rate rises and falls over a run.

use crate::config::TrainConfig;
use crate::ui::kit::csv::Csv;
use crate::ui::kit::looks::{AXIS, TICK, TRAIN, TRAIN_DOT};
use crate::ui::kit::scale::Scale;
use crate::ui::kit::scene::{Anchor, Scene, polyline};

/// The learning rate of a step as a share of the highest one.
fn share(train: &TrainConfig, step: f64) -> f64 {
    train.rate().at(step) / f64::from(train.learning_rate)
}

/// The schedule over all steps, with a dot where the run is.
pub fn scene(train: &TrainConfig, now: Option<u64>, width: f64, height: f64) -> Scene {
    let steps = train.steps.max(1) as f64;
    let x = Scale { domain: (0.0, steps), range: (6.0, width - 6.0) };
    let y = Scale { domain: (0.0, 1.0), range: (height - 20.0, 22.0) };
    let mut scene = Scene::new(width, height);
    scene.line(&AXIS, (6.0, y.at(0.0)), (width - 6.0, y.at(0.0)));
    let curve: Vec<(f64, f64)> =
        (0..=120).map(|i| steps * f64::from(i) / 120.0).map(|step| (x.at(step), y.at(share(train, step)))).collect();
    scene.path(&TRAIN, polyline(&curve));
    let peak = x.at((train.warmup as f64).min(steps)).clamp(24.0, width - 60.0);
    scene.text(&TICK, (peak, 12.0), Anchor::Start, format!("{}", train.learning_rate));
    scene.text(&TICK, (6.0, height - 5.0), Anchor::Start, "0");
    scene.text(&TICK, (width - 6.0, height - 5.0), Anchor::End, format!("{}", train.steps));
    if let Some(step) = now {
        let step = (step as f64).min(steps);
        scene.circle(&TRAIN_DOT, (x.at(step), y.at(share(train, step))), 4.0);
    }
    scene
}

/// The learning rate of every step.
pub fn csv(train: &TrainConfig) -> String {
    let mut csv = Csv::new(&["step", "learning_rate"]);
    let rate = train.rate();
    (0..train.steps).for_each(|step| csv.row(&[&(step + 1), &rate.at(step as f64)]));
    csv.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_rate_rises_and_falls_to_its_final_share() {
        let train = Config::default().train;
        let warmup = train.warmup as f64;
        assert!((share(&train, warmup / 2.0 - 1.0) - 0.5).abs() < 1e-9);
        assert!((share(&train, warmup) - 1.0).abs() < 1e-9);
        assert!((share(&train, train.steps as f64) - f64::from(train.final_share)).abs() < 1e-6);
    }

    #[test]
    fn a_warm_up_longer_than_the_run_draws_numbers() {
        let train = TrainConfig { warmup: 500, steps: 100, ..Config::default().train };
        assert!(!scene(&train, Some(900), 240.0, 90.0).to_svg("rate").contains("NaN"));
        let cold = TrainConfig { warmup: 0, steps: 1, ..train };
        assert!(!scene(&cold, None, 240.0, 90.0).to_svg("rate").contains("NaN"));
    }
}
