// Runs tests/scenarios/*.txt: the whole binary between the platforms' simulators and one scripted application.
// The verbs are told in tests/scenarios/README.md.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {Application, botToml, bridge, folder, freePort, simulate, until} from './support.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const scenarios = resolve(here, '../scenarios');
const adapters = resolve(here, '../../adapters');

const at = (value, path) => path.split('.').reduce((node, key) => node?.[key], value);
// A path into an object; a member whose own name has a dot ("qq.raw") is found too.
const member = (value, path) => value?.[path] !== undefined ? value[path] : at(value, path);
const literal = text => { try { return JSON.parse(text); } catch { return text; } };
// PATH=JSON words; a blank inside quotation marks does not end one.
const pairs = text => [...text.matchAll(/(\S+?)=("(?:[^"\\]|\\.)*"|\S+)/g)].map(([, path, value]) => [path, literal(value)]);

function replace(target, path, value) {
  const keys = path.split('.'), last = keys.pop();
  keys.reduce((node, key) => node[key], target)[last] = value;
}

function fixture(name) {
  const [platform, file] = [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1)];
  const path = readdirSync(adapters).map(folder => join(adapters, folder, 'fixtures', `${file}.native.json`)).find(existsSync);
  assert.ok(path, `no fixture ${file}.native.json`);
  return {platform, native: JSON.parse(readFileSync(path, 'utf8'))};
}

class Stage {
  constructor(t) { this.t = t; this.platforms = {}; this.sent = {}; this.config = ''; this.dir = folder(); }

  async begin(names) {
    const [ingress, websocket] = [await freePort(), await freePort()];
    this.url = `ws://127.0.0.1:${websocket}/?consumer=scenario`;
    for (const name of names) {
      this.platforms[name] = await simulate(this.t, name);
      this.sent[name] = 0;
      await this.platforms[name].setPush?.(`http://127.0.0.1:${ingress}/${name}/${this.platforms[name].bot.app_id}`).catch(() => {});
    }
    this.toml = Object.values(this.platforms).map(one => botToml(one.bot)).join('') +
      `[ingress]\nport = ${ingress}\n[[onebot.websocket]]\nport = ${websocket}\n${this.config}`;
    await this.run();
    await this.attach();
  }
  async run() { this.bridge = await bridge(this.t, this.toml, {dir: this.dir, log: 'warn'}); }
  async attach() {
    this.application = await Application.connect(this.url);
    this.next = 0;
    const online = async () => (await this.application.call('get_status')).data.bots.filter(bot => bot.online);
    await until(async () => (await online()).length === Object.keys(this.platforms).length, 'every bot online');
  }
  // Waits until the bridge knows that the application has everything, so that nothing comes twice, and leaves.
  async leave() {
    await until(async () => /onebridge_consumer_lag_events\{[^}]*scenario[^}]*\} 0\b/.test(
      await (await fetch(`${this.bridge.admin}/metrics`)).text()), 'the application to have everything');
    await this.application.close();
  }

  async native(rest) {
    const [name, ...words] = rest.split(/\s+/);
    const {platform, native} = fixture(name);
    if (native.header) delete native.header.token, delete native.header.app_id;  // those of the simulated bot are filled in
    for (const [path, value] of pairs(words.join(' '))) replace(native, path, value);
    await this.platforms[platform].play(native);
  }
  async expect(rest) {
    const [name] = rest.split(/\s+/);
    const application = this.application;
    const event = await until(() => application.events[this.next], () => `${rest}; so far ${JSON.stringify(application.events)}`);
    ++this.next;
    assert.equal(`${event.type}.${event.detail_type}`, name, JSON.stringify(event));
    for (const [path, value] of pairs(rest.slice(name.length))) assert.deepEqual(member(event, path), value, `${path} of ${JSON.stringify(event)}`);
    this.event = event;
  }
  async action(rest) {
    const [, name, platform, params] = rest.match(/^(\S+)(?:\s+as\s+(\S+))?\s*(\{.*\})?$/);
    const filled = JSON.parse(params ?? '{}', (_, value) => typeof value === 'string' && value.startsWith('$')
      ? member(this.event, value.slice(1)) : value);
    const bots = platform ? (await this.application.call('get_status')).data.bots : [];
    this.answered = await this.application.call(name, filled, bots.find(bot => bot.self.platform === platform)?.self);
  }
  async answer(rest) {
    const [code] = rest.split(/\s+/);
    assert.equal(this.answered.retcode, code === 'ok' ? 0 : Number(code), JSON.stringify(this.answered));
    for (const [path, value] of pairs(rest.slice(code.length))) assert.deepEqual(member(this.answered, path), value, path);
  }
  async sentTo(rest) {
    const [platform] = rest.split(/\s+/);
    const one = await until(async () => (await this.platforms[platform].get('/simulator/sent'))[this.sent[platform]], `a message at ${platform}`);
    ++this.sent[platform];
    for (const [path, value] of pairs(rest.slice(platform.length))) assert.deepEqual(member(one.body, path), value, `${path} of ${JSON.stringify(one)}`);
  }
  async refuse(rest) {
    const [platform, what] = rest.split(/\s+/, 2);
    if (what.startsWith('{')) await this.platforms[platform].post('/simulator/refuse', JSON.parse(what));
    else await this.platforms[platform].post(`/simulator/refuse?${what}`);
  }
  async end(signal) {
    const attached = !this.application.closed;
    if (attached) await this.leave();
    await this.bridge.stop(signal);
    await this.run();
    if (attached) await this.attach();
  }
  // Asks for something and hears the answer: whatever was sent before it is here.
  async finish() {
    if (this.application.closed) return;
    await this.application.call('get_version');
    assert.deepEqual(this.application.events.slice(this.next), [], 'an event that nobody expected');
  }
}

const verbs = {
  native: (stage, rest) => stage.native(rest), expect: (stage, rest) => stage.expect(rest),
  action: (stage, rest) => stage.action(rest), answer: (stage, rest) => stage.answer(rest),
  sent: (stage, rest) => stage.sentTo(rest), refuse: (stage, rest) => stage.refuse(rest),
  restart: stage => stage.end('SIGTERM'), kill: stage => stage.end('SIGKILL'),
  away: stage => stage.leave(), back: stage => stage.attach(),
};

for (const file of readdirSync(scenarios).filter(name => name.endsWith('.txt')).sort()) {
  const lines = readFileSync(join(scenarios, file), 'utf8').split('\n').map((text, i) => ({number: i + 1, text: text.trim()}));
  test(`${file}: ${lines[0].text.replace(/^#\s*/, '')}`, {timeout: 240_000}, async t => {
    const stage = new Stage(t);
    const script = lines.filter(line => line.text && !line.text.startsWith('#')).map(line => {
      const [verb] = line.text.split(/\s+/);
      return {...line, verb, rest: line.text.slice(verb.length).trim()};
    });
    stage.config = script.filter(line => line.verb === 'config').map(line => `${line.rest}\n`).join('');
    await stage.begin(script.find(line => line.verb === 'bots')?.rest.split(/\s+/) ?? ['qq']);
    for (const {number, verb, rest} of script.filter(line => !['bots', 'config'].includes(line.verb))) {
      assert.ok(verbs[verb], `${file}:${number}: no verb "${verb}"`);
      await verbs[verb](stage, rest).catch(error => { throw new Error(`${file}:${number}: ${error.message}`, {cause: error}); });
    }
    await stage.finish();
  });
}
