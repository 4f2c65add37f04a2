#!/usr/bin/python3
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
"""validate.py SAMPLES [PINWARDEN FILES POLICY]

Validates what `lint_output_samples`, the program SAMPLES, writes in each format
against the schemas beside this file, and shows that a document which is wrong in
any of a list of ways would have been refused. Then the same of what
`PINWARDEN lint` says of FILES by POLICY.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

SCHEMAS = pathlib.Path(__file__).parent / 'schemas'
CHECKER = jsonschema.FormatChecker()
failures = []
checks = 0


def check(name, holds):
    global checks
    checks += 1
    if not holds:
        failures.append(name)
        print(f'FAILED: {name}')


def json_problems(schema, document):
    schema = json.loads((SCHEMAS / f'{schema}.schema.json').read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=CHECKER)
    return [f'{e.json_path}: {e.message}'
            for e in validator.iter_errors(document)]


def xml_problems(schema, text):
    run = subprocess.run(
        ['xmllint', '--noout', '--nonet', '--schema',
         str(SCHEMAS / f'{schema}.xsd'), '-'],
        input=text.encode(), capture_output=True, check=False)
    return [] if run.returncode == 0 else run.stderr.decode().splitlines()


def sarif_problems(log):
    """What a schema cannot say: references within the log."""
    problems = json_problems('sarif', log)
    if problems:
        return problems
    run = log['runs'][0]
    rules = [rule['id'] for rule in run['tool']['driver']['rules']]
    if len(set(rules)) != len(rules):
        problems.append('two rules share an id')
    prints = [r['partialFingerprints']['pinwardenFinding/v1']
              for r in run['results']]
    if len(set(prints)) != len(prints):
        problems.append('two results share a fingerprint')
    if len({'baselineState' in r for r in run['results']}) > 1:
        problems.append('baselineState on some results only')
    for result in run['results']:
        index = result['ruleIndex']
        if index >= len(rules) or rules[index] != result['ruleId']:
            problems.append(f'ruleIndex {index} is not {result["ruleId"]}')
        region = result['locations'][0]['physicalLocation']['region']
        start = (region['startLine'], region.get('startColumn', 1))
        end = (region.get('endLine', region['startLine']),
               region.get('endColumn', start[1]))
        if end < start:
            problems.append(f'a region ends before it starts: {region}')
    return problems


COMMAND = re.compile(
    r'::(error|warning|notice) file=[^:,\r\n]+'
    r'(,line=[1-9]\d*,endLine=[1-9]\d*,col=[1-9]\d*,endColumn=[1-9]\d*)?'
    r',title=[^:,\r\n]+::[^\r\n]+')


def github_problems(text):
    lines = text.split('\n')
    if lines.pop() != '':
        return ['the last line has no end']
    problems = [line for line in lines[:-1] if not COMMAND.fullmatch(line)]
    if '::' in lines[-1] or ' in ' not in lines[-1]:
        problems.append(f'no summary: {lines[-1]}')
    return problems


PROBLEMS = {
    'json': lambda text: json_problems('lint', json.loads(text)),
    'baseline': lambda text: json_problems('baseline', json.loads(text)),
    'sarif': lambda text: sarif_problems(json.loads(text)),
    'junit': lambda text: xml_problems('junit', text),
    'checkstyle': lambda text: xml_problems('checkstyle', text),
    'github': github_problems,
    'text': lambda text: [] if text.endswith('\n') else ['no line end'],
}


def check_samples(directory):
    samples = sorted(directory.iterdir())
    for path in samples:
        text = path.read_bytes().decode('utf-8')
        problems = PROBLEMS[path.suffix[1:]](text)
        check(f'{path.name} is valid: {problems[:3]}', not problems)
    check('each format of each sample is there',
          len(samples) == 5 * len(PROBLEMS))


def at(document, path):
    for key in path:
        document = document[key]
    return document


RESULT = ('runs', 0, 'results', 0)
PLACE = RESULT + ('locations', 0, 'physicalLocation')
RULE = ('runs', 0, 'tool', 'driver', 'rules', 0)
# Where, which key, and what it becomes; None: it goes away.
BROKEN_SARIF = [
    ((), 'version', '2.0.0'),
    ((), 'runs', None),
    ((), 'extra', 1),
    (('runs', 0), 'tool', None),
    (('runs', 0), 'columnKind', 'bytes'),
    (('runs', 0), 'results', {}),
    (('runs', 0, 'tool', 'driver'), 'name', None),
    (('runs', 0, 'tool', 'driver'), 'rules', []),
    (('runs', 0, 'invocations', 0), 'executionSuccessful', None),
    (('runs', 0, 'invocations', 0), 'executionSuccessful', 'yes'),
    (('runs', 0, 'invocations', 0), 'toolExecutionNotifications',
     [{'level': 'error'}]),
    (RULE, 'id', None),
    (RULE, 'shortDescription', 'text'),
    (RULE, 'defaultConfiguration', {'level': 'fatal'}),
    (RULE, 'help', {'markdown': 'x'}),
    (RESULT, 'message', None),
    (RESULT, 'message', 'text'),
    (RESULT, 'message', {'markdown': 'x'}),
    (RESULT, 'level', 'critical'),
    (RESULT, 'ruleIndex', -1),
    (RESULT, 'ruleIndex', 1000),
    (RESULT, 'ruleId', 'no_digest'),
    (RESULT, 'baselineState', 'old'),
    (RESULT, 'suppressions', [{'status': 'accepted'}]),
    (RESULT, 'suppressions', [{'kind': 'inSource', 'state': 'accepted'}]),
    (RESULT, 'partialFingerprints', {'pinwardenFinding/v1': 7}),
    (RESULT, 'locations', []),
    (PLACE, 'artifactLocation', {'uriBaseId': '%SRCROOT%'}),
    (PLACE, 'artifactLocation', {'uri': '/a', 'uriBaseId': '%SRCROOT%'}),
    (PLACE, 'artifactLocation', {'uri': 'a b', 'uriBaseId': '%SRCROOT%'}),
    (PLACE, 'artifactLocation', {'uri': 'a%g', 'uriBaseId': '%SRCROOT%'}),
    (PLACE, 'artifactLocation', {'uri': 'a.yaml'}),
    (PLACE, 'region', {'startColumn': 1}),
    (PLACE, 'region', {'startLine': 0}),
    (PLACE, 'region', {'startLine': 2, 'startColumn': 3, 'endLine': 2,
                       'endColumn': 2}),
]
BROKEN_JSON = [
    ((), 'findings', None),
    ((), 'summary', None),
    (('findings', 0), 'line', '14'),
    (('findings', 0), 'line', -1),
    (('findings', 0), 'outcome', 'allowed'),
    (('findings', 0), 'state', 'old'),
    (('findings', 0), 'extra', ''),
    (('findings', 0), 'message', None),
    (('findings', 0), 'fingerprint', 'abc'),
    (('summary',), 'images', None),
]
BROKEN_BASELINE = [
    ((), 'version', 2),
    ((), 'findings', {}),
    (('findings', 0), 'fingerprint', None),
    (('findings', 0), 'file', 7),
]
# What is replaced, by what.
BROKEN_JUNIT = [
    ('<testsuites>', '<testsuites name="x">'),
    ('<testsuites>', '<suites>'),
    ('tests="1"', ''),
    ('tests="1"', 'tests="one"'),
    ('failures="1"', 'failures="-1"'),
    (' classname="deploy/web.yaml"', ''),
    ('<testcase name="Deployment web, container app: nginx"', '<testcase'),
    ('type="no_tag"', ''),
    ('<failure ', '<failed '),
    ('<properties/>', ''),
    ('<system-out/>', '<system-err/>'),
    ('T00:00:00"', '"'),
    ('hostname="localhost"', 'hostname=""'),
    ('<testcase ', '<testcase file="a" '),
]
BROKEN_CHECKSTYLE = [
    ('<checkstyle version="4.3">', '<checkstyle>'),
    ('<file name="deploy/web.yaml">', '<file>'),
    ('line="14"', ''),
    ('line="14"', 'line="0"'),
    ('column="18"', 'column="x"'),
    ('severity="error"', 'severity="fatal"'),
    ('source=', 'reason='),
    ('<error ', '<problem '),
    ('</checkstyle>', ''),
]
BROKEN_GITHUB = [
    ('::error', ':error'),
    ('::error', '::fail'),
    ('file=', ''),
    ('file=sub/', 'file=sub:'),
    ('line=14', 'line=0'),
    ('title=refused', 'title=re,fused'),
    ('%0Ain', '\nin'),
]


def check_broken_objects(kind, good, changes):
    for path, key, value in changes:
        document = copy.deepcopy(good)
        place = at(document, path)
        if value is None:
            del place[key]
        else:
            place[key] = value
        check(f'{kind} with {path} {key}: {value} is refused',
              PROBLEMS[kind](json.dumps(document)))


def check_broken_texts(kind, good, changes):
    for old, new in changes:
        check(f'{old} is in {kind}', old in good)
        check(f'{kind} with {new!r} for {old!r} is refused',
              PROBLEMS[kind](good.replace(old, new, 1)))


def check_broken(directory):
    def sample(kind):
        return (directory / f'one.{kind}').read_text(encoding='utf-8')

    for kind, changes in (('sarif', BROKEN_SARIF), ('json', BROKEN_JSON),
                          ('baseline', BROKEN_BASELINE)):
        check_broken_objects(kind, json.loads(sample(kind)), changes)
    for kind, changes in (('junit', BROKEN_JUNIT),
                          ('checkstyle', BROKEN_CHECKSTYLE),
                          ('github', BROKEN_GITHUB)):
        check_broken_texts(kind, sample(kind), changes)


def check_program(program, files, policy):
    """The program's own output, about files of all kinds."""
    for kind, problems_in in PROBLEMS.items():
        if kind == 'baseline':
            continue
        run = subprocess.run(
            [program, 'lint', '--policy', policy, '--output', kind, files],
            capture_output=True, check=False)
        check(f'lint --output {kind} finds something: {run.stderr[:200]}',
              run.returncode == 1)
        text = run.stdout.decode('utf-8')
        problems = problems_in(text)
        check(f'lint --output {kind} is valid: {problems[:3]}', not problems)
        check(f'lint --output {kind} says what', len(text) > 10_000)
    with tempfile.TemporaryDirectory() as directory:
        baseline = f'{directory}/baseline.json'
        command = [program, 'lint', '--policy', policy, '--output', 'json',
                   '--baseline', baseline]
        run = subprocess.run([*command, '--write-baseline', files],
                             capture_output=True, check=False)
        check('--write-baseline says that some were left out',
              run.returncode == 1 and b'left out' in run.stderr)
        text = pathlib.Path(baseline).read_text(encoding='utf-8')
        problems = PROBLEMS['baseline'](text)
        check(f'its baseline is valid: {problems[:3]}', not problems)
        run = subprocess.run([*command, files], capture_output=True,
                             check=False)
        left = json.loads(run.stdout)['findings']
        check(f'with a baseline only what cannot be in one is left: {left[:1]}',
              all(f['reason'] in ('unreadable', 'bad_suppression') and
                  f['state'] == 'new' for f in left))


def main():
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.argv[1], directory], check=True)
        check_samples(pathlib.Path(directory))
        check_broken(pathlib.Path(directory))
    if len(sys.argv) > 2:
        check_program(*sys.argv[2:])
    print(f'{checks} checks, {len(failures)} failed')
    return 1 if failures or checks == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
