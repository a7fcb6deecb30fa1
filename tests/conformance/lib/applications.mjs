// The application's side: WebSocket links, HTTP requests, a server for reverse links, a webhook receiver. Everything that
// an implementation says is also kept in `heard`, for the items that look at a whole run.
import {decode, encode} from '@msgpack/msgpack';
import {once} from 'node:events';
import {createServer, request as httpRequest} from 'node:http';
import {connect as tcp} from 'node:net';
import WebSocket, {WebSocketServer} from 'ws';
import {until, within} from './wait.mjs';

export const heard = {events: [], responses: [], pings: 0};
const kMost = 400;  // of each kind on each way: a flood must not crowd out the rest
const kept = new Map();

// Before another dialect.
export function forget() {
  Object.assign(heard, {events: [], responses: [], pings: 0});
  kept.clear();
}

// What says which event it is, in OneBot 12 and in OneBot 11.
const kinds = ['type', 'detail_type', 'post_type', 'message_type', 'notice_type', 'request_type', 'meta_event_type'];
const isEvent = value => Boolean(value) && typeof value === 'object' && ('type' in value || 'post_type' in value);
const isMeta = value => isEvent(value) && (value.type === 'meta' || value.post_type === 'meta_event');

function keep(list, channel, text, value) {
  const kind = JSON.stringify([channel, ...kinds.map(name => value?.[name]), value?.self?.platform ?? value?.self_id, value?.retcode]);
  const count = kept.get(kind) ?? 0;
  kept.set(kind, count + 1);
  if (count < kMost) list.push({channel, text, value});
}

// One link, whoever dialed. Frames in order; responses by echo.
export class Application {
  constructor(socket, channel) {
    Object.assign(this, {socket, channel, frames: [], raw: [], waiting: new Map(), stray: [], closed: null, pings: 0, number: 0});
    socket.on('message', (bytes, binary) => this.#take(bytes, binary));
    socket.on('ping', () => { ++this.pings; if (channel === 'websocket') ++heard.pings; });
    socket.on('close', (code, reason) => { this.closed = {code, reason: String(reason)}; });
    socket.on('error', () => {});
  }
  #take(bytes, binary) {
    const text = binary ? '' : bytes.toString();
    let value;
    try { value = binary ? decode(bytes) : JSON.parse(text); } catch { value = undefined; }
    const event = isEvent(value);
    this.frames.push(value);
    this.raw.push({bytes, binary, text, value});
    keep(event ? heard.events : heard.responses, this.channel, text, value);
    if (!event && value) this.#answer(value);
  }
  #answer(value) {
    if (!this.waiting.has(value.echo)) this.stray.push(value);
    else {
      const answer = this.waiting.get(value.echo);
      this.waiting.delete(value.echo);
      answer(value);
    }
  }
  get events() { return this.frames.filter(frame => isEvent(frame) && !isMeta(frame)); }
  get meta() { return this.frames.filter(isMeta); }
  get responses() { return this.frames.filter(frame => frame && !isEvent(frame)); }
  send(value) { this.socket.send(typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value)); }
  call(action, params = {}, {self, binary = false, ms = 15000} = {}) {
    const echo = `c${++this.number}`;
    const request = {action, params, echo, ...(self && {self})};
    const answer = new Promise(done => this.waiting.set(echo, done));
    this.send(binary ? encode(request) : request);
    return within(ms, answer, `the answer to ${action}`);
  }
  // Sends what may be no request at all, and gives the next response that call() does not wait for.
  async ask(frame, ms = 5000) {
    const before = this.stray.length;
    this.send(frame);
    await until(() => this.stray.length > before || this.closed, `a response to ${String(frame).slice(0, 60)}`, ms);
    if (this.closed) throw new Error(`the link was closed (${this.closed.code}) after ${String(frame).slice(0, 60)}`);
    return this.stray[before];
  }
  event(test, what, ms = 10000) { return until(() => this.events.find(test), what, ms); }
  async close() {
    if (this.closed) return;
    this.socket.close();
    await until(() => this.closed, 'the socket to close', 3000).catch(() => this.socket.terminate());
  }
}

// Dials; fails with {status} when the handshake is refused.
export async function dial(url, {headers = {}, protocols = [], channel = 'websocket'} = {}) {
  const socket = new WebSocket(url, protocols, {headers, perMessageDeflate: false, skipUTF8Validation: false});
  const application = new Application(socket, channel);
  await new Promise((done, fail) => {
    socket.once('open', done);
    socket.once('error', fail);
    socket.once('unexpected-response', (_, response) => { response.resume(); fail(Object.assign(new Error(`HTTP ${response.statusCode}`), {status: response.statusCode})); });
  });
  return application;
}

// The status of a handshake: 101 when it is accepted.
export async function handshake(url, options) {
  try {
    const application = await dial(url, options);
    await application.close();
    return 101;
  } catch (error) {
    if (error.status) return error.status;
    throw error;
  }
}

const agents = {agent: false};
// One HTTP request, as raw as needed: {status, headers, bytes, text, value}.
// asking: it is an application's request, so what comes back is part of what was heard.
export function http(url, {method = 'POST', headers = {}, body, signal, asking = false} = {}) {
  return new Promise((done, fail) => {
    const bytes = body === undefined ? undefined : typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const length = bytes === undefined || 'Transfer-Encoding' in headers ? {} : {'Content-Length': Buffer.byteLength(bytes)};
    const request = httpRequest(url, {method, headers: {...length, ...headers}, signal, ...agents}, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const all = Buffer.concat(chunks);
        const packed = (response.headers['content-type'] ?? '').startsWith('application/msgpack');
        let value;
        try { value = packed ? decode(all) : JSON.parse(all.toString()); } catch { value = undefined; }
        if (asking && (response.statusCode === 200 || value?.retcode >= 1000) && value !== undefined) {
          keep(heard.responses, 'http', packed ? '' : all.toString(), value);
          if (Array.isArray(value.data)) for (const one of value.data) if (one?.detail_type) keep(heard.events, 'http', '', one);
        }
        done({status: response.statusCode, headers: response.headers, bytes: all, text: all.toString(), value});
      });
    });
    request.on('error', fail);
    request.end(bytes);
  });
}

// Bytes to a port, and what comes back until `enough` or the end.
export async function rawTcp(url, bytes, {enough = () => false, ms = 5000} = {}) {
  const {hostname, port} = new URL(url);
  const socket = tcp(Number(port), hostname);
  let back = Buffer.alloc(0), ended = false;
  socket.on('data', chunk => { back = Buffer.concat([back, chunk]); });
  socket.on('close', () => { ended = true; });
  socket.on('error', () => { ended = true; });
  socket.write(bytes);
  await until(() => ended || enough(back), () => `bytes (had ${back.length}: ${back.toString('latin1').slice(0, 80)})`, ms).catch(error => { socket.destroy(); throw error; });
  socket.destroy();
  return back;
}

// A server for reverse links. links[i] is the i-th one; attempts are [seconds, request]. refuse: an HTTP status or null.
export class ReverseServer {
  constructor(port, path = '/') { Object.assign(this, {port, path, links: [], attempts: [], refuse: null, server: null}); }
  get url() { return `ws://127.0.0.1:${this.port}${this.path}`; }
  get last() { return this.links.at(-1); }
  async open() {
    this.http = createServer();
    this.server = new WebSocketServer({noServer: true, handleProtocols: () => false, perMessageDeflate: false});
    this.http.on('upgrade', (request, socket, head) => {
      this.attempts.push({at: performance.now(), request});
      if (this.refuse) return socket.end(`HTTP/1.1 ${this.refuse} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      this.server.handleUpgrade(request, socket, head, link => {
        const application = new Application(link, 'reverse');
        application.request = request;
        this.links.push(application);
      });
    });
    this.http.listen(this.port, '127.0.0.1');
    await once(this.http, 'listening');
  }
  // test: of several links, which.
  link(ms = 10000, test = () => true) { return until(() => this.links.find(link => !link.closed && test(link)), 'a reverse link', ms); }
  close() {
    for (const client of this.server?.clients ?? []) client.terminate();
    this.http?.closeAllConnections?.();
    this.http?.close();
    this.http = null;
  }
}

// A webhook receiver. answer(event, request, push) gives {status, type, body}, or a promise of it; cut: the connection ends
// in the middle of the body.
export class WebhookServer {
  constructor(port, path = '/onebot', channel = 'webhook') { Object.assign(this, {port, path, channel, pushes: [], answer: () => ({status: 204})}); }
  get url() { return `http://127.0.0.1:${this.port}${this.path}`; }
  get events() { return this.pushes.map(push => push.event); }
  async open() {
    this.server = createServer((request, response) => {
      const chunks = [], at = performance.now();
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', async () => {
        const bytes = Buffer.concat(chunks);
        let event;
        try { event = JSON.parse(bytes.toString()); } catch { event = undefined; }
        const push = {at, request, bytes, event, aborted: null};
        response.on('close', () => { if (!response.writableFinished) push.aborted = performance.now(); });
        this.pushes.push(push);
        keep(heard.events, this.channel, bytes.toString(), event);
        const {status = 204, type, body = '', headers = {}, cut = false} = event ? await this.answer(event, request, push) : {status: 400};
        if (response.destroyed) return;
        response.writeHead(status, {...headers, ...(type && {'Content-Type': type}), ...(cut && {'Content-Length': body.length + 100})});
        if (cut) response.write(body, () => response.destroy());
        else response.end(body);
      });
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }
  event(test, what, ms = 10000) { return until(() => this.pushes.find(push => push.event && test(push.event)), what, ms); }
  close() {
    this.server?.closeAllConnections?.();
    this.server?.close();
    this.server = null;
  }
}

export {decode, encode};
