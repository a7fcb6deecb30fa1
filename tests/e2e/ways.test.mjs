// One bridge, every way: the same events reach a forward WebSocket, a reverse WebSocket, a webhook and a poller, in
// order and once; actions on each way get their answers.
import assert from 'node:assert/strict';
import test from 'node:test';
import {Application, botToml, bridge, freePort, post, reverseServer, simulate, until, webhookServer} from './support.mjs';

const openid = n => `E4F4AEA33253A2797FB897C50B81D7${String(n).padStart(2, '0')}`;
const friend = n => ({t: 'FRIEND_ADD', d: {openid: openid(n), timestamp: 1699240365 + n}});

async function everything(t, answer) {
  const qq = await simulate(t, 'qq');
  const bosshi = await simulate(t, 'bosshi');
  const [ingress, http, websocket] = [await freePort(), await freePort(), await freePort()];
  const reverse = await reverseServer(t);
  const hook = await webhookServer(t, answer);
  const toml = `
${botToml(qq.bot)}
${botToml(bosshi.bot)}
[ingress]
port = ${ingress}
[[onebot.http]]
port = ${http}
access_token = "t0ken"
[[onebot.webhook]]
url = "${hook.url}"
access_token = "t0ken"
[[onebot.websocket]]
port = ${websocket}
access_token = "t0ken"
[[onebot.websocket_reverse]]
url = "ws://127.0.0.1:${reverse.port}/onebot/v12/ws?x=1"
access_token = "t0ken"
reconnect_interval = 200
[onebot.heartbeat]
interval = 1000
`;
  const onebridge = await bridge(t, toml);
  await bosshi.setPush(`http://127.0.0.1:${ingress}/bosshi/${bosshi.bot.app_id}`);
  await until(() => reverse.applications.length > 0, 'the reverse link');
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the gateway login');
  const forward = await Application.connect(`ws://127.0.0.1:${websocket}/?access_token=t0ken`);
  const poll = async (params = {}) => (await post(`http://127.0.0.1:${http}/`, {action: 'get_latest_events', params},
                                                  {Authorization: 'Bearer t0ken'})).body.data;
  const bots = async () => (await forward.call('get_status')).data.bots.filter(bot => bot.online);
  await until(async () => (await bots()).length === 2, 'both bots online');
  return {qq, bosshi, reverse, hook, forward, poll, http, onebridge, websocket};
}

test('the same events reach all four ways, each once and in order, with connect first', async t => {
  const {qq, bosshi, reverse, hook, forward, poll} = await everything(t);
  for (let n = 0; n < 20; ++n) await qq.play(friend(n));
  await bosshi.play(JSON.parse(bosshi.samples.find(sample => sample.includes('im.message.receive'))));

  const [link] = reverse.applications;
  await until(() => forward.events.length >= 21 && link.events.length >= 21, 'the WebSockets');
  const hooked = () => hook.received.filter(event => event.type !== 'meta');
  await until(() => hooked().length >= 21, 'the webhook');
  const polled = await poll();

  const ids = events => events.map(event => event.id);
  assert.equal(new Set(ids(forward.events)).size, 21);
  assert.deepEqual(ids(link.events), ids(forward.events));
  assert.deepEqual(ids(hooked()), ids(forward.events));
  assert.deepEqual(ids(polled), ids(forward.events));
  assert.deepEqual(forward.events.filter(event => event.detail_type === 'friend_increase').map(event => event.user_id),
                   Array.from({length: 20}, (_, n) => openid(n)));
  for (const application of [forward, link]) {
    assert.equal(application.frames[0].detail_type, 'connect');
    assert.equal(application.frames[0].version.onebot_version, '12');
    assert.equal(application.frames[1].detail_type, 'status_update');
  }
  assert.equal(hook.received[0].detail_type, 'status_update');
  assert.equal(link.request.url, '/onebot/v12/ws?x=1');
  assert.equal(link.request.headers['sec-websocket-protocol'], '12.onebridge');
  assert.equal(link.request.headers.authorization, 'Bearer t0ken');
  assert.equal(hook.requests[0].headers['x-impl'], 'onebridge');
  assert.equal(hook.requests[0].headers['x-onebot-version'], '12');
});

test('an action on each way gets its answer, and the message arrives at the platform', async t => {
  const {qq, bosshi, reverse, forward, http} = await everything(t, event => event.detail_type === 'group'
    ? {status: 200, type: 'application/json', body: JSON.stringify([{action: 'send_message', params: {
        detail_type: 'group', group_id: event.group_id, message: 'by webhook'}}])}
    : {status: 204});
  const bots = (await forward.call('get_status')).data.bots;
  const self = bots.find(bot => bot.self.platform === 'qq').self;
  const params = text => ({detail_type: 'private', user_id: openid(1), message: text});

  const answers = [await forward.call('send_message', params('by forward'), self),
                   await reverse.applications[0].call('send_message', params('by reverse'), self),
                   (await post(`http://127.0.0.1:${http}/?access_token=t0ken`, {action: 'send_message', params: params('by http'), self})).body];
  for (const answer of answers) {
    assert.equal(answer.status, 'ok', JSON.stringify(answer));
    assert.equal(typeof answer.data.message_id, 'string');
    assert.equal(typeof answer.data.time, 'number');
  }
  await qq.play({t: 'GROUP_AT_MESSAGE_CREATE', d: {id: 'ROBOT1.0_x1!', content: ' hi', timestamp: new Date().toISOString(),
    group_openid: '5F1E9C7A3B8D42604E7A9B1C2D3F5A68', author: {id: 'M1', member_openid: 'M1'}}});
  const sent = await until(async () => {
    const all = await qq.get('/simulator/sent');
    return all.length === 4 && all;
  }, 'four messages');
  assert.deepEqual(sent.map(one => one.body.content).sort(), ['by forward', 'by http', 'by reverse', 'by webhook']);
  assert.equal(sent.find(one => one.body.content === 'by webhook').body.msg_id, 'ROBOT1.0_x1!', 'a passive reply');

  const boss = bots.find(bot => bot.self.platform === 'bosshi').self;
  const answer = await forward.call('send_message', {detail_type: 'group', group_id: 'g~', message: 'hello'}, boss);
  assert.equal(answer.status, 'ok', JSON.stringify(answer));
  assert.deepEqual((await bosshi.get('/simulator/sent')).at(-1).body.content, {text: 'hello'});

  assert.equal((await forward.call('get_self_info')).retcode, 10101);
  assert.equal((await forward.call('get_self_info', {}, {platform: 'qq', user_id: 'nobody'})).retcode, 10102);
  assert.equal((await forward.call('nonsense')).retcode, 10002);
});

test('a heartbeat reaches the pushing ways and never the poller', async t => {
  const {reverse, hook, forward, poll} = await everything(t);
  const beats = frames => frames.filter(frame => frame.detail_type === 'heartbeat').length;

  await until(() => beats(forward.frames) >= 2 && beats(reverse.applications[0].frames) >= 2 && beats(hook.received) >= 1, 'heartbeats');

  assert.deepEqual(await poll(), []);
  assert.equal(forward.frames.find(frame => frame.detail_type === 'heartbeat').interval, 1000);
});

test('a wrong token is refused before the upgrade, and over HTTP, with 401', async t => {
  const {http, websocket} = await everything(t);

  await assert.rejects(Application.connect(`ws://127.0.0.1:${websocket}/?access_token=wrong`), /401/);
  assert.equal((await post(`http://127.0.0.1:${http}/?access_token=t0ken`, {action: 'get_version', params: {}}, {Authorization: 'Bearer wrong'})).status, 401);
});
