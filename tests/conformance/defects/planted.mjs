// onebridge's driver behind a man in the middle, who makes the defect of OneBot 11 that PLANT names (none: changes nothing).
import {createServer, request as httpRequest} from 'node:http';
import {once} from 'node:events';
import WebSocket, {WebSocketServer} from 'ws';
import driver from '../drivers/onebridge.mjs';
import {freePort} from '../lib/wait.mjs';
import {defects} from './onebot11.mjs';

const plant = defects.find(one => one.name === process.env.PLANT) ?? {};

// What the implementation says, as it arrives: texts.
function said(text, way) {
  let value;
  try { value = JSON.parse(text); } catch { return [text]; }
  if (value && typeof value === 'object' && 'post_type' in value) {
    if (!plant.event) return [text];
    return plant.event(value, way) === false ? [] : [JSON.stringify(value)];
  }
  if (!plant.answer || !value || !('retcode' in value)) return [text];
  plant.answer(value);
  const {again, ...answer} = value;
  return again ? [JSON.stringify(answer), JSON.stringify(answer)] : [JSON.stringify(answer)];
}

const bytesOf = async stream => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return Buffer.concat(chunks); };
const own = /^(connection|upgrade|sec-websocket-.*|content-length|transfer-encoding)$/;
const headersOf = headers => Object.fromEntries(Object.entries(headers).filter(([name]) => !own.test(name)));

// Stands before `target` ("host:port"). way: websocket and http when the implementation is behind, else by which it calls.
class Middle {
  constructor(target, way) { Object.assign(this, {target, way, calls: way === 'reverse' || way === 'http_post'}); }
  async open() {
    this.port = await freePort();
    this.sockets = new WebSocketServer({noServer: true, perMessageDeflate: false, handleProtocols: () => false, maxPayload: 1 << 27});
    this.server = createServer((request, response) => this.#serve(request, response).catch(() => response.destroy()));
    this.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }
  close() {
    for (const client of this.sockets.clients) client.terminate();
    this.server.closeAllConnections();
    this.server.close();
  }
  #outgoing(request) {
    const out = {path: request.url, headers: headersOf(request.headers)};
    (this.calls ? plant.call : plant.dial)?.(out);
    return {...out, headers: {...out.headers, host: this.target}};
  }
  async #serve(request, response) {
    const out = {...this.#outgoing(request), body: (await bytesOf(request)).toString()};
    if (this.calls) {
      const texts = said(out.body, this.way);
      if (!texts.length) return response.writeHead(204).end();
      [out.body] = texts;
      plant.post?.(out);
    }
    const asked = httpRequest(`http://${this.target}${out.path}`, {method: request.method, agent: false,
      headers: {...out.headers, ...(out.body || request.headers['content-length'] ? {'content-length': Buffer.byteLength(out.body)} : {})}});
    asked.end(out.body);
    const [answer] = await once(asked, 'response');
    const result = {status: answer.statusCode, headers: headersOf(answer.headers), body: await bytesOf(answer)};
    if (!this.calls) {
      const [text] = said(result.body.toString(), this.way);
      let value;
      try { value = JSON.parse(text); } catch { value = undefined; }
      plant.http?.(result, value);
      result.body = text;
    }
    response.writeHead(result.status, {...result.headers, 'content-length': Buffer.byteLength(result.body)}).end(result.body);
  }
  #upgrade(request, socket, head) {
    const out = this.#outgoing(request);
    const upstream = new WebSocket(`ws://${this.target}${out.path}`, {headers: out.headers, perMessageDeflate: false, maxPayload: 1 << 27});
    const early = [];
    socket.on('error', () => upstream.terminate());
    upstream.on('error', () => socket.destroy());
    upstream.on('message', (bytes, binary) => early.push([bytes, binary]));
    upstream.on('unexpected-response', async (_, response) => {
      const result = {status: response.statusCode, headers: headersOf(response.headers)};
      const body = await bytesOf(response).catch(() => Buffer.alloc(0));
      if (!this.calls) plant.http?.(result);
      const lines = Object.entries(result.headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.end(`HTTP/1.1 ${result.status} Refused\r\n${lines}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    });
    upstream.on('open', () => this.sockets.handleUpgrade(request, socket, head, client => this.#join(client, upstream, early)));
  }
  #join(client, upstream, early) {
    const pass = (from, to, speaks) => (bytes, binary) => {
      if (to.readyState !== WebSocket.OPEN) return;
      if (!speaks || binary) return to.send(bytes, {binary});
      for (const text of said(bytes.toString(), this.way)) to.send(text);
    };
    const end = other => (code, reason) => [1005, 1006].includes(code) ? other.terminate() : other.close(code, reason);
    const back = pass(upstream, client, !this.calls);
    upstream.removeAllListeners('message');
    for (const [bytes, binary] of early) back(bytes, binary);
    upstream.on('message', back);
    client.on('message', pass(client, upstream, this.calls));
    client.on('close', end(upstream));
    upstream.on('close', end(client));
    client.on('error', () => {});
  }
}

export default {
  ...driver,
  name: `onebridge, ${plant.name ?? 'sound'}`,
  async start(settings) {
    const middles = [], by = new Map();
    const before = async (url, way) => {
      const {host} = new URL(url);
      if (!by.has(host)) by.set(host, await new Middle(host, way).open()), middles.push(by.get(host));
      return url.replace(host, `127.0.0.1:${by.get(host).port}`);
    };
    const called = async (list, way) => Promise.all((list ?? []).map(async one => {
      const made = {...one};
      for (const name of ['url', 'api_url', 'event_url']) if (one[name]) made[name] = await before(one[name], way);
      return made;
    }));
    const instance = await driver.start({...settings, websocket_reverse: await called(settings.websocket_reverse, 'reverse'), http_post: await called(settings.http_post, 'http_post')});
    const all = async (urls, way) => { const made = []; for (const url of urls ?? []) made.push(url && await before(url, way)); return made; };
    instance.http = await all(instance.http, 'http');
    instance.websocket = await all(instance.websocket, 'websocket');
    for (const bot of instance.bots) Object.assign(bot, {http: await all(bot.http, 'http'), websocket: await all(bot.websocket, 'websocket')});
    return {...instance, async stop() { for (const middle of middles) middle.close(); await instance.stop(); }};
  },
};
