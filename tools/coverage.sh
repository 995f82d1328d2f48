#!/usr/bin/env bash
# Which lines the Rust unit tests do not run. Fails if there are any.
#
#   tools/coverage.sh [FILES [TESTS]]
#
# FILES is a regular expression for paths, TESTS a filter as of `cargo test`. Without them: the session, by its own
# tests, every line of which they run, without a socket.
#
# Needs `cov` of the crate llvm_profparser, in the PATH or named by TORCTL_COV:
#   cargo install llvm_profparser --locked
# Debian's llvm-cov is too old for what rustc writes. Exits with 77 where it is missing.
set -eu
cd "$(dirname "$0")/.."
files=${1:-'src/session/[a-z]*\.rs$'}
tests=${2:-session::}
cov=${TORCTL_COV:-$(command -v cov || true)}
if [ ! -x "$cov" ]; then
    echo "skipped: no cov; cargo install llvm_profparser --locked"
    exit 77
fi
target=${CARGO_TARGET_DIR:-target}/coverage
mkdir -p "$target"
target=$(realpath "$target")
export CARGO_INCREMENTAL=0 RUSTFLAGS="-C instrument-coverage"
# Build scripts write profiles, too.
binary=$(LLVM_PROFILE_FILE=$target/build-%p.profraw \
    cargo test --locked --lib --no-run --target-dir "$target" 2>&1 | tee "$target/build.log" |
    sed -n 's/.*(\(.*\))$/\1/p' | tail -1)
rm -f "$target"/build-*.profraw
[ -x "$binary" ] || { cat "$target/build.log"; exit 1; }
LLVM_PROFILE_FILE=$target/run.profraw "$binary" -q "$tests" > "$target/tests.log" || { cat "$target/tests.log"; exit 1; }
"$cov" show --instr-profile "$target/run.profraw" --object "$binary" > "$target/show.txt" 2> /dev/null
# Transcripts are tests themselves: what they do not run is what fails.
awk -v files="$files" '
function report() {
    if (!is_one) return
    printf "%s: %d lines, %d not run\n%s", file, lines, missed, text
    files_seen++
    all_missed += missed
}
/^\// { report(); file = $0; is_one = file ~ files && file !~ /transcripts\.rs$/; lines = missed = 0; text = ""; next }
is_one {
    split($0, columns, "|")
    count = columns[2]
    gsub(/ /, "", count)
    if (count == "") next
    lines++
    if (count == "0") { missed++; text = text $0 "\n" }
}
END { report(); exit all_missed > 0 || files_seen == 0 }' "$target/show.txt"
