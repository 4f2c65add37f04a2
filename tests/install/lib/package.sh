# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The packages, and what each family's own tool does with them.
#
#   build/release/packages            as they are shipped
#   build/newer/packages              the same, of a higher version
#
# The newer ones bring a changed default policy too, so that an upgrade has to
# keep the operator's.

FAMILY=  # deb or rpm
PACKAGES_OLD=${PINWARDEN_PACKAGES:-$BUILD/release/packages}
PACKAGES_NEW=${PINWARDEN_PACKAGES_NEWER:-$BUILD/newer/packages}
NEWER_VERSION=0.1.1

# Builds both. What is up to date costs seconds.
packages_build() {
  if [[ -z ${PINWARDEN_PACKAGES:-} ]]; then
    say "Building the packages"
    (cd "$ROOT" && quietly install-package cmake --workflow --preset package)
  fi
  if [[ -z ${PINWARDEN_PACKAGES_NEWER:-} ]]; then
    say "Building the same as version $NEWER_VERSION"
    quietly install-newer packages_build_newer
  fi
}

packages_build_newer() {
  local build=$BUILD/newer policy=packaging/policy.yaml
  rm -rf "$build/packages"
  (cd "$ROOT" && cmake --preset release -B "$build" -DPINWARDEN_WERROR=OFF \
    -DPINWARDEN_PACKAGE_VERSION="$NEWER_VERSION")
  cmake --build "$build" -j "$JOBS" --target pinwarden pinwardend
  { cat "$ROOT/$policy" && echo '# Of a newer version.'; } >"$build/policy.yaml"
  sed -i "s#$ROOT/$policy#$build/policy.yaml#" \
    "$build/packaging/cmake_install.cmake"
  (cd "$build" && cpack -G "DEB;RPM")
}

# package_file DIRECTORY: the one package of the family there.
package_file() {
  local files=("$1"/*."$FAMILY")
  [[ ${#files[@]} == 1 && -f ${files[0]} ]] ||
    die "there should be one .$FAMILY in $1"
  echo "${files[0]}"
}

# package_bring DIRECTORY: prints where the host has it now.
package_bring() {
  local file
  file=$(package_file "$1")
  cp "$file" "$HOST_DIR/root/"
  echo "/root/${file##*/}"
}

# On Debian, rpm wants to be told twice that it is meant, and its database knows
# of no systemd, so that what the package needs cannot be checked.
package_rpm() { inside rpm --force-debian --nodeps "$@"; }

package_install() {
  local file
  file=$(package_bring "$PACKAGES_OLD")
  case $FAMILY in
    deb) inside dpkg --install "$file" ;;
    rpm) package_rpm --install "$file" ;;
  esac
}

package_upgrade() {
  local file
  file=$(package_bring "$PACKAGES_NEW")
  case $FAMILY in
    deb) inside dpkg --force-confold --install "$file" ;;
    rpm) package_rpm --upgrade "$file" ;;
  esac
}

package_downgrade() {
  local file
  file=$(package_bring "$PACKAGES_OLD")
  case $FAMILY in
    deb) inside dpkg --force-confold --install "$file" ;;
    rpm) package_rpm --upgrade --oldpackage "$file" ;;
  esac
}

package_remove() {
  case $FAMILY in
    deb) inside dpkg --remove pinwarden ;;
    rpm) package_rpm --erase pinwarden ;;
  esac
}

# RPM knows no purge: what an operator would remove by hand.
package_purge() {
  case $FAMILY in
    deb) inside dpkg --purge pinwarden ;;
    rpm)
      inside rm -rf /etc/pinwarden /var/lib/pinwarden /run/pinwarden
      inside groupdel pinwarden
      ;;
  esac
}
