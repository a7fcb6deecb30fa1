// onebridge and the simulators of its platforms. ONEBRIDGE_BUILD names the folder of the build.
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {http} from '../lib/applications.mjs';
import {folder, freePort, start, until, within} from '../lib/wait.mjs';
import {natives} from './onebridge-natives.mjs';
import * as eleven from './onebridge-onebot11.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.ONEBRIDGE_BUILD ?? resolve(here, '../../../build/release');
const onebridge = join(build, 'onebridge');
const simulator = join(build, 'tests/tools/simulator');
const platforms = ['qq', 'feishu', 'bosshi'];

const quote = value => Array.isArray(value) ? `[${value.map(quote).join(', ')}]` : JSON.stringify(value);
const lines = fields => Object.entries(fields).map(([key, value]) => `${key} = ${quote(value)}\n`).join('');

// A section whose nested objects become tables of their own.
function section(head, name, fields) {
  const nested = value => typeof value === 'object' && !Array.isArray(value);
  const entries = Object.entries(fields);
  return `${head}\n${lines(Object.fromEntries(entries.filter(([, value]) => !nested(value))))}` +
    entries.filter(([, value]) => nested(value)).map(([key, table]) => `[${name}.${key}]\n${lines(table)}`).join('');
}

async function post(url, body) {
  const answer = await http(url, {headers: {'Content-Type': 'application/json'}, body: body ?? '', signal: AbortSignal.timeout(15000)});
  if (answer.status >= 300) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  return answer;
}
const get = async url => JSON.parse((await http(url, {method: 'GET', signal: AbortSignal.timeout(15000)})).text);

// A platform's servers as a process, and the bot that talks to them.
class Platform {
  // number: which of the platform's bots.
  constructor(name, number = 0) { Object.assign(this, {name, number}); }
  async open(port = 0) {
    this.process = start(simulator, ['--platform', this.name, '--number', String(this.number), '--port', String(port)]);
    await until(() => this.process.out.includes('\n') || this.process.ended, `the simulator of ${this.name}`);
    if (this.process.ended) throw new Error(`the simulator of ${this.name} ended: ${this.process.err}`);
    const line = JSON.parse(this.process.out.split('\n')[0]);
    Object.assign(this, {port: line.port, section: line.bot, base: `http://127.0.0.1:${line.port}`});
  }
  async attach(ingress) {
    this.push = ingress && this.name !== 'qq' ? `http://127.0.0.1:${ingress}/${this.name}/${this.section.app_id}` : '';
    if (this.push) await post(`${this.base}/simulator/push_url`, {url: this.push});
  }
  async ready() {
    if (this.name === 'qq') await until(async () => (await get(`${this.base}/simulator/state`)).sessions?.length > 0, 'the gateway login', 20000);
  }
  // What the suite calls: see README.md of this folder.
  bot(self) {
    const native = natives[this.name];
    const is = this;
    return {
      self, causes: Object.keys(native.causes), targets: native.targets, drops: native.drops ?? [],
      async inject(cause, options = {}) {
        const {frame, find, expect = {}} = native.causes[cause](self, options);
        const expected = {cause, self, find, expect, options, frame};
        if (options.bytes) await is.pushBytes(frame, options.bytes);
        else for (let n = 0; n < (options.times ?? 1); ++n) await post(`${is.base}/simulator/event`, frame);
        return expected;
      },
      async sent() { return (await get(`${is.base}/simulator/sent`)).map(native.sent); },
      refuse: () => is.name === 'qq' ? post(`${is.base}/simulator/refuse?code=40034105&status=400&count=1`)
                                     : post(`${is.base}/simulator/refuse`, {code: 230002, status: 400, count: 1}),
      // Entries of what goes wrong with the next calls.
      script: entries => post(`${is.base}/simulator/script`, entries),
      asks: 0,  // of the driver itself
      async asked() { return (await get(`${is.base}/simulator/state`)).requests - ++this.asks; },
      // The platform reads nothing until the returned function is called.
      async stall() { is.process.child.kill('SIGSTOP'); return () => is.process.child.kill('SIGCONT'); },
      ...(this.name === 'qq' && {
        offline: () => is.process.stop('SIGKILL'),
        online: async () => { await is.open(is.port); await is.ready(); },
        flood: (count, rate, bytes) => post(`${is.base}/simulator/flood?count=${count}&rate=${rate}&bytes=${bytes}`),
      }),
    };
  }
  // Past the simulator, which would repair them: only a platform that pushes plain text.
  async pushBytes(frame, bytes) {
    const text = JSON.stringify({...frame, header: {...frame.header, event_id: `b${Date.now()}`, create_time: String(Date.now()),
      token: this.section.verification_token, app_id: this.section.app_id}});
    const [before, after] = text.split('BYTES');
    await post(this.push, Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]));
  }
}

// A certificate of 127.0.0.1 that the bridge trusts, for a server of the suite; null without openssl.
function certificate(dir) {
  const [key, file] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', key, '-out', file], {stdio: 'ignore'});
  return made.status === 0 ? {file, key: readFileSync(key), cert: readFileSync(file)} : null;
}

// The sections of one dialect; ports: where its servers listen, to which those of these settings are added.
async function onebot12(settings, ports) {
  let text = '';
  for (const one of settings.http ?? []) ports.http.push(await freePort()), text += section('[[onebot.http]]', '', {port: ports.http.at(-1), ...one});
  for (const {share, ...one} of settings.websocket ?? []) {
    ports.websocket.push(share === undefined ? await freePort() : ports.http[share]);
    text += section('[[onebot.websocket]]', '', {port: ports.websocket.at(-1), default_consumer: false, ...one});
  }
  for (const one of settings.websocket_reverse ?? []) text += section('[[onebot.websocket_reverse]]', '', one);
  for (const one of settings.webhook ?? []) text += section('[[onebot.webhook]]', '', one);
  if (settings.heartbeat) text += section('[onebot.heartbeat]', '', settings.heartbeat);
  return text;
}

async function configuration(settings, dir, boxes) {
  const ports = {admin: await freePort(), ingress: await freePort(), http: [], websocket: []};
  const tls = settings.files?.https ? certificate(dir) : null;
  let text = `[bridge]\ndata_dir = ${quote(join(dir, 'data'))}\nlog_level = "debug"\n${tls ? `ca_file = ${quote(tls.file)}\n` : ''}[admin]\nport = ${ports.admin}\n[ingress]\nport = ${ports.ingress}\n`;
  for (const [n, box] of boxes.entries()) text += section('[[bots]]', 'bots', {...box.section, ...(settings.dialect === '11' && eleven.botOptions[box.name]), ...settings.bot_options?.[n]});
  if (settings.dialect === '11') text += await eleven.sections(settings, ports, boxes, section);
  const other = settings.dialect === '11' ? settings.onebot12 : settings;
  if (other) text += await onebot12(other, settings.dialect === '11' ? {http: [], websocket: []} : ports);
  const {local_urls: local, shared_folder: shared} = settings.files ?? {};
  if (shared) mkdirSync(join(dir, 'shared'));
  if (settings.files) text += section('[files]', '', {allow_internal: local === true, paths: shared ? [join(dir, 'shared')] : []});
  return {text, ports, tls, folder: shared && join(dir, 'shared')};
}

// A bridge that does not end when asked is a finding of its own, and must not hold up the run.
async function end(bridge) {
  await within(10000, bridge.stop(), 'onebridge to end after SIGTERM').catch(error => { bridge.stop('SIGKILL'); throw error; });
}

async function startBridge(path, admin) {
  const bridge = start(onebridge, ['run', '--config', path], {env: {ASAN_OPTIONS: 'quarantine_size_mb=4'}});  // memory is measured
  const ready = async () => bridge.ended || (await http(`http://127.0.0.1:${admin}/healthz`, {method: 'GET'}).catch(() => null))?.status === 200;
  await until(ready, () => `onebridge: ${bridge.err.slice(-800)}`, 30000);
  if (bridge.ended) throw new Error(`onebridge ended: ${bridge.err.slice(-800)}`);
  return bridge;
}

// Each on another platform, or all on the first.
function boxesOf({bots = 1, alike = false}) {
  return Array.from({length: bots}, (_, n) => alike ? new Platform(platforms[0], n) : new Platform(platforms[n]));
}

export default {
  name: 'onebridge',

  async start(settings) {
    const boxes = boxesOf(settings);
    for (const box of boxes) await box.open();
    const dir = folder();
    const {text, ports, tls, folder: shared} = await configuration(settings, dir.path, boxes);
    const path = join(dir.path, 'bridge.toml');
    writeFileSync(path, text);
    let bridge = await startBridge(path, ports.admin);
    const attach = async () => { for (const box of boxes) { await box.attach(ports.ingress); await box.ready(); } };
    await attach();
    const log = [];
    return {
      http: ports.http.map(port => `http://127.0.0.1:${port}/`),
      websocket: ports.websocket.map(port => `ws://127.0.0.1:${port}/`),
      folder: shared,
      tls,
      bots: await (settings.dialect === '11' ? onebot11Bots(ports, settings, boxes) : loggedIn(ports.http[0], settings.http?.[0]?.access_token, boxes)),
      log: () => log.join('') + bridge.err + bridge.out,
      memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${bridge.child.pid}/status`, 'utf8'))[1]) * 1024,
      // signal: SIGKILL ends it without a word. meanwhile: done before it starts again.
      async restart(signal = 'SIGTERM', meanwhile = () => {}) {
        if (signal === 'SIGTERM') await end(bridge);
        else await bridge.stop(signal);
        log.push(bridge.err + bridge.out);
        await meanwhile();
        bridge = await startBridge(path, ports.admin);
        await attach();
      },
      // OneBot 11's numbers, while nothing runs: what the command says.
      async ids(...words) {
        const command = start(onebridge, ['ids', words[0], '--data-dir', join(dir.path, 'data'), ...words.slice(1)]);
        return {code: await command.exit(), said: command.out + command.err};
      },
      async stop() {
        const ended = await end(bridge).catch(error => error);
        for (const box of boxes) await box.process.stop('SIGKILL');
        dir.remove();
        if (ended) throw ended;
      },
    };
  },

  // Whether a configuration is accepted: {accepted, message}.
  async accepts(settings) {
    const boxes = boxesOf(settings);
    for (const box of boxes) await box.open();
    const dir = folder();
    writeFileSync(join(dir.path, 'bridge.toml'), (await configuration(settings, dir.path, boxes)).text);
    const check = start(onebridge, ['check', '--config', join(dir.path, 'bridge.toml')]);
    const code = await check.exit();
    for (const box of boxes) await box.process.stop('SIGKILL');
    dir.remove();
    return {accepted: code === 0, message: check.err, said: check.out + check.err};
  },
};

// The bots as applications know them, once all are online.
async function loggedIn(port, secret, boxes) {
  const headers = {'Content-Type': 'application/json'};
  const status = async () => {
    if (!port) return null;
    const answer = await http(`http://127.0.0.1:${port}/?access_token=${encodeURIComponent(secret ?? '')}`, {headers, body: {action: 'get_status', params: {}}});
    return answer.value?.data?.bots;
  };
  const bots = await until(async () => {
    const all = await status();
    return all?.length === boxes.length && all.every(bot => bot.online) && all;
  }, 'all bots to be online', 20000);
  const used = new Set();
  return boxes.map(box => {
    const {self} = bots.find(bot => bot.self.platform === box.name && !used.has(bot) && used.add(bot));
    return Object.assign(box.bot(self), {app_id: box.section.app_id, play: frame => post(`${box.base}/simulator/event`, frame)});
  });
}

async function onebot11Bots(ports, settings, boxes) {
  return eleven.loggedIn(ports, settings, await loggedIn(ports.status, eleven.own, boxes));
}
