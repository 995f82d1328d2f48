#!/bin/sh
# Installs what a make target needs, if it is missing.
#
#     tools/install-deps.sh demo|test|bench|install|manual|deb
#
# On Debian and its children: with apt, as root or through sudo, saying so.
# Elsewhere it says what to install and stops. Does nothing when all is there.
set -eu

purpose=${1:-test}
missing=''

# need PACKAGE COMMAND...: the Debian package, and what shows that it is there.
need() {
    package=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        missing="$missing $package"
    fi
}

# want PACKAGE COMMAND...: the same for what only some tests need, which are skipped without it.
wanted=''
want() {
    package=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        wanted="$wanted $package"
    fi
}

# Debian keeps tor where the PATH of a user does not look.
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
has_header() { echo "#include <$1>" | cc -E - ; }
enough_python() { python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'; }
enough_cmake() { cmake --version | awk 'NR == 1 { split($3, v, "."); enough = v[1] > 3 || v[2] >= 21 } END { exit !enough }'; }
can_venv() { python3 -c 'import ensurepip'; }

if ! command -v cargo >/dev/null 2>&1; then
    echo "cargo is not installed: get Rust 1.85 or newer from https://rustup.rs" >&2
    exit 1
fi
if ! cargo --version | awk '{ split($2, v, "."); exit !(v[1] > 1 || v[2] >= 85) }'; then
    echo "$(cargo --version) is too old: Rust 1.85 or newer is needed (rustup update)" >&2
    exit 1
fi

need gcc command -v cc
need libc6-dev has_header stdio.h
need make command -v make
case $purpose in
    demo | test | bench)
        need python3 enough_python
        need tor command -v tor
        need tor command -v tor-gencert
        need tor-geoipdb test -e /usr/share/tor/geoip -o ! -e /etc/debian_version
        need libncurses-dev has_header curses.h
        ;;
esac
case $purpose in
    install | test | bench | deb) need cmake enough_cmake ;;
esac
case $purpose in
    install)
        # Without it there are no manual pages.
        want python3 enough_python
        ;;
    manual)
        need python3 enough_python
        need doxygen command -v doxygen
        want doxygen-awesome-css test -e /usr/share/doxygen-awesome-css
        ;;
    deb)
        need debhelper command -v dh
        need dpkg-dev command -v dpkg-buildpackage
        need lintian command -v lintian
        need xz-utils command -v xz
        ;;
esac
case $purpose in
    test | bench)
        need g++ command -v c++
        need pkg-config command -v pkg-config
        need python3-venv can_venv
        ;;
esac
case $purpose in
    test)
        want mandoc command -v mandoc
        want doxygen command -v doxygen
        need clang command -v clang
        need valgrind command -v valgrind
        need binutils command -v readelf
        # The event loops of c-examples.
        want libevent-dev pkg-config --exists libevent
        want libuv1-dev pkg-config --exists libuv
        want libglib2.0-dev pkg-config --exists glib-2.0
        want libsystemd-dev pkg-config --exists libsystemd
        want libboost-dev has_header boost/version.hpp
        pkg-config --exists Qt5Core 2>/dev/null || want qt6-base-dev pkg-config --exists Qt6Core
        ;;
esac
[ -n "$missing$wanted" ] || exit 0

[ -z "$missing" ] || missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
# The same things by the names of other systems.
names() {
    for package in $missing; do
        case "$1:$package" in
            dnf:libncurses-dev) echo ncurses-devel ;;
            dnf:g++) echo gcc-c++ ;;
            dnf:libc6-dev) echo glibc-devel ;;
            dnf:pkg-config) echo pkgconf-pkg-config ;;
            dnf:tor-geoipdb | dnf:python3-venv) echo tor python3 ;;
            pacman:libncurses-dev) echo ncurses ;;
            pacman:g++) echo gcc ;;
            pacman:libc6-dev) echo glibc ;;
            pacman:pkg-config) echo pkgconf ;;
            pacman:tor-geoipdb) echo tor ;;
            pacman:python3 | pacman:python3-venv) echo python ;;
            apk:libncurses-dev) echo ncurses-dev ;;
            apk:libc6-dev) echo musl-dev ;;
            apk:tor-geoipdb) echo tor ;;
            apk:pkg-config) echo pkgconf ;;
            apk:python3-venv) echo py3-pip ;;
            brew:libncurses-dev) echo ncurses ;;
            brew:gcc | brew:g++ | brew:libc6-dev | brew:clang | brew:valgrind | brew:make) ;;
            brew:tor-geoipdb) echo tor ;;
            brew:python3-venv) echo python3 ;;
            *) echo "$package" ;;
        esac
    done | tr ' ' '\n' | sort -u | tr '\n' ' '
}

if [ -z "$missing" ] && { ! command -v apt-get || [ "$(id -u)" != 0 ] && ! command -v sudo; } >/dev/null 2>&1; then
    echo "Some tests are skipped, for want of these (by their names in Debian):$wanted" >&2
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "These are missing: $missing" >&2
    for tool in dnf pacman apk brew; do
        command -v $tool >/dev/null 2>&1 || continue
        case $tool in
            dnf) verb='sudo dnf install' ;;
            pacman) verb='sudo pacman -S' ;;
            apk) verb='sudo apk add' ;;
            brew) verb='brew install' ;;
        esac
        echo "Install them with: $verb $(names $tool)" >&2
        exit 1
    done
    echo "Install them with your system's package manager and try again." >&2
    exit 1
fi

if [ "$(id -u)" = 0 ]; then
    root=''
elif command -v sudo >/dev/null 2>&1; then
    root=sudo
else
    echo "These packages are missing, and neither root nor sudo is here to install them:" >&2
    echo "    apt-get install $missing" >&2
    exit 1
fi
echo "Installing what is missing: ${root:+sudo }apt-get install${missing:+ $missing}$wanted" >&2

# The package of tor would start a system-wide tor, which nobody here needs.
policy=/usr/sbin/policy-rc.d
made_policy=''
forget_policy() {
    [ -z "$made_policy" ] || $root rm -f "$policy"
    made_policy=''
}
trap forget_policy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
case " $missing " in
    *' tor '*)
        if [ ! -e "$policy" ]; then
            made_policy=yes
            printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
            $root chmod 755 "$policy"
            echo "(the system's tor service is left stopped: every tor here is started by hand)" >&2
        fi
        ;;
esac

apt() {
    $root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" >&2
}
# A fresh machine has no list of packages; an old list may name files that are gone.
if ! apt install --no-install-recommends $missing $wanted 2>/dev/null; then
    apt update
    [ -z "$missing" ] || apt install --no-install-recommends $missing
    for package in $wanted; do
        apt install --no-install-recommends $package ||
            echo "($package is not installed: the tests that need it are skipped)" >&2
    done
fi
