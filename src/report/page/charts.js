// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The figure, the tiles and the three charts.

function drawRing() {
  const part = data.meta.permille === null ? 0 : data.meta.permille / 10;
  const circle = {cx: 60, cy: 60, r: 52, pathLength: 100};
  const none = data.meta.permille === null ? ' empty' : '';
  byId('ring').append(svg('svg', {viewBox: '0 0 120 120', 'aria-hidden': 'true'},
    svg('circle', {...circle, class: 'rest' + none}),
    svg('circle', {...circle, class: 'part',
      'stroke-dasharray': `${part} 100`, transform: 'rotate(-90 60 60)'})));
}

function drawTiles() {
  STANDING_WORDS.forEach((name, i) => {
    byId('tiles').append(el('div', {},
      el('dt', {}, name),
      el('dd', {class: `s-${STANDINGS[i]}`}, number(data.counts[i]))));
  });
}

function drawScope() {
  const meta = data.meta;
  const parts = [meta.nodes === 1 ? visible(meta.node)
    : plural(meta.nodes, 'host')];
  if (meta.oldest !== null) parts.push(`seen since ${day(meta.oldest)}`);
  parts.push(`made ${dayAndTime(meta.generated)} UTC`);
  if (meta.breakGlass > 0) {
    parts.push(`let in by break-glass: ${number(meta.breakGlass)}`);
  }
  byId('scope').textContent = parts.join(' · ');
  byId('footer').textContent =
    `Made by pinwarden ${meta.version}. Containers are counted once for each ` +
    'workload; what was fixed since counts as ready.';
}

// Hours as bars of one hour, or of one day (UTC) where there are many.
function timeBuckets() {
  if (data.hours.length === 0) return {step: 3600, buckets: []};
  const starts = data.hours.map((h) => h[0]);
  const first = starts.reduce((a, b) => Math.min(a, b));
  const last = starts.reduce((a, b) => Math.max(a, b));
  const step = last - first > 48 * 3600 ? 86400 : 3600;
  const from = Math.floor(first / step) * step;
  const count = Math.min(Math.floor((last - from) / step) + 1, 400);
  const buckets = Array.from({length: count}, (_, i) =>
    ({start: from + i * step, sum: 0, parts: new Map()}));
  for (const [start, reason, n] of data.hours) {
    const bucket = buckets[Math.floor((start - from) / step)];
    if (!bucket || reason === 0) continue;
    bucket.sum += n;
    bucket.parts.set(reason, (bucket.parts.get(reason) || 0) + n);
  }
  return {step, buckets};
}

// The least of 1, 2, 5, 10, 20, ... that is not below `n`.
function roundUp(n) {
  const power = 10 ** Math.floor(Math.log10(Math.max(n, 1)));
  return [1, 2, 5, 10].map((f) => f * power).find((v) => v >= n);
}

function timeSvg(buckets, step, width) {
  const height = 210, left = 46, bottom = 26, top = 8;
  const top_value = roundUp(Math.max(1, ...buckets.map((b) => b.sum)));
  const y = (v) => top + (height - bottom - top) * (1 - v / top_value);
  const slot = (width - left) / buckets.length;
  const gap = Math.min(slot * .25, 6);
  const all = svg('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': `Decisions that enforce would refuse, by ${
      step === 3600 ? 'hour' : 'day'}; the table below has the numbers`});
  for (const part of top_value < 2 ? [0, 1] : [0, .5, 1]) {
    all.append(svg('line', {class: 'grid', x1: left, x2: width,
      y1: y(top_value * part), y2: y(top_value * part)}),
    svg('text', {x: left - 8, y: y(top_value * part) + 4,
      'text-anchor': 'end'}, number(top_value * part)));
  }
  const every = Math.ceil(buckets.length / Math.max(1, (width - left) / 84));
  buckets.forEach((bucket, i) => {
    const x = left + i * slot;
    let sum = 0;
    for (const [reason, n] of [...bucket.parts].sort((a, b) => a[0] - b[0])) {
      all.append(svg('rect', {class: `c r-${data.reasons[reason]}`,
        x: x + gap / 2, width: Math.max(slot - gap, 1),
        y: y(sum + n), height: Math.max(y(sum) - y(sum + n), 0)}));
      sum += n;
    }
    const hit = svg('rect', {class: 'hit', x, width: slot, y: top,
      height: height - bottom - top});
    const label = step === 3600 ? dayAndTime(bucket.start) : day(bucket.start);
    hit.append(svg('title', {}, [`${label}: ${number(bucket.sum)}`,
      ...[...bucket.parts].map(([r, n]) =>
        `${words(data.reasons[r])}: ${number(n)}`)].join('\n')));
    all.append(hit);
    if (i % every === 0) {
      all.append(svg('text', {x: x + slot / 2, y: height - 8,
        'text-anchor': 'middle'},
      step === 3600 ? label.slice(11) : label.slice(5)));
    }
  });
  return all;
}

function timeTable(buckets, step, reasons) {
  const body = buckets.filter((b) => b.sum > 0).map((b) => el('tr', {},
    el('td', {}, step === 3600 ? dayAndTime(b.start) : day(b.start)),
    ...reasons.map((r) => el('td', {}, number(b.parts.get(r) || 0))),
    el('td', {}, number(b.sum))));
  return el('details', {}, el('summary', {}, 'The numbers, as a table'),
    el('div', {class: 'scroll'}, el('table', {},
      el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'From, UTC'),
        ...reasons.map((r) =>
          el('th', {scope: 'col'}, words(data.reasons[r]))),
        el('th', {scope: 'col'}, 'all'))),
      el('tbody', {}, ...body))));
}

function drawTime() {
  const {step, buckets} = timeBuckets();
  const place = byId('time');
  const reasons = [...new Set(buckets.flatMap((b) => [...b.parts.keys()]))]
    .sort((a, b) => a - b);
  if (reasons.length === 0) {
    place.append(el('p', {class: 'none'}, data.hours.length === 0
      ? 'No hours were recorded in this time.'
      : 'Nothing would have been refused in this time.'));
    return;
  }
  const holder = el('div');
  place.append(holder,
    el('ul', {class: 'legend'}, ...reasons.map((r) =>
      el('li', {}, reasonTag(data.reasons[r])))),
    timeTable(buckets, step, reasons));
  const draw = () => holder.replaceChildren(
    timeSvg(buckets, step, Math.max(holder.clientWidth, 260)));
  draw();
  let drawn = holder.clientWidth;
  new ResizeObserver(() => {
    if (holder.clientWidth === drawn) return;
    drawn = holder.clientWidth;
    draw();
  }).observe(holder);
}

// A bar that is a button: it filters the table by what it stands for.
function bar({name, value, most, note, css, pressed, press}) {
  const share = most > 0 ? Math.max(value / most * 100, value > 0 ? .8 : 0) : 0;
  const button = el('button', {type: 'button', 'aria-pressed': String(pressed)},
    el('span', {class: 'name', title: name}, name),
    svg('svg', {viewBox: '0 0 100 12', preserveAspectRatio: 'none',
      'aria-hidden': 'true'},
    svg('rect', {class: 'track', width: 100, height: 12}),
    svg('rect', {class: `c ${css}`, width: share, height: 12})),
    el('span', {class: 'num'}, number(value)),
    el('span', {class: 'note muted'}, note));
  button.addEventListener('click', press);
  return el('li', {}, button);
}

const MOST_BARS = 8;

function drawNamespaces(filters, change) {
  const sorted = [...data.namespaces]
    .sort((a, b) => b[3] - a[3] || (a[0] < b[0] ? -1 : 1));
  const most = sorted.length > 0 ? sorted[0][3] : 0;
  const bars = sorted.slice(0, MOST_BARS).map(([name, workloads, ready, n]) =>
    bar({name: visible(name) || '(none)', value: n, most, css: 'r-refused',
      note: `${number(ready)}/${number(workloads)} ready`,
      pressed: filters.namespace === name,
      press: () => change({namespace:
        filters.namespace === name ? null : name})}));
  const place = byId('by-namespace');
  place.replaceChildren(el('ul', {class: 'bars'}, ...bars));
  if (sorted.length > MOST_BARS) {
    place.append(el('p', {class: 'muted'},
      `and ${number(sorted.length - MOST_BARS)} more, in the filter below`));
  }
}

function drawReasons(filters, change) {
  const counts = new Map();
  for (const [reason, n] of data.byReason) counts.set(reason, n);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const most = sorted.length > 0 ? sorted[0][1] : 0;
  const place = byId('by-reason');
  if (sorted.length === 0) {
    place.replaceChildren(el('p', {class: 'none'},
      'Nothing would be refused.'));
    return;
  }
  place.replaceChildren(el('ul', {class: 'bars'}, ...sorted.map(([r, n]) =>
    bar({name: words(data.reasons[r]), value: n, most,
      css: `r-${data.reasons[r]}`, note: '',
      pressed: filters.reason === r,
      press: () => change({reason: filters.reason === r ? null : r})}))));
}

function drawExemptions() {
  if (data.exemptions.length === 0) return;
  byId('exemptions').hidden = false;
  const lines = data.exemptions.map(([name, expires, ends, terms, workloads]) => {
    const days = ends === null ? null
      : Math.floor((ends - data.meta.generated) / 86400);
    const left = days === null ? 'not known'
      : ends <= data.meta.generated ? `ended ${visible(expires)}`
        : `${visible(expires)}, in ${plural(days, 'day')}`;
    return el('tr', {}, el('td', {}, visible(name)),
      el('td', {class: days !== null && days < 14 ? 'soon' : null}, left),
      el('td', {}, number(workloads)), el('td', {}, visible(terms)));
  });
  byId('exemption-list').append(el('table', {},
    el('thead', {}, el('tr', {}, ...['Name', 'Ends', 'Workloads', 'Terms']
      .map((t) => el('th', {scope: 'col'}, t)))),
    el('tbody', {}, ...lines)));
}
