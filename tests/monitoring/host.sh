# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A private containerd, a pinwardend, its exporter and a Prometheus, all of them
# in $DIR and on loopback, each ended by its process id.

LINE=2.1
DAEMON='' EXPORTER='' SERVER=''
EXPORTER_AT='' SERVER_AT=''  # 127.0.0.1:PORT

kubelet() {
  "$TOOLS/cri_tool" --socket "$DIR/containerd.sock" \
    --cgroup-parent "/$(cat "$DIR/cgroup")" "$@"
}

# run_pod NAME IMAGE [OPTION...]
run_pod() {
  local pod=$1 image=$2
  shift 2
  kubelet run "$image" --pod "$pod" "$@"
}

# refuses_pod NAME IMAGE: succeeds if pinwarden is why it does not run.
refuses_pod() {
  local answer
  answer=$(run_pod "$@" 2>&1) && return 1
  say "$answer"
  [[ $answer == *'pinwarden: image "'*'" refused by rule'* ]]
}

containerd_start() {
  local answer=''
  rm -rf "$DIR"
  mkdir -p "$LOGS"
  bash "$ROOT/scripts/lib/images.sh" "$DIR/images.tar" localhost/pause:1 \
    docker.io/library/demo:1.2.3 docker.io/library/demo:latest >/dev/null
  coproc CONTAINERD {
    exec bash "$ROOT/scripts/lib/containerd.sh" "$LINE" "$DIR" \
      2>"$LOGS/containerd.log"
  }
  echo start >&"${CONTAINERD[1]}"
  read -r -t 60 answer <&"${CONTAINERD[0]}" || true
  [[ $answer == ok ]] ||
    die "containerd does not start: $answer $(cat "$LOGS/containerd.log")"
  # CRI unpacks an image when it is first used.
  "$RUNTIMES/$LINE/usr/bin/ctr" --address "$DIR/containerd.sock" \
    --namespace k8s.io images import --no-unpack "$DIR/images.tar" >/dev/null
  kubelet version
}

containerd_stop() {
  [[ -n ${CONTAINERD_PID:-} ]] || return 0
  local supervisor=$CONTAINERD_PID
  eval "exec ${CONTAINERD[1]}>&-"
  wait "$supervisor" || true
}

policy_write() {
  cat >"$DIR/policy.yaml.new" <<YAML
version: 1
mode: enforce
exemptions:
  - name: 'vendor "x" \\ y'
    match: {namespaces: [exempted]}
    reason: ships only latest
    owner: team-billing
    expires: $(date --utc --date '3 days' +%Y-%m-%d)
rules:
  - name: observed
    match: {namespaces: [observed]}
    require: version
    mode: observe
  - name: default
    require: version
YAML
  mv "$DIR/policy.yaml.new" "$DIR/policy.yaml"
}

daemon_is_registered() {
  "$TOOLS/pinwarden" status --socket "$DIR/read.sock" --output json |
    grep -q '"registered":true'
}

daemon_start() {
  echo 'version: 1' >"$DIR/pinwardend.yaml"
  "$TOOLS/pinwardend" --settings "$DIR/pinwardend.yaml" \
    --policy "$DIR/policy.yaml" --nri-socket "$DIR/nri.sock" \
    --control-socket "$DIR/control.sock" --read-socket "$DIR/read.sock" \
    --read-group '' --state-directory "$DIR/state" \
    --judged-file "$DIR/judged" --cri-socket "$DIR/containerd.sock" \
    2>>"$LOGS/pinwardend.log" </dev/null &
  DAEMON=$!
  await_or_die "pinwardend's registration" daemon_is_registered
}

# stop_process NAME: ends the process whose id is in the variable of that name.
stop_process() {
  local -n pid=$1
  [[ -n $pid ]] || return 0
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  pid=''
}

daemon_stop() { stop_process DAEMON; }
exporter_stop() { stop_process EXPORTER; }
prometheus_stop() { stop_process SERVER; }

# Both take a free port and say which.
exporter_start() {
  "$TOOLS/pinwarden" metrics --listen 127.0.0.1:0 --socket "$DIR/read.sock" \
    2>"$LOGS/exporter.log" </dev/null &
  EXPORTER=$!
  await_or_die "the exporter" grep -q 'metrics at' "$LOGS/exporter.log"
  EXPORTER_AT=$(sed -n 's|.*http://\(.*\)/metrics$|\1|p' "$LOGS/exporter.log")
  note "pinwarden metrics at $EXPORTER_AT"
}

prometheus_start() {
  cat >"$DIR/prometheus.yml" <<YAML
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: ["$MONITORING/pinwarden-alerts.yaml"]
scrape_configs:
  - job_name: pinwarden
    static_configs: [{targets: ["$EXPORTER_AT"]}]
YAML
  "$PROMETHEUS/usr/bin/prometheus" --config.file="$DIR/prometheus.yml" \
    --storage.tsdb.path="$DIR/prometheus" --web.listen-address=127.0.0.1:0 \
    2>"$LOGS/prometheus.log" </dev/null &
  SERVER=$!
  await_or_die "Prometheus" prometheus_listens
  SERVER_AT=$(prometheus_address)
  await_or_die "Prometheus to answer" is_value 1 'vector(1)'
  note "Prometheus at $SERVER_AT"
}

prometheus_address() {
  sed -n 's/.*msg="Listening on" .*address=\([0-9.:]*\).*/\1/p' \
    "$LOGS/prometheus.log" | head -n 1
}
prometheus_listens() { [[ -n $(prometheus_address) ]]; }
