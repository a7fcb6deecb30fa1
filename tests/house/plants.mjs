// Plants breaches, one at a time, in a copy of the tracked files, and shows that each is refused: by the compiler, or by
// test_project. A plant that is accepted, or refused for another reason than it names, fails.
//
//   node tests/house/plants.mjs [--only WORD] [--build build/dev]

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const build = resolve(root, option('--build') ?? 'build/dev');
const only = option('--only');
const plants = JSON.parse(readFileSync(new URL('plants.json', import.meta.url), 'utf8'));
const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'));

const copy = mkdtempSync(join(tmpdir(), 'onebridge-plants-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const path of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')) {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  cpSync(join(root, path), join(copy, path));
}

// What is to be written over the file: [path, text before, text after]; a text is undefined where there is no file.
function change(plant) {
  const path = join(copy, plant.file);
  if ('create' in plant) return [path, undefined, plant.create];
  const before = readFileSync(path, 'utf8');
  if ('remove' in plant) return [path, before, undefined];
  if ('append' in plant) return [path, before, before + plant.append];
  if (!before.includes(plant.replace)) throw new Error(`${plant.what}: ${plant.file} has no "${plant.replace}"`);
  return [path, before, before.replace(plant.replace, () => plant.by)];
}

function put(path, text) {
  if (text === undefined) return rmSync(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

// The same compiler and flags as the build, without what only makes it faster; nothing is written.
function compile(file) {
  const entry = commands.find((command) => command.file === join(root, file));
  if (!entry) throw new Error(`nothing compiles ${file}`);
  const words = entry.command.split(' ').filter((word) => word !== '');
  const at = words.findIndex((word) => /(?:g\+\+|c\+\+|clang\+\+(?:-\d+)?)$/.test(word));
  const kept = [];
  for (let i = at; i < words.length; ++i) {
    if (['-o', '-MF', '-MT', '-include'].includes(words[i])) i += 1;
    else if (!['-MD', '-c', '-Winvalid-pch'].includes(words[i])) kept.push(words[i].replaceAll('\\"', '"'));
  }
  const moved = kept.map((word) => (word === `-I${root}` || word.startsWith(`${root}/`) && !word.startsWith(build) ? word.replace(root, copy) : word));
  return spawnSync(moved[0], [...moved.slice(1), '-fsyntax-only'], { cwd: entry.directory, encoding: 'utf8' });
}

function test(filter) {
  const program = join(build, 'tests/test_project');
  return spawnSync(program, [`--test-case=${filter}`], { encoding: 'utf8', env: { ...process.env, ONEBRIDGE_SOURCE: copy } });
}

const judge = (plant) => (plant.compile ? compile(plant.compile) : test(plant.test));
const said = ({ stdout, stderr }) => `${stdout}${stderr}`;

// Whether a judge accepts the copy as it is; asked once of each.
const sound = new Map();
function accepts(plant) {
  const key = plant.compile ?? plant.test;
  if (!sound.has(key)) sound.set(key, judge(plant));
  return sound.get(key);
}

let accepted = 0;
const wanted = plants.filter(({ what }) => !only || what.includes(only));
for (const plant of wanted) {
  const untouched = accepts(plant);
  if (untouched.status !== 0) {
    console.log(`broken    ${plant.what}: refused before anything is planted\n${said(untouched)}`);
    accepted += 1;
    continue;
  }
  const [path, before, after] = change(plant);
  put(path, after);
  const result = judge(plant);
  if (before === undefined) rmSync(path);
  else put(path, before);
  const refused = result.status !== 0 && new RegExp(plant.says).test(said(result));
  console.log(`${refused ? 'refused  ' : 'ACCEPTED '} ${plant.what}`);
  if (!refused) {
    accepted += 1;
    console.log(said(result).slice(0, 2000));
  }
}
console.log(`${wanted.length - accepted} passed, ${accepted} failed`);
process.exit(accepted === 0 && wanted.length > 0 ? 0 : 1);
