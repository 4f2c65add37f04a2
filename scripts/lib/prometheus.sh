# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Debian's Prometheus, as this host's apt has it, unpacked below
# build/prometheus and not installed: its package would start a service.
#
#   build/prometheus/usr/bin/prometheus
#   build/prometheus/usr/bin/promtool

PROMETHEUS=${PINWARDEN_PROMETHEUS:-$BUILD/prometheus}

# Where there are package lists they are used as they are.
prometheus_download() {
  apt-get -q download prometheus && return
  apt-get -q update && apt-get -q download prometheus
}

# Downloads nothing when it is there.
prometheus_fetch() {
  local scratch=$PROMETHEUS.new
  if [[ ! -x $PROMETHEUS/usr/bin/promtool ]]; then
    say "Prometheus: downloading Debian's package"
    rm -rf "$scratch" "$PROMETHEUS"
    mkdir -p "$scratch"
    (cd "$scratch" && quietly download-prometheus prometheus_download)
    dpkg -x "$scratch"/prometheus_*.deb "$scratch/tree"
    # A program that cannot run here should say so now.
    "$scratch/tree/usr/bin/promtool" --version >/dev/null 2>&1 ||
      die "Debian's promtool does not run here"
    mv "$scratch/tree" "$PROMETHEUS"
    rm -rf "$scratch"
  fi
  note "$("$PROMETHEUS/usr/bin/promtool" --version 2>&1 | head -n 1)"
}

promtool() { "$PROMETHEUS/usr/bin/promtool" "$@"; }
