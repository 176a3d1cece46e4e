//! The project's tokenizer: imported, exported, its vocabulary looked through.

use super::project::{Cut, Project, finish};
use super::{Host, Session, shown, supersedes_a_tokenizer};
use crate::error::{Error, Result};
use crate::protocol::tokenizer::{
    Kept, TokenDetails, TokenKind, TokenPlace, TokenizerCommand, TokenizerEvent, TokenizerFiles, VocabularyEntry,
    VocabularyOrder, VocabularyPage, VocabularyQuery,
};
use crate::protocol::{Command, Event, Work};
use crate::text::tokenizer::roundtrip::{self, compare};
use crate::text::tokenizer::vocabulary::{Kind, Order};
use crate::text::tokenizer::{Tokenizer, import};

/// Places of a token that are told, and the tokens before and behind it.
const PLACES: usize = 8;
const AROUND: usize = 12;
/// Leaves of a token that are told at most.
const LEAVES: usize = 64;

impl<H: Host> Session<H> {
    pub async fn handle_tokenizer_part(&mut self, command: Command) {
        let Command::Tokenizer(command) = command else { return };
        let told = |event: Result<TokenizerEvent>| event.map(Event::Tokenizer);
        match command {
            TokenizerCommand::Import { request, files } => {
                if self.inbox.has(supersedes_a_tokenizer) {
                    return;
                }
                let imported = self.project.import_tokenizer(&self.host, &mut self.inbox, files).await;
                if let Some(imported) = imported.transpose() {
                    self.answer(request, imported.map(|tokenizer| Event::TokenizerTrained { request, tokenizer }));
                }
            }
            // Whatever it stops has seen it in the inbox.
            TokenizerCommand::Cancel => {}
            TokenizerCommand::Export { request } => {
                let json = self.project.cut().map(|cut| cut.tokenizer.to_json());
                self.answer(request, told(json.map(|json| TokenizerEvent::Exported { request, json })));
            }
            TokenizerCommand::RoundTrip { request, text } => {
                let text = self.project.cut().and_then(|cut| round_trip(&cut.tokenizer, &text));
                self.answer(request, told(text.map(|text| TokenizerEvent::RoundTrip { request, text })));
            }
            TokenizerCommand::Browse { request, query } => {
                let vocabulary = self.project.cut().and_then(|cut| browse(cut, &query));
                self.answer(
                    request,
                    told(vocabulary.map(|vocabulary| TokenizerEvent::Browsed { request, vocabulary })),
                );
            }
            TokenizerCommand::ExportVocabulary { request, query } => {
                let csv = self.project.cut().and_then(|cut| csv(cut, query));
                self.answer(request, told(csv.map(|csv| TokenizerEvent::VocabularyExported { request, csv })));
            }
            TokenizerCommand::Inspect { request, id } => {
                let token = self.project.cut().and_then(|cut| inspect(cut, id)).map(Box::new);
                self.answer(request, told(token.map(|token| TokenizerEvent::Inspected { request, token })));
            }
        }
    }
}

impl Project {
    async fn import_tokenizer(
        &mut self,
        host: &impl Host,
        inbox: &mut super::inbox::Inbox,
        files: TokenizerFiles,
    ) -> Result<Option<crate::protocol::TokenizerSummary>> {
        host.emit(Event::Progress { work: Work::TrainingTokenizer, done: 0.0 });
        host.yield_now().await;
        let name = files.name().to_string();
        let tokenizer = read(&files)?;
        drop(files);
        if !finish(host, inbox, Work::TrainingTokenizer, || 1.0).await {
            return Ok(None);
        }
        self.cut_with(host, inbox, tokenizer, Some(name)).await
    }
}

pub(super) fn read(files: &TokenizerFiles) -> Result<Tokenizer> {
    match files {
        TokenizerFiles::TokenizerJson(file) => import::tokenizer_json(&file.name, &file.bytes),
        TokenizerFiles::Gpt2 { vocab, merges } => {
            import::gpt2((&vocab.name, &vocab.bytes), (&merges.name, &merges.bytes))
        }
    }
}

fn round_trip(tokenizer: &Tokenizer, text: &str) -> Result<Vec<Kept>> {
    let after = tokenizer.decode(&tokenizer.encode(text))?;
    let told = |kept| match kept {
        roundtrip::Kept::Same(text) => Kept::Same(text),
        roundtrip::Kept::Changed { before, after } => Kept::Changed { before, after },
    };
    Ok(compare(text, &after).into_iter().map(told).collect())
}

fn found(cut: &Cut, query: &VocabularyQuery) -> Vec<u32> {
    let order = match query.order {
        VocabularyOrder::Id => Order::Id,
        VocabularyOrder::Frequency => Order::Frequency,
        VocabularyOrder::Length => Order::Length,
        VocabularyOrder::Text => Order::Text,
    };
    let mut found = cut.tokenizer.find(&query.search, order, &cut.counts);
    if query.descending {
        found.reverse();
    }
    found
}

fn browse(cut: &Cut, query: &VocabularyQuery) -> Result<VocabularyPage> {
    let found = found(cut, query);
    let told = found.iter().skip(query.from as usize).take(query.count as usize);
    let entries = told.map(|id| entry(cut, *id)).collect::<Result<_>>()?;
    Ok(VocabularyPage { found: found.len() as u32, entries })
}

fn entry(cut: &Cut, id: u32) -> Result<VocabularyEntry> {
    let kind = match cut.tokenizer.kind(id)? {
        Kind::Text => TokenKind::Text,
        Kind::Bytes => TokenKind::Bytes,
        Kind::Unknown => TokenKind::Unknown,
        Kind::Special => TokenKind::Special,
        Kind::Unused => TokenKind::Unused,
    };
    let token = shown::token(&cut.tokenizer, id)?;
    let length = cut.tokenizer.piece(id)?.len() as u32;
    Ok(VocabularyEntry { token, length, count: cut.counts[id as usize], kind })
}

fn csv(cut: &Cut, query: VocabularyQuery) -> Result<String> {
    let refused = |error: csv::Error| Error::Internal { detail: error.to_string() };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "token", "bytes", "count"]).map_err(refused)?;
    for id in found(cut, &query) {
        let entry = entry(cut, id)?;
        let [id, length, count] =
            [u64::from(id), u64::from(entry.length), entry.count].map(|number| number.to_string());
        writer.write_record([&id, &entry.token.text, &length, &count]).map_err(refused)?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::Internal { detail: error.to_string() })?;
    Ok(String::from_utf8(bytes).expect("tokens are shown as text"))
}

fn inspect(cut: &Cut, id: u32) -> Result<TokenDetails> {
    let tokenizer = &cut.tokenizer;
    let bytes = tokenizer.piece(id)?.to_vec();
    let parts = tokenizer.parts().get(&id).map_or_else(Vec::new, |(first, second)| vec![*first, *second]);
    let leaves: Vec<u32> = tokenizer.leaves(id).into_iter().take(LEAVES).collect();
    Ok(TokenDetails {
        entry: entry(cut, id)?,
        bytes,
        parts: shown::tokens(tokenizer, &parts)?,
        leaves: if parts.is_empty() { Vec::new() } else { shown::tokens(tokenizer, &leaves)? },
        places: places(cut, id)?,
    })
}

fn places(cut: &Cut, id: u32) -> Result<Vec<TokenPlace>> {
    let (ids, begins) = (&cut.dataset.train, &cut.dataset.train_documents.begins);
    let at = ids.iter().enumerate().filter(|(_, other)| **other == id).map(|(at, _)| at);
    at.take(PLACES).map(|at| place(cut, begins.partition_point(|begin| *begin as usize <= at), at)).collect()
}

/// The text around the token at `at`, which stands in the document with this number, from 1.
fn place(cut: &Cut, document: usize, at: usize) -> Result<TokenPlace> {
    let (ids, begins) = (&cut.dataset.train, &cut.dataset.train_documents.begins);
    let begin = document.checked_sub(1).and_then(|index| begins.get(index)).map_or(0, |begin| *begin as usize);
    let end = begins.get(document).map_or(ids.len(), |end| *end as usize);
    let text =
        |ids: &[u32]| -> Result<String> { ids.iter().map(|id| Ok(cut.tokenizer.show_in_text(*id)?.text)).collect() };
    Ok(TokenPlace {
        document: document as u64,
        before: text(&ids[at.saturating_sub(AROUND).max(begin)..at])?,
        token: text(&ids[at..=at])?,
        after: text(&ids[at + 1..(at + 1 + AROUND).min(end)])?,
    })
}
