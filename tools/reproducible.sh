#!/bin/sh
# Builds HEAD in two directories, and says whether the libraries are the same, bit for bit.
set -eu
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
for name in one a/longer/name; do
    mkdir -p "$place/$name"
    git archive HEAD | tar -x -C "$place/$name"
    (cd "$place/$name" && env -u CARGO_TARGET_DIR cargo build --release --locked --lib --quiet)
done
for library in libtorctl.so libtorctl.a; do
    cmp "$place/one/target/release/$library" "$place/a/longer/name/target/release/$library"
    sha256sum "$place/one/target/release/$library" | sed "s|$place/one/||"
done
