// Section 1: methods, names, configuration.
import {check, equal, matches, ok, show} from '../../lib/check.mjs';
import {BR, MAY, SHALL, SHOULD, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('General');

const name = /^[a-z][\-a-z0-9]*(\.[\-a-z0-9]+)*$/;

item('C-GEN-01', SHALL, 'One process offers HTTP, webhook, forward and reverse WebSocket', {needs: 'http websocket reverse webhook'}, async t => {
  const link = await t.connect();
  const reverse = await t.world.reverse[0].link();
  ok(await t.call('get_version'), 'get_version over HTTP');
  ok(await link.call('get_version'), 'get_version over the forward WebSocket');
  ok(await reverse.call('get_version'), 'get_version over the reverse WebSocket');
  await until(() => t.world.webhook[0].pushes.length, 'a push to the webhook');
});

item('C-GEN-02', MAY, 'Several instances of a method at once, each served once', {settings: {bots: 2, http: [{}], websocket: [{}],
  websocket_reverse: [{path: '/one', reconnect_interval: 300}, {path: '/two', reconnect_interval: 300}],
  webhook: [{path: '/one', timeout: 3000}, {path: '/two', timeout: 3000}]}, needs: 'inject'}, async t => {
  const links = await Promise.all(t.world.reverse.map(server => server.link()));
  const [bot] = t.causing('message.private');
  const expected = await t.inject(bot, 'message.private');
  const is = event => event.message_id === expected.find.message_id;
  for (const link of links) await link.event(is, 'the event on each reverse link');
  for (const hook of t.world.webhook) await hook.event(is, 'the event at each webhook');
  for (const link of links) equal(link.events.filter(is).length, 1, 'copies on one reverse link');
  for (const hook of t.world.webhook) equal(hook.events.filter(is).length, 1, 'copies at one webhook');
});

item('C-GEN-04', SHALL, 'The names of the implementation and of every platform have the form of the standard', async t => {
  matches(ok(await t.call('get_version'), 'get_version').impl, name, 'impl');
  for (const bot of ok(await t.call('get_status'), 'get_status').bots) matches(bot.self.platform, name, 'self.platform');
});

item('C-GEN-05', SHALL, 'One implementation name on every way', {needs: 'reverse webhook'}, async t => {
  const {impl} = ok(await t.call('get_version'), 'get_version');
  const link = await t.world.reverse[0].link();
  equal(link.frames[0]?.version?.impl, impl, 'version.impl of meta.connect');
  equal(link.request.headers['sec-websocket-protocol'], `12.${impl}`, 'Sec-WebSocket-Protocol');
  const push = await t.world.webhook[0].event(() => true, 'a push to the webhook');
  equal(push.request.headers['x-impl'], impl, 'X-Impl');
});

item('C-GEN-06', SHALL, 'onebot_version is the string "12"', async t => {
  equal(ok(await t.call('get_version'), 'get_version').onebot_version, '12', 'onebot_version');
});

item('C-GEN-07', SHOULD, 'Options have the names of the standard; an interval of 0 is refused with a message', async t => {
  const {driver} = t.world;
  if (!driver?.accepts) t.notApplicable('needs a driver that checks configurations');
  const good = {bots: 1, http: [{host: '127.0.0.1', access_token: 'x', event_enabled: true, event_buffer_size: 3}],
                webhook: [{url: 'http://127.0.0.1:1/', access_token: 'x', timeout: 0}], websocket: [{host: '127.0.0.1', access_token: 'x'}],
                websocket_reverse: [{url: 'ws://127.0.0.1:1/', access_token: 'x', reconnect_interval: 1000}], heartbeat: {enabled: true, interval: 5000}};
  const {accepted, message} = await driver.accepts(good);
  check(accepted, `a configuration with every option of the standard: expected to be accepted, got ${show(message)}`);
  const reverse = await driver.accepts({...good, websocket_reverse: [{url: 'ws://127.0.0.1:1/', reconnect_interval: 0}]});
  const beat = await driver.accepts({...good, heartbeat: {enabled: true, interval: 0}});
  for (const [what, answer] of [['reconnect_interval', reverse], ['interval', beat]]) {
    check(!answer.accepted, `${what} = 0: expected to be refused`);
    matches(answer.message, new RegExp(what), `the message about ${what} = 0`);
  }
});

item('C-GEN-08', BR, 'HTTP and forward WebSocket work on one port', {settings: {bots: 1, http: [{event_enabled: false}], websocket: [{share: 0}], websocket_reverse: [{path: '/', reconnect_interval: 300}],
  webhook: [{timeout: 3000}], heartbeat: {enabled: false, interval: 1000}}}, async t => {
  equal(new URL(t.websocketUrl()).port, new URL(t.httpUrl()).port, 'the port of both');
  equal((await t.post({action: 'get_version', params: {}})).value?.retcode, 0, 'POST /');
  const link = await t.connect();
  equal(link.frames[0].detail_type, 'connect', 'the first frame');
  ok(await link.call('get_version'), 'get_version on the WebSocket');
});

// A webhook that never answers, a client that never reads, a poller that waits: the other client is served.
item('C-GEN-09', BR, 'A dead webhook, a stuck client and a slow poller delay nobody else', {settings: {bots: 1, http: [{}], websocket: [{}], webhook: [{timeout: 0}]}, needs: 'inject', alone: true, ms: 60000}, async t => {
  const [bot] = t.bots;
  if (!bot.flood) t.notApplicable('needs a driver whose platform can flood');
  t.world.webhook[0].answer = () => new Promise(() => {});
  const stuck = await t.connect();
  stuck.socket.pause();
  const healthy = await t.connect();
  const slow = new AbortController();
  t.post({action: 'get_latest_events', params: {timeout: 30}}, {signal: slow.signal}).catch(() => {});
  t.after(() => slow.abort());
  const began = performance.now();
  await bot.flood(1000, 2000, 300);
  await until(() => healthy.events.length >= 1000, () => `1000 events (had ${healthy.events.length})`, 15000);
  const took = (performance.now() - began) / 1000;
  const numbers = healthy.events.map(event => Number(/flood (\d+)/.exec(JSON.stringify(event.message))?.[1]));
  equal(numbers.slice(0, 1000), Array.from({length: 1000}, (_, n) => n), 'the order of 1000 events');
  return `1000 events in ${took.toFixed(1)} s`;
});

