//! What of the page comes when it is needed: stations, parts of stations, the other language. Where a program is cut only the
//! binary may say (`bin/app`), so it hands a loader for each over as a function.

use std::collections::BTreeMap;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, join};
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::SplitLoaderError;
use yew::prelude::*;

use super::i18n;
use super::pages::PageProps;
use super::release;
use super::state::{Lang, Part, Station, View};

/// What a part draws.
pub type Draw = fn(PageProps) -> Html;
pub type Arriving = LocalBoxFuture<'static, Result<Draw, Missing>>;
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
    /// Every sentence of a language.
    Language(Lang),
    /// The sentences and the style that the first view does without.
    Rest,
}

impl Place {
    /// The part of the engine that answers what is asked here.
    fn engine(self) -> Option<&'static str> {
        match self {
            Place::Part(Part::Sample) => Some("sample"),
            Place::Part(Part::Merges | Part::Compare) => Some("merges"),
            Place::Part(Part::Vocabulary) => Some("tokenizer"),
            _ => None,
        }
    }
}

/// How far it is.
#[derive(Clone, Copy)]
pub enum Arrival {
    Coming,
    Here(Draw),
    /// What is not drawn.
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
    /// The language that the page began with, of which only the first sentences have come with it.
    first: Lang,
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

/// Brings what the visitor looks at, and the rest as soon as there is a first view.
#[hook]
pub fn use_library(parts: Parts, first: Lang, view: &View) -> Library {
    let library = Library { parts: PartsOf(parts), first, arrivals: use_reducer(Arrivals::default) };
    let station = Place::Station(view.station);
    let needed = [Some(station), view.part().map(Place::Part), Some(Place::Language(view.lang())), Some(Place::Rest)];
    use_effect_with(needed, {
        let library = library.clone();
        move |needed| needed.iter().flatten().for_each(|place| library.bring(*place))
    });
    library
}

impl Library {
    /// Fetches what is not here and not on its way. What failed is tried again.
    pub fn bring(&self, place: Place) {
        let arrivals = self.arrivals.dispatcher();
        if matches!(self.arrivals.0.get(&place), Some(Arrival::Coming | Arrival::Here(_) | Arrival::Known)) {
            return;
        }
        let Some(arriving) = self.fetch(place) else { return };
        arrivals.dispatch((place, Arrival::Coming));
        if let Some(part) = place.engine() {
            release::engine_ahead(part);
        }
        spawn_local(async move {
            let arrival = match arriving.await {
                Ok(arrival) => arrival,
                Err(Missing) if release::is_outdated().await => Arrival::Outdated,
                Err(Missing) => Arrival::Missing,
            };
            arrivals.dispatch((place, arrival));
        });
    }

    /// How far it is, with what it cannot be shown without; nothing for what nobody has asked for yet.
    pub fn arrival(&self, place: Place) -> Option<Arrival> {
        let arrival = |place| self.arrivals.0.get(&place).copied();
        match (place, arrival(Place::Rest)) {
            (Place::Station(_) | Place::Part(_), rest @ Some(Arrival::Missing | Arrival::Outdated)) => rest,
            (Place::Station(_) | Place::Part(_), None | Some(Arrival::Coming)) => Some(Arrival::Coming),
            _ => arrival(place),
        }
    }

    /// Tries once more what is missing here.
    pub fn bring_again(&self, place: Place) {
        self.bring(Place::Rest);
        self.bring(place);
    }

    /// Whether the station that the visitor looks at can be drawn.
    pub fn shows(&self, view: &View) -> bool {
        let place = Place::Station(view.station);
        matches!(self.arrival(place), Some(Arrival::Here(_))) || (self.parts.0)(place).is_none()
    }

    /// Whether it would have to be loaded and nobody has asked for it.
    pub fn is_unknown(&self, place: Place) -> bool {
        !self.arrivals.0.contains_key(&place) && (self.parts.0)(place).is_some()
    }

    fn fetch(&self, place: Place) -> Option<LocalBoxFuture<'static, Result<Arrival, Missing>>> {
        match place {
            Place::Language(lang) if i18n::is_known(lang) => None,
            Place::Language(lang) => Some(language(lang).boxed_local()),
            Place::Rest => Some(rest(self.first).boxed_local()),
            _ => (self.parts.0)(place).map(|arriving| async { arriving.await.map(Arrival::Here) }.boxed_local()),
        }
    }
}

async fn language(lang: Lang) -> Result<Arrival, Missing> {
    let (first, rest) = join(release::sentences(lang, ""), release::sentences(lang, "-rest")).await;
    i18n::learn(lang, first.ok_or(Missing)?);
    i18n::learn(lang, rest.ok_or(Missing)?);
    Ok(Arrival::Known)
}

/// In the language that the page began with; another comes whole.
async fn rest(lang: Lang) -> Result<Arrival, Missing> {
    let (style, sentences) = join(release::style("rest.css"), release::sentences(lang, "-rest")).await;
    style.ok_or(Missing)?;
    i18n::learn(lang, sentences.ok_or(Missing)?);
    Ok(Arrival::Known)
}
