#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# docs/metrics.md has exactly the metrics that there are; the dashboard and the
# alerts ask for no others; and every alert has its place there.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh" "$@"
MONITORING=$SOURCE/packaging/monitoring
DOC=$SOURCE/docs/metrics.md

# A status that has all there is; tests/metrics keeps it true.
there_are() {
  sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' \
    "$SOURCE/tests/testdata/metrics/full.prom" | words
}

# The metrics that the expressions of a file name, without what a histogram
# adds to its name.
asked_for() {
  sed -n 's/^ *"expr": //p; /expr: >-$/,/labels:$/p; s/^ *expr: //p' "$1" |
    grep -o 'pinwarden_[a-z_]*' | sed 's/_\(bucket\|sum\|count\)$//' | words
}

same "the metrics in docs/metrics.md" "$(there_are)" \
  "$(sed -n 's/^| `\(pinwarden_[a-z_]*\)` .*/\1/p' "$DOC" | words)"
while read -r type name; do
  same "the type of $name in docs/metrics.md" "| \`$name\` | $type |" \
    "$(grep -o "^| \`$name\` | [a-z]* |" "$DOC" || true)"
done < <(sed -n 's/^# TYPE \([a-z_]*\) \(.*\)/\2 \1/p' \
  "$SOURCE/tests/testdata/metrics/full.prom")

for file in "$MONITORING"/pinwarden-{alerts.yaml,dashboard.json}; do
  same "what $(basename "$file") asks for is there" "" \
    "$(comm -13 <(there_are) <(asked_for "$file"))"
  same "$(basename "$file") asks for something" yes \
    "$([[ $(asked_for "$file" | wc -l) -gt 10 ]] && echo yes || echo no)"
done

alerts() { sed -n 's/^ *- alert: //p' "$MONITORING/pinwarden-alerts.yaml" | words; }
same "the alerts in docs/metrics.md" "$(alerts)" \
  "$(sed -n 's/^### \(Pinwarden.*\)/\1/p' "$DOC" | words)"
same "the runbook of each alert" \
  "$(alerts | sed 's|.*|docs/metrics.md#\L&|' | words)" \
  "$(sed -n 's/^ *runbook: //p' "$MONITORING/pinwarden-alerts.yaml" | words)"
for part in summary description runbook; do
  same "each alert has one $part" "$(alerts | wc -l)" \
    "$(grep -c "^ *$part:" "$MONITORING/pinwarden-alerts.yaml")"
done
same "each alert is tried" "$(alerts)" \
  "$(grep -o 'Pinwarden[A-Z][A-Za-z]*' \
    "$SOURCE/tests/monitoring/alerts_test.yaml" | words)"
summary
