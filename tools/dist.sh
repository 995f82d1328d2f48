#!/bin/sh
# The source archive of a release, with the sources of all crates: build/dist/torctl-VERSION.tar.xz.
#
#     tools/dist.sh [COMMIT]          HEAD if nothing is said
#
# It builds without a network and with any cargo of 1.85 or newer. Two archives of one commit are equal.
set -eu
cd "$(dirname "$0")/.."
commit=${1:-HEAD}
version=$(git show "$commit:Cargo.toml" | sed -n 's/^version = "\(.*\)"/\1/p')
name=torctl-$version
date=$(git show -s --format=%ct "$commit")
out=$PWD/build/dist
rm -rf "$out/$name"
mkdir -p "$out"
git archive --prefix="$name/" "$commit" | tar -x -C "$out"
cd "$out/$name"
# The vendored crates, as cargo is to be told.
cargo vendor --quiet --locked --versioned-dirs vendor >vendored.toml
cat vendored.toml >>.cargo/config.toml
rm vendored.toml
cd ..
tar --sort=name --mtime="@$date" --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w \
    -c "$name" | xz -T0 -6 >"$name.tar.xz"
echo "$out/$name.tar.xz"
