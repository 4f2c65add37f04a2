# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Debian systems to boot, made once by debootstrap from the mirror that this
# host already uses, and kept below build/install/roots:
#
#   bookworm-<hash>    Debian 12: systemd, dbus, runc and rpm
#   trixie-<hash>      Debian 13: systemd, dbus and its own containerd
#
# The hash is of this file, which says what is in them.

. "$ROOT/scripts/lib/runtimes.sh"

ROOTS=$INSTALL/roots

# Of Debian 13, containerd itself. Debian 12 has none that speaks NRI, so
# another suite's is put into its copy; rpm is there for the RPM.
declare -A ROOTS_PACKAGES=(
  [bookworm]="systemd,systemd-sysv,dbus,runc,rpm"
  [trixie]="systemd,systemd-sysv,dbus,containerd"
)

# roots_path SUITE: where it is, or will be.
roots_path() {
  local hash
  hash=$(sha256sum "$ROOT/tests/install/lib/roots.sh")
  echo "$ROOTS/$1-${hash:0:12}"
}

roots_debootstrap() {
  debootstrap --variant=minbase --include="${ROOTS_PACKAGES[$1]}" "$1" "$2" "$3"
}

# What a system needs that debootstrap leaves to an installer, and less of what
# no test here looks at.
roots_finish() {
  local root=$1
  echo '127.0.0.1 localhost' >"$root/etc/hosts"
  : >"$root/etc/resolv.conf"
  # A new host gets an id of its own when it first boots.
  : >"$root/etc/machine-id"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  find "$root"/usr/share/{doc,locale,man} -type f -delete
}

# roots_make SUITE: does nothing if it is there. It is made in memory, where dpkg
# does not wait for a disk at each file. The mount is this process's own.
roots_make() {
  local suite=$1 making=$ROOTS/making path mirror start=$SECONDS
  path=$(roots_path "$suite")
  [[ ! -d $path ]] || return 0
  rm -rf "$ROOTS/$suite"-*
  mkdir -p "$making"
  mount -t tmpfs -o size=4g pinwarden-install "$making"
  for mirror in $(runtimes_mirrors); do
    say "Making a root of $suite from $mirror"
    if quietly "debootstrap-$suite" \
      roots_debootstrap "$suite" "$making/$suite" "$mirror"; then
      roots_finish "$making/$suite"
      cp -a "$making/$suite" "$path.new"
      mv "$path.new" "$path"
      umount "$making"
      note "made in $((SECONDS - start)) s"
      return 0
    fi
    rm -rf "${making:?}/$suite"
  done
  die "no archive that this host's apt is configured for has $suite"
}
