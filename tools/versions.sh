#!/bin/sh
# Other versions of tor, and the tests with each of them.
#
#     tools/versions.sh fetch DIR      the tors of Debian's suites, each with the libraries
#                                      that it needs: DIR/VERSION/bin/tor, and its path printed
#     tools/versions.sh test DIR       `make test TOR=...` with each of them; a line for each at the end
#
# Nothing is installed, and nothing outside of DIR is written: apt is given directories of its own
# in there. On Debian, with the mirror that apt is configured with.
set -eu

verb=${1:-}
directory=${2:-}
# What says which suites: a tor of each is fetched, two of the same version once.
suites=${SUITES:-bullseye bookworm bookworm-backports trixie sid}
here=$(dirname "$0")

usage() {
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

# apt for one suite: its lists, its archives and nothing that is installed.
suite_apt() {
    suite=$1
    shift
    program=$1
    shift
    "$program" -c "$directory/apt/$suite/apt.conf" "$@"
}

# The mirror of Debian that this system uses; the archive keys are Debian's own.
mirror() {
    sed -n -e 's/^URIs: *//p' -e 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\).*/\2/p' \
        /etc/apt/sources.list /etc/apt/sources.list.d/*.sources \
        /etc/apt/sources.list.d/*.list 2>/dev/null | grep '/debian/*$' | head -n 1
}

prepare() {
    suite=$1
    base=$directory/apt/$suite
    mkdir -p "$base/lists/partial" "$base/cache/archives/partial" "$base/state"
    : >"$base/state/status"
    keys='signed-by=/usr/share/keyrings/debian-archive-keyring.gpg'
    echo "deb [$keys] $source $suite main" >"$base/sources.list"
    case $suite in
        # A backport's libraries are those of its suite.
        *-backports) echo "deb [$keys] $source ${suite%-backports} main" >>"$base/sources.list" ;;
    esac
    cat >"$base/apt.conf" <<END
Dir::State "$base/state";
Dir::State::Lists "$base/lists";
Dir::State::status "$base/state/status";
Dir::Cache "$base/cache";
Dir::Etc::main "-";
Dir::Etc::parts "-";
Dir::Etc::sourcelist "$base/sources.list";
Dir::Etc::sourceparts "-";
APT::Default-Release "$suite";
APT::Sandbox::User "";
END
    suite_apt "$suite" apt-get -qq update
}

# Downloads packages of a suite and unpacks them into a directory.
unpack() {
    suite=$1
    root=$2
    shift 2
    mkdir -p "$root/archives"
    (cd "$root/archives" && suite_apt "$suite" apt-get -qq download "$@")
    for archive in "$root"/archives/*.deb; do
        dpkg-deb -x "$archive" "$root"
    done
    rm -r "$root/archives"
}

# The package of tor and the libraries that it needs.
packages() {
    suite_apt "$1" apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
        --no-breaks --no-replaces --no-enhances tor |
        grep -E '^(lib[a-z0-9.+-]+|zlib1g)$' | sort -u
}

fetch_one() {
    suite=$1
    prepare "$suite"
    # The newest of the suite itself, and not of the one whose libraries it takes.
    tor=$(suite_apt "$suite" apt-cache policy tor | sed -n 's/^ *Candidate: *//p')
    version=${tor%%-*}
    root=$directory/$version
    if [ ! -x "$root/bin/tor" ]; then
        rm -rf "$root"
        # shellcheck disable=SC2046 # one word a package
        unpack "$suite" "$root" "tor=$tor" $(packages "$suite")
        loader=$(find "$root/lib" "$root/usr/lib" -type f \
            \( -name 'ld-linux*.so.*' -o -name 'ld-[0-9]*.so' \) 2>/dev/null | head -n 1)
        libraries=$(find "$root" -name '*.so*' -type f -exec dirname {} + | sort -u | tr '\n' ':')
        mkdir "$root/bin"
        for program in tor tor-gencert; do
            cp "$root/usr/bin/$program" "$root/bin/" 2>/dev/null ||
                cp "$root/usr/sbin/$program" "$root/bin/"
            "$patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" \
                "$root/bin/$program"
        done
    fi
    "$root/bin/tor" --version >/dev/null
    echo "$root/bin/tor"
}

[ -n "$directory" ] || usage
case $verb in
    fetch)
        source=$(mirror)
        [ -n "$source" ] || { echo "no mirror of Debian is configured" >&2; exit 1; }
        mkdir -p "$directory"
        directory=$(cd "$directory" && pwd)
        # A program that runs beside other libraries than the system's is told so in itself.
        set -- $suites
        prepare "$1"
        [ -x "$directory/tools/usr/bin/patchelf" ] || {
            native=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")
            prepare "$native"
            unpack "$native" "$directory/tools" patchelf
        }
        patchelf=$directory/tools/usr/bin/patchelf
        for suite in $suites; do
            fetch_one "$suite"
        done | sort -u
        ;;
    test)
        directory=$(cd "$directory" && pwd)
        cd "$here/.."
        status=0
        closing=''
        for tor in "$directory"/*/bin/tor; do
            make --no-print-directory test TOR="$tor" || status=1
            closing="$closing$("$tor" --version | head -n 1) $(cat build/summary.txt)
"
        done
        printf '%s' "$closing"
        exit "$status"
        ;;
    *) usage ;;
esac
