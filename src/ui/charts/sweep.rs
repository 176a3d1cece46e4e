//! What a sweep came to: a line for one setting, a map for two, and a map for each value of a third.

use crate::ui::format;
use crate::ui::kit::colours::{ACCENT, EDGE, INK, SURE_0, SURE_1, SURE_2, SURE_3, SURE_4, SURFACE};
use crate::ui::kit::looks::{AXIS, AXIS_TITLE, GRID, Style, TICK};
use crate::ui::kit::scale::{Axis, Spacing, decimals, tick_step};
use crate::ui::kit::scene::{Anchor, Scene, fitting, polyline, text_width};

const LEFT: f64 = 48.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 44.0;
const LINE_HEIGHT: f64 = 260.0;
const CELL: (f64, f64) = (96.0, 36.0);
const MIN_CELL: f64 = 40.0;
const GAP: f64 = 3.0;
/// Between two maps.
const BETWEEN: f64 = 24.0;
const TEXT: f64 = 12.0;
/// Values with at least this factor between them are spaced by their logarithms.
const LOGARITHMIC: f64 = 8.0;
/// From the best to the worst.
static HEAT: [Style; 5] = [
    Style::area("heat-4", SURE_4),
    Style::area("heat-3", SURE_3),
    Style::area("heat-2", SURE_2),
    Style::area("heat-1", SURE_1),
    Style::area("heat-0", SURE_0),
];
static HEAT_NONE: Style = Style::line("heat-none", EDGE).with(&[("stroke-dasharray", "3 3")]);
static HEAT_LOSS: Style = Style::area("heat-loss", INK);
static HEAT_BEST: Style = Style::line("heat-best", INK).with(&[("stroke-width", "2.5")]);
static HEAT_BEST_LOSS: Style = Style::area("heat-best-loss", INK).with(&[("font-weight", "700")]);
static HEAT_PANEL: Style = Style::area("heat-panel", INK).with(&[("font-weight", "700")]);
static SWEEP_LINE: Style =
    Style::line("sweep-line", ACCENT).with(&[("stroke-width", "2.5"), ("stroke-linejoin", "round")]);
static SWEEP_DOT: Style = Style::area("sweep-dot", ACCENT);
static SWEEP_BEST: Style = Style::framed("sweep-best", SURFACE, ACCENT).with(&[("stroke-width", "3")]);

/// A setting with its values, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepRun {
    pub name: String,
    pub labels: Vec<String>,
    /// The values as numbers, where they are numbers.
    pub numbers: Option<Vec<f64>>,
}

/// One combination: the places of its values, and what it came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub places: Vec<usize>,
    pub loss: Option<f64>,
    /// What stands in its place where there is no loss.
    pub instead: String,
}

/// The picture for one, two or three settings; nothing for another number.
pub fn scene(swept: &[SweepRun], trials: &[Cell], loss: &str, width: f64) -> Option<Scene> {
    match swept {
        [only] => Some(line(only, trials, loss, width)),
        [down, across] => Some(maps(&[(None, (0..trials.len()).collect())], down, across, trials, width)),
        [down, across, third] => {
            let of = |value: usize| (0..trials.len()).filter(move |at| trials[*at].places.get(2) == Some(&value));
            let name = |value: usize| Some(format!("{}: {}", third.name, third.labels[value]));
            let panels: Vec<Panel> = (0..third.labels.len()).map(|value| (name(value), of(value).collect())).collect();
            Some(maps(&panels, down, across, trials, width))
        }
        _ => None,
    }
}

/// A title, and the trials that it shows.
type Panel = (Option<String>, Vec<usize>);

pub fn best(trials: &[Cell]) -> Option<usize> {
    let finite = |at: &usize| trials[*at].loss.is_some_and(f64::is_finite);
    (0..trials.len())
        .filter(finite)
        .min_by(|a, b| trials[*a].loss.partial_cmp(&trials[*b].loss).expect("both are finite"))
}

fn line(swept: &SweepRun, trials: &[Cell], loss: &str, width: f64) -> Scene {
    let mut scene = Scene::new(width, LINE_HEIGHT);
    let x = places_across(swept, (LEFT + 16.0, width - 36.0));
    let mut points: Vec<(usize, f64, f64)> = trials
        .iter()
        .enumerate()
        .filter_map(|(at, trial)| {
            Some((at, *x.get(*trial.places.first()?)?, trial.loss.filter(|loss| loss.is_finite())?))
        })
        .collect();
    points.sort_by(|a, b| a.1.total_cmp(&b.1));
    let y = losses(&points);
    draw_frame(&mut scene, swept, &x, &y, loss);
    let pixels: Vec<(f64, f64)> = points.iter().map(|(_, x, loss)| (*x, y.at(*loss))).collect();
    if swept.numbers.is_some() && pixels.len() > 1 {
        scene.path(&SWEEP_LINE, polyline(&pixels));
    }
    let best = best(trials);
    for ((at, _, loss), pixel) in points.into_iter().zip(pixels) {
        let (dot, label, radius) =
            if Some(at) == best { (&SWEEP_BEST, &HEAT_BEST_LOSS, 6.0) } else { (&SWEEP_DOT, &TICK, 4.0) };
        scene.circle(dot, pixel, radius);
        scene.text(label, (pixel.0, pixel.1 - 11.0), Anchor::Middle, format::loss(loss));
    }
    scene
}

/// Where the values stand: by their size, or by their logarithm where they are far apart; names evenly.
fn places_across(swept: &SweepRun, range: (f64, f64)) -> Vec<f64> {
    let count = swept.labels.len();
    let evenly = || {
        let axis = Axis::new(Spacing::Linear, (0.0, count.max(2) as f64 - 1.0), range);
        (0..count).map(|place| axis.at(place as f64)).collect()
    };
    let Some(numbers) = &swept.numbers else { return evenly() };
    let (low, high) =
        numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), n| (low.min(*n), high.max(*n)));
    if low >= high {
        return evenly();
    }
    let spacing = if low > 0.0 && high / low >= LOGARITHMIC { Spacing::Logarithmic } else { Spacing::Linear };
    let axis = Axis::new(spacing, (low, high), range);
    numbers.iter().map(|number| axis.at(*number)).collect()
}

fn losses(points: &[(usize, f64, f64)]) -> Axis {
    let (low, high) =
        points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p.2), high.max(p.2)));
    let (low, high) = if low > high { (0.0, 5.0) } else { (low, high) };
    let margin = 0.15 * (high - low).max(0.02);
    Axis::new(Spacing::Linear, (low - margin, high + 1.5 * margin), (LINE_HEIGHT - BOTTOM, TOP))
}

fn draw_frame(scene: &mut Scene, swept: &SweepRun, x: &[f64], y: &Axis, loss: &str) {
    let right = scene.width - 8.0;
    let (bottom, _) = y.range();
    let places = decimals(tick_step(y.ends.0, y.ends.1, 4));
    for tick in y.ticks(4) {
        scene.line(&GRID, (LEFT, y.at(tick)), (right, y.at(tick)));
        scene.text(&TICK, (LEFT - 8.0, y.at(tick) + 4.0), Anchor::End, format!("{tick:.places$}"));
    }
    let mut free = f64::NEG_INFINITY;
    for (x, label) in x.iter().zip(&swept.labels) {
        let half = text_width(label, TEXT) / 2.0;
        scene.line(&AXIS, (*x, bottom), (*x, bottom + 4.0));
        if x - half >= free {
            scene.text(&TICK, (*x, bottom + 17.0), Anchor::Middle, label);
            free = x + half + 4.0;
        }
    }
    scene.line(&AXIS, (LEFT, bottom), (right, bottom));
    scene.text(&AXIS_TITLE, (4.0, 14.0), Anchor::Start, loss);
    scene.text(&AXIS_TITLE, (right, bottom + 36.0), Anchor::End, &swept.name);
}

/// Where the cells of the maps lie.
struct Grid {
    cell: f64,
    left: f64,
    /// Width and height of a map with its titles.
    map: (f64, f64),
    /// Maps beside each other.
    columns: usize,
}

impl Grid {
    fn new(panels: usize, down: &SweepRun, across: &SweepRun, width: f64) -> Self {
        let longest = down.labels.iter().map(|label| text_width(label, TEXT)).fold(0.0, f64::max);
        let left = (longest + 12.0).max(LEFT);
        let count = across.labels.len().max(1) as f64;
        let room = |maps: f64| (width - (maps - 1.0) * BETWEEN) / maps - left;
        let columns = (1..=panels.max(1)).rev().find(|maps| room(*maps as f64) >= 64.0 * count).unwrap_or(1);
        let cell = (room(columns as f64) / count).clamp(MIN_CELL.min(room(1.0) / count), CELL.0);
        Self { cell, left, map: (left + cell * count, TOP + CELL.1 * down.labels.len() as f64 + BOTTOM), columns }
    }

    fn origin(&self, panel: usize) -> (f64, f64) {
        let (column, row) = (panel % self.columns, panel / self.columns);
        (column as f64 * (self.map.0 + BETWEEN), row as f64 * (self.map.1 + BETWEEN) + BETWEEN)
    }
}

fn maps(panels: &[Panel], down: &SweepRun, across: &SweepRun, trials: &[Cell], width: f64) -> Scene {
    let grid = Grid::new(panels.len(), down, across, width);
    let height = panels.len().div_ceil(grid.columns) as f64 * (grid.map.1 + BETWEEN) + BETWEEN;
    let mut scene = Scene::new(width, height);
    let heat = Heat::of(trials);
    for (panel, (title, shown)) in panels.iter().enumerate() {
        let origin = grid.origin(panel);
        title_map(&mut scene, &grid, origin, (title.as_deref(), down, across));
        for at in shown {
            draw_cell(&mut scene, &grid, origin, (*at, &trials[*at]), &heat);
        }
    }
    scene
}

fn title_map(
    scene: &mut Scene,
    grid: &Grid,
    (x, y): (f64, f64),
    (title, down, across): (Option<&str>, &SweepRun, &SweepRun),
) {
    if let Some(title) = title {
        scene.text(&HEAT_PANEL, (x, y - 4.0), Anchor::Start, title);
    }
    scene.text(&AXIS_TITLE, (x, y + 16.0), Anchor::Start, &down.name);
    for (row, label) in down.labels.iter().enumerate() {
        let y = y + TOP + (row as f64 + 0.5) * CELL.1 + 4.0;
        scene.text(&TICK, (x + grid.left - 8.0, y), Anchor::End, label);
    }
    let bottom = y + TOP + CELL.1 * down.labels.len() as f64;
    for (column, label) in across.labels.iter().enumerate() {
        let x = x + grid.left + (column as f64 + 0.5) * grid.cell;
        scene.text(&TICK, (x, bottom + 16.0), Anchor::Middle, fitting(label, grid.cell, TEXT));
    }
    scene.text(&AXIS_TITLE, (x + grid.map.0, bottom + 34.0), Anchor::End, &across.name);
}

fn draw_cell(scene: &mut Scene, grid: &Grid, (x, y): (f64, f64), (at, trial): (usize, &Cell), heat: &Heat) {
    let [row, column, ..] = trial.places[..] else { return };
    let corner = (x + grid.left + column as f64 * grid.cell, y + TOP + row as f64 * CELL.1);
    let size = (grid.cell - GAP, CELL.1 - GAP);
    scene.rect(trial.loss.map_or(&HEAT_NONE, |loss| heat.style(loss)), corner, size, 4.0);
    let is_best = heat.best == Some(at);
    if is_best {
        scene.rect(&HEAT_BEST, corner, size, 4.0);
    }
    let middle = (corner.0 + size.0 / 2.0, corner.1 + size.1 / 2.0 + 4.0);
    let style = if is_best { &HEAT_BEST_LOSS } else { &HEAT_LOSS };
    scene.text(
        style,
        middle,
        Anchor::Middle,
        trial.loss.map_or_else(|| fitting(&trial.instead, size.0, TEXT), format::loss),
    );
}

/// Which colour a loss has. A loss that ran away does not flatten the others: the scale ends where the middle one is as
/// far from it as from the best.
struct Heat {
    best: Option<usize>,
    low: f64,
    high: f64,
}

impl Heat {
    fn of(trials: &[Cell]) -> Self {
        let mut losses: Vec<f64> =
            trials.iter().filter_map(|trial| trial.loss).filter(|loss| loss.is_finite()).collect();
        losses.sort_by(f64::total_cmp);
        let (Some(low), Some(high)) = (losses.first(), losses.last()) else {
            return Heat { best: None, low: 0.0, high: 1.0 };
        };
        let middle = losses[losses.len() / 2];
        Heat { best: best(trials), low: *low, high: high.min(2.0 * middle - low) }
    }

    fn style(&self, loss: f64) -> &'static Style {
        let share = if self.high > self.low { (loss - self.low) / (self.high - self.low) } else { 0.0 };
        match share.is_nan() {
            true => &HEAT_NONE,
            false => &HEAT[((share * HEAT.len() as f64) as usize).min(HEAT.len() - 1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::kit::scene::Mark;

    fn swept(name: &str, numbers: &[f64]) -> SweepRun {
        let labels = numbers.iter().map(f64::to_string).collect();
        SweepRun { name: name.into(), labels, numbers: Some(numbers.to_vec()) }
    }

    /// Every combination, with the lowest loss in the middle of each setting.
    fn trials(swept: &[SweepRun]) -> Vec<Cell> {
        let mut all = vec![Vec::new()];
        for one in swept {
            let with = |places: &Vec<usize>, place: usize| places.iter().copied().chain([place]).collect();
            all = all.iter().flat_map(|places| (0..one.labels.len()).map(move |place| with(places, place))).collect();
        }
        let loss = |places: &[usize]| {
            let off =
                places.iter().zip(swept).map(|(place, one)| (*place as f64 - (one.labels.len() / 2) as f64).powi(2));
            2.0 + 0.1 * off.sum::<f64>()
        };
        all.into_iter().map(|places| Cell { loss: Some(loss(&places)), places, instead: "–".into() }).collect()
    }

    fn texts(scene: &Scene) -> Vec<(&str, f64, f64)> {
        let text =
            |mark| if let &Mark::Text { ref text, x, y, .. } = mark { Some((text.as_str(), x, y)) } else { None };
        scene.marks.iter().filter_map(text).collect()
    }

    #[test]
    fn every_trial_is_drawn_with_its_loss_and_the_best_is_marked_once() {
        let rates = swept("Learning rate", &[0.0005, 0.001, 0.002, 0.004, 0.008]);
        let widths = swept("Width", &[32.0, 64.0, 128.0]);
        let layers = swept("Layers", &[1.0, 2.0]);
        for settings in [vec![rates.clone()], vec![rates.clone(), widths.clone()], vec![rates, widths, layers]] {
            let trials = trials(&settings);
            for width in [340.0, 760.0, 1180.0] {
                let scene = scene(&settings, &trials, "validation loss", width).expect("a picture");
                let texts = texts(&scene);
                for trial in &trials {
                    let loss = format::loss(trial.loss.unwrap());
                    assert!(texts.iter().any(|(text, ..)| *text == loss), "{loss}");
                }
                assert!(texts.iter().all(|(_, x, y)| *x >= 0.0 && *x <= width && *y > 0.0 && *y <= scene.height));
                let best = scene.marks.iter().filter(|mark| {
                    matches!(mark, Mark::Rect { style, .. } | Mark::Circle { style, .. }
                        if ["heat-best", "sweep-best"].contains(&style.class))
                });
                assert_eq!(best.count(), 1);
            }
        }
    }

    #[test]
    fn rates_that_double_are_evenly_apart() {
        let x = places_across(&swept("", &[0.001, 0.002, 0.004, 0.008]), (0.0, 300.0));
        assert!(x.iter().zip([0.0, 100.0, 200.0, 300.0]).all(|(x, wanted)| (x - wanted).abs() < 1e-9), "{x:?}");
        let dropouts = places_across(&swept("", &[0.0, 0.1, 0.4]), (0.0, 400.0));
        assert!((dropouts[1] - 100.0).abs() < 1e-9, "0 has no logarithm: {dropouts:?}");
    }

    #[test]
    fn a_loss_that_ran_away_does_not_flatten_the_others() {
        let trial = |loss| Cell { loss: Some(loss), ..Cell::default() };
        let heat = Heat::of(&[trial(2.0), trial(2.1), trial(2.2), trial(2.3), trial(1e9)]);
        assert_eq!((heat.style(2.0).class, heat.style(1e9).class), ("heat-4", "heat-0"));
        assert_ne!(heat.style(2.1), heat.style(2.2));
        assert_eq!(heat.style(f64::NAN).class, "heat-none");
    }

    #[test]
    fn what_has_no_loss_says_why() {
        let (rates, widths) = (swept("Learning rate", &[0.1, 0.2]), swept("Width", &[32.0, 64.0]));
        let mut trials = trials(&[rates.clone(), widths.clone()]);
        trials[3] = Cell { loss: None, instead: "left out".into(), ..trials[3].clone() };
        let scene = scene(&[rates, widths], &trials, "loss", 700.0).unwrap();
        assert!(texts(&scene).iter().any(|(text, ..)| *text == "left out"));
        assert!(!scene.to_svg("sweep").contains("NaN"));
    }

    #[test]
    fn nothing_but_failures_is_still_a_picture() {
        let rates = swept("Learning rate", &[0.1, 0.2]);
        let failed = Cell { places: vec![0], loss: Some(f64::NAN), instead: "×".into() };
        assert_eq!(best(std::slice::from_ref(&failed)), None);
        assert!(!scene(&[rates], &[failed], "loss", 400.0).unwrap().to_svg("sweep").contains("NaN"));
    }
}
