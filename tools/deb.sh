#!/bin/sh
# Debian packages: build/deb/*.deb, of the source archive that tools/dist.sh makes.
#
#     tools/deb.sh [COMMIT]           HEAD if nothing is said
#
# DEBFULLNAME and DEBEMAIL say who maintains them, as for Debian's own tools.
set -eu
cd "$(dirname "$0")/.."
commit=${1:-HEAD}
archive=$(tools/dist.sh "$commit")
name=$(basename "$archive" .tar.xz)
out=$PWD/build/deb
mkdir -p "$out"
rm -rf "$out/$name" "$out"/*.deb
tar -x -J -C "$out" -f "$archive"
cd "$out/$name"
cp -R packaging/debian debian
maintainer="${DEBFULLNAME:-The torctl developers} <${DEBEMAIL:-$(id -un)@$(hostname -f)}>"
sed -i "s/@MAINTAINER@/$maintainer/" debian/control
cat >debian/changelog <<END
torctl (${name#torctl-}) unstable; urgency=medium

  * See CHANGELOG.md.

 -- $maintainer  $(date -R -u -d "@$(stat -c %Y Cargo.toml)")
END
# By the cargo that is there: Debian's can be too old. rustup's has its home elsewhere than the build has.
[ ! -d "$HOME/.rustup" ] || export RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
dpkg-buildpackage --build=binary --no-sign --no-check-builddeps
cd ..
ls -l ./*.deb
if command -v lintian >/dev/null 2>&1; then
    lintian --fail-on error ./*.changes
fi
