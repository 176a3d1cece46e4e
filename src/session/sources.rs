//! Where documents come from: grown by a grammar, read from what the page sent or holds, fetched from an address.

use std::borrow::Cow;
use std::rc::Rc;

use super::Host;
use super::storage::saved;
use crate::config::Source;
use crate::error::{Error, Result};
use crate::protocol::{TextContent, TextSource};
use crate::text::corpora::grammar::Grammar;
use crate::text::corpora::{self, labelled};
use crate::text::corpus::{Corpus, read};
use crate::text::user_text::MAX_BYTES;

/// What was fetched for the texts that are there: a text is asked for once, in however many ways it is read.
#[derive(Clone, Default)]
pub struct Fetched(Vec<(String, Rc<[u8]>)>);

/// What one source gives.
pub struct Given {
    pub corpus: Corpus,
    /// Bytes that were read for it.
    pub bytes: usize,
}

impl Fetched {
    /// Forgets what none of these needs.
    pub fn keep(&mut self, sources: &[TextSource]) {
        self.0.retain(|(known, _)| sources.iter().any(|source| address(source) == Some(known)));
    }

    async fn bytes(&mut self, host: &impl Host, address: &str) -> Result<Rc<[u8]>> {
        if let Some((_, bytes)) = self.0.iter().find(|(known, _)| known == address) {
            return Ok(bytes.clone());
        }
        let bytes: Rc<[u8]> = host.fetch(address).await?.into();
        self.0.push((address.into(), bytes.clone()));
        Ok(bytes)
    }

    /// The bytes of a text that was brought.
    pub async fn content<'c>(
        &mut self,
        host: &impl Host,
        name: &str,
        content: &'c TextContent,
    ) -> Result<Cow<'c, [u8]>> {
        match content {
            TextContent::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            TextContent::File(file) => host.read(*file).await.map(Cow::Owned),
            TextContent::Kept(id) => self.kept(host, name, id).await.map(|bytes| Cow::Owned(bytes.to_vec())),
            TextContent::Address(address) => self.bytes(host, address).await.map(|bytes| Cow::Owned(bytes.to_vec())),
        }
    }

    /// The bytes of a text of an earlier visit, or of a project file.
    async fn kept(&mut self, host: &impl Host, name: &str, id: &str) -> Result<Rc<[u8]>> {
        if let Some((_, bytes)) = self.0.iter().find(|(known, _)| known == id) {
            return Ok(bytes.clone());
        }
        let kept = saved::read_bytes(host.store(), &saved::text_file(id)).await?;
        let missing = || Error::TextUnreadable { name: name.into(), detail: "it is not kept here any more".into() };
        kept.map(Rc::from).ok_or_else(missing)
    }

    /// Takes bytes up that the page will ask for by this name.
    pub fn hold(&mut self, id: &str, bytes: Vec<u8>) {
        self.0.push((id.into(), bytes.into()));
    }

    /// The documents of a source.
    pub async fn documents(&mut self, host: &impl Host, source: &TextSource) -> Result<Given> {
        match source {
            TextSource::BuiltIn { corpus, characters, seed } => {
                let corpus = match corpus {
                    Source::Labelled(_) => self.labelled(host, *corpus, *characters, *seed).await?,
                    _ => corpora::corpus(*corpus, *characters, *seed)?,
                };
                Ok(Given { corpus, bytes: 0 })
            }
            TextSource::Brought { name, content, read: config } => {
                let bytes = self.content(host, name, content).await?;
                let corpus = read::read(name, &bytes, config, &|bytes| host.decode_gb18030(bytes))?;
                Ok(Given { corpus, bytes: bytes.len() })
            }
        }
    }

    /// Its grammar is a file of the site. A server may send a page of its own in the place of what it lacks.
    async fn labelled(&mut self, host: &impl Host, source: Source, characters: usize, seed: u32) -> Result<Corpus> {
        let address = format!("corpora/{}.grammar", source.name());
        let bytes = self.bytes(host, &address).await?;
        let broken = |detail: &str| Error::TextUnreadable { name: address.clone(), detail: detail.into() };
        let text = std::str::from_utf8(&bytes).map_err(|error| broken(&error.to_string()))?;
        labelled::corpus(&Grammar::checked(text).map_err(broken)?, characters, seed)
    }
}

impl Given {
    /// These documents behind those that are there already, of `before` bytes.
    ///
    /// # Errors
    /// More text or more documents than are taken.
    pub fn append_to(self, corpus: &mut Corpus, before: usize, name: &str) -> Result<usize> {
        let bytes = before + self.bytes;
        if before > 0 && bytes > MAX_BYTES {
            return Err(Error::TextsTooLarge { name: name.into(), bytes: bytes as u64, limit: MAX_BYTES as u64 });
        }
        corpus.append(self.corpus)?;
        Ok(bytes)
    }
}

pub fn name_of(source: &TextSource) -> &str {
    match source {
        TextSource::BuiltIn { corpus, .. } => corpus.name(),
        TextSource::Brought { name, .. } => name,
    }
}

/// The name under which its bytes are held.
fn address(source: &TextSource) -> Option<&String> {
    match source {
        TextSource::Brought { content: TextContent::Address(address) | TextContent::Kept(address), .. } => {
            Some(address)
        }
        _ => None,
    }
}
