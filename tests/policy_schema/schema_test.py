#!/usr/bin/python3
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
"""schema_test.py SOURCE LOADER

packaging/policy.schema.json and the loader (LOADER, the program load_policies)
have to agree: on all policies of tests/testdata/policy; on a complete policy in
which each key is misspelt, taken away or given a value of another type; and on
which keys, words and limits there are. Of what only the loader sees, a list
stands below, each with its reason.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

SOURCE = pathlib.Path(sys.argv[1])
LOADER = sys.argv[2]
SCHEMA = json.loads((SOURCE / 'packaging/policy.schema.json').read_text())
POLICIES = SOURCE / 'tests/testdata/policy'

# Policies that only the loader refuses, and why a schema cannot.
LOADER_ONLY = {
    'catch-all-first': 'two rules compared',
    'duplicate-keys': 'a schema is shown the last one; editors tell of it',
    'duplicate-names': 'two entries compared',
    'no-catch-all': 'which rule is the last one',
    'unreachable': 'two rules compared',
}
# Policies that are no YAML, so that there is nothing to hold against a schema.
NOT_YAML = {
    'colon-in-text', 'control-character', 'double-quoted-backslash',
    'indentation', 'latin-1', 'missing-colon', 'never-closed-bracket',
    'open-bracket', 'open-quote', 'second-document', 'tabs',
    'top-level-indentation', 'unquoted-star', 'unquoted-star-tag',
}
# What the loader's message says where it sees more than a schema.
ONLY_IN_MESSAGES = re.compile(
    'can never match|last rule must match everything|already (used|on line)|'
    'bad tag_pattern|bad (image|registry) pattern|is no day|no time|bad path|'
    'too long ago|there is no file|already given|there is no rule;')

COMPLETE = yaml.safe_load('''
version: 1
mode: enforce
unidentified: reject
ambiguous: judge
on_slip: record
floating_tags: [latest, "*-latest"]
include: ["exemptions.d/*.yaml"]
exemptions:
  - name: billing-vendor
    match: {namespaces: [billing], images: [nginx], labels: {tier: prod}}
    reason: OPS-123
    owner: team-billing
    expires: "2027-01-31"
rules:
  - name: production
    match: {namespaces: ["prod-*"], images: ["**"], labels: {tier: prod}}
    registries: [registry.example.com]
    require: version
    version_components: 2
    tag_pattern: "v.*"
    mode: observe
  - name: default
custom_resources:
  - group: example.com
    kind: Runner
    images: ["spec.image"]
    pods: [spec.template]
''')
# Of every type, and of every length of a list.
VALUES = [None, True, 0, 1, 5, -1, 1.5, '', ' ', 'word', 'two words', '*',
          'a\nb', '1', '2027-01-31', [], ['x'], [None], [[]], [{}], [''],
          [1], {}, {'x': 'y'}, {'x': None}, {'x': []}, {'': 'y'}]

failures = []
checks = 0


def check(name, holds):
    global checks
    checks += 1
    if not holds:
        failures.append(name)
        print(f'FAILED: {name}')


class Loader(yaml.SafeLoader):
    """Plain scalars as YAML 1.2, which editors read, has them."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ('null', r'~|null|Null|NULL|', ['~', 'n', 'N', '']),
        ('bool', r'true|True|TRUE|false|False|FALSE', list('tTfF')),
        ('int', r'[-+]?[0-9]+', list('-+0123456789')),
        ('float', r'[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?',
         list('-+.0123456789'))):
    Loader.add_implicit_resolver(
        f'tag:yaml.org,2002:{tag}', re.compile(f'(?:{pattern})$'), first)
Loader.add_constructor('tag:yaml.org,2002:int',
                       lambda _, node: int(node.value))


def schema_errors(policy):
    validator = jsonschema.Draft7Validator(SCHEMA)
    return [f'{e.json_path}: {e.message[:200]}'
            for e in validator.iter_errors(policy)]


def loader_errors(texts):
    """Of each of TEXTS, from one run of the loader for many of them."""
    errors = []
    with tempfile.TemporaryDirectory() as directory:
        files = []
        for i, text in enumerate(texts):
            file = pathlib.Path(directory) / f'{i}.yaml'
            file.write_bytes(text)
            files.append(str(file))
        for start in range(0, len(files), 500):
            run = subprocess.run([LOADER, *files[start:start + 500]],
                                 check=True, capture_output=True)
            errors += [json.loads(line) for line in run.stdout.splitlines()]
    assert len(errors) == len(texts)
    return errors


def same_verdict(name, of_schema, of_loader):
    """A schema may see less than the loader, where that is known, never more."""
    if of_schema:
        check(f'{name}: the loader refuses it too: {of_schema}', of_loader)
    else:
        rest = [e for e in of_loader if not ONLY_IN_MESSAGES.search(e)]
        check(f'{name}: the schema sees what the loader does: {rest}', not rest)


def check_fixtures():
    files = sorted(POLICIES.glob('good/*.yaml'))
    check('there are good policies', len(files) >= 5)
    for file in files:
        policy = yaml.load(file.read_bytes(), Loader)
        check(f'{file.name} is fine: {schema_errors(policy)}',
              not schema_errors(policy))
    files = sorted(POLICIES.glob('bad/*.yaml'))
    check('there are bad policies', len(files) >= 30)
    for file in files:
        try:
            policy = yaml.load(file.read_bytes(), Loader)
        except yaml.YAMLError:
            check(f'{file.name} is YAML', file.stem in NOT_YAML)
            continue
        refused = bool(schema_errors(policy))
        check(f'{file.name} is refused by the schema: {refused}',
              refused != (file.stem in LOADER_ONLY))
    names = {file.stem for file in files}
    check('the lists name policies that are there',
          names >= set(LOADER_ONLY) | NOT_YAML)


def places(value, path=()):
    """The path to everything in VALUE, itself too."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from places(item, path + (i,))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def variants():
    """COMPLETE, with one thing changed each: what it is, and the policy."""
    yield 'the complete policy', COMPLETE
    for path in places(COMPLETE):
        if not path:
            continue
        for value in VALUES:
            policy = copy.deepcopy(COMPLETE)
            at(policy, path[:-1])[path[-1]] = value
            yield f'{path} = {value!r}', policy
        policy = copy.deepcopy(COMPLETE)
        del at(policy, path[:-1])[path[-1]]
        yield f'without {path}', policy
        if isinstance(path[-1], str) and 'labels' not in path[:-1]:
            policy = copy.deepcopy(COMPLETE)
            parent = at(policy, path[:-1])
            parent[path[-1] + 'x'] = parent[path[-1]]
            yield f'{path}, misspelt too', policy
    yield from [(f'all of it = {value!r}', value) for value in VALUES]


def check_variants():
    named = list(variants())
    texts = [json.dumps(policy).encode() for _, policy in named]
    for (name, policy), errors in zip(named, loader_errors(texts)):
        same_verdict(name, schema_errors(policy), errors)
    check('there are many variants', len(named) > 1000)
    check('the complete policy is fine',
          not schema_errors(COMPLETE) and not loader_errors(texts[:1])[0])


def resolve(schema):
    while '$ref' in schema:
        schema = SCHEMA['definitions'][schema['$ref'].rsplit('/', 1)[1]]
    for part in schema.get('allOf', []):
        schema = {**resolve(part), **schema}
    return schema


def schema_at(path):
    schema = SCHEMA
    for key in path:
        schema = resolve(schema)
        schema = schema['items'] if isinstance(key, int) else \
            schema['properties'][key]
    return resolve(schema)


def listed(errors, pattern):
    for error in errors:
        found = re.search(pattern, error)
        if found:
            return set(re.findall(r'[a-z_]+', found.group(1)))
    return None


def check_keys():
    """The keys, and which of them are needed, as the loader's messages say."""
    objects = [(), ('exemptions', 0), ('exemptions', 0, 'match'),
               ('rules', 0), ('rules', 0, 'match'), ('custom_resources', 0)]
    texts = []
    for path in objects:
        for value in ({'qqqqqqqq': 1}, {}):
            policy = copy.deepcopy(COMPLETE)
            if path:
                at(policy, path[:-1])[path[-1]] = value
            else:
                policy = value
            texts.append(json.dumps(policy).encode())
    answers = iter(loader_errors(texts))
    for path in objects:
        schema = schema_at(path)
        known = listed(next(answers), 'known here: (.*)')
        check(f'{path}: both know the keys {known}',
              known == set(schema['properties']))
        needed = listed(next(answers), r'lacks the keys? (.*)') or set()
        check(f'{path}: both need the keys {needed}',
              needed == set(schema.get('required', [])))


def check_words():
    words = [('mode',), ('unidentified',), ('ambiguous',), ('on_slip',),
             ('rules', 0, 'require'), ('rules', 0, 'mode')]
    texts = []
    for path in words:
        policy = copy.deepcopy(COMPLETE)
        at(policy, path[:-1])[path[-1]] = 'qqqqqqqq'
        texts.append(json.dumps(policy).encode())
    for path, errors in zip(words, loader_errors(texts)):
        known = listed(errors, 'write one of (.*)')
        check(f'{path}: both know the words {known}',
              known == set(schema_at(path)['enum']))
    enums = re.findall(r'"enum"', json.dumps(SCHEMA))
    check('all lists of words are compared', len(enums) == len(words) - 1)


def check_defaults():
    """What the schema calls a default changes nothing where it is written."""
    documented = (SOURCE / 'docs/policy.md').read_text()
    for path in (('unidentified',), ('ambiguous',), ('on_slip',),
                 ('rules', 0, 'require'), ('rules', 0, 'version_components')):
        default = str(schema_at(path)['default'])
        row = re.search(rf'^\| `{path[-1]}` .*\|([^|]*)\|$', documented, re.M)
        check(f'the default of {path} is documented as {default}',
              row is not None and default in row.group(1).strip(' `'))


def limits():
    """Policies at a limit of the schema, and just beyond it."""
    for path in places(COMPLETE):
        schema = schema_at(path) if 'labels' not in path[:-1] else {}
        for key, low in (('maxLength', False), ('maximum', False),
                         ('minimum', True)):
            if key not in schema or 'pattern' in schema and \
                    not re.search(schema['pattern'], 'x'):
                continue
            for beyond in (0, -1 if low else 1):
                value = schema[key] + beyond
                policy = copy.deepcopy(COMPLETE)
                at(policy, path[:-1])[path[-1]] = \
                    'x' * value if key == 'maxLength' else value
                yield f'{path} at {key} {value}', policy, beyond == 0


def check_limits():
    named = list(limits())
    texts = [json.dumps(policy).encode() for _, policy, _ in named]
    for (name, policy, fine), errors in zip(named, loader_errors(texts)):
        rest = [e for e in errors if not ONLY_IN_MESSAGES.search(e)]
        check(f'{name}: schema {schema_errors(policy)}, loader {rest}',
              fine == (not schema_errors(policy)) == (not rest))
    check('there are limits', len(named) >= 20)


def check_shipped():
    policy = yaml.load((SOURCE / 'packaging/policy.yaml').read_bytes(), Loader)
    check('the policy that is shipped is fine', not schema_errors(policy))
    for block in re.findall(r'```yaml\n(.*?)```',
                            (SOURCE / 'docs/policy.md').read_text(), re.S):
        policy = yaml.load(block, Loader)
        if 'rules' in policy:
            check(f'an example is fine: {block[:60]!r}: '
                  f'{schema_errors(policy)}', not schema_errors(policy))


def texts_in(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == 'properties':
                for name, inner in value.items():
                    yield name, inner
            yield from texts_in(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from texts_in(item)


def check_teaches():
    for name, inner in texts_in(SCHEMA):
        check(f'{name} has a description',
              len(inner.get('description', '')) > 10)
        for example in inner.get('examples', []):
            part = {'definitions': SCHEMA['definitions'], **inner}
            check(f'the example {example} of {name} is right',
                  jsonschema.Draft7Validator(part).is_valid(example))


def main():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    check_fixtures()
    check_variants()
    check_keys()
    check_words()
    check_defaults()
    check_limits()
    check_shipped()
    check_teaches()
    print(f'{checks} checks, {len(failures)} failed')
    return 1 if failures or checks == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
