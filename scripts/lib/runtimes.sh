# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The real runtimes that tests and the demo run: containerd as two Debian
# suites ship it, unpacked below build/runtimes and not installed.
#
#   build/runtimes/1.7.24/usr/bin/containerd     1.7 -> 1.7.24
#   build/runtimes/2.1.9/usr/bin/containerd      2.1 -> 2.1.9
#   build/runtimes/busybox                       for the test images
#
# They come from the mirror that this host already uses and are verified with
# Debian's archive keys. apt works in a directory of its own, so the host's apt
# configuration, lists and packages stay as they are.

# line -> the suite that has it, and the version that was tried.
declare -A RUNTIME_SUITE=([1.7]=trixie [2.1]=forky)
declare -A RUNTIME_TRIED=([1.7]=1.7.24 [2.1]=2.1.9)
RUNTIME_LINES=(1.7 2.1)
BUSYBOX_SUITE=trixie

RUNTIMES_APT=$RUNTIMES/apt

runtimes_keyring() {
  local file
  for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
    [[ -r $file ]] && echo "$file" && return
  done
  die "no Debian archive keyring: install debian-archive-keyring"
}

# The base addresses of the archives that this host's apt is told of, whichever
# form its sources have; those that name the host's own release come first.
runtimes_mirrors() {
  local uris codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  # 'URI/dists/SUITE/InRelease' ...: what an update would ask for.
  uris=$(apt-get update --print-uris 2>/dev/null |
    sed -n "s/^'\(.*\)\/dists\/\(.*\)\/InRelease'.*/\2 \1/p")
  {
    awk -v own="$codename" '$1 == own { print $2 }' <<<"$uris"
    awk '{ print $2 }' <<<"$uris"
  } | grep -v '^cdrom:' | awk '!seen[$0]++'
}

# apt with its own sources, lists and cache; only how to reach a network
# (proxy, credentials) still comes from the host.
runtimes_apt() {
  local tool=$1
  shift
  "$tool" -q -c "$RUNTIMES_APT/apt.conf" "$@"
}

runtimes_apt_setup() {
  local mirror=$1 keyring suite
  keyring=$(runtimes_keyring)
  mkdir -p "$RUNTIMES_APT"/{lists/partial,cache/archives/partial,state}
  : >"$RUNTIMES_APT/status"
  # A mirror that stands still is good enough: old versions are what is asked for.
  for suite in trixie forky; do
    echo "deb [signed-by=$keyring target=Packages check-valid-until=no]" \
      "$mirror $suite main"
  done >"$RUNTIMES_APT/sources.list"
  cat >"$RUNTIMES_APT/apt.conf" <<EOF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir::Etc::SourceList "$RUNTIMES_APT/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
Dir::State "$RUNTIMES_APT/state";
Dir::State::Lists "$RUNTIMES_APT/lists";
Dir::State::Status "$RUNTIMES_APT/status";
Dir::Cache "$RUNTIMES_APT/cache";
EOF
}

# Reads the suites' package lists from the first mirror that has them.
runtimes_update() {
  local mirror
  for mirror in $(runtimes_mirrors); do
    runtimes_apt_setup "$mirror"
    say "Package lists of trixie and forky from $mirror"
    quietly runtimes-update runtimes_apt apt-get --error-on=any update && return
  done
  die "no archive that this host's apt is configured for has trixie and forky"
}

# The newest version of PACKAGE in SUITE.
runtimes_version() {
  runtimes_apt apt-cache madison "$1" |
    awk -F' *[|] *' -v suite="$2/" 'index($3, suite) { print $2; exit }'
}

# runtimes_unpack PACKAGE SUITE DIRECTORY: downloads and unpacks it, whole or
# not at all.
runtimes_unpack() {
  local package=$1 suite=$2 directory=$3 scratch=$RUNTIMES_APT/unpack
  rm -rf "$scratch" "$directory"
  mkdir -p "$scratch/tree"
  (cd "$scratch" &&
    quietly "download-$package-$suite" \
      runtimes_apt apt-get download "$package/$suite")
  dpkg -x "$scratch"/*.deb "$scratch/tree"
  mv "$scratch/tree" "$directory"
  rm -rf "$scratch"
}

runtimes_fetch_containerd() {
  local line=$1 suite=${RUNTIME_SUITE[$1]} package version
  package=$(runtimes_version containerd "$suite")
  version=${package%%[~+-]*}
  [[ -n $version ]] || die "$suite has no containerd"
  if [[ $version != "$line".* ]]; then
    die "$suite now has containerd $package; the tests need a $line." \
      "Put an unpacked one at $RUNTIMES/$line to go on"
  fi
  if [[ $version != "${RUNTIME_TRIED[$line]}" ]]; then
    say "containerd: $suite has moved from ${RUNTIME_TRIED[$line]} to $package"
  fi
  say "containerd $version: downloading from $suite"
  runtimes_unpack containerd "$suite" "$RUNTIMES/$version"
  # A program that cannot run here should say so now.
  "$RUNTIMES/$version/usr/bin/containerd" --version >/dev/null
  ln -sfn "$version" "$RUNTIMES/$line"
}

# runtimes_fetch LINE...: fetches what is not there yet; downloads nothing when
# all of it is.
runtimes_fetch() {
  local line missing=()
  for line in "$@"; do
    [[ -x $RUNTIMES/$line/usr/bin/ctr ]] || missing+=("$line")
  done
  if ((${#missing[@]} > 0)) || [[ ! -x $RUNTIMES/busybox ]]; then
    runtimes_update
  fi
  for line in "${missing[@]}"; do
    runtimes_fetch_containerd "$line"
  done
  if [[ ! -x $RUNTIMES/busybox ]]; then
    runtimes_unpack busybox-static "$BUSYBOX_SUITE" "$RUNTIMES_APT/busybox"
    find "$RUNTIMES_APT/busybox" -type f -name busybox -perm /111 \
      -exec cp {} "$RUNTIMES/busybox" \;
  fi
  rm -rf "$RUNTIMES_APT"
  for line in "$@"; do
    note "containerd $line is $(readlink "$RUNTIMES/$line") in $RUNTIMES"
  done
}
