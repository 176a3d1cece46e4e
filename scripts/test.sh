#!/usr/bin/env bash
# Runs the checks named as arguments, or all of them in this order, and closes with the counts. One that fails stops no other.
set -uo pipefail
source "$(dirname "$0")/env.sh"

passed=0
failed=0
failures=""
logs=target/test-logs
mkdir -p "$logs"

main() {
    [ $# -gt 0 ] || set -- format clippy clippy-wasm native python build e2e
    for check in "$@"; do
        local started=$SECONDS
        say "$check"
        "check_$check"
        printf '    %s: %s s\n' "$check" $((SECONDS - started))
    done
    [ -z "$failures" ] || printf '\nfailed:%s\n' "$failures"
    printf '\n%s passed, %s failed\n' $passed $failed
    [ $failed = 0 ] && [ $passed != 0 ]
}

check_format() { single format cargo fmt --check; }

check_clippy() { single clippy cargo clippy --quiet --all-targets -- -D warnings; }

# In the release profile, whose macros and build scripts the build needs too.
check_clippy-wasm() { (use_wasm_toolchain && exec cargo clippy --quiet --release --target $wasm_target --lib --bins -- -D warnings); count clippy-wasm $?; }

# Every test counts; the runner's own failure (a test that does not compile) counts as one more.
check_native() {
    (use_vulkan && exec cargo test --color=never) 2>&1 | tee "$logs/native"
    counted native "${PIPESTATUS[0]}" \
        "$(sum '^test result:.* \([0-9]*\) passed.*' native)" "$(sum '^test result:.* \([0-9]*\) failed.*' native)"
}

# What our tokenizers export, loaded in Python: each counts.
check_python() {
    rm -rf target/python
    cargo test --quiet --color=never --test suite -- text::tokenizer::python > "$logs/python-export" 2>&1 || cat "$logs/python-export"
    "$python_home/bin/python" tests/golden/tokenizers/check.py target/python 2>&1 | tee "$logs/python"
    counted python "${PIPESTATUS[0]}" "$(sum '^\([0-9]*\) tokenizers agree.*' python)" "$(sum '^\([0-9]*\) tokenizers differ.*' python)"
}

check_build() { single build scripts/build.sh release; }

check_e2e() {
    node --test --test-concurrency=1 --test-reporter=spec tests/e2e/*.test.mjs 2>&1 | tee "$logs/e2e"
    counted e2e "${PIPESTATUS[0]}" "$(sum '^ℹ pass \([0-9]*\)$' e2e)" "$(sum '^ℹ fail \([0-9]*\)$' e2e)"
}

single() {
    local name=$1
    shift
    "$@"
    count "$name" $?
}

count() {
    if [ "$2" = 0 ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        failures="$failures $1"
    fi
}

counted() {
    local name=$1 status=$2
    passed=$((passed + $3))
    failed=$((failed + $4))
    if [ "$status" != 0 ] || [ $(($3 + $4)) = 0 ]; then
        failures="$failures $name"
        [ "$4" != 0 ] || failed=$((failed + 1))
    fi
}

# Adds up the numbers that a pattern finds in a log.
sum() { sed -n "s/$1/\1/p" "$logs/$2" | awk '{ total += $1 } END { print total + 0 }'; }

main "$@"
