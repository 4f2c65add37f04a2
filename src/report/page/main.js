// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The dialog with all of one container, the filters, and the start.

function showDetail(row, closed) {
  const dialog = byId('detail');
  const kind = shown(row, KIND);
  byId('detail-title').textContent =
    `${shown(row, NAMESPACE)} / ${kind}${kind ? ' ' : ''}${
      shown(row, WORKLOAD)} / ${shown(row, CONTAINER)}`;
  const facts = [
    ['Image', shown(row, IMAGE) || '(unknown)'],
    ['Standing', STANDING_WORDS[row[STANDING]]],
    ['Reason', words(data.reasons[row[REASON]])],
    ['Rule', shown(row, RULE)],
    ['Last outcome', words(data.outcomes[row[OUTCOME]])],
    ['Times', number(row[COUNT])],
    ['First seen', `${dayAndTime(row[FIRST])} UTC`],
    ['Last seen', `${dayAndTime(row[LAST])} UTC`],
    ['Hosts', number(row[NODES])],
    ['Last pod', shown(row, LAST_POD)],
    ['Last host', shown(row, NODE)],
  ].filter(([, value]) => value !== '');
  const advice = shown(row, ADVICE);
  const say = el('div', {class: 'write'}, el('p', {}, shown(row, WHY)));
  if (advice !== '') say.append(el('p', {}, el('strong', {}, advice)));
  byId('detail-body').replaceChildren(say,
    el('dl', {}, ...facts.flatMap(([name, value]) =>
      [el('dt', {}, name), el('dd', {}, value)])));
  byId('copy').hidden = advice === '';
  byId('copy').textContent = 'Copy what to write';
  byId('copy').onclick = () => {
    // A page from a file may not be let near the clipboard.
    const copied = navigator.clipboard
      ? navigator.clipboard.writeText(advice) : Promise.reject();
    copied.then(() => { byId('copy').textContent = 'Copied'; },
      () => getSelection().selectAllChildren(say));
  };
  byId('close').onclick = () => dialog.close();
  dialog.onclose = closed;
  dialog.showModal();
}

function start() {
  theme.start();
  drawRing();
  drawTiles();
  drawScope();
  drawTime();
  drawExemptions();

  const table = new FindingsTable();
  const filters = table.filters;
  if (data.counts[0] === 0) filters.standing = null;

  const change = (changes) => {
    Object.assign(filters, changes);
    show();
    table.arrange();
  };
  // The controls, and the bars that are pressed.
  const show = () => {
    byId('f-standing').value = String(filters.standing ?? '');
    byId('f-namespace').value = filters.namespace === null ? ''
      : `=${filters.namespace}`;
    byId('f-reason').value = String(filters.reason ?? '');
    byId('search').value = filters.search;
    drawNamespaces(filters, change);
    drawReasons(filters, change);
  };

  const option = (value, label) => el('option', {value}, label);
  byId('f-standing').append(option('', 'all'), ...STANDING_WORDS.map((name, i) =>
    option(i, `${name} (${number(data.counts[i])})`)));
  byId('f-namespace').append(option('', 'all'),
    ...data.namespaces.map(([name]) =>
      option(`=${name}`, visible(name) || '(none)')));
  byId('f-reason').append(option('', 'all'),
    ...[...new Set(data.rows.map((row) => row[REASON]))].sort((a, b) => a - b)
      .map((reason) => option(reason, words(data.reasons[reason]))));

  const chosen = (id) => byId(id).value === '' ? null : Number(byId(id).value);
  byId('search').addEventListener('input', (event) => {
    filters.search = event.target.value;
    table.arrange();
  });
  byId('f-standing').addEventListener('change',
    () => change({standing: chosen('f-standing')}));
  byId('f-reason').addEventListener('change',
    () => change({reason: chosen('f-reason')}));
  byId('f-namespace').addEventListener('change', (event) =>
    change({namespace: event.target.value === '' ? null
      : event.target.value.slice(1)}));
  byId('f-sort').addEventListener('change', (event) => table.sortBy(
    COLUMNS.find((column) => column.key === event.target.value)));
  byId('clear').addEventListener('click', () => change(
    {search: '', standing: null, namespace: null, reason: null}));
  byId('filters').addEventListener('submit', (event) => event.preventDefault());

  if (data.meta.leftOut > 0) {
    byId('left-out').hidden = false;
    byId('left-out').textContent =
      `${plural(data.meta.leftOut, 'container')} more would make this page too ` +
      'long; --output json or csv has all of them.';
  }
  show();
  table.arrange();
}

start();
