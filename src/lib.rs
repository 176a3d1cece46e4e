//! Gptling: a tiny GPT that grows in a web page.
//!
//! A student opens a static site, brings text, cuts it into tokens, trains a GPT on the graphics card of that very
//! laptop, and lets it write. This is the architecture document: what the parts are, how data flows, what always holds,
//! and how to add an op.
//!
//! # The idea: record once, differentiate once, replay many
//!
//! Model code ([`nn::gpt`]) that reads like the formula **records** a static [`graph`]. **Differentiation**
//! ([`graph::differentiate`]) appends more nodes to the same graph, the optimizer ([`optim`]) a few more. A **plan**
//! ([`gpu::plan`]) turns the graph into buffers, bind groups and a fixed list of dispatches. Training **replays** that
//! list: a steady step creates nothing and waits for nothing.
//!
//! # The map
//!
//! Imports go down only; a test reads them.
//!
//! | module | what it is for |
//! | --- | --- |
//! | `bin/app`, `bin/worker` | mount the page; start the engine's worker; say where each is cut into parts |
//! | `ui` | the page: one state, one reducer, components, charts. Sees [`protocol`], [`config`] and [`error`] only |
//! | `worker` | the session behind a web worker |
//! | [`session`] | commands in, events out: the state machine. Knows neither browser nor thread |
//! | [`store`] | files that outlive the visit, and how none of them is lost to a torn write |
//! | [`train`] | trainer, evaluator, scorer, generator, checkpoint: plans over one set of weights |
//! | [`gpu`], [`cpu`] | what runs a graph; `gpu` alone names wgpu |
//! | [`optim`], [`nn`] | what records a graph: optimizers, layers, the whole model |
//! | [`ops`] | one file per operation, with one WGSL file of the same name in `shaders/` |
//! | [`text`] | corpora and their sampling, tokenizers (on the `tokenizers` crate), datasets, batches, n-gram models, what was copied |
//! | [`protocol`] | commands and events: the whole boundary between page and engine, plain data |
//! | [`graph`], [`config`], [`rng`], [`error`] | nothing of ours below them |
//!
//! # The way of the data
//!
//! ```text
//!  page                                        worker
//!  Command::LoadText, PrepareText    -->  Session: sources -> Corpus -> cleaned -> chosen -> Text
//!  Command::TrainTokenizer           -->  Text -> Tokenizer -> Dataset
//!  Command::Start { config }         -->  Gpt::new -> Parameters -> Model (seeded weights on the device)
//!                                         Graph: forward -> loss -> differentiate -> optimizer      (once)
//!                                         Plan: allocate, bind, compile                              (once)
//!                                         loop: write token ids, one submit of k steps, wait for it
//!  reducer <-- Event::Stepped             every 250 ms at most: read the ring of losses
//! ```
//!
//! A text is made of documents. What a student brings, or a grammar grows, becomes a [`text::corpus::Corpus`]: one string, in
//! which documents are ranges with label, group and weight. Cleaning makes another corpus of it; a
//! [`text::sampling::Design`] chooses documents and knows what each of them stands for; [`text::Text`] is what comes
//! of that, the documents held out for validation last. Everything on this way is a function of the documents that came
//! in and of `config.data`, so nothing between them is kept but what is used again.
//!
//! The loop is driven by completions and looks at its commands between two submits. Everything a run needs to go on is in
//! its [`train::Checkpoint`]; batches and dropout are functions of (seed, step), so there is no loader state to save.
//!
//! # What always holds
//!
//! * **Memory is padded.** In every buffer rows are filled up to a multiple of four words with zeros, and matrices to a
//!   multiple of four rows ([`graph::shape`]). So kernels load `vec4` for every size and have one path, not two. Zeros
//!   stay zeros through every op and every update.
//! * **Gradients accumulate in place.** A backward op is told whether it sets or adds ([`graph::Write`]); each element
//!   has one writer and sums have one order, so a run repeats bit for bit on the same adapter.
//! * **The model is a kit** ([`config::model`]): every part is an op of its own or a variant of one, and [`nn`] puts them together.
//!   What turns, normalizes or bends all numbers of a tensor that nobody else reads (`rotary`, `qk_norm`, `softcap`) does so
//!   where they stand, forward and backward. Angles are a table that a plan is made with ([`graph::Memory::Table`]).
//! * **Scalars stay on the device.** Loss, gradient norm, clip scale, learning rate and bias corrections live in state
//!   memory ([`graph::state`]); no dispatch waits for the CPU to read them.
//! * **No weight changes after a loss that is no number.** The optimizer looks at the flag that the step has set, so the
//!   last good model is still there to write and to be saved.
//! * **Arena memory is bound `read_write` everywhere, weights `read`** except in the optimizer: WebGPU refuses one buffer
//!   as both in one dispatch. Bind-group layouts come from the WGSL, so the two cannot differ.
//! * **A launch can have several variants** ([`graph::Variant`]) that differ in speed alone: blocks in registers, tiles in
//!   workgroup memory, sums within subgroups (which `scripts/subgroups.js` asks for in a browser). The first runs well
//!   everywhere; a plan measures the others inside real submits for two seconds at most ([`gpu::kernel_benchmark`]), and what is
//!   fastest is remembered for the adapter and the size ([`gpu::kernel_choices`]). Variants that were made for processors in the place
//!   of a graphics card are taken there unmeasured ([`graph::Need`]). Every variant passes every test of its op.
//! * **Writing computes one row a token.** Keys and values of the window, or what a convolution mixes, stay on the device. When the window is full its
//!   older half leaves, and the rest is read again at its new positions, in the same submit ([`train::generate`]). Where
//!   the adapter has `shader-f16` it reads copies of the weights with 16 bits and sums in 32 ([`ops::cast_f16`]).
//! * **Targets have weights** where documents were drawn with unequal chances or rows end in padding: 1 on average over a
//!   batch, so that the loss stays a mean. Where all count alike the plan has none ([`train::Targets`]).
//! * **Nothing is learned in one long call**: reading, cleaning, drawing, training a tokenizer and cutting a text come in pieces
//!   of some tens of milliseconds, between which a newer command is heard ([`session`]).
//! * **The CPU runs the same layout**: in `f64` it is the oracle of the tests, in `f32` it trains. Which device trains is
//!   measured ([`train::probe`]) or chosen by the student. A run moves between devices as its last snapshot.
//! * **What goes wrong costs a few steps, and no run.** The device copies weights, moments and state between two submits, and the
//!   copy is fetched when it has arrived (`session::run::snapshots`). A lost card is opened again, a card that is gone is
//!   looked for while the CPU goes on, and a loss that is no number, or far above guessing, rolls the run back to where it was
//!   sound. Only a card that fails again and again without a step between is given up.
//! * **Moments belong to the plan that trains**, one number a weight or two as the optimizer says ([`optim`]): a model that only
//!   writes has none.
//! * **What is whole is never written over.** A kept file has two slots with checksums, and a save goes into the one that
//!   does not hold the newest whole content ([`store::slots`]). A run is kept every half minute of training, when it pauses
//!   and when it ends ([`session::storage`]), with the kernels that it is computed with, so that it goes on bit for bit.
//! * **Parts come when they are needed.** A station, a part of one, an area of the engine, a language: each is a file of its own
//!   ([`session::parts`], `ui::parts`), and one that does not come costs a sentence and a second try, nothing else. Only the
//!   binaries name split points: in the library they would be exported into every program. What belongs to one build lies in a
//!   folder that is named after its content, so that two versions never mix.
//! * **A setting exists in one place**, its row in [`config::fields`]; a failure is a variant of [`error::Error`], its
//!   sentence is in `static/locales`, in both languages.
//! * Input is checked at the door and answered with an error; past it a wrong shape is our bug and panics with the op's
//!   name and both shapes.
//!
//! # Glossary
//!
//! What the field has a word for is called by it: `prefill`, `decode`, `kv_cache`, `rstd`, `logits`, `in_flight`, `superseded`,
//! `milestone`, `MAX_*`; B, T, C, H, D, V are batch, time, channels, heads, head size, vocabulary, and `d_x` is the gradient of `x`.
//! These words are ours:
//!
//! | word | means | where |
//! | --- | --- | --- |
//! | area | something a student does or looks at; it has one word in protocol, session, state, sentences and styles | `tests/suite/areas.rs` |
//! | station, part | one of the five pages, and a tab of it | `ui::state::view` |
//! | seedling, sprout, shrub | the sizes of model that a student begins with | [`config::presets`] |
//! | kit | the parts that a model can be put together from; `ui::kit` are those of a picture | [`config::model`] |
//! | question | what the page has asked the engine, and the last good answer: the newest question wins | `ui::state::question` |
//! | sync | ask the engine for whatever the page wants to show and does not have | `ui::state` |
//! | outbox, inbox | commands that wait on the page's side, and on the engine's | `ui::state::engine`, `session::inbox` |
//! | short way | our own encoding of a whole text, which agrees with the `tokenizers` crate | [`text::tokenizer`] |
//! | variant | one of several kernels that do the same launch and differ in speed | [`graph::Variant`] |
//! | oracle | the CPU implementation in `f64` that kernels are judged by | [`cpu`] |
//! | shape, padding | rows are filled up to four numbers, matrices to four rows | [`graph::shape`] |
//! | state memory | scalars that stay on the device: step, schedule, clip scale, losses | [`graph::state`] |
//! | submit size | how many steps go to the device at once, adapted to what they take | `session::submit_size` |
//! | surprise | a target that a model found unlikely | [`train::metrics`] |
//! | slot | one of the two places of a file, so that a whole one is never written over | [`store::slots`] |
//! | design | a way of choosing documents that knows what each of them stands for | [`text::sampling`] |
//!
//! # How to add an op
//!
//! 1. `src/ops/NAME.rs`: a struct with the op's settings; [`graph::Op`] (shapes, gradient, dispatches, cost) and
//!    [`graph::Compute`] (the CPU implementation, generic over `f32` and `f64`); a method on [`graph::Tensor`].
//! 2. `shaders/NAME.wgsl`: entry points side by side; constants as `const NAME = ...;` lines that
//!    [`graph::Kernel::with`] replaces; group 0 tensors, group 1 one uniform struct with the members of
//!    [`graph::Params`]. Where one kernel cannot suit every adapter, the dispatch lists several variants with the same
//!    bindings.
//! 3. Name both in [`ops`]. Structure tests then hold file names, bindings and struct members together.
//! 4. A row of cases in `tests/suite`: finite differences judge the gradient in `f64`, the oracle judges the kernel.

pub mod config;
pub mod cpu;
pub mod error;
pub mod gpu;
pub mod graph;
pub mod nn;
pub mod ops;
pub mod optim;
pub mod protocol;
pub mod rng;
pub mod session;
pub mod store;
pub mod text;
pub mod train;
#[cfg(target_arch = "wasm32")]
pub mod worker;

/// The page. What needs no browser (state, links, sentences, numbers) builds and is tested everywhere.
pub mod ui {
    pub mod charts;
    pub mod differences;
    pub mod figures;
    pub mod format;
    pub mod i18n;
    /// What every picture is made of: marks and their looks, scales and axes, tables and files, the elements that show them.
    pub mod kit {
        pub mod axes;
        pub mod chart;
        pub mod colours;
        pub mod csv;
        #[cfg(test)]
        pub mod inside;
        pub mod looks;
        #[cfg(test)]
        pub mod page_looks;
        pub mod scale;
        pub mod scene;
        pub mod series;
        pub mod walk;

        #[cfg(target_arch = "wasm32")]
        pub mod figure;
        #[cfg(target_arch = "wasm32")]
        pub mod picture;
        #[cfg(target_arch = "wasm32")]
        pub mod saves;
        #[cfg(target_arch = "wasm32")]
        pub mod table;
    }
    pub mod listing;
    pub mod merges;
    pub mod run_commands;
    pub mod slider;
    pub mod state;
    pub mod url;
    pub mod written;

    #[cfg(target_arch = "wasm32")]
    pub mod app;
    #[cfg(target_arch = "wasm32")]
    pub mod components;
    #[cfg(target_arch = "wasm32")]
    pub mod export;
    #[cfg(target_arch = "wasm32")]
    pub mod hooks;
    #[cfg(target_arch = "wasm32")]
    pub mod pages;
    #[cfg(target_arch = "wasm32")]
    pub mod parts;
    #[cfg(target_arch = "wasm32")]
    pub mod release;
    #[cfg(target_arch = "wasm32")]
    pub mod shell;
}
