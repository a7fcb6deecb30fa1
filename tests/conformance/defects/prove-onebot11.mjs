// Makes one defect of OneBot 11 after another between onebridge (ONEBRIDGE_BUILD) and the suite, and sees whether the items
// that must notice fail, and do not without it.
//   node prove-onebot11.mjs [NAME...]
import {spawnSync} from 'node:child_process';
import {readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {defects} from './onebot11.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const report = join(tmpdir(), `conformance-onebot11-${process.pid}.json`);

// Rows of the items whose id begins like one of these.
function rows(plant, ids) {
  const args = [resolve(here, '../run.mjs'), '--dialect', '11', '--quiet', '--driver', join(here, 'planted.mjs'), '--json', report, ...ids.flatMap(id => ['--only', id])];
  const {stderr} = spawnSync('node', args, {env: {...process.env, PLANT: plant}, encoding: 'utf8'});
  try { return JSON.parse(readFileSync(report, 'utf8')).items; }
  catch { throw new Error(`the suite gave no report: ${stderr}`); }
  finally { rmSync(report, {force: true}); }
}
const failures = (all, items) => all.filter(row => row.result === 'fail' && items.includes(row.id));
const keyOf = row => `${row.id} ${row.title}`;

const wanted = defects.filter(one => process.argv.length < 3 || process.argv.includes(one.name));
const every = [...new Set(wanted.flatMap(one => [...one.items, ...(one.also ?? [])]))];
const anyway = new Set(failures(rows('', every), every).map(keyOf));
for (const key of anyway) console.log(`fails without a defect, too: ${key}`);
let missed = 0;
for (const {name, trap, items, also = []} of wanted) {
  const failed = failures(rows(name, [...items, ...also]), items).filter(row => !anyway.has(keyOf(row)));
  const silent = items.filter(id => !failed.some(row => row.id === id));
  missed += silent.length ? 1 : 0;
  console.log(`${silent.length ? 'MISSED ' : 'noticed'}  ${name}: ${trap}\n      ${silent.length ? `not noticed by ${silent.join(', ')}` : failed.map(row => `${row.id}: ${row.reason.slice(0, 200)}`).slice(0, 4).join('\n      ')}`);
}
console.log(`\n${wanted.length - missed} of ${wanted.length} defects were noticed`);
process.exitCode = missed ? 1 : 0;
