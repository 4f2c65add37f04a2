#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# containerd.sh LINE DIRECTORY
#
# Runs a private containerd of LINE ("1.7", "2.1") with all of its files in
# DIRECTORY, for as long as standard input stays open. Reads commands, one a
# line, and answers each with one line, "ok" or "failed: why":
#
#   start    starts it and waits until it serves
#   stop     ends it as an administrator would; its containers run on
#   kill     ends it without warning; its containers run on
#   pause    stops it where it stands, connections open; resume: lets it go on
#   quit     ends all of it, as the end of the input does
#
#   DIRECTORY/containerd.sock    the runtime's gRPC socket, CRI too
#   DIRECTORY/nri.sock           where NRI plugins connect
#   DIRECTORY/containerd.log
#
# It lives in its own process and mount namespaces (containerd_init.sh is
# their first process), so with this script go the daemon, the shims, the
# containers and their mounts, however it ends. Only the cgroups are removed by
# hand.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# A Unix socket's path has 107 bytes; the longest name here has 21.
MAX_DIRECTORY_BYTES=86

containerd_prepare() {
  local bin=$1 dir=$2 group=$3
  mkdir -p "$dir"
  ((${#dir} <= MAX_DIRECTORY_BYTES)) ||
    die "too long for the path of a Unix socket: $dir"
  [[ -x $bin/containerd ]] || die "no containerd in $bin: run scripts/test"
  command -v runc >/dev/null || die "no runc: run scripts/test"
  echo "$group" >"$dir/cgroup"
}

# Where a control group hierarchy is mounted read-only, as in a container, this
# mount namespace gets it writable.
containerd_mount_cgroups() {
  local target options
  while read -r _ target _ options _; do
    if [[ $target == /sys/fs/cgroup* && ,$options, == *,ro,* ]]; then
      mount -o remount,bind,rw "$target" 2>/dev/null ||
        mount -o remount,rw "$target" 2>/dev/null || true
    fi
  done </proc/self/mounts
}

# Every group of ours, deepest first. Each is empty by now, but the kernel may
# need a moment to notice.
containerd_remove_cgroups() {
  local group=$1 try
  for ((try = 0; try < 20; try++)); do
    find /sys/fs/cgroup -depth -type d -path "*/$group*" \
      -exec rmdir {} + 2>/dev/null || true
    [[ -n $(find /sys/fs/cgroup -type d -name "$group") ]] || return 0
    sleep 0.1
  done
  note "control groups named $group could not be removed" >&2
}

containerd_main() {
  local line=$1 dir=$2 group=pinwarden-$$
  # Once more, in a mount namespace of our own.
  [[ ${3:-} == inside ]] ||
    exec unshare --mount --propagation private bash "${BASH_SOURCE[0]}" \
      "$line" "$(realpath -m "$dir")" inside
  containerd_prepare "$RUNTIMES/$line/usr/bin" "$dir" "$group"
  containerd_mount_cgroups
  # shellcheck disable=SC2064  # the values of now
  trap "containerd_remove_cgroups '$group'" EXIT
  unshare --mount --propagation private --pid --fork --kill-child \
    --mount-proc bash "$ROOT/scripts/lib/containerd_init.sh" \
    "$RUNTIMES/$line/usr/bin" "$dir"
}

need_root
containerd_main "$@"
