//! A scene as SVG elements. The style sheet colours the marks by their classes.

use std::rc::Rc;

use yew::prelude::*;

use super::looks::{Style, VALIDATION, VALIDATION_DOT};
use super::scene::{Mark, Scene};

/// Who a picture is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// For everybody, as one thing with a label.
    #[default]
    Whole,
    /// For those who see it; the element around it says what it shows.
    Described,
    /// What is painted over it can be pressed, and is there for everybody.
    Pressed,
}

#[derive(Clone, PartialEq, Properties)]
pub struct PictureProps {
    pub scene: Rc<Scene>,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub seen: Seen,
    /// SVG elements painted over the scene.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let Scene { width, height, .. } = *props.scene;
    let role = (props.seen == Seen::Whole).then_some("img");
    let hidden = (props.seen == Seen::Described).then_some("true");
    html! {
        <svg class="picture" {role} aria-hidden={hidden} aria-label={props.label.clone()} width={width.to_string()}
            height={height.to_string()} viewBox={format!("0 0 {width} {height}")}>
            <Marks scene={props.scene.clone()} />
            { props.children.clone() }
        </svg>
    }
}

/// A piece of a line, as it stands beside a name.
pub fn swatch(line: &'static Style) -> Html {
    html! {
        <svg class="swatch" aria-hidden="true" width="30" height="10" viewBox="0 0 30 10">
            <line class={name(line)} x1="1" x2="29" y1="5" y2="5" />
            if line.class == VALIDATION.class {
                <circle class={name(&VALIDATION_DOT)} cx="15" cy="5" r="3.5" />
            }
        </svg>
    }
}

#[derive(Clone, Properties)]
struct MarksProps {
    scene: Rc<Scene>,
}

/// The very same scene is not drawn again, however often what lies over it moves.
impl PartialEq for MarksProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.scene, &other.scene)
    }
}

#[component]
fn Marks(props: &MarksProps) -> Html {
    html! { <g aria-hidden="true">{ for props.scene.marks.iter().map(mark) }</g> }
}

fn mark(mark: &Mark) -> Html {
    match mark {
        Mark::Path { style, d } => html! { <path class={name(style)} d={d.clone()} /> },
        Mark::Rect { style, x, y, width, height, radius } => html! {
            <rect class={name(style)} x={x.to_string()} y={y.to_string()} width={width.to_string()}
                height={height.to_string()} rx={radius.to_string()} />
        },
        Mark::Circle { style, x, y, radius } => html! {
            <circle class={name(style)} cx={x.to_string()} cy={y.to_string()} r={radius.to_string()} />
        },
        Mark::Text { style, x, y, anchor, text } => html! {
            <text class={name(style)} x={x.to_string()} y={y.to_string()} text-anchor={anchor.name()}>{ text }</text>
        },
    }
}

pub fn name(style: &Style) -> String {
    format!("mark-{}", style.class)
}
