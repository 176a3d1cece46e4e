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

# Every test counts; a test that does not compile counts as one that fails.
check_native() {
    (use_vulkan && run_native) 2>&1 | tee "$logs/native"
    counted native "${PIPESTATUS[0]}" \
        "$(sum '^test result:.* \([0-9]*\) passed.*' native)" "$(sum '^test result:.* \([0-9]*\) failed.*' native)"
    say "seconds of the native tests by file (several run at once)"
    times_of_native
}

# The built tests are run by hand: only so do they tell their times, which the stable `cargo test` keeps to itself.
run_native() {
    local program programs status=0
    programs=$(test_programs) || return 1
    for program in $programs; do
        RUSTC_BOOTSTRAP=1 "$program" -Zunstable-options --report-time --color=never || status=1
    done
    return $status
}

# Builds all tests and prints the paths of the programs.
test_programs() {
    set -o pipefail
    cargo test --no-run --message-format=json-render-diagnostics |
        node -e 'for (const line of require("node:fs").readFileSync(0, "utf8").split("\n")) {
            const message = line && JSON.parse(line);
            if (message.executable && message.profile.test) console.log(message.executable);
        }'
}

# A test is named by its modules, `session::storage::a_run_goes_on`; the file is what stands before the last.
times_of_native() {
    sed -n 's/^test \(.*\)::[a-z0-9_]* .* <\([0-9.]*\)s>$/\1 \2/p' "$logs/native" |
        awk '{ seconds[$1] += $2; all += $2 } END { for (file in seconds) printf "%8.1f s  %s\n", seconds[file], file; printf "%8.1f s  in all\n", all }' |
        sort -rn
}

# What our tokenizers export, loaded in Python: each counts.
check_python() {
    rm -rf target/python
    cargo test --quiet --color=never --test suite -- text::tokenizer::python > "$logs/python-export" 2>&1 || cat "$logs/python-export"
    "$python_home/bin/python" tests/golden/tokenizers/check.py target/python 2>&1 | tee "$logs/python"
    counted python "${PIPESTATUS[0]}" "$(sum '^\([0-9]*\) tokenizers agree.*' python)" "$(sum '^\([0-9]*\) tokenizers differ.*' python)"
}

check_build() { single build scripts/build.sh release; }

# File after file, so that each has its time; one that fails stops no other.
check_e2e() {
    rm -f "$logs/e2e-times"
    run_browser_tests 2>&1 | tee "$logs/e2e"
    counted e2e "${PIPESTATUS[0]}" "$(sum '^ℹ pass \([0-9]*\)$' e2e)" "$(sum '^ℹ fail \([0-9]*\)$' e2e)"
    say "seconds of the browser tests by file"
    sort -rn "$logs/e2e-times"
}

run_browser_tests() {
    local file began status=0
    for file in tests/e2e/*.test.mjs; do
        began=$SECONDS
        node --test --test-reporter=spec "$file" || status=1
        printf '%8d s  %s\n' $((SECONDS - began)) "$file" >> "$logs/e2e-times"
    done
    return $status
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
