// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The page's data and what all of it is drawn with. Text from outside reaches
// the page by textContent alone, never as markup.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const STANDINGS = ['finding', 'exempted', 'fixed', 'clean'];
const STANDING_WORDS =
  ['would be refused', 'exempted', 'fixed since', 'clean'];
const byId = (id) => document.getElementById(id);

// What cannot be seen, or turns the direction of writing, as its number.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]/g;
function visible(text) {
  return text.replace(HIDDEN, (c) =>
    '\\u{' + c.codePointAt(0).toString(16) + '}');
}

// el('p', {class: 'muted'}, 'text', child...)
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const numbers = new Intl.NumberFormat('en');
const number = (n) => numbers.format(n);
const plural = (n, noun) => `${number(n)} ${noun}${n === 1 ? '' : 's'}`;

// Seconds since 1970 as UTC.
const iso = (seconds) => new Date(seconds * 1000).toISOString();
const day = (seconds) => iso(seconds).slice(0, 10);
const dayAndTime = (seconds) => iso(seconds).slice(0, 16).replace('T', ' ');

const words = (name) => name.replace(/_/g, ' ');

function reasonTag(name) {
  return el('span', {class: 'tag'},
    el('span', {class: `swatch r-${name}`, 'aria-hidden': 'true'}),
    words(name));
}

// Light, dark, or as the system has it.
const theme = {
  names: ['auto', 'light', 'dark'],
  chosen: 'auto',
  dark: matchMedia('(prefers-color-scheme: dark)'),
  start() {
    try {
      const kept = localStorage.getItem('pinwarden-theme');
      if (this.names.includes(kept)) this.chosen = kept;
    } catch (e) { /* a page from a file may have no storage */ }
    this.dark.addEventListener('change', () => this.apply());
    byId('theme').addEventListener('click', () => {
      const next = (this.names.indexOf(this.chosen) + 1) % this.names.length;
      this.chosen = this.names[next];
      try {
        localStorage.setItem('pinwarden-theme', this.chosen);
      } catch (e) { /* then it lasts as long as the page */ }
      this.apply();
    });
    this.apply();
  },
  apply() {
    const auto = this.dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme =
      this.chosen === 'auto' ? auto : this.chosen;
    byId('theme').textContent = `Theme: ${this.chosen}`;
  },
};
