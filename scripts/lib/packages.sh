# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The Debian packages that pinwarden is built and tested with. Nothing is
# upgraded and nothing removed: only what is missing is installed.

# To build the programs and the tests.
PACKAGES_BUILD=(
  ccache cmake g++ ninja-build pkgconf
  protobuf-compiler protobuf-compiler-grpc
  libabsl-dev libc-ares-dev libcli11-dev libgmock-dev libgrpc++-dev libgtest-dev
  libmd-dev libprotobuf-dev libre2-dev libspdlog-dev libsqlite3-dev
  libssl-dev libtomlplusplus-dev libyaml-cpp-dev libyaml-dev nlohmann-json3-dev
  zlib1g-dev
)

# To look at them in every way that scripts/test does; packages_clang besides.
PACKAGES_TEST=(
  binutils git libbenchmark-dev libfaketime libxml2-utils patch python3-jsonschema
  python3-yaml
)

# To make the DEB and the RPM, and to look at them, at the man pages and at the
# units.
PACKAGES_PACKAGING=(git lintian man-db mandoc rpm rpmlint systemd)

# To install them on hosts that are booted for it: see tests/install.
PACKAGES_INSTALL=(debootstrap procps rpm systemd-container util-linux)

# To open the report's page as people do: see tests/browser.
PACKAGES_BROWSER=(chromium chromium-driver fonts-dejavu-core python3-selenium)

# To run the real containerd: runc besides, see packages_runtime.
PACKAGES_RUNTIME=(debian-archive-keyring iproute2 mount procps util-linux)

# Debian 12's clang is what the presets name and the code is laid out with; on a
# later release its own builds the sanitizers too.
packages_clang() {
  local version=19
  [[ $(. /etc/os-release && echo "${VERSION_ID:-}") != 12 ]] || version=14
  printf '%s\n' "clang-$version" "libclang-rt-$version-dev" \
    "llvm-$version" "clang-format-$version"
}

# The missing ones of PACKAGE..., one a line.
packages_missing() {
  local package status
  for package in "$@"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) ||
      status=none
    [[ $status == installed ]] || echo "$package"
  done
}

# runc is asked for by command, not by package: Docker's own packages bring one
# that Debian's would conflict with.
packages_runtime() {
  printf '%s\n' "${PACKAGES_RUNTIME[@]}"
  command -v runc >/dev/null || echo runc
}

# One line for each tenth of the way, from apt's status lines.
packages_progress() {
  local kind percent text shown=-1 tenth
  while IFS=: read -r kind _ percent text; do
    [[ $kind == dlstatus || $kind == pmstatus ]] || continue
    tenth=${percent%%.*}
    tenth=$((tenth / 10))
    if ((tenth != shown)); then
      shown=$tenth
      note "$([[ $kind == dlstatus ]] && echo download || echo install) $((tenth * 10))%: $text"
    fi
  done
}

# packages_install PACKAGE...
packages_install() {
  local missing
  mapfile -t missing < <(packages_missing "$@")
  if ((${#missing[@]} == 0)); then
    say "Debian packages: all $# are installed"
    return
  fi
  need_root
  export DEBIAN_FRONTEND=noninteractive
  say "Debian packages: installing ${#missing[@]} that are missing"
  note "${missing[*]}"
  mkdir -p "$LOGS"
  quietly apt-update apt-get -q update
  # No triggers that start services, and no question to anybody.
  apt-get -q -y --no-install-recommends --no-remove \
    -o APT::Status-Fd=3 -o Dpkg::Options::=--force-confold \
    install "${missing[@]}" 3>&1 >"$LOGS/apt-install.log" 2>&1 </dev/null |
    packages_progress || {
    tail -n 30 "$LOGS/apt-install.log" >&2
    die "could not install what is missing; all of it: $LOGS/apt-install.log"
  }
}
