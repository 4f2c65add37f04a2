# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# account.awk RECORDS LOAD: see load_account.
#   RECORDS: container trigger outcome
#   LOAD:    asked done container image result message...

FNR == NR {
  recorded[$1] = 1
  if ($2 == "create" || $2 == "validate") judged[$1] = 1
  if ($3 == "slipped_allowed" || $3 == "slipped_violation") slipped[$1] = $3
  if ($2 == "synchronize") found[$1] = $3
  next
}

# A container that was created may fail to start, which is a line of its own.
$5 == "failed" { failed++; next }

{
  name = $3
  is_pinned = $4 == pinned
  asked++
  if ($5 == "refused") {
    if (is_pinned) pinned_refused++; else unpinned_refused++
    next
  }
  if (!is_pinned) unpinned_created++
  if (!is_pinned && slipped[name] != "slipped_violation") unpinned_unnamed++
  if (slipped[name] == "slipped_allowed") slipped_allowed++
  if (slipped[name] == "slipped_violation") slipped_violation++
  if (!(name in judged)) {
    unjudged++
    if ($2 > last_slip) last_slip = $2
  }
  if (!(name in recorded)) unrecorded++
}

END {
  print "asked", asked + 0
  print "failed", failed + 0
  print "pinned_refused", pinned_refused + 0
  print "unpinned_refused", unpinned_refused + 0
  print "unpinned_created", unpinned_created + 0
  print "unpinned_unnamed", unpinned_unnamed + 0
  print "unjudged", unjudged + 0
  print "unrecorded", unrecorded + 0
  print "slipped_allowed", slipped_allowed + 0
  print "slipped_violation", slipped_violation + 0
  print "last_slip", last_slip ? last_slip : 0
}
