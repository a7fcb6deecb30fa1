#!/usr/bin/env node
// ./dev bench flood: what an honest client feels while strangers hold 10,000 connections open, and while 900 of them send
// half of a body; and what that costs the bridge. README.md says what each number means.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {request as httpRequest} from 'node:http';
import {connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.ONEBRIDGE_BUILD ?? resolve(here, '../../build/release');
const connections = Number(process.env.CONNECTIONS ?? 10000);
const bodies = 900, half = 3 << 20;
const seconds = Number(process.env.SECONDS ?? 10);

const freePort = () => new Promise(done => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const {port} = server.address();
    server.close(() => done(port));
  });
});
const pause = ms => new Promise(done => setTimeout(done, ms));
const action = JSON.stringify({action: 'get_version', params: {}});

// One action on a connection of its own; the milliseconds it took, or undefined when it was not answered.
function ask(port) {
  return new Promise(done => {
    const begin = performance.now();
    const request = httpRequest({host: '127.0.0.1', port, method: 'POST', agent: false, timeout: 5000,
      headers: {'Content-Type': 'application/json', 'Content-Length': action.length}}, answer => {
      answer.resume().on('end', () => done(answer.statusCode === 200 ? performance.now() - begin : undefined));
    });
    request.on('timeout', () => request.destroy()).on('error', () => done(undefined));
    request.end(action);
  });
}

// Asks 50 times a second for so long, and says how it went.
async function honest(port) {
  const times = [];
  let refused = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(20)) {
    const time = await ask(port);
    time === undefined ? ++refused : times.push(time);
  }
  times.sort((a, b) => a - b);
  return {p50: times[times.length >> 1] ?? Infinity, p99: times[Math.floor(times.length * 0.99)] ?? Infinity, refused, asked: times.length + refused};
}

// Connections from many addresses of this machine, or from one. Those that the bridge ends are opened again.
function strangers(port, count, addresses, said) {
  const sockets = new Set();
  let over = false, opened = 0;
  const open = number => {
    if (over) return;
    const socket = connect({port, host: '127.0.0.1', localAddress: `127.0.${1 + (number % addresses >> 8)}.${1 + number % addresses % 250}`});
    ++opened;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('connect', () => { if (said) socket.write(said); });
    socket.on('close', () => { sockets.delete(socket); setTimeout(open, 1000, number); });
    socket.resume();
  };
  (async () => { for (let i = 0; i < count && !over; ++i) { open(i); if (i % 100 === 99) await pause(10); } })();
  return {get open() { return sockets.size; }, get opened() { return opened; },
    end() { over = true; for (const socket of sockets) socket.destroy(); }};
}

// A process of its own, so that the strangers' work is not in its times.
async function apart(port) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'honest', port], {stdio: ['ignore', 'pipe', 'inherit']});
  let text = '';
  child.stdout.on('data', bytes => { text += bytes; });
  await once(child, 'close');
  return JSON.parse(text, (name, value) => value ?? Infinity);
}

if (process.argv[2] === 'honest') {
  console.log(JSON.stringify(await honest(Number(process.argv[3]))));
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'onebridge-flood-'));
const port = await freePort();
writeFileSync(join(folder, 'bridge.toml'), `[bridge]\ndata_dir = "${folder}/data"\nlog_level = "error"\n[[onebot.http]]\nport = ${port}
[[bots]]\nplatform = "qq"\napp_id = "102000001"\napp_secret = "bench-secret-0123456789"
[bots.endpoints]\ntoken = "http://127.0.0.1:1/"\napi = "http://127.0.0.1:1"\n`);
const bridge = spawn(join(build, 'onebridge'), ['run', '--config', join(folder, 'bridge.toml')], {stdio: 'ignore'});
const status = name => Number(readFileSync(`/proc/${bridge.pid}/status`, 'utf8').match(new RegExp(`${name}:\\s+(\\d+)`))[1]) / 1024;
const row = (name, {p50, p99, refused, asked}, more = '') =>
  console.log(`${name.padEnd(48)} ${p50.toFixed(1)} / ${p99.toFixed(1)} ms, ${refused} of ${asked} refused; resident ${status('VmRSS').toFixed(1)} MiB${more}`);
const body = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${half * 2}\r\n\r\n${'x'.repeat(half)}`;
let worst = 0;
try {
  for (let i = 0; i < 100 && (await ask(port)) === undefined; ++i) await pause(50);
  const floods = [
    [`${connections} silent connections of one address`, connections, 1, ''],
    [`${connections} silent connections of 500 addresses`, connections, 500, ''],
    [`${connections} connections that say half a head`, connections, 500, 'POST / HTTP/1.1\r\nHost: 127'],
    [`${bodies} bodies, half of each sent`, bodies, 300, body],
  ];
  row('alone, p50 / p99', await apart(port));
  for (const [name, count, addresses, said] of floods) {
    const flood = strangers(port, count, addresses, said);
    await pause(3000);
    const felt = await apart(port);
    worst = Math.max(worst, felt.p99);
    row(name, felt, `; ${flood.open} open, ${flood.opened} opened`);
    flood.end();
    await pause(2000);
  }
  await pause(10000);
  console.log(`${'resident MiB at most / ten seconds afterwards'.padEnd(48)} ${status('VmHWM').toFixed(1)} / ${status('VmRSS').toFixed(1)}`);
} finally {
  bridge.kill('SIGKILL');
  await once(bridge, 'close');
  rmSync(folder, {recursive: true, force: true});
}
process.exit(worst < 1000 ? 0 : 1);
