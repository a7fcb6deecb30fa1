// The numbers that the house is held to: node tests/house/measure.mjs. README.md says what each means.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '*.h', '*.cpp'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
const production = tracked
  .filter((path) => /^(onebot|adapters|bridge)\//.test(path) && !path.includes('/tests/'))
  .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));

const lines = (text) => text.split('\n').length - 1;

// Comments and literals out, lines kept.
const code = (text) =>
  text.replace(/\/\/[^\n]*|\/\*[^]*?\*\/|R"(\w*)\([^]*?\)\1"|"(?:\\.|[^"\\\n])*"/g, (part) => part.replace(/[^\n]/g, ' '));

// Each class with the files that hold it: the header it stands in, and every source of the same namespace that defines
// one of its members. A file counts whole.
function classes() {
  const files = production.map(({ path, text }) => ({ path, text: code(text) }));
  const space = ({ text }) => /namespace ([\w:]+) \{/.exec(text)?.[1] ?? '';
  const found = [];
  for (const header of files.filter(({ path }) => path.endsWith('.h'))) {
    for (const [, name] of header.text.matchAll(/^(?:class|struct) (\w+)[^;{(]*\{/gm)) {
      const member = new RegExp(`^(?! ).*\\b${name}::~?\\w+\\(`, 'm');
      const holds = files.filter(
        (file) => file === header || (file.path.endsWith('.cpp') && space(file) === space(header) && member.test(file.text)));
      found.push([`${space(header)}::${name}`, { lines: holds.reduce((sum, { text }) => sum + lines(text), 0), files: holds }]);
    }
  }
  return found.sort((a, b) => b[1].lines - a[1].lines);
}

const count = (pattern) =>
  production.reduce((sum, { text }) => sum + (code(text).match(pattern)?.length ?? 0), 0);
const inAdapters = production.filter(({ path }) => path.startsWith('adapters/'));
const headers = new Set(production.map(({ path }) => path).filter((path) => path.endsWith('.h')));
const slices = production
  .map(({ path }) => path)
  .filter((path) => path.endsWith('.cpp') && !headers.has(path.replace(/\.cpp$/, '.h')))
  .filter((path) => !/(?:table|main)\.cpp$/.test(path));
const longest = classes();

const rows = [
  ['production lines in adapters/', inAdapters.reduce((sum, { text }) => sum + lines(text), 0)],
  ['  of which in kit/', inAdapters.filter(({ path }) => path.startsWith('adapters/kit/')).reduce((sum, { text }) => sum + lines(text), 0)],
  ['production lines in all', production.reduce((sum, { text }) => sum + lines(text), 0)],
  ['largest classes, lines over all their files', ''],
  ...longest.slice(0, 5).map(([name, { lines: size, files }]) => [`  ${name}`, `${size} in ${files.length} files`]),
  ['sources without a header of their own, but tables', slices.length],
  ...slices.map((path) => [`  ${path}`, '']),
  ['std::function', count(/std::function\b/g)],
  ['hand-made lifetime guards', count(/\balive_?\b|shared_ptr<bool>|weak_ptr<bool>|weak_ptr\(alive/g)],
  ['posts to oneself (after 0 ms)', count(/after\((?:std::chrono::)?milliseconds\(0\)|after\(0ms/g)],
  ['co_await', count(/\bco_await\b/g)],
];
for (const [what, value] of rows) console.log(`${String(what).padEnd(56)} ${value}`);
