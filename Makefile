# Gptling is built, served and tested from here; each target sets up what it needs first.
#
# Working on the page: leave `make dev` running in one terminal; after a change run `make dev-build` in another and reload.
# Working on the engine: `make check`. Browser tests while working: `make e2e-dev`; one file of them on what is already built:
# `SITE=target/dev-dist node --test tests/e2e/page.test.mjs`.

.DEFAULT_GOAL := help
.PHONY: help setup build serve dev dev-build check e2e e2e-dev test bench bench-peers bench-learn bench-readme clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## Install what is missing (11 minutes on two cores the first time, then at once)
	@scripts/setup.sh

build: ## Build the site into dist/
	@scripts/setup.sh build
	@scripts/build.sh release

serve: build ## Build the site and serve it on this machine
	@node scripts/serve.mjs dist

dev: dev-build ## Build quickly, unoptimised, and serve target/dev-dist/
	@node scripts/serve.mjs target/dev-dist

dev-build: ## Build quickly into target/dev-dist/
	@scripts/setup.sh build
	@scripts/build.sh dev

check: ## Format, lints and native tests
	@scripts/setup.sh build native
	@scripts/test.sh format clippy clippy-wasm native

e2e: ## Build the site and drive it in a browser
	@scripts/setup.sh build browser
	@scripts/test.sh build e2e

e2e-dev: ## The same against the quick build
	@scripts/setup.sh build browser
	@scripts/build.sh dev
	@SITE=target/dev-dist scripts/test.sh e2e

test: ## Everything
	@scripts/setup.sh
	@scripts/test.sh

bench: build ## Measure: steps, tokens, memory, here and in a browser, and the cold start
	@scripts/setup.sh build native browser
	@scripts/bench.sh rows

bench-peers: ## Measure the rivals from npm in the same browser
	@scripts/setup.sh build browser
	@scripts/bench.sh peers

bench-readme: ## Put the tables of the last measurements into the README
	@node benches/tables.mjs README.md

bench-learn: ## Train nanoGPT's CPU recipe on Tiny Shakespeare (TEXT=file): the loss it must reach, its curve in target/bench/
	@scripts/setup.sh native
	@cargo bench --quiet --bench learn -- $(TEXT)

clean: ## Remove what was built; the installed tools stay
	rm -rf target dist tests/e2e/node_modules benches/peers/node_modules
