// Frameworks that speak OneBot 11, as their users run them: each a project in a folder of its own, with a bot in it that
// does what it is told (clients/). And what any of them is put through.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {copyFileSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {botToml, bridge, folder, freePort, larkMessage, simulate, start, until} from './support.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const token = 'a-token-of-twenty-letters';

// The number that OneBot 11 has for what a platform names by a text.
export function numberOf(kind, platform, native) {
  const [low, count] = kind === 'user' ? [10_000_000_000n, 40_000_000_000n] : [50_000_000_000n, 50_000_000_000n];
  const hash = createHash('sha256').update(`${kind}\x1f${platform}\x1f${native}`).digest();
  return String(low + hash.readBigUInt64BE() % count);
}

// A test of one of them, the only one in its file. ms; it loads hundreds of files before it begins.
export const timeout = 100_000, patience = 60_000;

// Karin's SQLite is installed for one platform alone, since a lock file cannot name packages that its registry lacks.
export const hasKarin = process.platform === 'linux' && process.arch === 'x64' && !!process.report.getReport().header.glibcVersionRuntime;
export const needsKarin = {timeout, skip: !hasKarin && 'the SQLite that Karin needs is installed on Linux, x64, glibc alone'};

// until() with their patience, which ends with the test.
let over = {aborted: false};
export const wait = (check, what) => until(() => {
  if (over.aborted) throw new Error('the test is over');
  return check();
}, what, patience);

// --- the frameworks ---

// A process that says a line of JSON for everything that happens to it; said() finds those with these members.
function framework(t, program, args, options) {
  const self = start(t, program, args, options);
  self.said = (members = {}) => self.out.split('\n').slice(0, -1).filter(line => line.startsWith('{"did"')).map(line => JSON.parse(line))
    .filter(one => Object.entries(members).every(([key, value]) => one[key] === value));
  const saying = members => wait(() => self.said(members)[0] ?? (self.ended && {}), () => `${JSON.stringify(members)} in ${self.tail()}`);
  self.heard = members => saying({did: 'heard', ...members});
  self.answered = members => saying({did: 'answered', ...members});
  self.online = (bot, times = 1) => wait(() => self.said({did: 'online', self: bot}).length >= times || self.ended,
    () => `${bot} online for the ${times}. time in ${self.tail()}`);
  self.tail = () => `${self.out.slice(-3000)}\n${self.err.slice(-3000)}`;
  return self;
}

function project(t, files) {
  const path = folder();
  symlinkSync(join(here, 'node_modules'), join(path, 'node_modules'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), {recursive: true});
    if (content.copy) copyFileSync(join(here, 'clients', content.copy), join(path, name));
    else writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

// `koishi start` with an entry of the adapter for each of `bots`: what that entry says.
export function koishi(t, {port, bots, adapter = 'adapter-onebot'}) {
  const entries = bots.map(bot => [`${adapter}:${bot.selfId}`, bot]);
  const cwd = project(t, {
    'package.json': {name: 'koishi-project', private: true},
    'bot.js': {copy: 'koishi-bot.cjs'},
    'koishi.yml': {plugins: {server: {host: '127.0.0.1', port}, ...Object.fromEntries(entries), './bot': {}}},
  });
  return framework(t, process.execPath, ['node_modules/koishi/bin.js', 'start'], {cwd});
}

// Karin, which listens on `port`; `onebot` is what its adapter.json has under that name.
export function karin(t, {port, onebot = {}}) {
  const cwd = project(t, {
    'package.json': {name: 'karin-project', private: true, type: 'module'},
    '.env': Object.entries({HTTP_ENABLE: true, HTTP_HOST: '127.0.0.1', HTTP_PORT: port, HTTP_AUTH_KEY: 'a key', WS_SERVER_AUTH_KEY: token,
                            REDIS_ENABLE: false, LOG_LEVEL: 'info', RUNTIME: 'node', NODE_ENV: 'production'})
      .map(([key, value]) => `${key}=${value}\n`).join(''),
    'plugins/karin-plugin-told/index.js': {copy: 'karin-bot.js'},
    '@karinjs/config/adapter.json': {
      console: {isLocal: true, token: '', host: ''},
      onebot: {ws_server: {enable: true, timeout: 120}, ws_client: [], http_server: [], ...onebot},
    },
  });
  return framework(t, process.execPath, ['node_modules/node-karin/dist/start/app.mjs'], {cwd});
}

export const napcatTs = (t, addresses) =>
  framework(t, process.execPath, [join(here, 'clients/node-napcat-ts.mjs'), token, ...addresses]);

// --- the platforms ---

const group = '5F1E9C7A3B8D42604E7A9B1C2D3F5A68', member = 'A0B1C2D3E4F5061728394A5B6C7D8E9F';
const friend = '7C1D4E9A2B5F48C09D3E6A7B8C9D0E1F';
const larkChat = 'oc_6549b3a4f8e34d6a2fa62545a0b09a77', larkUser = 'ou_26bbd28933d4134ed80af3ece3aeccb7';
const larkSelf = number => `ou_ef862efc56c7665d51a7892c6fb6${number ? String(number).padStart(4, '0') : 'afec'}`;
const now = () => new Date().toISOString();

// A QQ bot: what people say to it, and what they then see.
async function qq(t, number) {
  const simulator = await simulate(t, 'qq', {number});
  const say = (t_, id, d) => simulator.play({t: t_, d: {id: `ROBOT1.0_${id}!`, timestamp: now(), ...d}});
  const inGroup = {group_openid: group, author: {id: member, member_openid: member, username: 'Lin'}};
  return {
    platform: 'qq', simulator, toml: botToml(simulator.bot), self: simulator.bot.app_id,
    group: numberOf('group', 'qq', group), member: numberOf('user', 'qq', member), friend: numberOf('user', 'qq', friend),
    inGroup: (id, text) => say('GROUP_AT_MESSAGE_CREATE', id, {content: ` ${text}`, ...inGroup}),
    inPrivate: (id, text) => say('C2C_MESSAGE_CREATE', id, {content: text, author: {id: friend, user_openid: friend}}),
    // Of what it sent QQ tells the index, by which others then quote it.
    quote: (id, text, sent) => say('GROUP_AT_MESSAGE_CREATE', id, {content: ` ${text}`, ...inGroup, message_type: 103,
      msg_elements: [{msg_idx: `REFIDX_sim${/\.(\d+)-sent!$/.exec(sent.id)[1]}==`, content: sent.body.content ?? ''}],
      message_scene: {source: 'default', ext: [`msg_idx=REFIDX_${id}==`]}}),
    sent: () => simulator.get('/simulator/sent'),
    isText: (sent, text) => sent.body.content?.trim() === text,
    isPrivate: sent => sent.path === `/v2/users/${friend}/messages`,
    isQuoting: (sent, id) => sent.body.msg_id === `ROBOT1.0_${id}!`,
    isPicture: sent => sent.body.msg_type === 7 && !!sent.body.media.file_info,
  };
}

// A Feishu bot over its long connection. Nobody told it a number: it has that of its user.
async function feishu(t, number) {
  const simulator = await simulate(t, 'feishu', {number});
  const say = (id, text, members = {}) => {
    const native = larkMessage(`om_${id}`, text);
    Object.assign(native.event.message, {create_time: String(Date.now())}, members);
    return simulator.play(native);
  };
  const mentions = [{key: '@_user_1', id: {open_id: larkSelf(number)}, name: 'Bot'}];
  const sayToBot = (id, text, members = {}) => say(id, `@_user_1 ${text}`, {mentions, ...members});
  return {
    platform: 'feishu', simulator, toml: botToml({...simulator.bot, receive: 'long_connection'}),
    self: numberOf('user', 'feishu', larkSelf(number)),
    group: numberOf('group', 'feishu', larkChat), member: numberOf('user', 'feishu', larkUser),
    friend: numberOf('user', 'feishu', larkUser),
    inGroup: sayToBot, inPrivate: (id, text) => say(id, text, {chat_type: 'p2p', chat_id: 'oc_77777777777777777777777777777777'}),
    quote: (id, text, sent) => sayToBot(id, text, {parent_id: sent.message_id, root_id: sent.message_id}),
    sent: () => simulator.get('/simulator/sent'),
    isText: (sent, text) => sent.text?.trim() === text,
    isPrivate: sent => sent.body.receive_id === larkUser || sent.body.receive_id === 'oc_77777777777777777777777777777777',
    isQuoting: (sent, id) => sent.path.includes(`/om_${id}/reply`),
    isPicture: sent => sent.body.msg_type === 'image' && !!JSON.parse(sent.body.content).image_key,
  };
}

// Bots that talk to a framework, by one bridge that can be killed and started again. sections(bots, ports) is the part of its
// configuration that says how.
export async function world(t, cast, sections) {
  over = t.signal;
  const bots = await Promise.all(cast.map(([platform, number = 0]) => (platform === 'qq' ? qq : feishu)(t, number)));
  const dir = folder();
  const ports = {http: await freePort(), websocket: await freePort(), framework: await freePort(), media: await freePort()};
  const toml = `${bots.map(bot => bot.toml).join('\n')}\n[onebot11]\naccess_token = "${token}"\n[onebot11.media]\nport = ${ports.media}\n` +
    sections(bots, ports);
  const self = {bots, ports, bridge: null};
  self.begin = async () => {
    self.bridge = await bridge(t, toml, {dir});
    await wait(async () => (await fetch(`${self.bridge.admin}/readyz`)).ok, () => `the bots to be online: ${self.bridge.err}`);
  };
  self.restart = async () => { await self.bridge.stop('SIGKILL'); await self.begin(); };
  return self;
}

// --- what each of them is put through ---

const sentOf = (bot, what, matches) => wait(async () => (await bot.sent()).find(matches), async () =>
  `${what}, of ${bot.platform}; sent: ${JSON.stringify(await bot.sent()).slice(0, 2000)}`);

// Hears, answers, quotes, sends a picture, and knows who is quoted. `round` tells one time from another.
export async function converse(bot, app, round) {
  const id = name => `${round}${name}${bot.platform}`;
  const ended = () => assert.equal(app.ended, false, `the framework ended: ${app.tail()}`);

  await bot.inGroup(id('hears'), `ping ${round}`);
  const heard = await app.heard({self: bot.self, text: `ping ${round}`});
  ended();
  assert.equal(heard.chat, bot.group);
  assert.equal(heard.user, bot.member);
  assert.deepEqual(heard.at, [bot.self], 'the bot is mentioned by its number');
  const pong = await sentOf(bot, 'the answer', sent => bot.isText(sent, `pong ${round}`));

  await bot.inGroup(id('quotes'), 'quote');
  await sentOf(bot, 'the quote', sent => bot.isText(sent, 'quoted') && bot.isQuoting(sent, id('quotes')));

  const before = (await bot.sent()).filter(bot.isPicture).length;
  await bot.inGroup(id('picture'), 'picture');
  await wait(async () => (await bot.sent()).filter(bot.isPicture).length > before, () => `the picture, of ${bot.platform}: ${app.tail()}`);

  await bot.quote(id('quoted'), 'what?', pong);
  const resolved = await app.heard({self: bot.self, text: 'what?', quoted: `pong ${round}`});
  ended();
  assert.equal(resolved.user, bot.member);
  await sentOf(bot, 'the answer to the quote', sent => bot.isText(sent, `you quote pong ${round}`));

  await bot.inPrivate(id('private'), `ping private ${round}`);
  await app.heard({self: bot.self, text: `ping private ${round}`, user: bot.friend});
  ended();
  await sentOf(bot, 'the private answer', sent => bot.isText(sent, `pong private ${round}`) && bot.isPrivate(sent));
  for (const text of [`ping ${round}`, 'quote', 'picture', 'what?', `ping private ${round}`]) await app.answered({self: bot.self, text});
  return pong;
}

// A number stands for one message, whoever hears of it and how often.
function numbersAreStable(apps) {
  const texts = new Map();
  for (const {self, message, text} of apps.flatMap(app => app.said({did: 'heard'}))) {
    const said = `${self}: ${text}`;
    assert.equal(texts.get(message) ?? said, said, `number ${message} was given twice`);
    texts.set(message, said);
  }
}

// The whole way: all bots talk, the bridge is killed, all talk again, and what was said before is still known by its number.
// back() waits for the framework to be there again, or gives the process that is.
export async function liveThrough(stage, app, back = async () => { for (const bot of stage.bots) await app.online(bot.self, 2); }) {
  const said = new Map();
  for (const bot of stage.bots) await app.online(bot.self);
  for (const bot of stage.bots) said.set(bot, await converse(bot, app, 'first'));

  await stage.restart();
  const after = await back() ?? app;

  for (const bot of stage.bots) {
    await converse(bot, after, 'second');
    await bot.quote(`old${bot.platform}`, 'what was it?', said.get(bot));
    await after.heard({self: bot.self, text: 'what was it?', quoted: 'pong first'});
  }
  numbersAreStable(after === app ? [app] : [app, after]);
  for (const one of new Set([app, after])) assert.deepEqual(one.said({did: 'failed'}), []);
}
