# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The package is installed: what an operator then has.

LEFTOVERS_BEFORE=  # what was on the host before

phase_install() {
  local start
  title "$HOST_NAME: install"
  # Every system with RPM has it, and no other.
  [[ $FAMILY == deb ]] || inside mkdir -p /usr/share/licenses
  LEFTOVERS_BEFORE=$LOGS/$HOST_NAME-before.list
  leftovers_list >"$LEFTOVERS_BEFORE"
  check "the package installs" package_install
  if [[ $FAMILY == rpm ]]; then
    check "it is not started, as is RPM's custom" unit_is inactive
    check "an operator starts it" \
      inside systemctl enable --now pinwardend.service
  fi
  check "the unit is active" unit_is active
  check "the unit is started at boot" \
    inside systemctl is-enabled pinwardend.service
  check "the plugin is registered" await is_registered
  check "it starts in observe mode" status_is mode observe
  install_read_socket
  check "doctor finds nothing that fails" inside pinwarden doctor
  check "doctor says that containers are created if it dies" \
    install_doctor_says "if pinwarden dies now, containers are: created"
  note "systemd-analyze in here: $(inside systemd-analyze security \
    pinwardend.service --no-pager | tail -n 1)"

  start=$(seconds_of "$(now_ns)")
  check "observe: a container that is not pinned runs" \
    run_container observed "$IMAGE_UNPINNED"
  check "observe: what enforce would do is recorded" \
    await journal_has "$start" 'outcome=would_reject .*pod=observed '
  policy_mode enforce
  check "enforce: a container that is not pinned is refused" \
    refuses_container unpinned "$IMAGE_UNPINNED"
  check "enforce: the refusal is recorded" \
    await journal_has "$start" 'outcome=rejected .*pod=unpinned '
  check "enforce: a container that is pinned runs" \
    run_container pinned "$IMAGE_PINNED"
  install_break_glass
}

# The emergency lever: root's alone, and over a restart.
install_break_glass() {
  local lever=(pinwarden break-glass --for 10m --reason "a test")
  check "break-glass is not for everybody" not inside setpriv --reuid 65534 \
    --regid 65534 --groups pinwarden "${lever[@]}"
  check "and was not used" status_is active false
  check "root may use it" inside "${lever[@]}"
  inside systemctl restart pinwardend.service
  await_or_die "the registration" is_judging
  check "after a restart it lets in what would be refused" \
    run_container let-in "$IMAGE_UNPINNED"
  check "it can be ended" inside pinwarden break-glass --end
  check "then that is refused again" \
    refuses_container unpinned-again "$IMAGE_UNPINNED"
}

install_doctor_says() {
  inside pinwarden doctor | tr -s ' \n' ' ' | grep -qF "$1"
}

# Somebody of the group, and somebody who is not.
install_read_socket() {
  check "a member of the group pinwarden may ask for the status" \
    inside setpriv --reuid 65534 --regid 65534 --groups pinwarden \
    pinwarden status
  check "nobody else may" not inside setpriv --reuid 65534 --regid 65534 \
    --clear-groups pinwarden status
}
