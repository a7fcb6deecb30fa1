#!/usr/bin/env node
// ./dev bench long: a steady stream of events to every kind of consumer, each of which leaves and comes back again and
// again; what arrived at each, and the bridge's memory as it went. README.md says what the columns mean.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {botToml} from '../e2e/support.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const {WebSocket, WebSocketServer} = createRequire(join(here, '../e2e/package.json'))('ws');
const build = process.env.ONEBRIDGE_BUILD ?? resolve(here, '../../build/release');
const seconds = Number(process.env.SECONDS ?? 3600), rate = Number(process.env.RATE ?? 1000);
const count = seconds * rate, pushes = rate <= 200;
const port = 20000 + Math.floor(Math.random() * 10000);
const pause = ms => new Promise(done => setTimeout(done, ms));
const between = (least, most) => least + Math.random() * (most - least);

// What one consumer has had: a bit for each event, since an hour has millions.
class Consumer {
  constructor(name) {
    this.name = name;
    this.seen = new Uint8Array(count);
    this.had = this.again = this.comings = 0;
  }
  take(event) {
    if (event.type === 'meta') return;
    const number = Number(/flood (\d+)/.exec(event.alt_message)?.[1] ?? -1);
    if (number < 0) return;
    this.seen[number] ? ++this.again : (this.seen[number] = 1, ++this.had);
  }
}

// Its kernel may have more than it has read when it leaves.
function forward(name, url) {
  const consumer = new Consumer(name);
  const connect = () => {
    const socket = new WebSocket(url);
    ++consumer.comings;
    socket.on('message', bytes => { const frame = JSON.parse(bytes); if ('type' in frame) consumer.take(frame); });
    socket.on('open', () => setTimeout(() => socket.terminate(), between(5000, 40000)));
    socket.on('error', () => {});
    socket.on('close', () => setTimeout(connect, between(50, 4000)));
  };
  connect();
  return consumer;
}

function reverse(name, at) {
  const consumer = new Consumer(name);
  new WebSocketServer({port: at, host: '127.0.0.1', handleProtocols: () => false}).on('connection', socket => {
    ++consumer.comings;
    socket.on('message', bytes => { const frame = JSON.parse(bytes); if ('type' in frame) consumer.take(frame); });
    setTimeout(() => socket.terminate(), between(5000, 40000));
  });
  return consumer;
}

// Away for some seconds now and then, and now and then in trouble. It takes one push at a time, some hundred a second:
// it is in the run when RATE is below that.
function webhook(name, at) {
  const consumer = new Consumer(name);
  let away = false;
  createServer((request, response) => {
    const chunks = [];
    request.on('data', bytes => chunks.push(bytes));
    request.on('end', () => {
      if (away) return request.socket.destroy();
      if (Math.random() < 0.001) return response.writeHead(503).end();
      consumer.take(JSON.parse(Buffer.concat(chunks)));
      response.writeHead(204).end();
    });
  }).listen(at, '127.0.0.1');
  (async () => { for (;;) { await pause(between(10000, 40000)); away = true; ++consumer.comings; await pause(between(500, 3000)); away = false; } })();
  return consumer;
}

function poller(name, url) {
  const consumer = new Consumer(name);
  (async () => {
    for (let life = new AbortController(), end = 0; ; ) {
      if (performance.now() > end) {
        end = performance.now() + between(5000, 40000);
        life = new AbortController();
        ++consumer.comings;
        setTimeout(() => life.abort(), end - performance.now() - 100);
      }
      try {
        const answer = await fetch(url, {method: 'POST', signal: life.signal, headers: {'Content-Type': 'application/json'},
          body: JSON.stringify({action: 'get_latest_events', params: {timeout: 5}})});
        for (const event of (await answer.json()).data) consumer.take(event);
      } catch { await pause(200); }
    }
  })();
  return consumer;
}

const folder = mkdtempSync(join(tmpdir(), 'onebridge-long-'));
const simulator = spawn(join(build, 'tests/tools/simulator'), ['--platform', 'qq'], {stdio: ['pipe', 'pipe', 'inherit']});
const [first] = await once(simulator.stdout, 'data');
const {port: platform, bot} = JSON.parse(first.toString().split('\n')[0]);
const file = join(folder, 'bridge.toml');
writeFileSync(file, `[bridge]\ndata_dir = "${folder}/data"\nlog_level = "error"\n[[onebot.websocket]]\nport = ${port}\n[[onebot.http]]\nport = ${port + 1}
[[onebot.websocket_reverse]]\nurl = "ws://127.0.0.1:${port + 2}/"\nreconnect_interval = 500\n${pushes ? `[[onebot.webhook]]\nurl = "http://127.0.0.1:${port + 3}/"\n` : ''}${botToml(bot)}`, {mode: 0o600});
const bridge = spawn(join(build, 'onebridge'), ['run', '--config', file], {stdio: ['ignore', 'inherit', 'inherit']});
const status = name => Number(readFileSync(`/proc/${bridge.pid}/status`, 'utf8').match(new RegExp(`${name}:\\s+(\\d+)`))[1]) / 1024;
const consumers = [reverse('reverse', port + 2), ...pushes ? [webhook('webhook', port + 3)] : []];
await pause(1000);
consumers.push(forward('forward', `ws://127.0.0.1:${port}/`), forward('named', `ws://127.0.0.1:${port}/?consumer=other`), poller('poll', `http://127.0.0.1:${port + 1}/`));
await pause(2000);

let failed = true;
try {
  const answer = await fetch(`http://127.0.0.1:${platform}/simulator/flood?count=${count}&rate=${rate}&bytes=120`, {method: 'POST'});
  if (!answer.ok) throw new Error(await answer.text());
  const step = Math.max(10, Math.round(seconds / 60)), rows = [];
  console.log(`${count} events at ${rate}/s; of each consumer: behind / again / comings\n    s    MiB  ${consumers.map(one => one.name.padEnd(22)).join('')}`);
  for (let at = 0, begun = performance.now(); ; ) {
    at += step;
    await pause(Math.max(0, begun + at * 1000 - performance.now()));
    const mib = status('VmRSS'), sent = Math.min(count, at * rate);
    rows.push(mib);
    console.log(`${String(at).padStart(5)} ${mib.toFixed(1).padStart(6)}  ${consumers.map(one => `${Math.max(0, sent - one.had)} / ${one.again} / ${one.comings}`.padEnd(22)).join('')}`);
    if (at >= seconds && (consumers.every(one => one.had === count) || at >= seconds + 120)) break;
  }
  const highest = Math.max(...rows), lines = 10;
  console.log('\nresident MiB, a column each row above');
  for (let line = lines; line > 0; --line) {
    console.log(`${(highest * line / lines).toFixed(1).padStart(6)} |${rows.map(mib => (mib > highest * (line - 1) / lines ? '#' : ' ')).join('')}`);
  }
  const half = rows.slice(rows.length >> 1), largest = list => Math.max(...list);
  console.log(`largest of the first half ${largest(rows.slice(0, rows.length >> 1)).toFixed(1)}, of the second ${largest(half).toFixed(1)}, at most ${status('VmHWM').toFixed(1)}`);
  for (const one of consumers) console.log(`${one.name.padEnd(10)} lost ${count - one.had} of ${count}, again ${one.again}, came ${one.comings} times`);
  failed = consumers.some(one => one.had !== count);
} finally {
  bridge.kill('SIGKILL');
  simulator.kill('SIGKILL');
  rmSync(folder, {recursive: true, force: true});
}
process.exit(failed ? 1 : 0);
