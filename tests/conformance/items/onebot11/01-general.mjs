// Sections 1 and 2: configuration, and one bot on each link.
import {handshake, heard} from '../../lib/applications.mjs';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {failed, succeeded} from '../../lib/onebot11.mjs';
import {BR, MUST, item, section} from '../../lib/suite.mjs';
import {pause, until} from '../../lib/wait.mjs';

section('General');

const eleven = {dialect: '11', bots: 1};
// Whether the implementation would start with these settings.
async function accepts(t, settings) {
  if (!t.world.driver?.accepts) t.notApplicable('needs a driver that checks configurations');
  return t.world.driver.accepts({...eleven, ...settings});
}
async function taken(t, settings, what) {
  const {accepted, said} = await accepts(t, settings);
  check(accepted, () => `${what}: expected to be accepted, got ${show(said)}`);
  return said;
}
async function refused(t, settings, pattern, what) {
  const {accepted, said} = await accepts(t, settings);
  check(!accepted, `${what}: expected to be refused`);
  matches(said, pattern, `what is said of ${what}`);
  return said;
}

item('O11-GEN-02', BR, 'Links with equal options get the same bytes of an event', {needs: 'websocket inject'}, async t => {
  const links = [await t.connect(), await t.connect()];
  const expected = await t.inject(t.causing('message.group'), 'message.group');
  const texts = [];
  for (const link of links) {
    await t.arrival(link, expected);
    texts.push(link.raw.find(frame => expected.marks.some(mark => frame.text.includes(mark))).text);
  }
  equal(texts[1], texts[0], 'the frame at the second link');
});

item('O11-GEN-03', BR, 'Each way has a section of its own; unknown keys and shared addresses are refused', async t => {
  await taken(t, {http: [{}], http_post: [{url: 'http://127.0.0.1:1/'}], websocket: [{}], websocket_reverse: [{url: 'ws://127.0.0.1:1/'}], defaults: {access_token: 'x'},
                  heartbeat: {enabled: false}}, 'a section of each way');
  await refused(t, {http: [{versoin: 11}]}, /versoin/, 'an unknown key');
  await refused(t, {defaults: {nonsense: 1}}, /nonsense/, 'an unknown key of [onebot11]');
  const port = 20000 + Math.floor(Math.random() * 10000);
  await refused(t, {http: [{port}], onebot12: {http: [{port}]}}, new RegExp(String(port)), 'one port for OneBot 11 and OneBot 12');
});

const options = {access_token: 'abc', message_format: 'string', ids: 'string', channels: 'guild', extended_notices: true, interactions: 'message', at_sender: false,
                 replay: '1m', max_frame: '100kB', rate_limit_interval: 100, bots: [0]};
item('O11-CFG-01', BR, 'All options of a link can be set for all links and for one', async t => {
  const {bots, ...common} = options;
  await taken(t, {defaults: common, http: [{}]}, 'all options in [onebot11]');
  await taken(t, {http: [options], websocket: [options], websocket_reverse: [{url: 'ws://127.0.0.1:1/', ...options}],
                  http_post: [{url: 'http://127.0.0.1:1/', ...options, access_token: undefined}].map(({access_token, ...one}) => one)}, 'all options in each section');
  for (const [key, value] of [['message_format', 'xml'], ['ids', 'both'], ['channels', 'all'], ['interactions', 'maybe'], ['rate_limit_interval', -1]]) {
    await refused(t, {http: [{[key]: value}]}, new RegExp(key), `${key} = ${show(value)}`);
  }
});

item('O11-CFG-02', MUST, 'The options of the standard are there, with their meaning', async t => {
  await taken(t, {http: [{host: '127.0.0.1', port: 20001}], websocket: [{host: '127.0.0.1', port: 20002}], http_post: [{url: 'http://127.0.0.1:1/', secret: 'sixteen bytes or more', timeout: 5}],
                  websocket_reverse: [{url: 'ws://127.0.0.1:1/', reconnect_interval: 3000}, {api_url: 'ws://127.0.0.1:1/api', event_url: 'ws://127.0.0.1:1/event', use_universal_client: false}],
                  heartbeat: {enabled: true, interval: 15000}}, 'the options of the standard');
});

const numbered = {dialect: '11', bots: 1, http: [{}], websocket: [{}], bot_options: [{onebot11_id: 1234567}]};
item('O11-CFG-03', BR, 'A bot may be given its number', {settings: numbered}, async t => {
  equal((await t.data('get_login_info')).user_id, 1234567, 'user_id of get_login_info');
  equal((await t.connect()).frames[0].self_id, 1234567, 'self_id');
});
item('O11-CFG-03', BR, 'No two bots have one number', async t => {
  await refused(t, {bots: 2, bot_options: [{onebot11_id: 77}, {onebot11_id: 77}], http: [{}]}, /77/, 'one number for two bots');
});

const usual = {dialect: '11', bots: 1, http: [{}], websocket: [{}]};
item('O11-CFG-04', BR, 'Without configuration there is a heartbeat within 15 s', {settings: usual, anywhere: true, needs: 'websocket'}, async t => {
  const link = await t.connect();
  const beat = await until(() => link.meta.find(event => event.meta_event_type === 'heartbeat'), 'a heartbeat without any heartbeat option', 16500);
  check(beat.interval <= 15000, `the default interval: expected at most 15000, got ${beat.interval}`);
});

item('O11-CFG-05', BR, 'One application on both dialects with one bot is warned of', async t => {
  const url = 'ws://127.0.0.1:31999/onebot';
  const said = await taken(t, {websocket_reverse: [{url: `${url}/v11/ws`}], onebot12: {websocket_reverse: [{url: `${url}/v12/`}]}}, 'both dialects at one host and port');
  matches(said, /onebot11\.websocket_reverse/, 'the warning');
  matches(said, /onebot\.websocket_reverse/, 'the warning');
});

section('One bot on each link');

item('O11-BOT-01', MUST, 'Every event has the self_id of its link, and comes on the links of its bot alone', {needs: 'inject'}, async t => {
  const bots = t.bots.filter(bot => bot.causes?.includes('message.group'));
  if (bots.length < 2) t.notApplicable('needs two bots');
  for (const bot of bots) {
    const {event, expected} = await t.heardAs(bot, 'message.group');
    equal(event.self_id, bot.self_id, 'self_id');
    for (const other of bots.filter(one => one !== bot)) {
      const link = await t.listening(other);
      await t.settled(other, link);
      check(!link.raw.some(frame => expected.marks.some(mark => frame.text.includes(mark))), `an event of ${bot.self_id} came on a link of ${other.self_id}`);
    }
  }
});

item('O11-BOT-01', MUST, 'Nothing that a link, a stream or an answer says is of another bot', {last: true}, async t => {
  for (const link of t.world.reverse?.[0]?.links ?? []) {
    const self = Number(link.request.headers['x-self-id']);
    for (const frame of link.frames) if (frame && 'self_id' in frame) equal(frame.self_id, self, `self_id on the reverse link of ${self}`);
  }
  for (const {request, event} of t.world.http_post?.[0]?.pushes ?? []) if (event) equal(String(event.self_id), request.headers['x-self-id'], 'self_id and X-Self-ID of a post');
});

item('O11-BOT-02', MUST, 'n bots make n reverse links to one url', {needs: 'reverse'}, async t => {
  if (t.bots.length < 2) t.notApplicable('needs two bots');
  for (const bot of t.bots) equal(Number((await t.reverse(bot)).request.headers['x-self-id']), bot.self_id, 'X-Self-ID');
  equal(new Set(t.world.reverse[0].links.filter(link => !link.closed).map(link => link.request.url)).size, 1, 'urls that were called');
});
item('O11-BOT-02', MUST, 'n bots make n streams of posts to one url', {needs: 'http_post'}, async t => {
  if (t.bots.length < 2) t.notApplicable('needs two bots');
  for (const bot of t.bots) await t.world.http_post[0].event(event => event.self_id === bot.self_id, `a post of ${bot.self_id}`);
});

item('O11-BOT-03', BR, 'With several bots in a section the path says which', {needs: 'http websocket'}, async t => {
  if (t.bots.length < 2 || !t.world.settings) t.notApplicable('needs several bots in one section');
  for (const bot of t.bots) {
    equal((await t.data('get_login_info', {}, bot)).user_id, bot.self_id, `user_id at /${bot.self_id}/`);
    equal((await t.connect({bot})).frames[0].self_id, bot.self_id, `self_id at /${bot.self_id}/`);
  }
  const [root] = t.world.http;
  const answer = await t.at('get_login_info', {base: root});
  equal(answer.status, 404, 'GET /get_login_info without a number');
  failed(answer.value, 1404, 'the answer without a number');
  for (const bot of t.bots) check(answer.text.includes(String(bot.self_id)), `${bot.self_id} is not in the answer without a number`);
  equal(await handshake(t.world.websocket[0], {headers: t.authorization}), 404, 'ws / without a number');
  equal((await t.at('get_login_info', {base: root, query: `?self_id=${t.bots[1].self_id}`})).value?.data?.user_id, t.bots[1].self_id, 'user_id by the parameter self_id');
});
item('O11-BOT-03', BR, 'With one bot the root is it, and so is its number', {settings: usual}, async t => {
  const {self_id} = t.bot;
  equal((await t.data('get_login_info')).user_id, self_id, 'user_id at /');
  equal((await t.at(`${self_id}/get_login_info`)).value?.data?.user_id, self_id, `user_id at /${self_id}/`);
  equal((await t.connect()).frames[0].self_id, self_id, 'self_id at /');
  for (const path of [`${self_id}/`, `${self_id}`, `${self_id}/event`]) equal((await t.connect({path})).frames[0].self_id, self_id, `self_id at /${path}`);
});

const kGone = 25000;  // a bot may come back for a while before it counts as gone
// One instance for each: its platform does not come back.
const gone = interval => ({dialect: '11', bots: 1, http: [{}], websocket: [{}], websocket_reverse: [{path: '/', reconnect_interval: 200}], heartbeat: {enabled: true, interval}});
item('O11-BOT-04', BR, 'A reverse link stays up while the platform is away', {settings: gone(15000), needs: 'reverse offline'}, async t => {
  const link = await t.reverse();
  const before = link.frames.length;
  await t.bot.offline();
  const beat = await until(() => link.frames.slice(before).find(frame => frame.meta_event_type === 'heartbeat' && frame.status?.online === false), 'a heartbeat that says so', kGone);
  equal(beat.status, {online: false, good: false}, 'status in the heartbeat');
  equal(link.closed, null, 'how the link was closed');
  equal(t.world.reverse[0].links.length, 1, 'links');
});

item('O11-META-02', MUST, 'A heartbeat comes at once when the bot goes offline', {settings: gone(16000), needs: 'websocket offline'}, async t => {
  const link = await t.connect();
  const before = link.frames.length;
  await t.bot.offline();
  await until(async () => !(await t.data('get_status')).online, 'get_status to say so', kGone);
  const began = performance.now();
  const beat = await until(() => link.frames.slice(before).find(frame => frame.meta_event_type === 'heartbeat' && frame.status?.online === false), 'a heartbeat', 3000);
  equal(beat.status, {online: false, good: false}, 'status');
  check(performance.now() - began < 1500, 'the heartbeat came more than a second later');
});

item('O11-STORE-05', MUST, 'What is known of people and groups is told while the platform is away', {settings: gone(17000), needs: 'offline inject'}, async t => {
  const chat = await t.chat();
  await t.bot.offline();
  const {user_id, group_id} = chat.event;
  const member = await t.data('get_group_member_info', {group_id, user_id});
  equal([member.group_id, member.user_id], [group_id, user_id], 'the ids of get_group_member_info');
  equal((await t.data('get_stranger_info', {user_id})).user_id, user_id, 'user_id of get_stranger_info');
  const group = await t.data('get_group_info', {group_id});
  equal(group.group_id, group_id, 'group_id of get_group_info');
  check(group.max_member_count > 0, `max_member_count: expected more than 0, got ${show(group.max_member_count)}`);
});

const often = {dialect: '11', bots: 1, http: [{}], websocket_reverse: [{path: '/', reconnect_interval: 50}, {path: '/two', reconnect_interval: 50}]};
item('O11-BOT-05', MUST, 'A refused link is dialed for ever, each time later, never more than ten times the interval', {settings: often, needs: 'reverse', alone: true}, async t => {
  const server = t.world.reverse[0];
  const link = await t.reverse();
  server.refuse = 503;
  t.after(() => { server.refuse = null; });
  const from = server.attempts.length;
  link.socket.close(1000);
  await until(() => server.attempts.length >= from + 20, () => `20 attempts (had ${server.attempts.length - from})`, 20000);
  server.refuse = null;
  const began = performance.now();
  await until(() => !server.last.closed, 'a link after 20 refusals', 5000);
  check(performance.now() - began < 1500, `the link came back after ${Math.round(performance.now() - began)} ms, with an interval of 50 ms`);
  const times = server.attempts.slice(from).map(one => one.at);
  const longest = Math.max(...times.slice(1).map((at, n) => at - times[n]));
  check(longest < 1500, `the longest pause: expected ten times 50 ms at most, got ${Math.round(longest)} ms`);
});
item('O11-BOT-05', MUST, 'A bot has one link to an address at a time', {settings: often, needs: 'reverse', alone: true}, async t => {
  const server = t.world.reverse[1];
  for (let n = 0; n < 5; ++n) {
    const link = await t.reverse(t.bot, {server});
    const links = server.links.length;
    link.socket.close(1000);
    await until(() => server.links.length > links, 'the next link');
    check(link.closed, 'the next link came before the last was closed');
    equal(server.links.filter(one => !one.closed).length, 1, 'links at once');
  }
  await pause(100);
});

item('O11-BOT-06', BR, 'self_id in the parameters may be the own one alone', async t => {
  const {self_id} = t.bot;
  succeeded(await t.call('get_login_info', {self_id}), 'the own number');
  succeeded(await t.call('get_login_info', {self_id: String(self_id)}), 'the own number as text');
  const answer = await t.call('get_login_info', {self_id: self_id + 1});
  failed(answer, 1400, 'another number');
  matches(answer.message, new RegExp(String(self_id)), 'the message names the bot of the link');
});

section('Meta events');

item('O11-META-01', MUST, 'Lifecycle is exactly its members', {needs: 'websocket'}, async t => {
  const {time, ...rest} = (await t.connect()).frames[0];
  check(Number.isSafeInteger(time), `time: expected whole seconds, got ${show(time)}`);
  check(Math.abs(time - Date.now() / 1000) < 60, `time: expected now, got ${time}`);
  equal(rest, {self_id: t.bot.self_id, post_type: 'meta_event', meta_event_type: 'lifecycle', sub_type: 'connect'}, 'the frame without time');
});

item('O11-META-02', MUST, 'Heartbeats come at their interval, with status and interval', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  const beats = () => link.meta.filter(event => event.meta_event_type === 'heartbeat');
  await until(() => beats().length >= 3, 'three heartbeats', 48000);
  const {time, ...beat} = beats()[0];
  check(Number.isSafeInteger(time), `time: expected whole seconds, got ${show(time)}`);
  const interval = t.world.settings?.heartbeat?.interval ?? beat.interval;
  equal(beat, {self_id: t.bot.self_id, post_type: 'meta_event', meta_event_type: 'heartbeat', status: {online: true, good: true, ...beat.status}, interval}, 'the frame without time');
});

item('O11-META-02', MUST, 'Every heartbeat has both booleans', {last: true}, async () => {
  for (const {value} of heard.events) {
    if (value?.meta_event_type !== 'heartbeat') continue;
    check(typeof value.status?.online === 'boolean' && typeof value.status?.good === 'boolean', () => `status of ${show(value)}`);
    check(Number.isSafeInteger(value.interval) && value.interval > 0, () => `interval of ${show(value)}`);
  }
});

item('O11-META-03', BR, 'get_status has what heartbeats have', async t => {
  const status = await t.data('get_status');
  equal([status.online, status.good], [true, true], 'online and good');
  if (!status.stat) return 'without counters, which are left out';
  if (!t.bot.inject) return '';
  await t.chat();
  check((await t.data('get_status')).stat.message_received > status.stat.message_received, 'message_received does not rise with a message');
});
