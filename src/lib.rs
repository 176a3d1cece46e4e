//! Gptling: a tiny GPT that grows in a web page.
