#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Makes the DEB and the RPM as `cmake --workflow --preset package` does, and
# looks at them: what they hold and need, what lintian and rpmlint say, and
# whether they have the same bytes when they are built again in another place.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$ROOT/scripts/lib/packages.sh"
. "$ROOT/scripts/lib/build.sh"

PACKAGES=$BUILD/release/packages
EXPECTED=$ROOT/tests/packaging
# Deeper and longer than any place of the first build.
AGAIN=$BUILD/packages-again/in-another/place

# Modes of files are a part of a package, and depend on it.
umask 022

# On Debian 12 the very command that is documented; on another release the same
# steps, with the options that build_preset has for it.
packages_make() {
  if [[ $(. /etc/os-release && echo "${VERSION_ID:-}") == 12 ]]; then
    (cd "$ROOT" && quietly package cmake --workflow --preset package)
  else
    build_preset release pinwarden pinwardend
    (cd "$ROOT" && quietly package cpack --preset package)
  fi
}

# The one package of a kind, which has to be new.
package_of() {
  local found=("$1"/pinwarden*."$2")
  [[ ${#found[@]} == 1 && -f ${found[0]} ]] || die "not one .$2 in $1"
  echo "${found[0]}"
}

# same WHAT WANT GOT
same() {
  diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") || die "$1: not as expected"
}

deb_contents() { dpkg-deb -c "$1" | awk '{ print $1, $2, $6, $7, $8 }'; }
rpm_contents() {
  rpm -qp --qf \
    '[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILENAMES} %{FILELINKTOS}\n]' \
    "$1"
}

check_deb() {
  local deb=$1
  same "files of the DEB" "$(sed '/^#/d' "$EXPECTED/deb.contents")" \
    "$(deb_contents "$deb" | sed 's/ *$//')"
  same "what the DEB needs" systemd "$(dpkg-deb -f "$deb" Depends)"
  same "configuration of the DEB" \
    $'/etc/pinwarden/pinwardend.yaml\n/etc/pinwarden/policy.yaml' \
    "$(dpkg-deb -I "$deb" conffiles)"
  # alien-tag: an override of what lintian of another release does not know.
  lintian --allow-root --display-info --fail-on error,warning,info \
    --suppress-tags alien-tag "$deb" || die "lintian has something to say"
  note "$(basename "$deb"): $(stat -c %s "$deb") bytes, lintian is content"
}

check_rpm() {
  local rpm=$1
  same "files of the RPM" "$(sed '/^#/d' "$EXPECTED/rpm.contents")" \
    "$(rpm_contents "$rpm" | sed 's/ *$//')"
  same "what the RPM needs" $'/bin/sh\nsystemd' \
    "$(rpm -qp --requires "$rpm" | grep -v '^rpmlib(' | sort -u)"
  same "configuration of the RPM" \
    $'/etc/pinwarden/pinwardend.yaml\n/etc/pinwarden/policy.yaml' \
    "$(rpm -qp --qf '[%{FILEFLAGS:fflags} %{FILENAMES}\n]' "$rpm" |
      sed -n 's/^cn //p')"
  rpmlint --strict -c "$ROOT/packaging/rpm/rpmlint.toml" "$rpm" \
    >"$LOGS/rpmlint.log" || {
    cat "$LOGS/rpmlint.log"
    die "rpmlint has something to say"
  }
  note "$(basename "$rpm"): $(stat -c %s "$rpm") bytes, rpmlint is content"
}

# Every file as it is now, in another place, built there from the start. What
# the first build left in the compiler's cache may be used.
packages_make_again() {
  local options=(-DPINWARDEN_WERROR=OFF)
  rm -rf "$BUILD/packages-again"
  mkdir -p "$AGAIN"
  (cd "$ROOT" && tar -c --exclude=./build --exclude=./.git .) |
    tar -x -C "$AGAIN"
  find "$AGAIN" -type f -exec touch {} +
  export CCACHE_BASEDIR=$AGAIN
  (cd "$AGAIN" &&
    quietly packages-again-configure cmake --preset release "${options[@]}" &&
    quietly packages-again-build cmake --build --preset package -j "$JOBS" &&
    quietly packages-again-pack cpack --preset package)
}

packages_install "${PACKAGES_BUILD[@]}" "${PACKAGES_PACKAGING[@]}"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
rm -f "$PACKAGES"/pinwarden*
packages_make
DEB=$(package_of "$PACKAGES" deb)
RPM=$(package_of "$PACKAGES" rpm)
check_deb "$DEB"
check_rpm "$RPM"
say "Building them again in another place"
packages_make_again
for package in "$DEB" "$RPM"; do
  cmp "$package" "$AGAIN/build/release/packages/$(basename "$package")" ||
    die "$(basename "$package") differs from build to build"
done
rm -rf "$BUILD/packages-again"
say "both have the same bytes"
