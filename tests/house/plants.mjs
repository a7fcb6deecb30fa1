// Plants breaches, one at a time, in a copy of the tracked files, and shows that each is refused: by the compiler, or by
// test_project. A plant that is accepted, or refused for another reason than it names, fails.
//
//   node tests/house/plants.mjs [--only WORD] [--build build/dev]

import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
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

const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
function copied() {
  const copy = mkdtempSync(join(tmpdir(), 'onebridge-plants-'));
  process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
  for (const path of tracked) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  return copy;
}

// What came of a program, whatever that was.
const run = (program, words, options) => new Promise((done) => {
  execFile(program, words, { maxBuffer: 64 << 20, ...options }, (error, stdout, stderr) =>
    done({ failed: error !== null, said: `${stdout}${stderr}${typeof error?.code === 'string' ? error.message : ''}` }));
});

// What is to be written over the file: [path, text before, text after]; a text is undefined where there is no file.
function change(copy, plant) {
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
function compile(copy, file) {
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
  return run(moved[0], [...moved.slice(1), '-fsyntax-only'], { cwd: entry.directory });
}

function test(copy, filter) {
  const program = join(build, 'tests/test_project');
  return run(program, [`--test-case=${filter}`], { env: { ...process.env, ONEBRIDGE_SOURCE: copy } });
}

const judge = (copy, plant) => (plant.compile ? compile(copy, plant.compile) : test(copy, plant.test));

// The plants of one judge, which first has to accept the copy as it is.
async function tried(copy, plants) {
  const untouched = await judge(copy, plants[0]);
  if (untouched.failed) {
    console.log(`broken    ${plants[0].compile ?? plants[0].test}: refused before anything is planted\n${untouched.said}`);
    return plants.length;
  }
  let accepted = 0;
  for (const plant of plants) {
    const [path, before, after] = change(copy, plant);
    put(path, after);
    const result = await judge(copy, plant);
    put(path, before);
    const refused = result.failed && new RegExp(plant.says).test(result.said);
    console.log(`${refused ? 'refused  ' : 'ACCEPTED '} ${plant.what}${refused ? '' : `\n${result.said.slice(0, 2000)}`}`);
    if (!refused) accepted += 1;
  }
  return accepted;
}

const wanted = plants.filter(({ what }) => !only || what.includes(only));
const byJudge = new Map();
for (const plant of wanted) {
  const key = plant.compile ?? plant.test;
  byJudge.set(key, [...byJudge.get(key) ?? [], plant]);
}
const waiting = [...byJudge.values()].sort((a, b) => a.length - b.length);  // the longest is taken first
const worker = async () => {
  const copy = copied();
  let accepted = 0;
  while (waiting.length > 0) accepted += await tried(copy, waiting.pop());
  return accepted;
};
const accepted = (await Promise.all(Array.from({ length: availableParallelism() }, worker))).reduce((sum, one) => sum + one);
console.log(`${wanted.length - accepted} passed, ${accepted} failed`);
process.exit(accepted === 0 && wanted.length > 0 ? 0 : 1);
