//! The texts that the student brought: what is kept of them, so that every engine can be given them.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use crate::config::Source;
use crate::config::corpus::ReadConfig;
use crate::error::Error;
use crate::protocol::storage::SavedId;
use crate::protocol::{FileId, TextContent, TextSource};

use super::State;

/// Bytes of all texts together that are taken at most: the engine takes no more.
const LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// A text that the student pasted, dropped or chose, or that lies at an address.
#[derive(Clone, Debug)]
pub struct UserText {
    /// Counted up by the page; another content has another number.
    pub id: FileId,
    pub name: String,
    pub content: Content,
    pub read: ReadConfig,
}

/// The content of a number never changes.
impl PartialEq for UserText {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.name == other.name && self.read == other.read
    }
}

/// A text that is being brought: name and content.
pub type Brought = (String, Content);

#[derive(Clone, Debug)]
pub enum Content {
    Bytes(Rc<[u8]>),
    /// A file that stays where it is, of this many bytes: the engine reads it.
    File(Handle, u64),
    /// One of an earlier visit, of this many bytes, that the engine has kept under this name.
    Kept(SavedId, u64),
    /// The engine fetches it from there.
    Address(String),
}

/// What the browser knows a file by; the page's state looks into none.
#[derive(Clone)]
pub struct Handle(pub Rc<dyn Any>);

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle")
    }
}

impl Content {
    /// Its size, where it is known before it is read.
    pub fn bytes(&self) -> Option<u64> {
        match self {
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::File(_, bytes) | Content::Kept(_, bytes) => Some(*bytes),
            Content::Address(_) => None,
        }
    }
}

impl UserText {
    pub fn content(&self) -> TextContent {
        match &self.content {
            Content::Bytes(bytes) => TextContent::Bytes(bytes.to_vec()),
            Content::File(..) => TextContent::File(self.id),
            Content::Kept(id, _) => TextContent::Kept(id.clone()),
            Content::Address(address) => TextContent::Address(address.clone()),
        }
    }

    pub fn source(&self) -> TextSource {
        TextSource::Brought { name: self.name.clone(), content: self.content(), read: self.read.clone() }
    }
}

impl State {
    /// Adds texts to those that are there; one takes the place of the one of its name.
    pub(super) fn bring(&mut self, texts: Vec<Brought>) {
        self.project.unread = None;
        for (name, content) in texts {
            self.bring_one(name, content);
        }
        self.use_own();
    }

    fn bring_one(&mut self, name: String, content: Content) {
        let others = self.project.own.iter().filter(|text| text.name != name);
        let before: u64 = others.filter_map(|text| text.content.bytes()).sum();
        let bytes = before + content.bytes().unwrap_or(0);
        if bytes > LIMIT_BYTES {
            let limit = LIMIT_BYTES;
            self.project.unread = Some(match before {
                0 => Error::TextTooLarge { name, bytes, limit },
                _ => Error::TextsTooLarge { name, bytes, limit },
            });
            return;
        }
        self.project.last_text += 1;
        let text = UserText { id: self.project.last_text, name, content, read: ReadConfig::default() };
        match self.project.own.iter_mut().find(|other| other.name == text.name) {
            Some(other) => *other = Rc::new(text),
            None => self.project.own.push(Rc::new(text)),
        }
    }

    /// Learns from the student's own texts, if one of them can be read.
    pub(super) fn use_own(&mut self) {
        if self.project.usable().next().is_some() {
            self.config.data.source = Source::Own;
            // A sample is one of the documents that were there.
            self.config.data.sampling = None;
            self.project.text.error = None;
            self.forget_tried();
        }
    }

    pub(super) fn remove_text(&mut self, id: FileId) {
        self.project.own.retain(|text| text.id != id);
        self.project.faults.remove(&id);
        self.project.files.remove(&id);
        self.config.data.sampling = None;
        self.leave_own_if_empty();
    }

    /// Reads a text in another way, also one that could not be read before.
    pub(super) fn read_text(&mut self, id: FileId, read: ReadConfig) {
        if let Some(text) = self.project.own.iter_mut().find(|text| text.id == id) {
            *text = Rc::new(UserText { read, ..UserText::clone(text) });
            self.project.faults.remove(&id);
            self.use_own();
        }
    }

    /// Without a text of one's own that can be read, the stories are read.
    pub(super) fn leave_own_if_empty(&mut self) {
        if self.config.data.source == Source::Own && self.project.usable().next().is_none() {
            self.config.data.source = self.view.lang().stories();
            self.config.data.sampling = None;
        }
    }

    /// Notes which of the texts of the last order to load could not be read.
    pub(super) fn set_aside(&mut self, texts: &[Rc<UserText>]) {
        for (place, error) in std::mem::take(&mut self.project.left_out) {
            if let Some(text) = texts.get(place as usize) {
                self.project.faults.insert(text.id, error);
            }
        }
    }
}
