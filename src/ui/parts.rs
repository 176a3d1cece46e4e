//! What of the page comes when it is needed: stations, parts of stations, the other language. Where a program is cut only the
//! binary may say (`bin/app`), so it hands a loader for each over as a function.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::SplitLoaderError;
use yew::prelude::*;

use super::i18n;
use super::pages::PageProps;
use super::release;
use super::state::{Lang, Part, Station, View};

/// What a part draws.
pub type Draw = fn(PageProps) -> Html;
pub type Arriving = Pin<Box<dyn Future<Output = Result<Draw, Missing>>>>;
/// Brings a part; nothing for what is here from the start.
pub type Parts = fn(Place) -> Option<Arriving>;

/// A part did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Missing
    }
}

/// What comes as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Station(Station),
    Part(Part),
    Language(Lang),
}

/// How far it is.
#[derive(Clone, Copy)]
pub enum Arrival {
    Coming,
    Here(Draw),
    /// A language, of which nothing is drawn.
    Known,
    /// It could not be loaded.
    Missing,
    /// It is gone, for the site has a newer version of everything.
    Outdated,
}

/// What has come so far. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Library {
    parts: PartsOf,
    arrivals: UseReducerHandle<Arrivals>,
}

/// The one table of the program.
#[derive(Clone, Copy)]
struct PartsOf(Parts);

impl PartialEq for PartsOf {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Default)]
pub struct Arrivals(BTreeMap<Place, Arrival>);

impl PartialEq for Arrivals {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Reducible for Arrivals {
    type Action = (Place, Arrival);

    fn reduce(self: Rc<Self>, (place, arrival): Self::Action) -> Rc<Self> {
        let mut arrivals = self.0.clone();
        arrivals.insert(place, arrival);
        Rc::new(Arrivals(arrivals))
    }
}

/// Brings what the visitor looks at.
#[hook]
pub fn use_library(parts: Parts, view: &View) -> Library {
    let library = Library { parts: PartsOf(parts), arrivals: use_reducer(Arrivals::default) };
    let needed = [Some(Place::Station(view.station)), view.part().map(Place::Part), Some(Place::Language(view.lang()))];
    use_effect_with(needed, {
        let library = library.clone();
        move |needed| needed.iter().flatten().for_each(|place| library.bring(*place))
    });
    library
}

impl Library {
    /// Fetches what is not here and not on its way. What failed is tried again.
    pub fn bring(&self, place: Place) {
        if matches!(self.arrival(place), Some(Arrival::Coming | Arrival::Here(_) | Arrival::Known)) {
            return;
        }
        let Some(arriving) = self.fetch(place) else { return };
        let arrivals = self.arrivals.dispatcher();
        arrivals.dispatch((place, Arrival::Coming));
        spawn_local(async move {
            let arrival = match arriving.await {
                Ok(arrival) => arrival,
                Err(Missing) if release::is_outdated().await => Arrival::Outdated,
                Err(Missing) => Arrival::Missing,
            };
            arrivals.dispatch((place, arrival));
        });
    }

    /// How far it is; nothing for what nobody has asked for yet.
    pub fn arrival(&self, place: Place) -> Option<Arrival> {
        self.arrivals.0.get(&place).copied()
    }

    /// Whether the station that the visitor looks at can be drawn.
    pub fn shows(&self, view: &View) -> bool {
        let place = Place::Station(view.station);
        matches!(self.arrival(place), Some(Arrival::Here(_))) || (self.parts.0)(place).is_none()
    }

    /// Whether it would have to be loaded and nobody has asked for it.
    pub fn is_unknown(&self, place: Place) -> bool {
        self.arrival(place).is_none() && (self.parts.0)(place).is_some()
    }

    fn fetch(&self, place: Place) -> Option<Pin<Box<dyn Future<Output = Result<Arrival, Missing>>>>> {
        if let Place::Language(lang) = place {
            return (!i18n::is_known(lang)).then(|| Box::pin(language(lang)) as _);
        }
        let arriving = (self.parts.0)(place)?;
        Some(Box::pin(async { arriving.await.map(Arrival::Here) }))
    }
}

async fn language(lang: Lang) -> Result<Arrival, Missing> {
    i18n::learn(lang, release::sentences(lang).await.ok_or(Missing)?);
    Ok(Arrival::Known)
}
