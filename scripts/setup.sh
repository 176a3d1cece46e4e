#!/usr/bin/env bash
# Installs what is missing, and only that. Usage: setup.sh [build] [native] [python] [browser]; without arguments, all of them.
set -euo pipefail
source "$(dirname "$0")/env.sh"

started=$SECONDS
installed=0
mkdir -p "$tools"

main() {
    [ $# -gt 0 ] || set -- build native python browser
    for part in "$@"; do "setup_$part"; done
    [ $installed = 0 ] || say "set up in $((SECONDS - started)) s"
}

setup_native() {
    have cargo || fail "Rust is missing: install it from https://rustup.rs and run this again"
    have cargo-clippy && have cargo-fmt || fail "clippy or rustfmt is missing: run 'rustup component add clippy rustfmt'"
    [ "$(uname)" = Linux ] || return 0
    ldconfig -p 2> /dev/null | grep -q libvulkan.so.1 || system_packages "the Vulkan loader" libvulkan1
    has_graphics_card || software_vulkan > /dev/null || system_packages "a software Vulkan driver" mesa-vulkan-drivers
}

setup_build() {
    have cargo || fail "Rust is missing: install it from https://rustup.rs and run this again"
    have node || fail "Node.js is missing: install version 20 or later"
    have npm || fail "npm is missing: install it beside Node.js"
    setup_wasm_target
    installed_version trunk $trunk_version ||
        cargo_tool trunk $trunk_version "$trunk_home" "4 to 8 minutes" --locked --no-default-features --features rustls
    # Without --locked: its lock file names a release that a registry mirror may not serve.
    installed_version wasm-bindgen "$bindgen_version" ||
        cargo_tool wasm-bindgen-cli "$bindgen_version" "$bindgen_home" "3 to 5 minutes"
    [ -x "$splitter_home/bin/wasm-split-cli" ] || setup_splitter
    installed_version wasm-opt "${binaryen_version%%.*}" || {
        announce "wasm-opt $binaryen_version (20 seconds)"
        npm install --silent --no-save --prefix "$binaryen_home" "binaryen@$binaryen_version"
    }
}

# The splitter with a patch of ours, which puts what several parts share into a few files instead of a hundred.
setup_splitter() {
    local work=$tools/wasm-split-source name=wasm_split_cli_support-$splitter_version
    rm -rf "$work"
    mkdir -p "$work/src"
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\nwasm_split_cli_support = "=%s"\n' \
        "$splitter_version" > "$work/Cargo.toml"
    touch "$work/src/lib.rs"
    (cd "$work" && cargo fetch --quiet) || fail "$name could not be fetched: see cargo's message above"
    cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$name" "$work/$name"
    (cd "$work/$name" && GIT_CEILING_DIRECTORIES=$work git apply -) < scripts/wasm-split.patch || fail "scripts/wasm-split.patch does not fit $name"
    cargo_tool wasm_split_cli_support "$splitter_version" "$splitter_home" "1 to 2 minutes" \
        --path "$work/$name" --locked --features build-binary
    rm -rf "$work"
}

# The package that our tokenizer.json must load in, in an environment of its own.
setup_python() {
    [ -x "$python_home/bin/python" ] && "$python_home/bin/python" -c "import tokenizers" 2> /dev/null && return
    have python3 || system_packages "Python 3, which checks what tokenizers export" python3 python3-venv
    announce "the Python package tokenizers $tokenizers_version (10 seconds)"
    rm -rf "$python_home"
    python3 -m venv "$python_home" 2> "$tools/python.log" || {
        rm -rf "$python_home"
        system_packages "Python's venv" python3-venv
        python3 -m venv "$python_home" || fail "Python cannot make an environment: see its message above"
    }
    "$python_home/bin/pip" install --quiet --disable-pip-version-check --no-deps "tokenizers==$tokenizers_version" || {
        rm -rf "$python_home"
        fail "the Python package tokenizers $tokenizers_version could not be installed: see pip's message above"
    }
}

setup_browser() {
    have npm || fail "npm is missing: install it beside Node.js"
    find_chromium > /dev/null || system_packages "a Chromium browser" chromium fonts-noto-cjk
    [ tests/e2e/node_modules/.package-lock.json -nt tests/e2e/package-lock.json ] || {
        announce "the end-to-end tests' packages (5 seconds)"
        npm ci --silent --prefix tests/e2e
        touch tests/e2e/node_modules/.package-lock.json
    }
    [ "$(uname)" != Linux ] || setup_engines
}

# Firefox with a driver for its WebGPU, and WebKitGTK. Their tests are skipped where they are missing, except in CI.
setup_engines() {
    local missing=()
    have firefox-esr || have firefox || [ -n "${FIREFOX:-}" ] || missing+=(firefox-esr)
    have WebKitWebDriver || missing+=(webkit2gtk-driver)
    have Xvfb || missing+=(xvfb)
    software_vulkan > /dev/null || missing+=(mesa-vulkan-drivers)
    [ ${#missing[@]} != 0 ] || return 0
    if [ -n "${CI:-}" ]; then
        system_packages "a second and third browser engine" "${missing[@]}"
    else
        (system_packages "a second and third browser engine" "${missing[@]}") || say "going on without: what needs them will be skipped"
    fi
}

setup_wasm_target() {
    rustup_has_wasm && return
    [ -d "$(debian_wasm_home)/lib" ] && linker_for_wasm > /dev/null && return
    announce "Rust's $wasm_target target (20 seconds)"
    if have rustup && rustup target add $wasm_target 2> "$tools/rustup.log"; then return; fi
    say "rustup cannot fetch it: taking Debian's compiler, and building the library from its source (2 minutes)"
    [ -d /usr/lib/rustlib/src/rust/library/std ] && [ -x /usr/bin/clippy-driver ] ||
        system_packages "a Rust compiler with its library's source" rustc-web cargo-web rust-web-src rust-web-clippy
    linker_for_wasm > /dev/null || system_packages "a linker for wasm" lld-19
    build_wasm_std "$(debian_wasm_home)"
}

# Builds Rust's standard library for wasm into a folder of its own, so that each work tree and profile can share it.
build_wasm_std() {
    local home=$1 work=$tools/wasm-std-work
    rm -rf "$work" "$home"
    mkdir -p "$work/src" "$home/bin"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[profile.release]\nopt-level = "s"\n' > "$work/Cargo.toml"
    echo '#![no_std]' > "$work/src/lib.rs"
    # The embedded bitcode is what the application's link-time optimisation reads.
    (cd "$work" && RUSTC=$debian_rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cembed-bitcode=yes -Ctarget-feature=+simd128" \
        CARGO_TARGET_DIR="$work/target" /usr/bin/cargo build --release --target $wasm_target -Zbuild-std=std,panic_abort)
    local lib=$work/lib/rustlib/$wasm_target/lib
    mkdir -p "$lib"
    cp "$work/target/$wasm_target/release/deps/"*.rlib "$lib"
    rm "$lib"/libempty-*.rlib
    ln -s /usr/bin/{cargo,rustc,rustdoc,cargo-clippy,clippy-driver} "$home/bin"
    mv "$work/lib" "$home/lib"
    rm -rf "$work"
}

# True where the command on the PATH is of the wanted version.
installed_version() { "$1" --version 2> /dev/null | grep -qwF -- "$2"; }

cargo_tool() {
    local name=$1 version=$2 home=$3 time=$4
    shift 4
    # From the registry, or from a folder.
    local source=("$name" --version "$version")
    [ "${1:-}" != --path ] || source=()
    announce "$name $version ($time on two cores, once)"
    local quiet=--quiet
    [ -t 2 ] && quiet=--color=auto
    # A tool that runs for a second need not be optimised for a minute.
    (cd "$tools" && CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_DEBUG=false CARGO_TARGET_DIR="$tools/$name-work" \
        cargo install "${source[@]}" --root "$home" "$quiet" "$@") ||
        fail "$name $version could not be installed: see cargo's message above"
    rm -rf "$tools/$name-work"
}

# Only root may install; anyone else is told what to ask for.
system_packages() {
    local what=$1
    shift
    if ! have apt-get; then fail "$what is missing: install it (on Debian and Ubuntu the packages are: $*)"; fi
    if [ "$(id -u)" != 0 ]; then fail "$what is missing: run 'sudo apt-get install $*' and then this again"; fi
    announce "$what: $* (up to 2 minutes)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update || say "the package lists could not be refreshed: trying with the ones that are here"
    apt-get -qq install -y --no-install-recommends "$@" > "$tools/apt.log" 2>&1 ||
        fail "$what could not be installed: see $tools/apt.log"
}

announce() {
    installed=1
    say "installing $*"
}

main "$@"
