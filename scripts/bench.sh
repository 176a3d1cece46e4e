#!/usr/bin/env bash
# Measures. Usage: bench.sh rows | peers. Results go to target/bench/, tables to the terminal.
set -euo pipefail
source "$(dirname "$0")/env.sh"

out=target/bench
site=$out/site

main() {
    mkdir -p "$site"
    "measure_$1"
}

# Our own rows, natively and in the browser, and the cold start of the built site.
measure_rows() {
    build_native
    build_wasm
    (use_vulkan && exec "$native") | tee "$out/native.jsonl"
    node benches/rows.mjs
    node benches/cold.mjs
}

# The rivals, one after the other, and ours as they see it.
measure_peers() {
    build_wasm
    install_peers
    node benches/peers.mjs
}

build_native() {
    native=$(executable bench cargo bench --no-run --bench bench)
}

# The same program for the browser, optimised as the site's worker is.
build_wasm() {
    local wasm
    wasm=$(use_wasm_toolchain && executable bench cargo build --release --bench bench --target $wasm_target)
    wasm-bindgen --target web --no-typescript --out-dir "$site" --out-name bench "$wasm"
    # shellcheck disable=SC2046
    wasm-opt $(sed -n 's/.*data-wasm-opt-params="\(.*\)".*/\1/p' index.html | tail -n 1) -o "$site/bench_bg.wasm" "$site/bench_bg.wasm"
    cp benches/worker.mjs tests/e2e/hooks.mjs scripts/subgroups.js "$site"
    echo '<!doctype html><title>bench</title><link rel="icon" href="data:,">' > "$site/index.html"
}

install_peers() {
    [ benches/peers/node_modules/.package-lock.json -nt benches/peers/package-lock.json ] || {
        say "installing the rivals from npm (20 seconds)"
        # npm 11 cannot `ci` from the lock file it writes for optional packages of other systems.
        npm install --silent --ignore-scripts --no-save --prefix benches/peers
        touch benches/peers/node_modules/.package-lock.json
    }
    benches/peers/node_modules/.bin/esbuild benches/peers/{gptling,nanogpt,jax,tfjs}.mjs --bundle --format=esm --outdir="$site" \
        --out-extension:.js=.mjs --external:./bench.js --external:./subgroups.js --log-level=error
}

# Runs a build of cargo's and prints the path of the program that came out.
executable() {
    local name=$1
    shift
    "$@" --message-format=json-render-diagnostics |
        node -e 'for (const line of require("node:fs").readFileSync(0, "utf8").split("\n")) {
            const message = line && JSON.parse(line);
            if (message.executable && message.target.name === process.argv[1]) console.log(message.executable);
        }' "$name" | tail -n 1
}

main "$@"
