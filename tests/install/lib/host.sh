# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A host: a copy of a root, booted by systemd-nspawn with a systemd, a network
# (none but loopback) and control groups of its own. One at a time.
#
# Its control groups are of version 2 without controllers, whatever this machine
# has: so limits are not enforced in there. Its processes and mounts end with this
# script, however that ends (see run); control groups, which are then empty, are
# removed by the next run if this one was killed.

HOST_NAME=         # as on the command line
HOST_DIR=          # its root directory
HOST_NSPAWN=       # process id of systemd-nspawn
HOST_LEADER=       # and of the host's first process, seen from here
HOST_GROUP=pinwarden-install-${PINWARDEN_INSTALL_INSIDE:-}

# host_create NAME SUITE: a fresh copy of the suite's root, in memory. The mount
# is this process's own (see run), and ends with it.
host_create() {
  HOST_NAME=$1
  HOST_DIR=$INSTALL/hosts/$1
  mkdir -p "$HOST_DIR"
  mount -t tmpfs -o size=4g,mode=755 pinwarden-install "$HOST_DIR"
  cp -a "$(roots_path "$2")/." "$HOST_DIR"
}

# The control group hierarchies that processes are sorted into by systemd.
host_hierarchies() {
  awk '$3 == "cgroup2" || ($3 == "cgroup" && $4 ~ /name=systemd/) { print $2 }' \
    /proc/self/mounts
}

# In a process of its own: becomes systemd-nspawn.
host_exec_nspawn() {
  local hierarchy
  while read -r hierarchy; do
    mkdir -p "$hierarchy/$HOST_GROUP"
    echo "$BASHPID" >"$hierarchy/$HOST_GROUP/cgroup.procs"
  done < <(host_hierarchies)
  exec env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 \
    systemd-nspawn --quiet --register=no --keep-unit --console=pipe \
    --machine="pinwarden-$HOST_NAME" --link-journal=no --settings=no \
    --private-network --capability=all \
    --system-call-filter="@keyring bpf" --boot --directory "$HOST_DIR"
}

host_has_leader() {
  HOST_LEADER=$(pgrep -P "$HOST_NSPAWN" -x systemd)
}

# "degraded" where a unit wants what no container has, as kernel modules.
host_is_up() {
  [[ $(inside systemctl is-system-running) =~ ^(running|degraded)$ ]]
}

host_boot() {
  local start
  start=$(now_ns)
  (host_exec_nspawn) >>"$LOGS/$HOST_NAME-console.log" 2>&1 </dev/null &
  HOST_NSPAWN=$!
  await_or_die "the host's first process" host_has_leader
  await_or_die "the host to be up" host_is_up
  note "booted in $(milliseconds "$(($(now_ns) - start))")"
}

# inside COMMAND...: in the host, as a root shell there would run it.
inside() {
  nsenter --target "$HOST_LEADER" --mount --uts --ipc --net --pid --cgroup -- \
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"
}

# inside_sh SCRIPT [ARGUMENT...]
inside_sh() {
  local script=$1
  shift
  inside sh -euc "$script" sh "$@"
}

host_wait_for_end() {
  await not kill -0 "$HOST_NSPAWN" || die "the host does not end"
  wait "$HOST_NSPAWN" || true
  HOST_NSPAWN='' HOST_LEADER=''
}

# As "poweroff" does it.
host_shut_down() {
  kill -TERM "$HOST_NSPAWN"
  host_wait_for_end
}

# As if somebody pulled the plug. Without its first process the kernel kills
# all the others.
host_stop() {
  [[ -n $HOST_NSPAWN ]] || return 0
  kill -KILL "${HOST_LEADER:-$HOST_NSPAWN}" 2>/dev/null || true
  host_wait_for_end
  host_remove_groups
}

# Deepest first. Each is empty by now, but the kernel may need a moment to
# notice.
host_remove_groups() {
  local hierarchy try
  while read -r hierarchy; do
    for ((try = 0; try < 50; try++)); do
      [[ -d $hierarchy/$HOST_GROUP ]] || break
      find "$hierarchy/$HOST_GROUP" -depth -type d -exec rmdir {} + \
        2>/dev/null || true
      sleep 0.05
    done
  done < <(host_hierarchies)
  rmdir "/run/systemd/nspawn/propagate/pinwarden-$HOST_NAME" 2>/dev/null || true
}

# Of runs that were killed: groups without a process.
host_remove_stale_groups() {
  local hierarchy group
  while read -r hierarchy; do
    for group in "$hierarchy"/pinwarden-install-*; do
      [[ -d $group ]] || continue
      [[ -z $(find "$group" -name cgroup.procs -exec cat {} +) ]] || continue
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
  done < <(host_hierarchies)
}

# What the host had to say, for whoever looks for the cause of a failure.
host_save_journal() {
  inside journalctl --no-pager --output short-precise \
    >"$LOGS/$HOST_NAME-journal-$1.log" 2>&1 || true
}

# The host is gone, and its files too.
host_destroy() {
  [[ -n $HOST_DIR ]] || return 0
  [[ -z $HOST_LEADER ]] || host_save_journal end
  host_stop
  umount "$HOST_DIR"
  rmdir "$HOST_DIR"
  HOST_DIR=
}
