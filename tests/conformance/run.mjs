// OneBot conformance: runs the items against an implementation and reports. README.md tells how.
import {readFileSync, readdirSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {ReverseServer, WebhookServer, forget} from './lib/applications.mjs';
import {dialects} from './lib/dialects.mjs';
import {counts, heading, sorted, summary, table, untestableList, writeFiles} from './lib/report.mjs';
import {runAll, startWorld, wantedOf} from './lib/runner.mjs';
import {collecting} from './lib/suite.mjs';
import {until} from './lib/wait.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const usage = `node run.mjs [options]

The implementation; without any of these, onebridge of ONEBRIDGE_BUILD is started:
  --http URL            its HTTP endpoint
  --websocket URL       its forward WebSocket
  --token T             its access token on both, and on what it calls
  --reverse-port N      listen here for its reverse WebSocket (configure it before: ws://127.0.0.1:N/)
  --webhook-port N      OneBot 12: listen here for its webhook (http://127.0.0.1:N/onebot)
  --post-port N         OneBot 11: listen here for its HTTP POST (http://127.0.0.1:N/onebot)
  --secret S            OneBot 11: by which its posts are signed
  --driver FILE         what the suite cannot do by itself (drivers/README.md)

The run:
  --dialect 11|12       which standard; by default 12 of an implementation with addresses, and both of onebridge
  --only PREFIX         only items whose id begins so; may be repeated
  --strict              failed SHOULD, CONV and BR items count, too (so it is for onebridge; --lenient: not)
  --quiet               print failures only
  --json FILE  --html FILE   write the report
`;

function options(args) {
  const given = {only: [], strict: null};
  const words = {'--http': 'http', '--websocket': 'websocket', '--token': 'token', '--driver': 'driver', '--json': 'json', '--html': 'html', '--dialect': 'dialect',
                 '--reverse-port': 'reverse', '--webhook-port': 'webhook', '--post-port': 'post', '--secret': 'secret'};
  const flags = {'--strict': ['strict', true], '--lenient': ['strict', false], '--quiet': ['quiet', true]};
  while (args.length) {
    const word = args.shift();
    if (word === '--only') given.only.push(args.shift());
    else if (flags[word]) given[flags[word][0]] = flags[word][1];
    else if (words[word] && args.length) given[words[word]] = args.shift();
    else { process.stderr.write(word === '--help' ? usage : `${word}: not understood\n\n${usage}`); process.exit(word === '--help' ? 0 : 2); }
  }
  if (given.dialect && !dialects.some(one => one.name === given.dialect)) { process.stderr.write(`--dialect ${given.dialect}: there are 11 and 12\n`); process.exit(2); }
  given.foreign = Boolean(given.http || given.websocket || given.reverse || given.webhook || given.post);
  return given;
}

// An implementation that runs already: its addresses, and its bots as it names them.
async function attached(dialect, given, driver) {
  const reverse = given.reverse ? [new ReverseServer(Number(given.reverse))] : [];
  const webhook = given.webhook ? [new WebhookServer(Number(given.webhook))] : [];
  const http_post = given.post ? [new WebhookServer(Number(given.post), '/onebot', 'http_post')] : [];
  const servers = [...reverse, ...webhook, ...http_post];
  for (const server of servers) await server.open();
  const world = {http: given.http ? [given.http] : [], websocket: given.websocket ? [given.websocket] : [], token: given.token ?? '', secret: given.secret, reverse, webhook,
                 http_post, bots: [], driver, async close() { for (const server of servers) server.close(); }};
  if (reverse.length) await until(() => reverse[0].links.length, `the implementation to call ${reverse[0].url}`, 60000);
  if (driver?.attach) Object.assign(world, await driver.attach(given));
  await dialect.attached(world);
  return world;
}

// One dialect: its rows, and who was asked.
async function run(dialect, given, driver) {
  const began = performance.now();
  const world = given.foreign ? await attached(dialect, given, driver) : await startWorld(driver, dialect.main);
  const implementation = await dialect.who(world);
  const rows = [];
  await runAll({dialect, main: world, driver: given.foreign ? null : driver, only: given.only},
    ({id, strength, title, section}, outcome) => rows.push({dialect: dialect.name, id, strength, title, section, ...outcome}));
  await world.close().catch(error => rows.push({dialect: dialect.name, id: dialect.end, strength: 'BR', title: 'It ends when it is asked to', section: 'General',
    result: 'fail', reason: error.message, ms: 0}));
  forget();
  const untestable = JSON.parse(readFileSync(join(here, 'items', dialect.items, 'untestable.json'), 'utf8'));
  return {dialect, implementation, rows: sorted(rows), untestable: untestable.map(one => ({dialect: dialect.name, ...one})), seconds: (performance.now() - began) / 1000};
}

// Those that are asked for: by name, or else by the ids of --only.
function chosen(given) {
  if (given.dialect) return dialects.filter(one => one.name === given.dialect);
  if (given.only.length) return dialects.filter(one => wantedOf(one, given.only).length);
  return given.foreign ? dialects.filter(one => one.name === '12') : dialects;
}

async function main() {
  const given = options(process.argv.slice(2));
  const path = given.driver ? resolve(given.driver) : given.foreign ? null : join(here, 'drivers/onebridge.mjs');
  const driver = path ? (await import(pathToFileURL(path))).default : null;
  for (const dialect of dialects) {
    collecting.dialect = dialect.name;
    for (const file of readdirSync(join(here, 'items', dialect.items)).sort()) if (file.endsWith('.mjs')) await import(`./items/${dialect.items}/${file}`);
  }
  const strict = given.strict ?? !given.foreign;
  const counting = strict ? ['MUST', 'SHALL', 'CONV', 'SHOULD', 'MAY', 'BR'] : ['MUST', 'SHALL'];
  const runs = [];
  for (const dialect of chosen(given)) runs.push(await run(dialect, given, driver));

  const items = runs.flatMap(one => one.rows);
  const fatal = rows => rows.filter(row => row.result === 'fail' && counting.includes(row.strength)).length;
  writeFiles({implementation: runs[0]?.implementation, date: new Date().toISOString(), seconds: runs.reduce((sum, one) => sum + one.seconds, 0), strict, counts: counts(items),
              dialects: runs.map(one => ({name: one.dialect.name, title: one.dialect.title, seconds: one.seconds, counts: counts(one.rows)})), items,
              untestable: runs.flatMap(one => one.untestable)}, given);
  for (const {dialect, rows, untestable, seconds} of runs) {
    if (runs.length > 1) process.stdout.write(`${heading(dialect.title)}\n`);
    process.stdout.write(`${table(rows, {failuresOnly: given.quiet})}\n`);
    if (!given.quiet && !given.only.length) process.stdout.write(`${untestableList(untestable)}\n`);
    process.stdout.write(`${summary(rows, fatal(rows), seconds)}\n`);
  }
  process.exit(fatal(items) ? 1 : 0);
}

main().catch(error => { process.stderr.write(`conformance: ${error.stack}\n`); process.exit(2); });
