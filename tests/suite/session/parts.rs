//! Parts of the engine that come when they are asked for.

use std::cell::Cell;

use futures::FutureExt;
use gptling::config::corpus::CleaningConfig;
use gptling::error::Error;
use gptling::protocol::sample::{SampleCommand, SampleEvent};
use gptling::protocol::{Command, Event};
use gptling::session::parts::{Area, Part, whole};

use super::{Listener, drive_in_parts, events_but_progress, load_own};

thread_local! {
    static TRIES: Cell<usize> = const { Cell::new(0) };
}

/// Samples do not come at the first try, and come a while later at the second.
fn unreliable(area: Area) -> Part<Listener<'static>> {
    match (area, TRIES.replace(TRIES.get() + 1)) {
        (Area::Sample, 0) => Part::Coming(std::future::ready(Err(missing())).boxed_local()),
        _ => whole(area),
    }
}

fn missing() -> Error {
    Error::PartMissing { part: "sample".into() }
}

fn survey(request: u32) -> Command {
    Command::Sample(SampleCommand::Survey { request, cleaning: CleaningConfig::default() })
}

#[test]
fn a_question_whose_part_does_not_come_is_refused_and_answered_when_it_is_asked_again() {
    let commands = vec![load_own(1, b"one\n\ntwo\n\nthree"), survey(2)];
    let events = events_but_progress(drive_in_parts(unreliable, commands, |event| match event {
        Event::Refused { request: 2, .. } => vec![survey(3)],
        _ => Vec::new(),
    }));
    let refused =
        events.iter().any(|event| matches!(event, Event::Refused { request: 2, error } if *error == missing()));
    assert!(refused, "{events:?}");
    let Some(Event::Sample(SampleEvent::Surveyed { request: 3, .. })) = events.last() else { panic!("{events:?}") };
}
