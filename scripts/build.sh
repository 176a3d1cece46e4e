#!/usr/bin/env bash
# Builds the site. Usage: build.sh release | dev. Release goes to dist/, dev (fast, unoptimised) to target/dev-dist/.
set -euo pipefail
source "$(dirname "$0")/env.sh"
use_wasm_toolchain

# Trunk reads NO_COLOR as true or false only, while the convention is that any value counts.
unset NO_COLOR
export TRUNK_SKIP_VERSION_CHECK=true
# A stack trace of Trunk itself would bury the compiler's message.
export RUST_BACKTRACE=0

GPTLING_BINDGEN=$(command -v wasm-bindgen)
export GPTLING_BINDGEN
export GPTLING_PARTS="$PWD/target/parts/${1:-release}"
export PATH="$PWD/scripts/bin:$PATH"

case "${1:-release}" in
release)
    trunk build --release --dist dist
    node scripts/sizes.mjs dist
    ;;
dev) trunk build --dist target/dev-dist ;;
*) fail "build.sh: say release or dev" ;;
esac
