// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The table: all rows are in memory, and only those in sight are in the page.

// What stands where in a row of data.
const [STANDING, NAMESPACE, KIND, WORKLOAD, CONTAINER, IMAGE, REASON, OUTCOME,
  RULE, COUNT, NODES, FIRST, LAST, LAST_POD, NODE, WHY, ADVICE] =
  Array(17).keys();
const TEXTS = new Set([NAMESPACE, KIND, WORKLOAD, CONTAINER, IMAGE, RULE,
  LAST_POD, NODE, WHY, ADVICE]);

const text = (row, field) => data.strings[row[field]];
const shown = (row, field) => visible(text(row, field));

const COLUMNS = [
  {key: 'namespace', title: 'Namespace', field: NAMESPACE},
  {key: 'workload', title: 'Workload', field: WORKLOAD},
  {key: 'container', title: 'Container', field: CONTAINER},
  {key: 'image', title: 'Image, and what to write instead', field: IMAGE},
  {key: 'reason', title: 'Reason', field: REASON},
  {key: 'count', title: 'Times', field: COUNT, down: true, num: true},
  {key: 'last', title: 'Last seen, UTC', field: LAST, down: true},
];

class FindingsTable {
  constructor() {
    this.filters = {search: '', standing: 0, namespace: null, reason: null};
    this.sort = {column: COLUMNS[0], down: false};
    this.rows = [];
    this.active = 0;  // the row that the Tab key reaches
    this.viewport = byId('viewport');
    this.body = byId('body');
    this.drawn = '';
    this.ranks = this.rankTexts();
    this.order = data.rows.map((_, i) => i);
    this.haystacks = new Array(data.rows.length);
    this.makeHead();
    this.listen();
  }

  // Sorting numbers is many times faster than sorting texts.
  rankTexts() {
    const order = data.strings.map((_, i) => i);
    order.sort((a, b) => data.strings[a] < data.strings[b] ? -1
      : data.strings[a] > data.strings[b] ? 1 : 0);
    const ranks = new Uint32Array(order.length);
    order.forEach((index, rank) => { ranks[index] = rank; });
    return ranks;
  }

  makeHead() {
    for (const column of COLUMNS) {
      const button = el('button', {type: 'button'}, column.title + ' ',
        el('span', {class: 'arrow', 'aria-hidden': 'true'}));
      button.addEventListener('click', () => this.sortBy(column));
      column.head = el('th', {role: 'columnheader', scope: 'col',
        class: `c-${column.key}${column.num ? ' num' : ''}`}, button);
      byId('head').append(column.head);
      byId('f-sort').append(el('option', {value: column.key}, column.title));
    }
    byId('table').setAttribute('aria-colcount', COLUMNS.length);
  }

  listen() {
    this.viewport.addEventListener('scroll', () => this.draw(), {passive: true});
    this.body.addEventListener('keydown', (event) => this.onKey(event));
    this.body.addEventListener('click', (event) => {
      const line = event.target.closest('tr.row');
      if (line) this.open(Number(line.dataset.at));
    });
    new ResizeObserver(() => { this.drawn = ''; this.draw(); })
      .observe(this.viewport);
    addEventListener('beforeprint', () => this.draw(true));
    addEventListener('afterprint', () => { this.drawn = ''; this.draw(); });
  }

  sortBy(column, down) {
    const same = this.sort.column === column;
    this.sort = {column, down: down !== undefined ? down
      : same ? !this.sort.down : Boolean(column.down)};
    this.arrange();
  }

  value(row, field) {
    return TEXTS.has(field) ? this.ranks[row[field]] : row[field];
  }

  haystack(index) {
    if (this.haystacks[index] === undefined) {
      const row = data.rows[index];
      this.haystacks[index] = [text(row, NAMESPACE), text(row, KIND),
        text(row, WORKLOAD), text(row, CONTAINER), text(row, IMAGE),
        text(row, RULE), data.reasons[row[REASON]]].join('\n').toLowerCase();
    }
    return this.haystacks[index];
  }

  matches(index, terms) {
    const row = data.rows[index];
    const {standing, namespace, reason} = this.filters;
    return (standing === null || row[STANDING] === standing) &&
      (namespace === null || text(row, NAMESPACE) === namespace) &&
      (reason === null || row[REASON] === reason) &&
      terms.every((term) => this.haystack(index).includes(term));
  }

  // Filters and sorts anew. Rows that are equal keep the report's order.
  arrange() {
    const terms = this.filters.search.toLowerCase().split(/\s+/)
      .filter((term) => term !== '');
    const {column, down} = this.sort;
    const sign = down ? -1 : 1;
    this.rows = this.order.filter((i) => this.matches(i, terms));
    this.rows.sort((a, b) => sign * (this.value(data.rows[a], column.field) -
      this.value(data.rows[b], column.field)) || a - b);
    for (const c of COLUMNS) {
      const sorted = c === column;
      if (sorted) {
        c.head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      } else {
        c.head.removeAttribute('aria-sort');
      }
      c.head.querySelector('.arrow').textContent =
        !sorted ? '' : down ? '↓' : '↑';
    }
    byId('f-sort').value = column.key;
    byId('table').setAttribute('aria-rowcount', this.rows.length + 1);
    byId('shown').textContent =
      `${number(this.rows.length)} of ${plural(data.rows.length, 'container')}`;
    this.active = 0;
    this.drawn = '';
    this.viewport.scrollTop = 0;
    this.draw();
  }

  rowHeight() {
    return parseFloat(getComputedStyle(document.documentElement)
      .getPropertyValue('--row'));
  }

  // The rows in sight and some more; all of them, up to a bound, on paper.
  draw(paper = false) {
    const height = this.rowHeight();
    const first = paper ? 0
      : Math.max(0, Math.floor(this.viewport.scrollTop / height) - 8);
    const visibleRows = Math.ceil(this.viewport.clientHeight / height) + 16;
    const last = Math.min(this.rows.length,
      paper ? 2000 : first + visibleRows);
    const state = `${first} ${last} ${this.active} ${paper}`;
    if (state === this.drawn) return;
    this.drawn = state;
    const held = this.body.contains(document.activeElement);
    const lines = [];
    for (let at = first; at < last; at++) lines.push(this.line(at));
    if (this.rows.length === 0) {
      lines.push(el('tr', {role: 'row', class: 'pad'},
        el('td', {role: 'cell', colspan: COLUMNS.length, class: 'none'},
          el('p', {class: 'none'}, 'No container is like this.'))));
    }
    this.body.replaceChildren(this.pad(first * height), ...lines,
      this.pad(paper ? 0 : (this.rows.length - last) * height));
    if (held) this.focusActive();
  }

  // Room for rows that are not in the page.
  pad(height) {
    const cell = el('td', {colspan: COLUMNS.length});
    cell.style.height = `${height}px`;
    return el('tr', {class: 'pad', 'aria-hidden': 'true'}, cell);
  }

  line(at) {
    const row = data.rows[this.rows[at]];
    const cell = (key, one, two, css = '') => el('td', {role: 'cell',
      class: `k-${key}${css}`},
    el('div', {class: 'one', title: typeof one === 'string' ? one : null}, one),
    ...(two ? [two] : []));
    const small = (words_, css = '') => words_ === '' ? null
      : el('div', {class: `two${css}`, title: words_}, words_);
    return el('tr', {role: 'row', class: 'row', 'data-at': at,
      'aria-rowindex': at + 2, tabindex: at === this.active ? 0 : -1},
    cell('namespace', shown(row, NAMESPACE) || '(none)'),
    cell('workload', shown(row, WORKLOAD), el('div', {class: 'two'},
      shown(row, KIND), el('span', {class: 'phone'},
        ` · ${shown(row, CONTAINER)}`))),
    cell('container', shown(row, CONTAINER)),
    cell('image', shown(row, IMAGE) || '(unknown)',
      small(shown(row, ADVICE), ' advice')),
    cell('reason', reasonTag(data.reasons[row[REASON]]),
      el('div', {class: `two s-${STANDINGS[row[STANDING]]}`},
        STANDING_WORDS[row[STANDING]])),
    cell('count', number(row[COUNT]), null, ' num'),
    cell('last', day(row[LAST]), small(dayAndTime(row[LAST]).slice(11) +
      (data.meta.nodes > 1 ? ` · ${plural(row[NODES], 'host')}` : ''))));
  }

  onKey(event) {
    const line = event.target.closest('tr.row');
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(line.dataset.at);
    const page = Math.max(1,
      Math.floor(this.viewport.clientHeight / this.rowHeight()) - 1);
    const moves = {ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page,
      PageUp: at - page, Home: 0, End: this.rows.length - 1};
    if (event.key in moves) {
      event.preventDefault();
      this.moveTo(moves[event.key]);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.open(at);
    }
  }

  moveTo(at) {
    this.active = Math.min(Math.max(at, 0), this.rows.length - 1);
    const height = this.rowHeight();
    const head = byId('head').offsetHeight;
    const top = this.active * height;
    if (top < this.viewport.scrollTop) this.viewport.scrollTop = top;
    const under = top + height + head - this.viewport.clientHeight;
    if (under > this.viewport.scrollTop) this.viewport.scrollTop = under;
    this.draw();
    this.focusActive();
  }

  focusActive() {
    const line = this.body.querySelector(`[data-at="${this.active}"]`);
    if (line) line.focus({preventScroll: true});
  }

  open(at) {
    this.active = at;
    this.drawn = '';
    this.draw();
    showDetail(data.rows[this.rows[at]], () => this.focusActive());
  }
}
