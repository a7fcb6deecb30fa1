// Nothing is lost: kill -9 in the middle of a stream, and a consumer that was away.
import assert from 'node:assert/strict';
import test from 'node:test';
import {Application, Application11, botToml, bridge, folder, freePort, post, reverseServer, simulate, until, webhookServer} from './support.mjs';

const rounds = Number(process.env.ROUNDS ?? 10);
const number = event => Number(JSON.stringify(event.message ?? '').match(/flood (\d+)/)?.[1] ?? -1);

// What one consumer had over all restarts: every number at least once, and repeats only with the same id; idOf says which that is.
function idsOf(name, events, count, idOf) {
  const ids = new Map();
  for (const event of events) {
    const n = number(event);
    if (n < 0) continue;
    if (!ids.has(n)) ids.set(n, idOf(event));
    assert.equal(idOf(event), ids.get(n), `${name}: ${n} came again with another id`);
  }
  const lost = Array.from({length: count}, (_, n) => n).filter(n => !ids.has(n));
  assert.deepEqual(lost.slice(0, 10), [], `${name}: ${lost.length} of ${count} lost`);
  return ids;
}
const complete = (name, events, count) => events.length - idsOf(name, events, count, event => event.id).size;

test(`kill -9 at 2,000 events/s, ${rounds} rounds: every consumer with a cursor has every event`, {timeout: 300_000}, async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder();
  const [http, websocket] = [await freePort(), await freePort()];
  const reverse = await reverseServer(t);
  const toml = `
${botToml(qq.bot)}
[[onebot.http]]
port = ${http}
[[onebot.websocket]]
port = ${websocket}
[[onebot.websocket_reverse]]
url = "ws://127.0.0.1:${reverse.port}/"
reconnect_interval = 100
`;
  const forward = [], polled = [];
  let process_ = await bridge(t, toml, {dir, log: 'warn'});
  const attach = async () => {
    const application = await Application.connect(`ws://127.0.0.1:${websocket}/?consumer=bench`);
    forward.push(application);
  };
  const poll = async () => {
    const {body} = await post(`http://127.0.0.1:${http}/`, {action: 'get_latest_events', params: {}});
    polled.push(...body.data);
    return body.data.length;
  };
  await attach();
  await poll();
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the login');

  const count = rounds * 2000;
  await qq.post(`/simulator/flood?count=${count}&rate=2000&bytes=300`);
  for (let round = 0; round < rounds; ++round) {
    await new Promise(done => setTimeout(done, 300 + Math.random() * 600));
    await poll().catch(() => {});
    await process_.stop('SIGKILL');
    process_ = await bridge(t, toml, {dir, log: 'warn'});
    await attach();
  }
  const all = list => list.flatMap(application => application.events);
  const has = events => new Set(events.map(number)).size >= count;
  await until(() => has(all(forward)) && has(all(reverse.applications)), () =>
    `forward ${all(forward).length} reverse ${all(reverse.applications).length} of ${count}; ${process_.err.slice(-500)}`, 120_000);
  while (await poll() > 0);

  const repeats = {
    forward: complete('forward', all(forward), count),
    reverse: complete('reverse', all(reverse.applications), count),
    poller: complete('poller', polled, count),
  };
  t.diagnostic(`${count} events, ${rounds} kills; came again with the same id: ${JSON.stringify(repeats)}`);
});

// Everything that a bot says gets a number, too: one message in each round, before the kill.
test(`kill -9 at 500 events/s, ${rounds} rounds: OneBot 11 misses nothing that OneBot 12 has, and no number is given twice`, {timeout: 300_000}, async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder();
  const [twelve, eleven, websocket, media] = [await reverseServer(t), await reverseServer(t, {Speaker: Application11}), await freePort(), await freePort()];
  const toml = `
${botToml(qq.bot)}
[[onebot.websocket_reverse]]
url = "ws://127.0.0.1:${twelve.port}/"
reconnect_interval = 100
[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${eleven.port}/"
reconnect_interval = 100
[[onebot11.websocket]]
port = ${websocket}
[onebot11.media]
port = ${media}
`;
  const forward = [], said = [];
  let process_ = await bridge(t, toml, {dir, log: 'warn'});
  const attach = async () => { forward.push(await Application11.connect(`ws://127.0.0.1:${websocket}/?consumer=kept`)); };
  await attach();
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the login');

  const count = rounds * 500;
  await qq.post(`/simulator/flood?count=${count}&rate=500&bytes=300`);
  for (let round = 0; round < rounds; ++round) {
    const last = await until(() => forward.findLast(one => one.events.length > 0)?.events.at(-1), 'an event');
    const answer = await forward.at(-1).call('send_group_msg', {group_id: last.group_id, message: `round ${round}`});
    assert.equal(answer.status, 'ok', JSON.stringify(answer));
    said.push(answer.data.message_id);
    await new Promise(done => setTimeout(done, 300 + Math.random() * 600));
    await process_.stop('SIGKILL');
    process_ = await bridge(t, toml, {dir, log: 'warn'});
    await attach();
  }
  const all = list => list.flatMap(application => application.events);
  const has = events => new Set(events.map(number)).size >= count;
  await until(() => [twelve.applications, eleven.applications, forward].every(list => has(all(list))), () =>
    `OneBot 12 ${all(twelve.applications).length}, 11 ${all(eleven.applications).length} and ${all(forward).length} of ${count}; ${process_.err.slice(-500)}`, 120_000);

  const natives = idsOf('OneBot 12', all(twelve.applications), count, event => event.message_id);
  const numbers = idsOf('OneBot 11, reverse', all(eleven.applications), count, event => event.message_id);
  assert.deepEqual(idsOf('OneBot 11, forward', all(forward), count, event => event.message_id), numbers);
  assert.deepEqual(idsOf('OneBot 11, natives', all(eleven.applications), count, event => event.real_message_id), natives);
  const given = [...numbers.values(), ...said];
  assert.equal(new Set(given).size, given.length, 'a number was given twice');
  assert.ok(given.every(one => Number.isInteger(one) && one > 0 && one < 2 ** 31));
  const chats = new Set(all(eleven.applications).map(event => `${event.self_id} ${event.group_id} ${event.user_id}`));
  assert.equal(chats.size, 1, `one group and one person, but ${[...chats]}`);
  for (const [n, of] of [[numbers.get(0), 'flood 0'], [said[0], 'round 0']]) {
    const {status, data} = await forward.at(-1).call('get_msg', {message_id: n});
    assert.equal(status, 'ok');
    assert.ok(data.raw_message.includes(of), data.raw_message);
  }
  const repeats = [twelve.applications, eleven.applications, forward].map(list => all(list).length - count);
  t.diagnostic(`${count} events, ${rounds} kills; came again: OneBot 12 ${repeats[0]}, 11 ${repeats[1]}, forward ${repeats[2]}`);
});

// One request at a time is slower than 2,000 events/s in a sanitizer build, so the webhook has a stream of its own.
test('kill -9 at 50 events/s: a webhook has every event', {timeout: 240_000}, async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder();
  const hook = await webhookServer(t);
  const toml = `${botToml(qq.bot)}\n[[onebot.webhook]]\nurl = "${hook.url}"\n`;
  let process_ = await bridge(t, toml, {dir, log: 'warn'});
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the login');
  await qq.post('/simulator/flood?count=500&rate=50&bytes=300');
  for (let round = 0; round < 3; ++round) {
    await new Promise(done => setTimeout(done, 500 + Math.random() * 600));
    await process_.stop('SIGKILL');
    process_ = await bridge(t, toml, {dir, log: 'warn'});
  }
  await until(() => new Set(hook.received.map(number).filter(n => n >= 0)).size >= 500, () => `${hook.received.length} of 500`, 60_000);
  complete('webhook', hook.received, 500);
});

test('a consumer that is away gets what it missed, in order', {timeout: 240_000}, async t => {
  const qq = await simulate(t, 'qq');
  const websocket = await freePort();
  await bridge(t, `${botToml(qq.bot)}\n[[onebot.websocket]]\nport = ${websocket}\n`);
  const url = `ws://127.0.0.1:${websocket}/?consumer=away`;
  const first = await Application.connect(url);
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the login');
  await qq.post('/simulator/flood?count=10&rate=1000&bytes=100');
  await until(() => first.events.length === 10, 'the first ten');
  await until(async () => { await first.call('get_version'); return true; }, 'a round trip');
  await new Promise(done => setTimeout(done, 300));  // the kernel's acknowledgement is asked for on a timer
  await first.close();

  await qq.post('/simulator/flood?count=3000&rate=1000&bytes=300');
  await new Promise(done => setTimeout(done, 10_000));  // "away for 10 s" is what is claimed
  const second = await Application.connect(url);

  await until(() => second.events.length >= 3000, () => `${second.events.length} of 3000`);
  assert.deepEqual(second.events.slice(-3000).map(number), Array.from({length: 3000}, (_, n) => n));
});

test('a place follows the name of its section to another port, and what was kept under the port is taken over', {timeout: 240_000}, async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder();
  const [first, second] = [await freePort(), await freePort()];
  const section = (port, name = '') => `${botToml(qq.bot)}\n[[onebot.websocket]]\nport = ${port}\n${name}\n`;
  const online = () => until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the login');
  let process_ = await bridge(t, section(first), {dir, log: 'warn'});
  const application = await Application.connect(`ws://127.0.0.1:${first}/?consumer=moves`);
  await application.call('get_version');
  await application.close();
  await online();
  await qq.post('/simulator/flood?count=20&rate=1000&bytes=100');
  await until(async () => /moves[^}]*\} 20\b/.test(await (await fetch(`${process_.admin}/metrics`)).text()), 'twenty events that wait');

  await process_.stop();
  process_ = await bridge(t, section(first, 'name = "front"'), {dir, log: 'warn'});
  await process_.stop();
  await bridge(t, section(second, 'name = "front"'), {dir, log: 'warn'});
  const after = await Application.connect(`ws://127.0.0.1:${second}/?consumer=moves`);

  await until(() => after.events.length >= 20, () => `${after.events.length} of 20`);
  assert.deepEqual(after.events.map(number), Array.from({length: 20}, (_, n) => n));
});
