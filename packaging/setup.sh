# shellcheck shell=bash
# Sourced by start, check and with-display: everything a fresh machine lacks.
#   set_up run    .venv with the app; the window's system libraries where there is a display
#   set_up dev    the same with the test and lint tools, and a virtual display where there is none
# A second call finds its stamp in .venv and takes no time. The caller stands in the project's root.

# What is looked for | the Debian package that brings it.
WINDOW_NEEDS="
libGL.so.1|libgl1
libEGL.so.1|libegl1
libX11.so.6|libx11-6
libdbus-1.so.3|libdbus-1-3
libfontconfig.so.1|libfontconfig1
libglib-2.0.so.0|libglib2.0-0
libxkbcommon.so.0|libxkbcommon0
libxkbcommon-x11.so.0|libxkbcommon-x11-0
libxcb-cursor.so.0|libxcb-cursor0
libxcb-icccm.so.4|libxcb-icccm4
libxcb-keysyms.so.1|libxcb-keysyms1
libxcb-shape.so.0|libxcb-shape0
libXcursor.so.1|libxcursor1
"
WAYLAND_NEEDS="
libwayland-cursor.so.0|libwayland-cursor0
libwayland-egl.so.1|libwayland-egl1
"
VIRTUAL_DISPLAY_NEEDS="
Xvfb|xvfb
xvfb-run|xvfb
xauth|xauth
"

say() { printf '· %s\n' "$*" >&2; }

stop() { printf 'Set-up stopped: %s\n' "$*" >&2; exit 1; }

has_display() { [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

# Succeeds where a shared library (lib….so…) or a program of that name is there.
present() {
    case $1 in
        *.so.*) [[ $'\n'$LIBRARIES == *$'\n\t'"$1 "* ]] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# Prints the Debian packages that bring what is missing from a list of needs.
missing_packages() {
    local need package
    LIBRARIES=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p)
    while IFS='|' read -r need package; do
        [ -z "$need" ] || present "$need" || echo "$package"
    done <<<"$1" | sort -u
}

apt_install() {
    say "installing system packages: $*"
    local log
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
        cat "$log" >&2
        stop "apt-get could not install the packages; its messages stand above."
    fi
    rm -f "$log"
}

# Installs missing system packages where it may, else says what to install.
system_packages() {
    [ "$(uname -s)" = Linux ] || return 0
    local needs='' names
    # Work without a window needs none of them.
    if [ "$1" = dev ] || has_display; then needs+=$WINDOW_NEEDS; fi
    [ -z "${WAYLAND_DISPLAY:-}" ] || needs+=$WAYLAND_NEEDS
    has_display || [ "$1" != dev ] || needs+=$VIRTUAL_DISPLAY_NEEDS
    names=$(missing_packages "$needs" | tr '\n' ' ')
    [ -x .venv/bin/python ] || "$PYTHON" -c 'import ensurepip' 2>/dev/null || names+=python3-venv
    [ -n "$names" ] || return 0
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        # shellcheck disable=SC2086  # one word per package
        apt_install $names
    elif command -v apt-get >/dev/null; then
        stop "these system packages are missing: $names
Install them, then run this command again:
    sudo apt-get install $names"
    else
        stop "libraries are missing that the Debian packages of these names hold: $names
Install your system's equivalents, then run this command again."
    fi
}

choose_python() {
    PYTHON=${PYTHON:-python3}
    command -v "$PYTHON" >/dev/null || stop "no $PYTHON found. Install Python 3.11, 3.12 or 3.13."
    "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
        stop "$("$PYTHON" --version) does not fit: MorphStudio runs on Python 3.11 to 3.13.
Name another one like this:  PYTHON=python3.12 bash packaging/start"
}

virtual_environment() {
    .venv/bin/python -m pip --version >/dev/null 2>&1 && return 0
    say "creating the Python environment in .venv"
    "$PYTHON" -m venv --clear .venv || stop "Python could not create .venv."
}

python_packages() {
    local target=.
    [ "$1" != dev ] || target='.[dev]'
    say "installing Python packages (a few minutes the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c packaging/constraints.txt -e "$target" ||
        stop "pip could not install the Python packages; its message stands above."
}

# Changes when the pinned packages, the project's requirements or its place change.
fingerprint() { { pwd; cat pyproject.toml packaging/constraints.txt packaging/setup.sh; } | cksum; }

# The test environment holds everything that running needs.
is_set_up() {
    local stamp
    for stamp in ".venv/set-up-$1" .venv/set-up-dev; do
        [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && return 0
    done
    return 1
}

set_up() {
    choose_python
    system_packages "$1"
    is_set_up "$1" && return 0
    virtual_environment
    python_packages "$1"
    fingerprint >".venv/set-up-$1"
    say "set-up complete"
}
