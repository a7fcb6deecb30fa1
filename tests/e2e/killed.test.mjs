// Applications that are killed in the middle of their work lose nothing. Each is a process of its own: what its kernel
// had taken dies with it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'node:test';
import {botToml, bridge, folder, freePort, reverseServer, simulate, start, until} from './support.mjs';

// What a consumer wrote: [number, id] of each event. The last line may be half written when it was killed.
const written = file => {
  let text = '';
  try { text = readFileSync(file, 'utf8'); } catch { /* nothing yet */ }
  return text.split('\n').slice(0, -1).map(line => line.split(' ')).map(([n, id]) => [Number(n), id]);
};
const numbers = file => new Set(written(file).map(([n]) => n));

function complete(file, count) {
  const ids = new Map();
  for (const [n, id] of written(file)) {
    assert.equal(ids.get(n) ?? id, id, `${n} came again with another id`);
    ids.set(n, id);
  }
  const lost = Array.from({length: count}, (_, n) => n).filter(n => !ids.has(n));
  assert.deepEqual(lost.slice(0, 10), [], `${lost.length} of ${count} lost`);
}

async function world(t, section) {
  const qq = await simulate(t, 'qq');
  const dir = folder();
  await bridge(t, `${botToml(qq.bot)}\n${section}`, {dir, log: 'warn'});
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the login');
  const file = join(dir, 'events');
  const consumer = (way, url, ms = 0) => start(t, process.execPath, ['consumer.mjs', way, url, file, String(ms)]);
  return {qq, file, consumer};
}

// Not on time for its own sake: at any moment of its work, and not before it has begun.
async function killAtWork(consumer) {
  await until(() => consumer.out.split('.').length > 3 || consumer.ended, () => `the consumer: ${consumer.err}`);
  await new Promise(done => setTimeout(done, Math.random() * 150));
  await consumer.stop('SIGKILL');
}

test('a forward WebSocket killed ten times at 50 events/s loses nothing', {timeout: 240_000}, async t => {
  const port = await freePort();
  const {qq, file, consumer} = await world(t, `[[onebot.websocket]]\nport = ${port}\n`);
  const connect = () => consumer('websocket', `ws://127.0.0.1:${port}/?consumer=killed`);
  let application = connect();
  await until(() => application.out.includes('open'), 'the application');
  await qq.post('/simulator/flood?count=400&rate=50&bytes=300');
  for (let round = 0; round < 10; ++round) {
    await killAtWork(application);
    application = connect();
  }

  await until(() => numbers(file).size >= 400, () => `${numbers(file).size} of 400`, 30_000);
  complete(file, 400);
});

test('a forward WebSocket killed with 2,000 events waiting for it loses none of them', {timeout: 240_000}, async t => {
  const port = await freePort();
  const {qq, file, consumer} = await world(t, `[[onebot.websocket]]\nport = ${port}\n`);
  const connect = ms => consumer('websocket', `ws://127.0.0.1:${port}/`, ms);  // the default name
  const first = connect(0);
  await until(() => first.out.includes('open'), () => `the application: ${first.err}`);
  await first.stop('SIGKILL');
  await qq.post('/simulator/flood?count=2000&rate=2000&bytes=300');
  await new Promise(done => setTimeout(done, 1500));  // all of them wait

  await killAtWork(connect(5));
  assert.ok(numbers(file).size < 2000, 'it was killed before its end');
  connect(0);

  await until(() => numbers(file).size >= 2000, () => `${numbers(file).size} of 2000`, 30_000);
  complete(file, 2000);
});

test('a poller killed twenty times at 50 events/s loses nothing', {timeout: 240_000}, async t => {
  const port = await freePort();
  const {qq, file, consumer} = await world(t, `[[onebot.http]]\nport = ${port}\n`);
  await qq.post('/simulator/flood?count=800&rate=50&bytes=300');
  for (let round = 0; round < 20; ++round) await killAtWork(consumer('poll', `http://127.0.0.1:${port}/`));
  consumer('poll', `http://127.0.0.1:${port}/`);

  await until(() => numbers(file).size >= 800, () => `${numbers(file).size} of 800`, 40_000);
  complete(file, 800);
});

test('a reverse WebSocket that closes on one event gets those behind it', {timeout: 240_000}, async t => {
  const reverse = await reverseServer(t);
  const closes = [];
  reverse.server.on('connection', socket => socket.on('message', bytes => {
    if (!bytes.toString().includes('flood 7')) return;
    closes.push(1);
    socket.removeAllListeners('message');  // what is behind it in the same read is not worked on
    socket.terminate();
  }));
  const {qq} = await world(t, `[[onebot.websocket_reverse]]\nurl = "ws://127.0.0.1:${reverse.port}/"\nreconnect_interval = 100\n`);
  await until(() => reverse.applications.length > 0, 'the link');
  await qq.post('/simulator/flood?count=30&rate=1000&bytes=100');

  const has = () => new Set(reverse.applications.flatMap(one => one.events).map(event => JSON.stringify(event.message)
    .match(/flood (\d+)/)?.[1]));
  await until(() => has().size >= 30, () => `${has().size} of 30 after ${closes.length} closings`, 40_000);
  assert.ok(closes.length >= 3 && closes.length <= 5, `${closes.length} connections ended at the event`);
});
