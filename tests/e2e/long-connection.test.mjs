// The bridge on the long connection of Feishu and Lark: once each, whatever happens to the connection or to the bridge.
import assert from 'node:assert/strict';
import test from 'node:test';
import {Application, botToml, bridge, folder, freePort, larkMessage, simulate, until} from './support.mjs';

const quick = {config: {PingInterval: 1, ReconnectNonce: 1, ReconnectInterval: 1}};

// A platform and what a bridge needs to be configured for it.
async function stage(t, platform, settings = {}) {
  const lark = await simulate(t, platform);
  await lark.post('/simulator/long_connection', {...quick, ...settings});
  await lark.post('/simulator/settings', {retry_ms: Array(100).fill(300)});
  const websocket = await freePort();
  const {verification_token, encrypt_key, ...bot} = lark.bot;  // of no use here: nobody pushes
  const toml = `${botToml({...bot, receive: 'long_connection'})}\n[[onebot.websocket]]\nport = ${websocket}\n`;
  const state = () => lark.get('/simulator/long_connection');
  return {
    lark, toml, state,
    attach: () => Application.connect(`ws://127.0.0.1:${websocket}/?consumer=one`),
    connected: () => until(async () => { const {open, muted} = await state(); return open > muted; }, 'the long connection'),
    taken: count => until(async () => {
      const pushes = await lark.get('/simulator/pushes');
      return pushes.length === count && pushes.every(push => push.statuses.at(-1) === 200) && pushes;
    }, 'an acknowledgement of each'),
  };
}
const texts = application => application.events.filter(event => event.type === 'message').map(event => event.alt_message);

for (const platform of ['feishu', 'lark']) {
  test(`${platform}: messages come once, whole and in parts, and each is acknowledged once`, {timeout: 240_000}, async t => {
    const {lark, toml, state, attach, connected, taken} = await stage(t, platform);
    await bridge(t, toml);
    const application = await attach();
    await connected();
    await lark.play(larkMessage('om_1', 'one'));
    await taken(1);
    await lark.post('/simulator/long_connection', {parts: 5, reversed: true, doubled: true});
    await lark.play(larkMessage('om_2', '二'));
    await taken(2);
    await lark.post('/simulator/long_connection', {parts: 3, reversed: false, doubled: false, lost: 1, patience_ms: 500});
    await lark.play(larkMessage('om_3', 'three'));
    const pushes = await taken(3);
    await until(() => texts(application).length === 3, () => JSON.stringify(texts(application)));

    assert.deepEqual(texts(application), ['one', '二', 'three']);
    assert.deepEqual(pushes.map(push => push.statuses), [[200], [200], [0, 200]]);
    assert.ok(application.events.every(event => event.self.platform === platform));
    const {acknowledgements, unexpected_acknowledgements} = await state();
    assert.equal(acknowledgements.length, 3);
    assert.equal(unexpected_acknowledgements, 0);
  });
}

test('a connection that dies in silence is replaced within two pings, and nothing is lost', {timeout: 240_000}, async t => {
  const {lark, toml, state, attach, connected, taken} = await stage(t, 'feishu', {patience_ms: 500});
  const process_ = await bridge(t, toml);
  const application = await attach();
  await connected();
  await until(async () => (await state()).pings > 0, 'a ping');
  await lark.post('/simulator/mute');
  const since = performance.now();
  await lark.play(larkMessage('om_dark', 'in the dark'));
  await connected();
  const took = performance.now() - since;
  const [push] = await taken(1);
  await until(() => texts(application).length === 1, 'the message');

  assert.equal(push.statuses[0], 0);
  assert.match(process_.err, /no answer to a ping/);
  assert.ok(took < 5000, `${Math.round(took)} ms: two pings and a spread of 1 s`);
});

test('a restart in between, and connections that are closed, lose nothing and repeat nothing', {timeout: 240_000}, async t => {
  const {lark, toml, attach, connected, taken} = await stage(t, 'feishu', {patience_ms: 500});
  const dir = folder();
  let process_ = await bridge(t, toml, {dir});
  const applications = [await attach()];
  await connected();
  let count = 0;
  const burst = async () => { for (let i = 0; i < 10; ++i) await lark.play(larkMessage(`om_${count}`, `m${count++}`)); };
  await burst();
  await process_.stop('SIGKILL');
  await burst();
  process_ = await bridge(t, toml, {dir});
  applications.push(await attach());
  await burst();
  await lark.post('/simulator/disconnect', {code: 1001});
  await burst();
  await process_.stop('SIGTERM');
  await burst();
  process_ = await bridge(t, toml, {dir});
  applications.push(await attach());
  await connected();
  await taken(count);
  const ids = new Map();
  const all = () => applications.flatMap(application => application.events.filter(event => event.type === 'message'));
  await until(() => new Set(all().map(event => event.alt_message)).size === count, () => `${all().length} of ${count}`);
  for (const event of all()) {
    assert.equal(ids.get(event.alt_message) ?? event.id, event.id, `${event.alt_message} came as two events`);
    ids.set(event.alt_message, event.id);
  }
});

test('a platform that refuses for a moment is asked again; one that refuses for good is told of in the log', {timeout: 240_000}, async t => {
  const passing = await stage(t, 'feishu', {refuse_discovery: {code: 1, count: 1}, refuse_handshake: {status: 514, code: 1, count: 1}});
  await bridge(t, passing.toml);
  await passing.connected();
  const lasting = await stage(t, 'lark', {refuse_handshake: {status: 514, code: 1000040350, count: 1}});
  const process_ = await bridge(t, lasting.toml);
  await until(() => /50 connections/.test(process_.err), () => process_.err);
  assert.match(process_.err, /retry in [67]\d{5}ms/);
  assert.doesNotMatch(process_.err, /ticket/);
});
