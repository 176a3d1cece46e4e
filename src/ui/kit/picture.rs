//! A scene as SVG elements. The style sheet colours the marks by their classes.

use std::rc::Rc;

use yew::prelude::*;

use super::scene::{Mark, Scene};

#[derive(Clone, PartialEq, Properties)]
pub struct PictureProps {
    pub scene: Rc<Scene>,
    /// What the picture shows, for those who do not see it. Empty: the element around it says so.
    #[prop_or_default]
    pub label: AttrValue,
    /// What is painted over it can be pressed, and is there for everybody.
    #[prop_or_default]
    pub pressable: bool,
    /// SVG elements painted over the scene.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let Scene { width, height, .. } = *props.scene;
    let (role, hidden) = match props.label.is_empty() {
        true => (None, (!props.pressable).then_some("true")),
        false => (Some("img"), None),
    };
    let label = (!props.label.is_empty()).then(|| props.label.clone());
    html! {
        <svg class="picture" {role} aria-hidden={hidden} aria-label={label} width={width.to_string()}
            height={height.to_string()} viewBox={format!("0 0 {width} {height}")}>
            <Marks scene={props.scene.clone()} />
            { props.children.clone() }
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
        Mark::Path { class, d } => html! { <path class={name(class)} d={d.clone()} /> },
        Mark::Rect { class, x, y, width, height, radius } => html! {
            <rect class={name(class)} x={x.to_string()} y={y.to_string()} width={width.to_string()}
                height={height.to_string()} rx={radius.to_string()} />
        },
        Mark::Circle { class, x, y, radius } => html! {
            <circle class={name(class)} cx={x.to_string()} cy={y.to_string()} r={radius.to_string()} />
        },
        Mark::Text { class, x, y, anchor, text } => html! {
            <text class={name(class)} x={x.to_string()} y={y.to_string()} text-anchor={anchor.name()}>{ text }</text>
        },
    }
}

fn name(class: &str) -> String {
    format!("mark-{class}")
}
