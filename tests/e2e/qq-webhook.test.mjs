// A QQ bot whose events are pushed: the binary against the simulated platform.
import assert from 'node:assert/strict';
import {createPrivateKey, sign} from 'node:crypto';
import test from 'node:test';
import {Application, botToml, bridge, folder, freePort, simulate, until} from './support.mjs';

const appId = '102000001';
const number = event => Number(JSON.stringify(event.message ?? '').match(/flood (\d+)/)?.[1] ?? -1);

// The signature of the platform, made by somebody else's cryptography.
function signed(secret, timestamp, body) {
  const seed = Buffer.from(secret.repeat(32)).subarray(0, 32);
  const key = createPrivateKey({key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8'});
  return sign(null, Buffer.from(timestamp + body), key).toString('hex');
}

async function world(t) {
  const [ingress, websocket] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${ingress}/qq/${appId}`;
  const qq = await simulate(t, 'qq', {push: url});
  const dir = folder();
  const toml = `${botToml(qq.bot)}\n[ingress]\nport = ${ingress}\n[[onebot.websocket]]\nport = ${websocket}\n`;
  const run = () => bridge(t, toml, {dir, log: 'info'});
  const attach = () => Application.connect(`ws://127.0.0.1:${websocket}/?consumer=test`);
  const push = async (body, {timestamp = String(Math.floor(Date.now() / 1000)), id = appId, secret = qq.bot.app_secret} = {}) => {
    const answer = await fetch(url, {
      method: 'POST', body,
      headers: {'Content-Type': 'application/json', 'X-Bot-Appid': id, 'X-Signature-Timestamp': timestamp,
        'X-Signature-Ed25519': signed(secret, timestamp, body)},
    });
    return {status: answer.status, text: await answer.text()};
  };
  return {qq, url, run, attach, push};
}

test('a bot proves its address, and tells applications what is pushed, once', {timeout: 240_000}, async t => {
  const {qq, run, attach, push, url} = await world(t);
  assert.equal(qq.bot.receive, 'webhook');
  await run();
  const application = await attach();

  await qq.post('/simulator/validate');
  const [proof] = await until(async () => { const all = await qq.get('/simulator/pushes'); return all[0]?.statuses.length && all; }, 'the proof');
  assert.ok(proof.taken, JSON.stringify(proof));
  for (const sample of qq.samples) await qq.play(JSON.parse(sample));
  await until(() => application.events.length === qq.samples.length, () => `${application.events.length} of ${qq.samples.length}`);
  assert.ok(application.events.every(event => event.self.user_id === '3141592653589793238'));
  assert.ok(application.events.every(event => event.detail_type !== 'qq.malformed'));

  const body = JSON.stringify({op: 0, id: 'FRIEND_ADD:mine', t: 'FRIEND_ADD', d: {openid: 'U', timestamp: 1790000000}});
  assert.deepEqual(await push(body), {status: 200, text: '{"op":12,"d":0}'});
  assert.deepEqual(await push(body), {status: 200, text: '{"op":12,"d":0}'});
  assert.deepEqual(await push('{"op":1,"d":1314}'), {status: 200, text: '{"op":11,"d":1314}'});
  await qq.play({t: 'FRIEND_DEL', d: {openid: 'U'}});
  await application.event(event => event.detail_type === 'friend_decrease' && event.user_id === 'U', 'the last event');
  assert.equal(application.events.filter(event => event['qq.event_id'] === 'FRIEND_ADD:mine').length, 1);

  const old = String(Math.floor(Date.now() / 1000) - 301);
  assert.equal((await push(body, {timestamp: old})).status, 401);
  assert.equal((await push(body, {secret: 'another'})).status, 401);
  assert.equal((await push(body, {id: '109900001'})).status, 401);
  assert.equal((await fetch(url, {method: 'POST', body, headers: {'X-Bot-Appid': appId}})).status, 401);
  const attack = JSON.stringify({op: 13, d: {event_ts: old, plain_token: body}});
  assert.equal((await push(attack)).status, 401);
});

test('nothing that is pushed is lost over kill -9 in the middle', {timeout: 240_000}, async t => {
  const {qq, run, attach} = await world(t);
  let process_ = await run();
  const applications = [await attach()];
  await until(async () => (await qq.get('/simulator/state')).tokens > 0, 'the login');

  const count = 300;
  await qq.post(`/simulator/flood?count=${count}&rate=60&bytes=200`);
  for (let round = 0; round < 3; ++round) {
    await new Promise(done => setTimeout(done, 900));  // in the middle of the flood
    await process_.stop('SIGKILL');
    process_ = await run();
    applications.push(await attach());
  }

  const heard = () => applications.flatMap(application => application.events).filter(event => number(event) >= 0);
  await until(() => new Set(heard().map(number)).size === count, () => `${new Set(heard().map(number)).size} of ${count}; ${process_.err.slice(-500)}`, 60_000);
  const ids = new Map();
  for (const event of heard()) {
    if (ids.has(number(event))) assert.equal(event.id, ids.get(number(event)));
    ids.set(number(event), event.id);
  }
  const pushes = await until(async () => { const all = await qq.get('/simulator/pushes'); return all.every(push => push.taken) && all; }, 'every push to be taken', 30_000);
  assert.equal(pushes.length, count);
  assert.ok(pushes.some(push => push.statuses.length > 1), 'none had to come again');
  assert.equal((await qq.get('/simulator/state')).identifies, 0);
});

test('several shards: each reads its own guilds, and a restart resumes them all', {timeout: 240_000}, async t => {
  const qq = await simulate(t, 'qq');
  await qq.post('/simulator/limit?shards=3');
  const websocket = await freePort();
  const dir = folder();
  const toml = `${botToml({...qq.bot, shards: 'auto'})}\n[[onebot.websocket]]\nport = ${websocket}\n`;
  const connected = async () => (await qq.get('/simulator/state')).sessions.filter(session => session.connected).length === 3;
  const guild = shard => String(BigInt(shard + 3) << 22n);
  const process_ = await bridge(t, toml, {dir});
  const attach = () => Application.connect(`ws://127.0.0.1:${websocket}/?consumer=test`);
  const first = await attach();  // from here on the consumer has a place in the log
  await until(async () => (await first.call('get_status')).data.bots[0]?.online, 'the bot to be online');
  await process_.stop();
  for (const shard of [0, 1, 2]) await qq.play({t: 'GUILD_CREATE', d: {id: guild(shard), op_user_id: '1'}});

  await bridge(t, toml, {dir});
  const application = await attach();
  await until(connected, 'three sessions again');
  for (const shard of [0, 1, 2]) await qq.play({t: 'GUILD_UPDATE', d: {id: guild(shard), op_user_id: '1'}});

  await until(() => application.events.length >= 6, () => JSON.stringify(application.events));
  for (const detail of ['guild_member_increase', 'qq.guild_update']) {
    const guilds = application.events.filter(event => event.detail_type === detail).map(event => event.guild_id);
    assert.deepEqual(guilds.sort(), [0, 1, 2].map(guild), detail);
  }
  const state = await qq.get('/simulator/state');
  assert.equal(state.identifies, 3);
  assert.equal(state.resumes, 3);
});

test('who pushes too often without a proof is told to wait, and what is proven is taken all the same', {timeout: 240_000}, async t => {
  const {run, push} = await world(t);
  await run();
  const body = JSON.stringify({op: 0, id: 'FRIEND_ADD:mine', t: 'FRIEND_ADD', d: {openid: 'U', timestamp: 1790000000}});
  const statuses = [];
  for (let i = 0; i < 22; ++i) statuses.push((await push(body, {secret: 'another'})).status);
  assert.deepEqual(statuses, [...Array(20).fill(401), 429, 429]);
  assert.equal((await push(body)).status, 200);
});
