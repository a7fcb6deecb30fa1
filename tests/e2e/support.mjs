// What every end-to-end test needs: processes on free ports, a OneBot application on a WebSocket, HTTP, and waiting for
// a condition instead of for a time.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createServer as createTcp} from 'node:net';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import WebSocket, {WebSocketServer} from 'ws';

export const build = process.env.ONEBRIDGE_BUILD ?? resolve(import.meta.dirname ?? '.', '../../build/dev');
export const onebridge = join(build, 'onebridge');
const simulator = join(build, 'tests/tools/simulator');

// Below the ports that the kernel hands out by itself, so that nobody takes it before the program listens; each once.
const given = new Set();
export async function freePort() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    if (given.has(port)) continue;
    const free = await new Promise(done => {
      const server = createTcp().once('error', () => done(false)).listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return given.add(port), port;
  }
}

// A folder that is gone when the file's tests are. Not with its own test: that hook would run before those that end the
// programs which write there, and a hook that throws keeps the later ones from running.
const folders = [];
process.on('exit', () => { for (const path of folders) rmSync(path, {recursive: true, force: true, maxRetries: 5}); });
export function folder() {
  folders.push(mkdtempSync(join(tmpdir(), 'onebridge-e2e-')));
  return folders.at(-1);
}

// Waits until check() gives something true, and returns it; fails with what() after `ms`.
export async function until(check, what, ms = 60000) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > end) throw new Error(`gave up waiting: ${typeof what === 'function' ? await what() : what}`);
    await new Promise(done => setTimeout(done, 10));
  }
}

// Starts a program and keeps what it says. stop(signal) waits for its end and returns the exit code.
export function start(t, program, args, {env = {}, cwd} = {}) {
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'pipe'], env: {...process.env, ...env}, cwd});
  const self = {child, out: '', err: '', ended: false};
  child.stdout.on('data', bytes => { self.out += bytes; });
  child.stderr.on('data', bytes => { self.err += bytes; });
  const end = once(child, 'close').then(([code, signal]) => { self.ended = true; return code ?? signal; });
  self.stop = (signal = 'SIGTERM') => { if (!self.ended) child.kill(signal); return end; };
  self.exit = () => end;
  t.after(() => self.stop('SIGKILL'));
  return self;
}

// A platform's servers, for the number-th of its bots. `section` is the [[bots]] section of a bot that talks to them.
export async function simulate(t, platform, {push = '', number = 0} = {}) {
  const args = ['--platform', platform, '--number', String(number)];
  if (push) args.push('--push-url', push);
  const process_ = start(t, simulator, args);
  await until(() => process_.out.includes('\n') || process_.ended, () => `simulator of ${platform}: ${process_.err}`);
  if (process_.ended) throw new Error(`the simulator of ${platform} ended: ${process_.err}`);
  const {port, bot, samples} = JSON.parse(process_.out.split('\n')[0]);
  const base = `http://127.0.0.1:${port}`;
  const post = async (path, body) => {
    const answer = await fetch(base + path, {method: 'POST', body: body === undefined ? undefined : JSON.stringify(body)});
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };
  return {
    port, base, bot, samples, process: process_, post,
    play: native => post('/simulator/event', native),
    get: async path => (await fetch(base + path)).json(),
    setPush: url => post('/simulator/push_url', {url}),
  };
}

// A text message in a group, as Feishu and Lark push it; what is left out the simulator fills in.
export const larkMessage = (id, text) => ({schema: '2.0', header: {event_type: 'im.message.receive_v1', event_id: `event-of-${id}`}, event: {
  sender: {sender_id: {open_id: 'ou_26bbd28933d4134ed80af3ece3aeccb7'}, sender_type: 'user'},
  message: {message_id: id, chat_id: 'oc_6549b3a4f8e34d6a2fa62545a0b09a77', chat_type: 'group', message_type: 'text',
            content: JSON.stringify({text})},
}});

const quote = value => Array.isArray(value) ? `[${value.map(quote).join(', ')}]` : JSON.stringify(value);

// TOML of a section that a simulator gave: nested objects become tables of their own.
export function botToml(section) {
  const plain = Object.entries(section).filter(([, value]) => typeof value !== 'object' || Array.isArray(value));
  const tables = Object.entries(section).filter(([, value]) => typeof value === 'object' && !Array.isArray(value));
  return '[[bots]]\n' + plain.map(([key, value]) => `${key} = ${quote(value)}\n`).join('') +
    tables.map(([key, table]) => `[bots.${key}]\n` + Object.entries(table).map(([k, v]) => `${k} = ${quote(v)}\n`).join('')).join('');
}

// Writes a configuration and starts `onebridge run`; waits until it is ready. Its admin page is at bridge.admin.
// top: more keys of [bridge].
export async function bridge(t, toml, {dir = folder(), log = 'info', top = ''} = {}) {
  const admin = await freePort();
  const path = join(dir, 'bridge.toml');
  writeFileSync(path, `[bridge]\ndata_dir = ${quote(join(dir, 'data'))}\nlog_level = ${quote(log)}\n${top}\n[admin]\nport = ${admin}\n${toml}`);
  const self = start(t, onebridge, ['run', '--config', path]);
  self.dir = dir;
  self.admin = `http://127.0.0.1:${admin}`;
  await until(async () => self.ended || (await fetch(`${self.admin}/healthz`).catch(() => null))?.ok, () => self.err);
  if (self.ended) throw new Error(`onebridge ended: ${self.err}`);
  return self;
}

// A OneBot application on one WebSocket: keeps frames, sends actions, answers by echo.
export class Application {
  constructor(socket) {
    this.socket = socket;
    this.frames = [];
    this.events = [];  // without meta events
    this.waiting = new Map();
    this.closed = false;
    this.number = 0;
    socket.on('message', (bytes, binary) => {
      if (binary) throw new Error('a binary frame');
      const frame = JSON.parse(bytes.toString());
      const type = this.typeOf(frame);
      this.frames.push(frame);
      if (type && !type.startsWith('meta')) this.events.push(frame);
      if (!type && this.waiting.has(frame.echo)) this.waiting.get(frame.echo)(frame);
      if (!type) this.waiting.delete(frame.echo);
    });
    socket.on('close', () => { this.closed = true; });
    socket.on('error', () => {});
  }
  static async connect(url, options = {}) {
    const socket = new WebSocket(url, options);
    const application = new this(socket);
    await once(socket, 'open');
    return application;
  }
  typeOf(frame) { return frame.type; }  // of an event; an answer has none
  call(action, params = {}, self = undefined) {
    const echo = String(++this.number);
    this.socket.send(JSON.stringify({action, params, echo, ...(self && {self})}));
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no answer to ${action}`)), 60000);
      this.waiting.set(echo, frame => { clearTimeout(timer); done(frame); });
    });
  }
  event(matches, what = 'an event') { return until(() => this.events.find(matches), what); }
  async close() { this.socket.close(); await until(() => this.closed, 'the socket to close'); }
}

// The same in OneBot 11.
export class Application11 extends Application {
  typeOf(frame) { return frame.post_type; }
}

// A server for reverse connections; applications[i] is the i-th link, and a `Speaker`.
export function reverseServer(t, {port = 0, Speaker = Application} = {}) {
  const applications = [];
  const server = new WebSocketServer({port, host: '127.0.0.1', handleProtocols: () => false});
  server.on('connection', (socket, request) => {
    const application = new Speaker(socket);
    application.request = request;
    applications.push(application);
  });
  t.after(() => { for (const client of server.clients) client.terminate(); server.close(); });
  return once(server, 'listening').then(() => ({server, applications, port: server.address().port}));
}

// A webhook receiver. answer(event, request) gives {status, type, body}.
export async function webhookServer(t, answer = () => ({status: 204})) {
  const received = [], requests = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', bytes => chunks.push(bytes));
    request.on('end', () => {
      const event = JSON.parse(Buffer.concat(chunks).toString());
      const {status = 204, type, body = ''} = answer(event, request);
      received.push(event);
      requests.push(request);
      response.writeHead(status, type ? {'Content-Type': type} : {});
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  t.after(() => { server.closeAllConnections?.(); server.close(); });
  await once(server, 'listening');
  return {server, received, requests, url: `http://127.0.0.1:${server.address().port}/onebot`};
}

export async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST', headers: {'Content-Type': 'application/json', ...headers},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {status: answer.status, body: await answer.json().catch(() => null), headers: answer.headers};
}

