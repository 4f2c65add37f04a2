# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Questions to the Prometheus at $SERVER_AT.

# query EXPRESSION: its samples, one a line: '{labels} => value @[time]'.
query() { promtool query instant "http://$SERVER_AT" "$1"; }

# The value of a query that has one sample; fails if it has none or more.
value_of() {
  local samples
  samples=$(query "$1") || return 1
  say "$samples" >&2
  [[ -n $samples && $(wc -l <<<"$samples") == 1 ]] || return 1
  sed 's/.* => \([^ ]*\) .*/\1/' <<<"$samples"
}

# is_value VALUE EXPRESSION
is_value() {
  local got
  got=$(value_of "$2") || return 1
  equal "$got" "$1"
}

# is_at_least MINIMUM EXPRESSION
is_at_least() {
  local got
  got=$(value_of "$2") || return 1
  at_least "${got%.*}" "$1"
}

# has_data EXPRESSION: a sample that is a number.
has_data() {
  local samples
  samples=$(query "$1") || return 1
  say "$samples"
  grep '=>' <<<"$samples" | grep -qv '=> NaN '
}

# dashboard_queries FILE: what its panels ask, one a line, for all hosts and
# with intervals that this run has data for.
dashboard_queries() {
  sed -n 's/^ *"expr": "\(.*\)",$/\1/p' "$1" |
    sed 's/\\"/"/g; s/\$instance/.*/g; s/\$__rate_interval/5m/g
      s/\$__range/10m/g'
}
