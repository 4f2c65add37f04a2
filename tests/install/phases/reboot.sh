# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The host boots again, and something asks for containers as soon as containerd
# is there, as a kubelet does for static pods.

REBOOT_LOG=/var/log/kubelet.log

phase_reboot() {
  local start
  title "$HOST_NAME: reboot"
  policy_mode enforce
  reboot_install_kubelet
  host_save_journal before-reboot
  start=$(now_ns)
  host_shut_down
  host_boot
  await_or_die containerd inside systemctl is-active containerd.service
  await_or_die "the kubelet" reboot_kubelet_is_done
  LOAD_LOG=$LOGS/$HOST_NAME-load-boot.log
  LOAD_START=$start
  cp "$HOST_DIR$REBOOT_LOG" "$LOAD_LOG"
  await load_is_recorded || true
  check "after a boot it judges" await is_judging
  check "at boot: containers were asked for" at_least "${ACCOUNT[asked]}" 20
  check "at boot: no container was created unjudged" \
    equal "${ACCOUNT[unjudged]}" 0
  check "at boot: no unpinned container was created" \
    equal "${ACCOUNT[unpinned_created]}" 0
  check "at boot: no pinned container was refused" \
    equal "${ACCOUNT[pinned_refused]}" 0
  note "registered $(milliseconds "$(reboot_registered_before_first)") before" \
    "the first container was asked for"
  check "pods can be removed" remove_all_pods
}

# Ordered like the kubelet's own unit, and sooner than any kubelet.
reboot_install_kubelet() {
  inside rm -f "$REBOOT_LOG"
  inside tee /etc/systemd/system/kubelet.service >/dev/null <<EOF
[Unit]
Description=Asks for containers as soon as containerd is there
Wants=containerd.service
After=containerd.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/opt/kubelet/kubelet load_tool --prefix boot --count 10 \
  $IMAGE_UNPINNED $IMAGE_PINNED
StandardOutput=append:$REBOOT_LOG

[Install]
WantedBy=multi-user.target
EOF
  inside systemctl daemon-reload
  inside systemctl --quiet enable kubelet.service
}

reboot_kubelet_is_done() {
  [[ $(inside systemctl is-active kubelet.service) =~ ^(active|failed)$ ]]
}

reboot_registered_before_first() {
  local registered first
  registered=$(registered_after "$(seconds_of "$LOAD_START")")
  first=$(sort -n "$LOAD_LOG" | awk '{ print $1; exit }')
  echo "$((first - ${registered:-0}))"
}
