#!/bin/sh
# Doxygen takes the header's comments without a complaint but one: constants whose names say all have none, and an
# object has its comment under its noun, not at its typedef.
#
#     doxygen.sh HEADER
#
# Skipped (77) where Doxygen is not installed.
set -u
command -v doxygen >/dev/null || {
    echo "skipped: doxygen is not installed"
    exit 77
}
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
doxygen - >/dev/null 2>"$directory/said" <<END
INPUT = $1
OUTPUT_DIRECTORY = $directory
GENERATE_LATEX = NO
GENERATE_HTML = NO
GENERATE_MAN = YES
OPTIMIZE_OUTPUT_FOR_C = YES
JAVADOC_AUTOBRIEF = YES
MACRO_EXPANSION = YES
PREDEFINED = TORCTL_API= TORCTL_NODISCARD=
HAVE_DOT = NO
QUIET = YES
END
wrong=$(grep -vE "\((macro definition|typedef)\) of file torctl.h is not documented" "$directory/said")
[ -z "$wrong" ] || {
    printf '%s\n' "$wrong" >&2
    exit 1
}
grep -q "torctl_controller_open" "$directory/man/man3/torctl.h.3" || {
    echo "no manual page of torctl_controller_open()" >&2
    exit 1
}
