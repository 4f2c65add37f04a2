# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The package is removed, then purged: containers are none the wiser.

phase_remove() {
  local running
  title "$HOST_NAME: remove and purge"
  # What the phases before put there is not the package's.
  inside_sh 'systemctl --quiet disable kubelet.service
    rm -f /etc/systemd/system/kubelet.service
    systemctl daemon-reload' 2>/dev/null || true
  policy_mode enforce
  check "a pinned container runs" run_container before "$IMAGE_PINNED"
  running=$(running_containers)
  check "the package can be removed" package_remove
  check "the unit is stopped" unit_is inactive
  check "no process is left" leftovers_no_process
  check "the containers go on running" equal "$(running_containers)" "$running"
  check "new containers run, pinned or not" run_container after "$IMAGE_UNPINNED"
  remove_config
  check "the package can be purged" package_purge
  check "nothing of it is left" leftovers_since "$LEFTOVERS_BEFORE"
  check "pods can be removed" remove_all_pods
}

remove_config() {
  case $FAMILY in
    deb)
      check "the operator's policy is still there" \
        inside grep -qx 'mode: enforce' /etc/pinwarden/policy.yaml
      ;;
    rpm)
      check "the operator's policy is still there, as RPM keeps it" \
        inside grep -qx 'mode: enforce' /etc/pinwarden/policy.yaml.rpmsave
      ;;
  esac
}
