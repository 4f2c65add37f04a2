#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# The snippets for CI systems and the hook for pre-commit: they are YAML, their
# shell is shell, their flags are flags of pinwarden, and what they use is
# pinned, as pinwarden itself sees it.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh" "$@"
CI=$SOURCE/packaging/ci
HOOKS=$SOURCE/.pre-commit-hooks.yaml
TEST_POLICY=$SOURCE/tests/testdata/lint/policy.yaml

# python PROGRAM ARGUMENT...
python() { /usr/bin/python3 -c "$@"; }

# findings FORMAT FILE NAMESPACE: "images findings".
findings() {
  "$PINWARDEN" lint --policy "$TEST_POLICY" --format "$1" --namespace "$3" \
    --output json "$2" | python 'if True:
      import json, sys
      result = json.load(sys.stdin)
      print(result["summary"]["images"], len(result["findings"]))' || true
}

# commands FILE: the shell of all steps and jobs.
commands() {
  python 'if True:
    import sys, yaml
    def walk(node, key=None):
        if isinstance(node, dict):
            for name, value in node.items():
                walk(value, name)
        elif isinstance(node, list):
            for item in node:
                walk(item, key)
        elif key in ("run", "script", "before_script", "entry"):
            print(node)
    walk(yaml.safe_load(open(sys.argv[1])))' "$1"
}

# unknown_flags FILE: the flags of "pinwarden lint" in it that it does not have.
unknown_flags() {
  local flag
  for flag in $(commands "$1" | sed 's/\\$//' | tr '\n' ' ' |
    grep -o 'pinwarden lint [^|>]*' | grep -o -- '--[a-z-]*' | sort -u); do
    help_flags "$PINWARDEN" lint | grep -qx -- "$flag" || echo "$flag"
  done
}

# hooked NAME...: those that the hook is run on.
hooked() {
  python 'if True:
    import re, sys, yaml
    hook = yaml.safe_load(open(sys.argv[1]))[0]
    print(*[name for name in sys.argv[2:] if re.search(hook["files"], name)],
          sep="\n")' "$HOOKS" "$@"
}

# in_documentation: the hook as docs/lint.md shows it, and as it is.
hook_in_documentation() {
  python 'if True:
    import re, sys, yaml
    hook = yaml.safe_load(open(sys.argv[1]))[0]
    page = open(sys.argv[2]).read()
    shown = [yaml.safe_load(block) for block in
             re.findall("```yaml\n(.*?)```", page, re.S) if "hooks:" in block]
    hook["entry"] += " " + hook.pop("args")[0]
    for key, value in shown[0]["repos"][0]["hooks"][0].items():
        if hook.get(key) != value:
            print(key, hook.get(key), value)' "$HOOKS" "$SOURCE/docs/lint.md"
}

same "the action that GitHub's workflow uses is pinned, by digest too" "1 0" \
  "$(findings github-actions "$CI/github-actions.yaml" prod-ci)"
same "the image that GitLab's job runs in is pinned" "1 0" \
  "$(findings gitlab-ci "$CI/gitlab-ci.yaml" default)"
for file in "$CI"/*.yaml "$HOOKS"; do
  same "the shell in $(basename "$file") parses" "" \
    "$(commands "$file" | bash -n 2>&1)"
  same "$(basename "$file") runs pinwarden" 1 \
    "$(commands "$file" | grep -c -m 1 'pinwarden lint')"
  same "the flags in $(basename "$file") are there" "" "$(unknown_flags "$file")"
done
yes_names=(a.yaml a/b.yml x.json Dockerfile a/Dockerfile.web web.Dockerfile
  web.dockerfile Containerfile a/Containerfile.dev)
same "the hook is run on the files that lint looks for" \
  "$(printf '%s\n' "${yes_names[@]}")" \
  "$(hooked "${yes_names[@]}" README.md main.go NotADockerfile yaml a.yaml.md)"
same "the documentation shows that hook" "" "$(hook_in_documentation)"
summary
