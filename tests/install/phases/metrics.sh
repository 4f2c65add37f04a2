# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The metrics' own unit: off until an operator enables it, of a user of its own,
# and scraped by a real Prometheus on the host. It stays enabled for what comes
# after this.

phase_metrics() {
  local refused
  title "$HOST_NAME: metrics"
  check "nothing serves metrics until somebody wants it" \
    metrics_unit_is inactive
  check "nor at the next boot" not inside systemctl --quiet is-enabled \
    pinwarden-metrics.service
  check "an operator enables it" \
    inside systemctl enable --now pinwarden-metrics.service
  check "the unit is active" await metrics_unit_is active
  check "it runs as a user of its own" metrics_has_a_user_of_its_own
  check "the daemon answers it" await metrics_say 'pinwarden_up 1'
  check "the daemon is registered" metrics_say 'pinwarden_registered 1'
  check "another page is not there" metrics_page_is /etc/passwd '404 Not Found'
  metrics_prometheus_start
  policy_mode enforce
  refused=$(metrics_refused)
  check "a container that is not pinned is refused" \
    refuses_container metrics "$IMAGE_UNPINNED"
  check "Prometheus answers a query for refusals" await metrics_value_is \
    "$((refused + 1))" 'sum(pinwarden_decisions_total{outcome="rejected"})'
  inside systemctl stop pinwardend.service
  check "without the daemon the unit goes on, and says so" \
    await metrics_say 'pinwarden_up 0'
  check "Prometheus sees that too" await metrics_value_is 0 \
    'pinwarden_up and on (instance) up == 1'
  inside systemctl start pinwardend.service
  check "with it, it answers again" await metrics_say 'pinwarden_registered 1'
  metrics_prometheus_stop
}

metrics_unit_is() {
  equal "$(inside systemctl is-active pinwarden-metrics.service)" "$1"
}

metrics_has_a_user_of_its_own() {
  local pid
  pid=$(inside systemctl show --property MainPID --value \
    pinwarden-metrics.service)
  # Dynamic users are from 61184 to 65519.
  inside awk '/^Uid:/ { exit !($2 >= 61184 && $2 <= 65519) }' "/proc/$pid/status"
}

# metrics_page PATH: what a scrape gets, head and all.
metrics_page() {
  inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/9717 &&
    printf "GET %s HTTP/1.0\r\n\r\n" "$1" >&3 && cat <&3' bash "$1"
}

metrics_page_is() {
  local page
  page=$(metrics_page "$1")
  say "$page"
  [[ $page == "HTTP/1.1 $2"$'\r\n'* ]]
}

# metrics_say LINE: it is one of them.
metrics_say() {
  local page
  page=$(metrics_page /metrics)
  grep -qxF -- "$1" <<<"$page" && return
  say "$page"
  return 1
}

# How many were refused since the daemon started.
metrics_refused() {
  metrics_page /metrics | awk '/^pinwarden_decisions_total{outcome="rejected"/ {
    all += $2 } END { print all + 0 }'
}

# Debian's, as it is; transient, so that nothing of it stays.
metrics_prometheus_start() {
  local dir=$HOST_DIR/opt/prometheus
  mkdir -p "$dir"
  cp "$PROMETHEUS"/usr/bin/{prometheus,promtool} "$dir/"
  cat >"$dir/prometheus.yml" <<'YAML'
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: pinwarden
    static_configs: [{targets: ["127.0.0.1:9717"]}]
YAML
  inside systemd-run --quiet --collect --unit prometheus-test \
    /opt/prometheus/prometheus --config.file=/opt/prometheus/prometheus.yml \
    --storage.tsdb.path=/opt/prometheus/data --web.listen-address=127.0.0.1:9090
  await_or_die "Prometheus to have scraped the unit" \
    metrics_value_is 1 'up{job="pinwarden"}'
}

metrics_prometheus_stop() {
  inside systemctl stop prometheus-test.service
  rm -rf "$HOST_DIR/opt/prometheus"
}

# metrics_value_is VALUE EXPRESSION
metrics_value_is() {
  local sample
  sample=$(inside /opt/prometheus/promtool query instant \
    http://127.0.0.1:9090 "$2") || return 1
  equal "$(sed 's/.* => \([^ ]*\) .*/\1/' <<<"$sample")" "$1"
}

# At the end of an upgrade, where the unit is used.
metrics_upgraded() {
  [[ $(inside systemctl is-active pinwarden-metrics.service) == active ]] ||
    return 0
  check "the metrics are served by the new program" await metrics_say \
    "pinwarden_exporter_build_info{version=\"$1\"} 1"
}
