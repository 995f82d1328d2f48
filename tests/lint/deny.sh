#!/bin/sh
# Checks the crates that Cargo.lock pins against deny.toml, by cargo-deny.
#
#     deny.sh CARGO crates          licences, sources, duplicates
#     deny.sh CARGO advisories      known vulnerabilities, unmaintained crates
#
# Skipped (77) where cargo-deny is not installed, or what it needs cannot be downloaded.
set -u
cd "$(dirname "$0")/../.." || exit 1
cargo=$1
what=$2

skip() {
    echo "skipped: $1"
    exit 77
}

"$cargo" deny --version >/dev/null 2>&1 || skip "cargo-deny is not installed (cargo install cargo-deny)"
# It also looks at the crates of systems for which nobody builds here.
"$cargo" fetch --locked --quiet 2>/dev/null || skip "the crates of all systems could not be downloaded"
case $what in
    crates)
        exec "$cargo" deny --locked --offline check --hide-inclusion-graph bans licenses sources
        ;;
    advisories)
        "$cargo" deny --locked fetch db >/dev/null 2>&1 || skip "the list of advisories could not be downloaded"
        exec "$cargo" deny --locked --offline check --hide-inclusion-graph advisories
        ;;
    *)
        sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
