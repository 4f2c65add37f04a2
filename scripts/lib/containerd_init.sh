#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# containerd_init.sh BIN DIRECTORY: the first process of the namespaces that
# containerd.sh makes; it carries out the commands. When it ends, the kernel
# kills every process in here and lets go of every mount.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

BIN=$1
DIR=$2
DAEMON=  # containerd's process, in this namespace

# What containerd would write to, or read from, the host outside DIRECTORY.
init_mounts() {
  # A few files of our own for /etc: pods on the host's network are given hosts
  # and resolv.conf, which a bare system may not have.
  mkdir -p "$DIR/etc"
  cp -r /etc/ld.so.* /etc/passwd /etc/group "$DIR/etc/"
  echo '127.0.0.1 localhost' >"$DIR/etc/hosts"
  : >"$DIR/etc/resolv.conf"
  mount --bind "$DIR/etc" /etc
  # The shims' sockets and runc's state have fixed places in /run.
  mount -t tmpfs -o mode=755 tmpfs /run
}

# overlayfs does not stack everywhere, and then "native" copies.
init_snapshotter() {
  local probe=$DIR/probe
  mkdir -p "$probe"/{lower,upper,work,merged}
  if mount -t overlay overlay "$probe/merged" \
    -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" \
    2>/dev/null; then
    umount "$probe/merged"
    echo overlayfs
  else
    echo native
  fi
  rm -rf "$probe"
}

# Version 2 of the format is one that 1.7 and 2.x both read.
# restrict_oom_score_adj: in a restricted virtual machine runc may not lower a
# score, and fails with "can't get final child's PID from pipe".
init_config() {
  cat >"$DIR/config.toml" <<EOF
version = 2
root = "$DIR/root"
state = "$DIR/state"

[grpc]
  address = "$DIR/containerd.sock"

[plugins."io.containerd.internal.v1.opt"]
  path = "$DIR/opt"

[plugins."io.containerd.nri.v1.nri"]
  disable = false
  socket_path = "$DIR/nri.sock"
  plugin_path = "$DIR/nri/plugins"
  plugin_config_path = "$DIR/nri/conf.d"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$DIR/cni/bin"
    conf_dir = "$DIR/cni/conf"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$(init_snapshotter)"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "$(command -v runc)"
        SystemdCgroup = false
EOF
}

init_is_running() { [[ -n $DAEMON ]] && kill -0 "$DAEMON" 2>/dev/null; }

init_start() {
  local deadline=$((SECONDS + 30))
  init_is_running && echo "failed: it runs already" && return
  PATH=$BIN:$PATH "$BIN/containerd" --config "$DIR/config.toml" \
    >>"$DIR/containerd.log" 2>&1 </dev/null &
  DAEMON=$!
  until "$BIN/ctr" --address "$DIR/containerd.sock" --connect-timeout 1s \
    namespaces list >/dev/null 2>&1; do
    if ! init_is_running; then
      echo "failed: containerd ended; see $DIR/containerd.log"
      return
    elif ((SECONDS >= deadline)); then
      echo "failed: containerd does not serve; see $DIR/containerd.log"
      return
    fi
    sleep 0.05
  done
  echo ok
}

init_end() {
  init_is_running || { echo "failed: it does not run" && return; }
  kill "-$1" "$DAEMON"
  wait "$DAEMON" || true
  DAEMON=
  echo ok
}

init_signal() {
  init_is_running || { echo "failed: it does not run" && return; }
  kill "-$1" "$DAEMON"
  echo ok
}

init_mounts
init_config
while read -r command; do
  case $command in
    start) init_start ;;
    stop) init_end TERM ;;
    kill) init_end KILL ;;
    pause) init_signal STOP ;;
    resume) init_signal CONT ;;
    quit) break ;;
    *) echo "failed: no such command" ;;
  esac
done
