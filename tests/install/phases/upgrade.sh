# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A newer version is installed while containers are being created; then the
# older one again, and the newer.

phase_upgrade() {
  local old
  title "$HOST_NAME: upgrade to $NEWER_VERSION under load"
  policy_mode enforce
  old=$(status_field version)
  upgrade_watch_start
  load_start upgrade
  upgrade_to "the package upgrades" package_upgrade "$NEWER_VERSION"
  upgrade_to "the older one can be installed again" package_downgrade "$old"
  upgrade_to "the package upgrades again" package_upgrade "$NEWER_VERSION"
  load_await_more 20
  load_stop
  await load_is_recorded || true
  note "${ACCOUNT[asked]} containers asked for:" \
    "${ACCOUNT[unpinned_refused]} unpinned ones refused," \
    "$((ACCOUNT[asked] - ACCOUNT[unpinned_refused] - ACCOUNT[pinned_refused])) created"
  check "no container was created unjudged" equal "${ACCOUNT[unjudged]}" 0
  check "no pinned container was refused" equal "${ACCOUNT[pinned_refused]}" 0
  check "no unpinned container was created" \
    equal "${ACCOUNT[unpinned_created]}" 0
  check "no container failed for another reason" equal "${ACCOUNT[failed]}" 0
  check "the policy is still the operator's" \
    inside grep -qx 'mode: enforce' /etc/pinwarden/policy.yaml
  check "the new default policy lies beside it" upgrade_has_new_default
  upgrade_watch_stop
  metrics_upgraded "$NEWER_VERSION"
  upgrade_stop
  check "pods can be removed" remove_all_pods
}

# upgrade_to SENTENCE COMMAND VERSION
upgrade_to() {
  local old_pid
  old_pid=$(daemon_pid)
  check "$1" "$2"
  check "version $3 answers" await status_is version "$3"
  check "the unit is active and its plugin registered" await is_judging
  check "systemd knows the new process" not equal "$(daemon_pid)" "$old_pid"
  check "the process that answers is the one that systemd knows" \
    status_is pid "$(daemon_pid)"
  check "the old process is gone" await not inside kill -0 "$old_pid"
}

# What took over is stopped in good order, as any other service.
upgrade_stop() {
  local start
  start=$(seconds_of "$(now_ns)")
  check "it stops when told to" inside systemctl stop pinwardend.service
  check "the unit is stopped, not failed" unit_is inactive
  check "the daemon ended by itself" \
    await journal_has "$start" 'event=stopped exit_code=0'
  check "it starts again" inside systemctl start pinwardend.service
  check "it judges again" await is_judging
}

upgrade_has_new_default() {
  local suffix=dpkg-dist
  [[ $FAMILY == deb ]] || suffix=rpmnew
  inside grep -qx '# Of a newer version.' "/etc/pinwarden/policy.yaml.$suffix"
}

# Somebody watches meanwhile.
upgrade_watch_start() {
  WATCH_LOG=$LOGS/$HOST_NAME-watch.log
  (exec nsenter --target "$HOST_LEADER" --mount --pid --net -- \
    setpriv --pdeathsig KILL pinwarden watch --output json) \
    >"$WATCH_LOG" 2>"$WATCH_LOG.err" </dev/null &
  WATCH_PID=$!
  await_or_die "the watch" not status_is watchers 0
}

upgrade_watch_stop() {
  check "a watch goes on with the new process" kill -0 "$WATCH_PID"
  check "the watch shows what the new process decides" \
    await grep -q "$(awk 'END { print "\"" $3 "\"" }' "$LOAD_LOG")" "$WATCH_LOG"
  kill "$WATCH_PID" 2>/dev/null || true
  wait "$WATCH_PID" || true
}
