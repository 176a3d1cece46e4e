# Where the tools are and which versions the project uses. Sourced by the other scripts; it looks, and changes nothing.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=${GPTLING_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/gptling}
trunk_version=0.21.14
binaryen_version=132.0.0
# Cuts the page and the worker into parts. It reads what the linker of this compiler and this wasm-bindgen write: the three go together.
splitter_version=0.2.4
# wasm-bindgen's command must be of exactly the version of the library it reads.
bindgen_version=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/"/, "", $3); print $3 }' Cargo.lock)
# The Python package that reads what we export, of exactly the version of the library that writes it.
tokenizers_version=$(awk '/^name = "tokenizers"$/ { getline; gsub(/"/, "", $3); print $3 }' Cargo.lock)
wasm_target=wasm32-unknown-unknown

trunk_home=$tools/trunk-$trunk_version
bindgen_home=$tools/wasm-bindgen-$bindgen_version
# With a patch of ours, and so another folder for another patch.
splitter_home=$tools/wasm-split-$splitter_version-$(cksum < scripts/wasm-split.patch | cut -d " " -f 1)
binaryen_home=$tools/binaryen-$binaryen_version
python_home=$tools/python-tokenizers-$tokenizers_version
export PATH="$trunk_home/bin:$bindgen_home/bin:$splitter_home/bin:$binaryen_home/node_modules/.bin:$PATH"

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
fail() {
    printf 'gptling: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" > /dev/null 2>&1; }

# rustup's target, where it could be added, is complete: compiler, library and linker.
rustup_has_wasm() { [ -d "$(rustc --print target-libdir --target $wasm_target 2> /dev/null)" ]; }

# Elsewhere Debian's newer compiler stands in, with a wasm library built once from its own source.
debian_rustc=/usr/bin/rustc
debian_wasm_home() { echo "$tools/wasm-std-$($debian_rustc --version 2> /dev/null | awk '{ print $2 }')"; }

linker_for_wasm() {
    local linker
    for linker in "$(rustc --print sysroot 2> /dev/null)"/lib/rustlib/*/bin/rust-lld /usr/bin/wasm-ld-[0-9]* /usr/bin/wasm-ld; do
        [ -x "$linker" ] && echo "$linker" && return
    done
    return 1
}

# Makes `cargo` build for the wasm target in the commands that follow.
use_wasm_toolchain() {
    rustup_has_wasm && return
    local home
    home=$(debian_wasm_home)
    [ -d "$home/lib" ] || fail "there is no Rust library for $wasm_target: run 'make setup'"
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(linker_for_wasm) || fail "there is no linker for wasm: run 'make setup'"
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--sysroot=$home"
    export PATH="$home/bin:$PATH"
}

# A machine without a graphics card runs the native tests on Mesa's software driver, and says so by choosing it.
use_vulkan() {
    [ "$(uname)" = Linux ] && [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ] || return 0
    has_graphics_card && return
    VK_DRIVER_FILES=$(software_vulkan) || fail "there is no Vulkan driver: run 'make setup'"
    # The driver complains of a missing folder for windows, which it never opens here.
    export VK_DRIVER_FILES XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}"
}

has_graphics_card() { ls /dev/dri/renderD* /dev/nvidiactl /dev/dxg > /dev/null 2>&1; }

software_vulkan() { ls /usr/share/vulkan/icd.d/lvp_icd*.json 2> /dev/null | head -n 1 | grep .; }

find_chromium() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable chrome microsoft-edge \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do
        [ -n "$name" ] && command -v "$name" && return
    done
    return 1
}
