#!/bin/sh
# The build has just written include/torctl.h, torctl.hpp and torctl.api.json from
# src/ffi, src/tables and generator/cpp: they must be the ones that are committed, or about to be.
cd "$(dirname "$0")/../.." || exit 1
if ! git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    echo 'skipped: not a git checkout'
    exit 77
fi
exec git --no-pager diff --exit-code -- include/torctl.h include/torctl.hpp include/torctl.api.json
