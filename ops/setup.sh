#!/bin/sh
# Installs what is missing: Debian packages, then Python packages into .venv.
#
#   sh ops/setup.sh         what running the portal needs
#   sh ops/setup.sh test    what testing it needs as well
#
# NO_APT=1 never calls apt-get; PYTHON=python3.12 chooses another Python.
set -eu
cd "$(dirname "$0")/.."

purpose="${1:-run}"
python="${PYTHON:-python3}"

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

has() { command -v "$1" >/dev/null 2>&1; }

python_can_make_environments() {
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1
}

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = "installed" ]
}

# --- Debian packages ---

wanted="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-dejavu-core fontconfig"
# A Python from elsewhere serves as well as Debian's.
python_can_make_environments || wanted="python3 python3-venv $wanted"
if [ "$purpose" = "test" ]; then
    has chromium || has chromium-browser || wanted="$wanted chromium"
    has redis-server || wanted="$wanted redis-server"
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted="$wanted postgresql"
fi

missing=""
if has dpkg-query; then
    for package in $wanted; do
        is_installed "$package" || missing="$missing $package"
    done
elif has "$python"; then
    say "This is not a Debian machine. The portal needs what these Debian packages hold: $wanted"
else
    missing=" $wanted"
fi

install_packages() {
    # $1 is empty or "sudo". The lists may be missing (a fresh image) or too old to be true.
    lists_are_fresh=$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' 2>/dev/null | head -n 1)
    if [ -z "$lists_are_fresh" ] || [ -n "$(find /var/lib/apt/lists -maxdepth 0 -mtime +7)" ]; then
        $1 apt-get update -qq -o DPkg::Lock::Timeout=120
        lists_are_fresh=now
    fi
    # shellcheck disable=SC2086  # one word for each package
    $1 env DEBIAN_FRONTEND=noninteractive apt-get $apt_options $missing && return
    [ "$lists_are_fresh" = "now" ] && return 1
    $1 apt-get update -qq -o DPkg::Lock::Timeout=120
    # shellcheck disable=SC2086
    $1 env DEBIAN_FRONTEND=noninteractive apt-get $apt_options $missing
}

if [ -z "$missing" ]; then
    say "System packages: nothing is missing."
else
    apt_options="install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120"
    by_hand="apt-get install -y --no-install-recommends$missing"
    if [ -n "${NO_APT:-}" ] || ! has apt-get; then
        stop "Packages are missing. Install them, then try again:
    $by_hand"
    elif [ "$(id -u)" = "0" ]; then
        say "Installing system packages:$missing"
        install_packages "" || stop "apt-get did not succeed; its own words stand above."
    elif has sudo && { sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ]; }; }; then
        say "Installing system packages (sudo may ask for your password):$missing"
        install_packages sudo || stop "apt-get did not succeed; its own words stand above. Whoever administers this machine can run:
    $by_hand"
    else
        stop "Packages are missing, and installing them needs the administrator of this machine. Ask them to run:
    $by_hand
Then try again."
    fi
fi

# --- Python packages ---

has "$python" || stop "There is no $python on this machine."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop \
"The portal needs Python 3.11 or newer; $python is $("$python" -c 'import platform; print(platform.python_version())').
Debian 12 and Ubuntu 24.04 bring a new enough one. To use another: make PYTHON=python3.12"

if [ "$purpose" = "test" ]; then lists="requirements-dev.txt"; else lists="requirements.txt"; fi
stamp_of() { cat "$@" | cksum; }
run_stamp="$(stamp_of requirements.txt constraints.txt)"
test_stamp="$(stamp_of requirements.txt constraints.txt requirements-dev.txt)"

environment_is_ready() {
    .venv/bin/python -c '' 2>/dev/null || return 1
    [ "$(cat .venv/installed-for-test 2>/dev/null)" = "$test_stamp" ] && return
    [ "$purpose" = "run" ] && [ "$(cat .venv/installed-for-run 2>/dev/null)" = "$run_stamp" ]
}

install_with_uv() {
    has uv || return 1
    export UV_PYTHON_DOWNLOADS=never
    [ -x .venv/bin/python ] || uv venv --quiet --python "$python" .venv || return 1
    uv pip install --quiet --python .venv/bin/python -r "$lists"
}

install_with_pip() {
    .venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$lists"
}

if environment_is_ready; then
    say "Python packages: nothing is missing."
else
    say "Installing Python packages into .venv (some minutes on a slow line) ..."
    install_with_uv || install_with_pip || stop "The Python packages could not be installed; the reason stands above."
    say "$run_stamp" >.venv/installed-for-run
    if [ "$purpose" = "test" ]; then say "$test_stamp" >.venv/installed-for-test; fi
    say "Python packages are installed."
fi
