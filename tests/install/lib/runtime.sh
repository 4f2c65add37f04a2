# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# containerd in a host, as the unit that Debian's package brings, and a kubelet
# in miniature: tests/e2e's and this directory's tools, with the libraries they
# need, in /opt/kubelet.

IMAGE_PINNED=demo:1.2.3
IMAGE_UNPINNED=demo

# runtime_install VERSION: into a host that is not booted. "own" is the one that
# its Debian has; others are put over it, from build/runtimes.
runtime_install() {
  local line=$1 etc=$HOST_DIR/etc/containerd
  [[ $line == own ]] || cp -a "$RUNTIMES/$line/." "$HOST_DIR/"
  mkdir -p "$etc" "$HOST_DIR/etc/systemd/system/multi-user.target.wants"
  ln -sf /usr/lib/systemd/system/containerd.service \
    "$HOST_DIR/etc/systemd/system/multi-user.target.wants/"
  runtime_config >"$etc/config.toml"
  runtime_install_kubelet
}

# Version 2 of the format is one that 1.7 and 2.x both read.
# restrict_oom_score_adj: in a restricted virtual machine runc may not lower a
# score.
runtime_config() {
  cat <<EOF
version = 2

[plugins."io.containerd.nri.v1.nri"]
  disable = false

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "/opt/kubelet/runc"
EOF
}

runtime_install_kubelet() {
  local dir=$HOST_DIR/opt/kubelet library tool loader
  mkdir -p "$dir/lib"
  for tool in cri_tool load_tool; do
    cp "$TOOLS/$tool" "$dir/"
    while read -r library; do
      cp -L "$library" "$dir/lib/"
    done < <(ldd "$TOOLS/$tool" | grep -o '/[^ ]*')
  done
  loader=$(basename "$dir"/lib/ld-linux*)
  cat >"$dir/kubelet" <<EOF
#!/bin/sh
tool=\$1
shift
exec /opt/kubelet/lib/$loader --library-path /opt/kubelet/lib \\
  "/opt/kubelet/\$tool" "\$@"
EOF
  cp "$ROOT/tests/install/lib/runc_without_limits" "$dir/runc"
  chmod +x "$dir/kubelet" "$dir/runc"
  bash "$ROOT/scripts/lib/images.sh" "$dir/images.tar" localhost/pause:1 \
    "docker.io/library/$IMAGE_PINNED" "docker.io/library/$IMAGE_UNPINNED:latest" \
    >/dev/null
}

# The host is booted: containerd serves, and has the images.
runtime_prepare() {
  await_or_die containerd inside systemctl is-active containerd.service
  # CRI unpacks an image when it is first used.
  inside ctr -n k8s.io images import --no-unpack /opt/kubelet/images.tar \
    >/dev/null
  await_or_die "the images" runtime_knows_images
  note "$(kubelet cri_tool version) on $(inside_sh '. /etc/os-release; echo "$PRETTY_NAME"')," \
    "$(inside systemctl --version | head -n 1)"
}

runtime_knows_images() {
  [[ $(inside ctr -n k8s.io images list -q | grep -c '^\(docker.io\|localhost\)/') == 3 ]]
}

# kubelet TOOL ARGUMENT...: in the host.
kubelet() { inside /opt/kubelet/kubelet "$@"; }

# run_container POD IMAGE: a pod and a container in it, which then runs.
run_container() { kubelet cri_tool run --pod "$1" "$2"; }

# refuses_container POD IMAGE: succeeds if pinwarden is why it does not run.
refuses_container() {
  local answer status=0
  answer=$(run_container "$@" 2>&1) || status=$?
  say "$answer"
  ((status == 1)) && [[ $answer == *'pinwarden: image "'*'" refused by rule'* ]]
}

# How many containers run, the pods' own not counted.
running_containers() { kubelet cri_tool list | grep -c CONTAINER_RUNNING; }

remove_all_pods() { kubelet cri_tool clean; }
