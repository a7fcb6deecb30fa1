// OneBot 11: `t` of its items, the settings of a run, and what its frames look like.
import {randomBytes} from 'node:crypto';
import {Application, WebhookServer, dial, http} from './applications.mjs';
import {check, equal, problems, show} from './check.mjs';
import {Running} from './suite.mjs';
import {pause, until} from './wait.mjs';

export const secret = 'a secret of more than 16 bytes';
export const token = 's3cret';
export const MainOneBot11 = {
  dialect: '11',
  bots: 3,
  http: [{access_token: token}],
  websocket: [{access_token: token}],
  websocket_reverse: [{path: '/onebot/v11/ws?x=1', access_token: token, reconnect_interval: 200}],
  http_post: [{path: '/onebot', secret, timeout: 5}],
  heartbeat: {enabled: true, interval: 1000},
};

export const unique = (word = 'hello') => `${word} ${randomBytes(6).toString('hex')}`;
const textOf = event => JSON.stringify(event);

// --- `t` ---

export class RunningOneBot11 extends Running {
  get bot() { return this.world.bots[0]; }
  httpUrl(bot = this.bot) { return bot.http?.find(Boolean); }
  websocketUrl(bot = this.bot) { return bot.websocket?.find(Boolean); }
  get secret() { return this.world.settings?.http_post?.[0]?.secret ?? this.world.secret; }

  // HTTP: GET of a path below the bot's address, with a body POST.
  at(path, {bot = this.bot, base = this.httpUrl(bot), body, method = body === undefined ? 'GET' : 'POST', ...options} = {}) {
    return this.request({url: base + path, body, method, ...options});
  }
  // An action with its parameters as JSON: the whole answer of HTTP.
  act(action, params = {}, {headers, ...options} = {}) {
    return this.at(action, {body: params, method: 'POST', headers: {'Content-Type': 'application/json', ...headers}, ...options});
  }
  // ... and its answer alone, whichever way there is.
  async call(action, params = {}, bot = this.bot) {
    if (this.httpUrl(bot)) return (await this.act(action, params, {bot})).value;
    const link = await this.listening(bot);
    if (!(link instanceof Application)) this.notApplicable('the run has no way to send actions');
    return link.call(action, params);
  }
  async data(action, params = {}, bot = this.bot) {
    const answer = await this.call(action, params, bot);
    succeeded(answer, `${action} ${show(params)}`);
    return answer.data;
  }

  // A forward link to /, /api or /event.
  async connect({bot = this.bot, path = '', base = this.websocketUrl(bot), headers = {}, query = '', authorized = true, protocols, silent = path.startsWith('api')} = {}) {
    // What a section with native ids says is of other types.
    const native = this.world.settings?.websocket?.some(one => one.ids === 'string');
    const link = await dial(base + path + query, {headers: {...(authorized ? this.authorization : {}), ...headers}, protocols, channel: native ? 'websocket with native ids' : 'websocket'});
    this.after(() => link.close());
    if (!silent) await until(() => link.frames.length > 0, 'the first frame');
    return link;
  }
  // The reverse link of a bot, by its X-Self-ID.
  reverse(bot = this.bot, {server = this.world.reverse[0], role = /^universal$/i, ms} = {}) {
    const is = link => link.request.headers['x-self-id'] === String(bot.self_id) && role.test(link.request.headers['x-client-role'] ?? '');
    return server.link(ms, bot.self_id === undefined ? () => true : is);
  }
  async listening(bot = this.bot) {
    this.listeners ??= new Map();
    if (!this.listeners.has(bot)) this.listeners.set(bot, await this.#listener(bot));
    return this.listeners.get(bot);
  }
  async #listener(bot) {
    if (this.websocketUrl(bot)) return this.connect({bot});
    if (this.world.reverse?.length) return this.reverse(bot);
    if (this.world.http_post?.length) return this.world.http_post[0];
    return this.notApplicable('the run has no way that pushes events');
  }

  // The bot whose platform can be made to cause this.
  causing(cause) { return super.causing(cause)[0]; }
  // The bot whose platform is so, as the driver says.
  having(trait, what) {
    return this.bots.find(bot => bot.traits?.[trait]) ?? this.notApplicable(`no platform of this run ${what}`);
  }
  inject(bot, cause, options) { return bot.inject(cause, options); }
  // What came of it: found by the native ids that it carries.
  async arrival(link, expected, ms) {
    const is = event => event.self_id === expected.self_id && event.post_type !== 'meta_event' && expected.marks.some(mark => textOf(event).includes(mark));
    const found = await link.event(is, () => `the event of ${expected.cause} (${show(expected.marks)})`, ms);
    return link instanceof WebhookServer ? found.event : found;
  }
  async heardAs(bot, cause, options) {
    const link = await this.listening(bot);
    const expected = await this.inject(bot, cause, options);
    return {event: await this.arrival(link, expected), expected, link};
  }
  // After everything that was caused before: nothing more of it can come.
  async settled(bot, link) {
    const expected = await this.inject(bot, bot.causes.find(name => name.startsWith('message.')), {text: unique('settled')});
    await this.arrival(link, expected);
  }

  // Somebody's message in a chat of its own, and what is sent there from then on.
  async chat(bot = this.bot, kind = 'group', options = {}) {
    if (!bot.causes?.includes(`message.${kind}`)) this.notApplicable(bot.inject ? `no platform of this run has message.${kind}` : 'needs a platform driver that can emit native events');
    const {event, expected, link} = await this.heardAs(bot, `message.${kind}`, {text: unique(), ...options});
    const {user_id, group_id, channel_id} = expected.expect;
    const own = [kind === 'private' ? user_id : channel_id ?? group_id, expected.find.message_id].filter(Boolean);
    const to = kind === 'private' ? {user_id: event.user_id} : {group_id: event.group_id};
    const send = kind === 'private' ? 'send_private_msg' : 'send_group_msg';
    const sent = async () => (await bot.sent()).filter(one => own.some(id => JSON.stringify([one.path, one.body]).includes(id)));
    return {bot, kind, event, expected, link, to, native: expected.expect, sent, send: (message, more = {}) => this.call(send, {...to, message, ...more}, bot),
            once: (n = 1) => until(async () => { const all = await sent(); return all.length >= n && all; }, `${n} messages at the platform`)};
  }
  sending() {
    const bot = this.bots.find(one => one.sent && one.inject);
    if (!bot) this.notApplicable('needs a platform driver that can emit native events and tell what the platform was asked');
    return bot;
  }
  async still(ms = 300) { await pause(ms); }
}

// --- answers ---

export const answerMembers = ['status', 'retcode', 'data', 'message', 'wording'];
export function failed(answer, retcode, what) {
  check(answer && typeof answer === 'object', `${what}: expected an answer, got ${show(answer)}`);
  check(answer.retcode === retcode, `${what}: expected retcode ${retcode}, got ${show(answer.retcode)}${answer.message ? ` (${answer.message})` : ''}`);
  equal(answer.status, retcode === 0 ? 'ok' : retcode === 1 ? 'async' : 'failed', `${what}: status`);
}
export function succeeded(answer, what) {
  failed(answer, 0, what);
  return answer.data;
}

// --- frames ---

const head = {time: 'integer', self_id: 'integer', post_type: 'id'};
const sender = {user_id: 'integer', nickname: 'id', sex: 'string', age: 'integer'};
export const shapes = {
  head,
  message: {...head, message_type: 'id', sub_type: 'id', message_id: 'integer', user_id: 'integer', raw_message: 'string', font: 'integer', sender: 'object'},
  sender,
  groupSender: {...sender, card: 'string', area: 'string', level: 'string', role: 'id', title: 'string'},
  typeNames: {message: 'message_type', notice: 'notice_type', request: 'request_type', meta_event: 'meta_event_type'},
};
export const messageProblems = event => {
  const group = event.message_type === 'group';
  return [...problems(event, {...shapes.message, ...(group && {group_id: 'integer'})}, 'message'),
          ...problems(event.sender, group ? shapes.groupSender : shapes.sender, 'sender')];
};

// Which members segments have: those that stand in CQ strings, in order, then those of arrays alone.
export const segments = {
  text: [['text'], []], at: [['qq'], ['name']], image: [['file', 'url'], ['file_size', 'sub_type']], record: [['file', 'url'], ['file_size']], video: [['file', 'url'], ['file_size']],
  file: [['file', 'url'], ['file_id', 'name', 'file_size']], location: [['lat', 'lon', 'title', 'content'], []], reply: [['id'], []], face: [['id'], ['raw']],
  json: [['data'], []], forward: [['id'], []],
};

// --- CQ strings ---

export const escapeText = text => text.replaceAll('&', '&amp;').replaceAll('[', '&#91;').replaceAll(']', '&#93;');
const unescape = text => text.replaceAll('&#91;', '[').replaceAll('&#93;', ']').replaceAll('&#44;', ',').replaceAll('&amp;', '&');
// A CQ string as segments.
export function decodeCq(text) {
  const list = [];
  const add = plain => { if (plain) list.push({type: 'text', data: {text: unescape(plain)}}); };
  let at = 0;
  for (const code of text.matchAll(/\[CQ:([^,\]]+)((?:,[^,=\]]+=[^,\]]*)*)\]/g)) {
    add(text.slice(at, code.index));
    const pairs = code[2].split(',').filter(Boolean).map(pair => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))]);
    list.push({type: code[1], data: Object.fromEntries(pairs)});
    at = code.index + code[0].length;
  }
  add(text.slice(at));
  return list;
}
// An array as its CQ string says it: texts joined, members left out that stand in arrays alone.
export function asSaid(message) {
  const list = [];
  for (const {type, data} of message) {
    if (type === 'text' && list.at(-1)?.type === 'text') list.at(-1).data.text += data.text;
    else if (type !== 'text') list.push({type, data: Object.fromEntries((segments[type]?.[0] ?? Object.keys(data)).filter(name => name in data).map(name => [name, String(data[name])]))});
    else if (data.text !== '') list.push({type, data: {text: data.text}});
  }
  return list;
}

export {http};
