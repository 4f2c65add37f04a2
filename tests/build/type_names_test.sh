#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# type_names_test.sh SOURCE_DIR
#
# All modules share one namespace, so two types of one name in two headers are
# one type to the linker, which says nothing and takes either one's members.
set -euo pipefail

# The types that the headers below DIR... define, one a line.
defined_types() {
  find "$@" -name '*.h' -exec cat {} + |
    sed -nE 's/^(struct|class|enum class|enum) (ABSL_[A-Z_]+ )?([A-Z][A-Za-z0-9]*)( final)?( :.*)?( \{.*)?$/\3/p'
}

# A look that finds nothing would find no double either.
count=$(defined_types "$1/include" "$1/src" | wc -l)
((count > 200)) || {
  echo "only $count types found: this test looks in the wrong way" >&2
  exit 1
}
doubles=$(defined_types "$1/include" "$1/src" | sort | uniq -d)
[[ -z $doubles ]] || {
  printf 'defined in two headers:\n%s\n' "$doubles" >&2
  exit 1
}
echo "$count types, each defined once"
