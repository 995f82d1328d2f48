#!/bin/sh
# Runs the model of the reading role.
#
#     run.sh CARGO TARGET_DIR
#
# Skipped (77) where loom cannot be downloaded.
set -u
cd "$(dirname "$0")" || exit 1
CARGO_TARGET_DIR=$2
export CARGO_TARGET_DIR
"$1" fetch --locked --quiet || {
    echo "skipped: loom could not be downloaded"
    exit 77
}
exec "$1" run --release --locked --offline --quiet
