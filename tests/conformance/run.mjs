// OneBot 12 conformance: runs the items against an implementation and reports. README.md tells how.
import {readFileSync, readdirSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {ReverseServer, WebhookServer} from './lib/applications.mjs';
import {counts, sorted, summary, table, untestableList, writeFiles} from './lib/report.mjs';
import {runAll, speaksMsgpack, startWorld} from './lib/runner.mjs';
import {Running, completeTargets, mainSettings} from './lib/suite.mjs';
import {until} from './lib/wait.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const usage = `node run.mjs [options]

The implementation; without any of these, onebridge of ONEBRIDGE_BUILD is started:
  --http URL            its HTTP endpoint
  --websocket URL       its forward WebSocket
  --token T             its access token on both, and on what it calls
  --reverse-port N      listen here for its reverse WebSocket (configure it before: ws://127.0.0.1:N/)
  --webhook-port N      listen here for its webhook (http://127.0.0.1:N/onebot)
  --driver FILE         what the suite cannot do by itself (drivers/README.md)

The run:
  --only PREFIX         only items whose id begins so; may be repeated
  --strict              failed SHOULD and BR items count, too (so it is for onebridge; --lenient: not)
  --quiet               print failures only
  --json FILE  --html FILE   write the report
`;

function options(args) {
  const given = {only: [], strict: null};
  const words = {'--http': 'http', '--websocket': 'websocket', '--token': 'token', '--driver': 'driver', '--json': 'json', '--html': 'html',
                 '--reverse-port': 'reverse', '--webhook-port': 'webhook'};
  const flags = {'--strict': ['strict', true], '--lenient': ['strict', false], '--quiet': ['quiet', true]};
  while (args.length) {
    const word = args.shift();
    if (word === '--only') given.only.push(args.shift());
    else if (flags[word]) given[flags[word][0]] = flags[word][1];
    else if (words[word] && args.length) given[words[word]] = args.shift();
    else { process.stderr.write(word === '--help' ? usage : `${word}: not understood\n\n${usage}`); process.exit(word === '--help' ? 0 : 2); }
  }
  given.foreign = Boolean(given.http || given.websocket || given.reverse || given.webhook);
  return given;
}

// An implementation that runs already: its addresses, and its bots as get_status names them.
async function attached(given, driver) {
  const reverse = given.reverse ? [new ReverseServer(Number(given.reverse))] : [];
  const webhook = given.webhook ? [new WebhookServer(Number(given.webhook))] : [];
  for (const server of [...reverse, ...webhook]) await server.open();
  const world = {http: given.http ? [given.http] : [], websocket: given.websocket ? [given.websocket] : [], token: given.token ?? '', reverse, webhook, bots: [], driver,
                 async close() { for (const server of [...reverse, ...webhook]) server.close(); }};
  if (reverse.length) await until(() => reverse[0].links.length, `the implementation to call ${reverse[0].url}`, 60000);
  if (driver?.attach) Object.assign(world, await driver.attach(given));
  if (!world.bots.length) world.bots = (await ask(world, 'get_status'))?.bots?.map(({self}) => ({self})) ?? [];
  completeTargets(world.bots);
  world.msgpack = await speaksMsgpack(world);
  return world;
}

async function ask(world, action) {
  const asking = new Running({}, world);
  const response = await asking.call(action).catch(() => null);
  await asking.finish();
  return response?.data;
}

async function main() {
  const given = options(process.argv.slice(2));
  const path = given.driver ? resolve(given.driver) : given.foreign ? null : join(here, 'drivers/onebridge.mjs');
  const driver = path ? (await import(pathToFileURL(path))).default : null;
  for (const file of readdirSync(join(here, 'items')).sort()) await import(`./items/${file}`);
  const began = performance.now();
  const world = given.foreign ? await attached(given, driver) : await startWorld(driver, mainSettings);
  const implementation = await ask(world, 'get_version') ?? {impl: 'unknown', version: ''};

  const rows = [];
  await runAll({main: world, driver: given.foreign ? null : driver, only: given.only}, ({id, strength, title, section}, outcome) => rows.push({id, strength, title, section, ...outcome}));
  await world.close().catch(error => rows.push({id: 'C-END', strength: 'BR', title: 'It ends when it is asked to', section: 'General', result: 'fail', reason: error.message, ms: 0}));

  const strict = given.strict ?? !given.foreign;
  const counting = strict ? ['MUST', 'SHALL', 'SHOULD', 'MAY', 'BR'] : ['MUST', 'SHALL'];
  const fatal = rows.filter(row => row.result === 'fail' && counting.includes(row.strength)).length;
  const untestable = JSON.parse(readFileSync(join(here, 'untestable.json'), 'utf8'));
  const seconds = (performance.now() - began) / 1000;
  const all = sorted(rows);
  writeFiles({implementation, date: new Date().toISOString(), seconds, strict, counts: counts(rows), items: all, untestable}, given);
  process.stdout.write(`${table(all, {failuresOnly: given.quiet})}\n`);
  if (!given.quiet && !given.only.length) process.stdout.write(`${untestableList(untestable)}\n`);
  process.stdout.write(`${summary(rows, fatal, seconds)}\n`);
  process.exit(fatal ? 1 : 0);
}

main().catch(error => { process.stderr.write(`conformance: ${error.stack}\n`); process.exit(2); });
