// The report: a table for the terminal, counts, JSON.
import {writeFileSync} from 'node:fs';
import {page} from './page.mjs';

const colours = {pass: 32, fail: 31, 'n/a': 90};
const paint = (text, colour) => process.stdout.isTTY ? `\u001b[${colour}m${text}\u001b[0m` : text;
const clip = (text, width) => text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

const order = text => text.replace(/\d+/g, digits => digits.padStart(4, '0'));
export function sorted(rows) {
  const sections = [...new Set(rows.map(row => row.section))];
  return rows.slice().sort((a, b) => sections.indexOf(a.section) - sections.indexOf(b.section) || order(a.id).localeCompare(order(b.id)) || a.title.localeCompare(b.title));
}

export function counts(rows) {
  const all = {};
  for (const {strength, result} of rows) {
    all[strength] ??= {pass: 0, fail: 0, 'n/a': 0};
    ++all[strength][result];
  }
  return all;
}

const strengths = ['MUST', 'SHALL', 'CONV', 'SHOULD', 'MAY', 'BR'];

export const heading = title => `\n${paint(`=== ${title} ===`, 1)}`;

export function table(rows, {failuresOnly = false} = {}) {
  const width = Math.max(100, Math.min(process.stdout.columns ?? 160, 220));
  const ids = Math.max(10, ...rows.map(row => row.id.length));
  let section = '';
  const lines = [];
  for (const row of rows.filter(one => !failuresOnly || one.result === 'fail')) {
    if (row.section !== section) lines.push('', paint(section = row.section, 1));
    const head = `  ${row.id.padEnd(ids)} ${row.strength.padEnd(6)} ${paint(row.result.padEnd(5), colours[row.result])}`;
    if (row.result === 'fail') lines.push(`${head} ${row.title}`, `${' '.repeat(ids + 16)}${paint(row.reason, 31)}`);
    else lines.push(`${head} ${clip(row.title, width - ids - 18)}`, ...(row.reason ? [`${' '.repeat(ids + 16)}${paint(clip(row.reason, width - ids - 18).trimEnd(), 90)}`] : []));
  }
  return lines.join('\n');
}

export function summary(rows, fatal, seconds) {
  const all = counts(rows);
  const lines = ['', `${'strength'.padEnd(10)}${'pass'.padStart(6)}${'fail'.padStart(6)}${'n/a'.padStart(6)}`];
  for (const strength of strengths.filter(one => all[one])) {
    const {pass, fail, 'n/a': absent} = all[strength];
    lines.push(`${strength.padEnd(10)}${String(pass).padStart(6)}${paint(String(fail).padStart(6), fail ? 31 : 0)}${String(absent).padStart(6)}`);
  }
  const total = kind => rows.filter(row => row.result === kind).length;
  lines.push('', `${rows.length} items in ${seconds.toFixed(0)} s: ${total('pass')} pass, ${total('fail')} fail (${fatal} of them count), ${total('n/a')} do not apply`);
  return lines.join('\n');
}

export function untestableList(list) {
  const ids = Math.max(10, ...list.map(one => one.id.length));
  return ['', paint('Not testable from outside', 1),
    ...list.map(one => `  ${one.id.padEnd(ids)} ${one.strength.padEnd(6)} ${one.title}\n${' '.repeat(ids + 10)}${paint(one.reason, 90)}`)].join('\n');
}

export function writeFiles(report, {json, html}) {
  if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  if (html) writeFileSync(html, page(report));
}
