// The items, what each needs, and the one that is running (`t`).
import {NotApplicable, check, show} from './check.mjs';
import {Application, dial, encode, http} from './applications.mjs';
import {until} from './wait.mjs';

export const [MUST, SHALL, CONV, SHOULD, MAY, BR] = ['MUST', 'SHALL', 'CONV', 'SHOULD', 'MAY', 'BR'];
export const items = [];
export const collecting = {dialect: '12'};  // whose items are being loaded

// options:
//   needs     of "http websocket reverse webhook http_post token msgpack sent inject refuse offline restart log", by blanks
//   settings  the implementation must run with these (see drivers/README.md); without: the settings of the whole run
//   anywhere  ... but if nobody can start it with these, the item runs with what is there
//   alone     nothing else may run on the same instance meanwhile
//   last      after everything else: looks at what was heard
export function item(id, strength, title, options, run) {
  items.push({id, dialect: collecting.dialect, strength, title, section: id.startsWith('C-META') ? 'Meta events' : currentSection, ...(run ? {...options, run} : {run: options})});
}
let currentSection = '';
export const section = name => { currentSection = name; };

// What the whole run uses, unless an item asks for something else.
export const token = 's3cret';
export const mainSettings = {
  bots: 3,
  http: [{access_token: token}],
  websocket: [{access_token: token}],
  websocket_reverse: [{path: '/onebot/v12/ws?x=1', access_token: token, reconnect_interval: 300}],
  webhook: [{access_token: token, timeout: 3000}],
  heartbeat: {enabled: true, interval: 1000},
};

// Items ask for a private chat and a group; a platform that has one of them is asked there.
export function completeTargets(bots) {
  for (const {targets} of bots) {
    if (!targets) continue;
    targets.private ??= targets.group ?? targets.channel;
    targets.group ??= targets.private;
  }
}

const methods = {http: 'HTTP', websocket: 'a forward WebSocket', reverse: 'a reverse WebSocket', webhook: 'a webhook', http_post: 'an HTTP POST receiver'};
const abilities = {inject: 'emit native events', sent: 'tell what the platform was asked', refuse: 'make the platform refuse',
                   offline: 'take a bot offline'};

// One item while it runs on one instance. Everything it opens is closed at its end.
export class Running {
  #ends = [];
  constructor(item, world) { Object.assign(this, {item, world}); }
  after(end) { this.#ends.push(end); }
  async finish() { for (const end of this.#ends.reverse()) await end(); }
  notApplicable(reason) { throw new NotApplicable(reason); }

  require(needs = '') {
    for (const need of needs.split(' ').filter(Boolean)) {
      if (methods[need] && !this.world[need]?.length) this.notApplicable(`the run has no ${methods[need].replace(/^an? /, '')}`);
      if (abilities[need] && !this.world.bots.some(bot => bot[need])) this.notApplicable(`needs a platform driver that can ${abilities[need]}`);
      if (need === 'restart' && !this.world.restart) this.notApplicable('needs a driver that can restart the implementation');
      if (need === 'log' && !this.world.log) this.notApplicable('needs a driver that shows the log');
      if (need === 'token' && !this.world.token) this.notApplicable('the run has no access token');
      if (need === 'msgpack' && !this.world.msgpack) this.notApplicable('MessagePack is declared absent (415, or 10001 on a binary frame)');
    }
  }

  // --- addresses ---
  httpUrl(i = 0) { return this.world.http[i]; }
  websocketUrl(i = 0) { return this.world.websocket[i]; }
  get authorization() { return this.world.token ? {Authorization: `Bearer ${this.world.token}`} : {}; }

  // --- HTTP ---
  request(options = {}) {
    const {url = this.httpUrl(), query = '', headers = {}, authorized = true, ...rest} = options;
    return http(url + query, {asking: true, ...rest, headers: {...(authorized ? this.authorization : {}), ...headers}});
  }
  // A body with the right headers. A string goes out as it is.
  post(body, options = {}) { return this.request({body, ...options, headers: {'Content-Type': 'application/json', ...options.headers}}); }
  async pack(value, options = {}) {
    return this.post(value instanceof Uint8Array ? value : encode(value), {...options, headers: {'Content-Type': 'application/msgpack', ...options.headers}});
  }
  async poll(params = {}, options = {}) {
    const answer = await this.post({action: 'get_latest_events', params}, options);
    check(answer.status === 200 && answer.value?.retcode === 0, `get_latest_events ${show(params)}: expected success, got HTTP ${answer.status} ${answer.text.slice(0, 200)}`);
    return answer.value.data;
  }

  // --- WebSocket ---
  async connect({url = this.websocketUrl(), headers = {}, authorized = true, protocols} = {}) {
    const link = await dial(url, {headers: {...(authorized ? this.authorization : {}), ...headers}, protocols});
    this.after(() => link.close());
    await until(() => link.frames.length > 0, 'the first frame');
    return link;
  }

  // --- any way: a request's response ---
  async call(action, params = {}, self = undefined) { return this.ask({action, params, ...(self && {self})}); }
  async ask(request) {
    if (this.world.http?.length) return (await this.post(request)).value;
    this.link ??= this.world.websocket?.length ? await this.connect() : await this.world.reverse?.[0]?.link();
    if (!(this.link instanceof Application)) this.notApplicable('the run has no way to send actions');
    if (typeof request !== 'string' && request.echo === undefined) {
      const {echo, ...response} = await this.link.call(request.action, request.params, {self: request.self});
      return response;
    }
    return this.link.ask(typeof request === 'string' ? request : JSON.stringify(request));
  }
  async actions(self) { return (await this.call('get_supported_actions', {}, self)).data; }

  // --- bots ---
  get bots() { return this.world.bots; }
  selves(n) {
    if (this.bots.length < n) this.notApplicable(`needs ${n} bots on the connection, and there ${this.bots.length === 1 ? 'is 1' : `are ${this.bots.length}`}`);
    return this.bots.slice(0, n).map(bot => bot.self);
  }
  // The bots whose list of actions has this one.
  async doing(action) {
    const able = [];
    for (const bot of this.bots) {
      bot.actions ??= await this.actions(bot.self);
      if (bot.actions?.includes(action)) able.push(bot);
    }
    if (!able.length) this.notApplicable(`no bot lists ${action}`);
    return able;
  }
  // The bots whose platform can be made to cause this.
  causing(cause) {
    const able = this.bots.filter(bot => bot.causes?.includes(cause));
    if (!this.bots.some(bot => bot.inject)) this.notApplicable('needs a platform driver that can emit native events');
    if (!able.length) this.notApplicable(`no platform of this run has ${cause}`);
    return able;
  }
  // Emits natively; gives what must be in the event. event(link, expected) waits for it.
  inject(bot, cause, options) { return bot.inject(cause, options); }
  arrival(link, expected, ms) {
    const is = event => Object.entries(expected.find).every(([name, value]) => event[name] === value) && event.self?.user_id === expected.self.user_id;
    return link.event(is, () => `the event of ${expected.cause} (${show(expected.find)})`, ms).then(found => found.event ?? found);
  }
  // Emits and waits on a forward link (or the first way that is there).
  async heardAs(bot, cause, options) {
    const link = await this.listening();
    const expected = await this.inject(bot, cause, options);
    return {event: await this.arrival(link, expected), expected, link};
  }
  async listening() {
    if (this.listener) return this.listener;
    if (this.world.websocket?.length) return this.listener = await this.connect();
    if (this.world.reverse?.length) return this.listener = await this.world.reverse[0].link();
    if (this.world.webhook?.length) return this.listener = this.world.webhook[0];
    return this.notApplicable('the run has no way that pushes events');
  }
}
