#!/usr/bin/env python3
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
"""make_report.py KIND FILE [ROWS] [NODE]

Writes a report as "pinwarden report --output json" does, of a made-up cluster:
"sample", as people have it; "large", of ROWS containers; "hostile", of names
that would like to be more than text. The same every time.
"""

import datetime
import json
import random
import sys

START = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)
REGISTRIES = ["", "docker.io/bitnami/", "ghcr.io/acme/", "registry.example.com/"]
NAMES = ["web", "api", "checkout", "search", "cart", "mailer", "worker", "proxy",
         "auth", "ledger-sync", "thumbnailer", "reports", "gateway", "indexer"]
IMAGES = ["nginx", "redis", "postgres", "busybox", "acme-app", "envoy", "python",
          "fluent-bit", "vector", "rabbitmq"]
NAMESPACES = ["shop", "billing", "search", "platform", "observability", "ml",
              "payments", "internal-tools", "edge", "default"]
KINDS = ["Deployment"] * 6 + ["StatefulSet", "DaemonSet", "Job", "CronJob"]
WHY = {
    "no_tag": 'no tag means "latest", which changes without notice',
    "floating_tag": 'tag "latest" changes without notice',
    "imprecise_version": 'tag "16" does not name one version: that takes 3 '
                         "dotted numbers, a date or a commit id",
    "no_digest": "a tag can be moved, and this rule asks for a digest",
    "untrusted_registry": "this rule trusts only registry.example.com/**",
}
TAGS = {"no_tag": "", "floating_tag": ":latest", "imprecise_version": ":16",
        "no_digest": ":1.27.3", "untrusted_registry": ":2.4.1"}


def when(hours):
    time = START + datetime.timedelta(seconds=int(hours * 3600))
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def advice(name, reason):
    if reason == "untrusted_registry":
        return "use an image from there"
    return f"pin it: {name}:<version> or {name}@sha256:<digest>"


def message(image, outcome, rule, why, what):
    verb = {"would_reject": "would be refused by rule", "allowed":
            "allowed by rule", "exempted": "exempted by"}[outcome]
    tail = f"; {what}" if what else ""
    return f'pinwarden: image "{image}" {verb} "{rule}" (policy.yaml:24): {why}{tail}'


def row(rng, namespace, kind, workload, container, outcome, node):
    name = rng.choice(REGISTRIES) + rng.choice(IMAGES)
    rule = "production" if namespace in ("shop", "billing") else "default"
    if outcome == "would_reject":
        reason = rng.choices(list(WHY), [5, 8, 4, 3, 1])[0]
        image, why, what = name + TAGS[reason], WHY[reason], advice(name, reason)
    elif outcome == "exempted":
        reason, rule, image = "exempted", f"{namespace}-vendor", name + ":latest"
        ends = 24 + NAMESPACES.index(namespace) * 9 if namespace in NAMESPACES else 30
        day = (START + datetime.timedelta(days=ends)).strftime("%Y-%m-%d")
        why = (f'"vendor ships only latest", owner "team-{namespace}", '
               f"expires {day}")
        what = "pin it by then"
    else:
        reason, what = "pinned", ""
        image = name + "@sha256:" + "%064x" % rng.getrandbits(256)
        why = "its digest names one image that cannot change"
    first = rng.uniform(0, 200)
    return {
        "namespace": namespace, "workload_kind": kind, "workload": workload,
        "container": container, "image": image, "reason": reason, "rule": rule,
        "outcome": outcome, "first": when(first),
        "last": when(rng.uniform(first, 336)), "count": rng.randint(1, 900),
        "break_glass": 0, "nodes": 1, "last_pod": f"{workload}-{rng.getrandbits(20):05x}",
        "node": node, "policy_sha256": "3f" * 32, "policy_file": "policy.yaml",
        "policy_line": 24, "mode": "observe", "confidence": "exact",
        "message": message(image, outcome, rule, why, what),
        "labels": {"app": workload, "team": namespace}, "other_names": []}


def hours(rng, namespaces):
    for hour in range(336):
        day_share = 1 - hour / 480  # it gets better
        for namespace in namespaces:
            for reason, weight in (("no_tag", 5), ("floating_tag", 9),
                                   ("imprecise_version", 3), ("no_digest", 2)):
                count = int(rng.random() * weight * day_share)
                if count:
                    yield {"start": when(hour), "namespace": namespace,
                           "outcome": "would_reject", "reason": reason,
                           "count": count}
            yield {"start": when(hour), "namespace": namespace,
                   "outcome": "allowed", "reason": "pinned",
                   "count": rng.randint(1, 20)}


def cluster(rng, containers, node):
    outcomes = ["would_reject", "exempted", "allowed"]
    per_namespace = max(containers // len(NAMESPACES), 1)
    made = 0
    for i, namespace in enumerate(NAMESPACES):
        share = [max(5 - i, 0) + 1, 3 if i % 3 == 1 else 0, 8]
        for n in range(per_namespace):
            workload = NAMES[n % len(NAMES)]
            if n >= len(NAMES):
                workload += f"-{n // len(NAMES)}"
            yield row(rng, namespace, rng.choice(KINDS), workload,
                      rng.choice(["app", "app", "main", "sidecar"]),
                      rng.choices(outcomes, share)[0], node)
            made += 1
            if made == containers:
                return


def fixed(rng, node):
    """Two that were mended."""
    for name in ("frontend", "crawler"):
        old = row(rng, "search", "Deployment", name, "app", "would_reject", node)
        new = row(rng, "search", "Deployment", name, "app", "allowed", node)
        old["last"], new["last"] = when(100), when(330)
        yield old
        yield new


HOSTILE = [
    "</script><script>window.owned = 1</script>",
    "<img src=x onerror=\"window.owned = 1\">",
    "\"'><svg onload=window.owned=1>", "a\u202egnp.exe", "\u0000\u0007\u001b[2J",
    "=cmd|' /C calc'!A0", "<!--<script>", "]]>", "\u2028\u2029", "javascript:alert(1)",
    "@import url(http://192.0.2.1/x)", "${7*7} {{7*7}}", "&lt;b&gt;",
]


def hostile(rng, node):
    for i, name in enumerate(HOSTILE):
        one = row(rng, f"ns-{i}", "Deployment", f"w-{i}", "app", "would_reject",
                  node)
        for field in ("namespace", "workload_kind", "workload", "container",
                      "image", "rule", "last_pod", "message"):
            one[field] = name
        yield one


def main():
    kind, path = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 120
    node = sys.argv[4] if len(sys.argv) > 4 else "node-a"
    rng = random.Random(f"{kind} {node}")
    rows = list(hostile(rng, node) if kind == "hostile"
                else cluster(rng, count, node))
    if kind == "sample":
        rows += fixed(rng, node)
    report = {
        "format": "pinwarden-report", "version": 1,
        "nodes": [{"node": HOSTILE[0] if kind == "hostile" else node,
                   "version": "0.1.0", "policy_sha256": "3f" * 32,
                   "mode": "observe", "oldest": when(0)}],
        "rows": rows,
        "hours": [] if kind == "hostile" else list(hours(rng, NAMESPACES)),
    }
    with open(path, "w", encoding="ascii") as out:
        json.dump(report, out)


main()
