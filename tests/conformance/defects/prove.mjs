// Plants one defect after another in a copy of the sources, builds, and sees whether the items that must notice fail.
//   node prove.mjs [NAME...]
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {defects} from './defects.mjs';

const suite = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const root = resolve(suite, '../..');
const copy = join(root, 'build/defects');
const report = join(tmpdir(), `conformance-defects-${process.pid}.json`);

const run = (program, args, options = {}) => execFileSync(program, args, {stdio: ['ignore', 'ignore', 'inherit'], ...options});
function build() { run('cmake', ['--build', '--preset', 'release', '--target', 'onebridge', 'simulator', '-j2'], {cwd: copy}); }

// Items that failed, of those whose id begins like one of these.
function failures(items) {
  const args = [join(suite, 'run.mjs'), '--quiet', '--json', report, ...items.flatMap(id => ['--only', id])];
  try { run('node', args, {env: {...process.env, ONEBRIDGE_BUILD: join(copy, 'build/release')}}); } catch { /* items failed, which is the point */ }
  if (!existsSync(report)) throw new Error('the suite gave no report');
  const rows = JSON.parse(readFileSync(report, 'utf8')).items;
  rmSync(report);
  return rows.filter(row => row.result === 'fail');
}

function prove({name, trap, items, also = [], edit: [file, find, put]}) {
  const path = join(copy, file), sound = readFileSync(path, 'utf8');
  if (sound.split(find).length !== 2) return {name, trap, noticed: false, what: `does not apply any more to ${file}`};
  writeFileSync(path, sound.replace(find, () => put));
  try {
    build();
    const failed = failures([...items, ...also]).filter(row => items.includes(row.id));
    const missed = items.filter(id => !failed.some(row => row.id === id));
    return {name, trap, noticed: missed.length === 0, what: missed.length ? `not noticed by ${missed.join(', ')}` : failed.map(row => `${row.id}: ${row.reason}`).join('\n      ')};
  } catch (error) {
    return {name, trap, noticed: false, what: error.message.split('\n')[0]};
  } finally {
    writeFileSync(path, sound);
  }
}

run('git', ['worktree', 'add', '--force', '--detach', copy, 'HEAD'], {cwd: root});
try {
  run('cmake', ['--preset', 'release'], {cwd: copy});
  build();
  const wanted = defects.filter(one => process.argv.length < 3 || process.argv.includes(one.name));
  let missed = 0;
  for (const defect of wanted) {
    const {name, trap, noticed, what} = prove(defect);
    missed += noticed ? 0 : 1;
    console.log(`${noticed ? 'noticed' : 'MISSED '}  ${name}: ${trap}\n      ${what}`);
  }
  console.log(`\n${wanted.length - missed} of ${wanted.length} defects were noticed`);
  process.exitCode = missed ? 1 : 0;
} finally {
  run('git', ['worktree', 'remove', '--force', copy], {cwd: root});
}
