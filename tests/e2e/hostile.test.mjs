// What strangers may do to `onebridge run`: each costs the others nothing, and the bridge bounded memory.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {connect} from 'node:net';
import test from 'node:test';
import {Application, botToml, bridge, freePort, post, simulate, until} from './support.mjs';

// A sanitized build keeps what was freed for a while; that is not the bridge's memory.
process.env.ASAN_OPTIONS = 'quarantine_size_mb=8:malloc_context_size=5';

const megabytes = 1 << 20;
const rss = process_ => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${process_.child.pid}/status`, 'utf8'))[1]) * 1024;

async function scene(t) {
  const qq = await simulate(t, 'qq');
  const [http, websocket] = [await freePort(), await freePort()];
  const process_ = await bridge(t, `${botToml(qq.bot)}
[[onebot.http]]
port = ${http}
[[onebot.websocket]]
port = ${websocket}
`);
  const honest = await Application.connect(`ws://127.0.0.1:${websocket}/`);
  await until(async () => (await honest.call('get_status')).data.bots.some(bot => bot.online), 'the bot online');
  return {qq, http, websocket, process: process_, honest};
}

// A socket that says this and hears whatever comes; `heard` is text.
function raw(t, port, ...said) {
  const socket = connect(port, '127.0.0.1');
  const self = {socket, heard: '', ended: false};
  socket.on('data', bytes => { self.heard += bytes.toString('latin1'); });
  socket.on('error', () => {});
  socket.on('close', () => { self.ended = true; });
  for (const bytes of said) socket.write(bytes);
  t.after(() => socket.destroy());
  return self;
}

const upgrade = 'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
const head = length => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

// A client's frame, masked with zeros.
function frame(opcode, payload) {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(payload.length));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0xff]), size, Buffer.alloc(4), Buffer.from(payload)]);
}
const answers = client => client.heard.split('"retcode":10001').length - 1;

// The slowest of many round trips of the honest client, in milliseconds.
async function slowest(honest) {
  let worst = 0;
  for (let i = 0; i < 30; ++i) {
    const begin = performance.now();
    assert.equal((await honest.call('get_status')).retcode, 0);
    worst = Math.max(worst, performance.now() - begin);
  }
  return worst;
}

test('garbage, broken frames and clients that dawdle hold nobody up and cost bounded memory', async t => {
  const {http, websocket, process, honest} = await scene(t);
  const before = rss(process);

  const closed = [], dawdling = [];
  for (let i = 0; i < 10; ++i) {
    closed.push(raw(t, http, '\x16\x03\x01\x02\x00\r\n\r\n'), raw(t, websocket, 'SSH-2.0-x\r\n\r\n'));
    closed.push(raw(t, websocket, upgrade, Buffer.from('8102' + '7b7d', 'hex')));  // not masked
    closed.push(raw(t, websocket, upgrade, Buffer.from('82ff0000000040000000' + '00000000', 'hex')));  // a gibibyte
    dawdling.push(raw(t, http, 'POST / HTTP/1.1\r\nHost: localhost\r\nX-Slow'), raw(t, websocket, ''));
    dawdling.push(raw(t, http, head(4 * megabytes), 'x'.repeat(1 * megabytes)));
    dawdling.push(raw(t, http, head(1).replace('Content-Length: 1', 'Transfer-Encoding: chunked'), '400000\r\nx'));
    dawdling.push(raw(t, websocket, upgrade, Buffer.from('81fe10', 'hex')));  // half a frame
  }
  assert.ok(await slowest(honest) < 2000);
  await until(() => closed.every(client => client.ended), 'the broken ones to be closed');
  assert.ok(await slowest(honest) < 2000);

  assert.ok(dawdling.every(client => !client.ended));
  assert.ok(rss(process) - before < 60 * megabytes, `${before} bytes became ${rss(process)}`);
  assert.equal(honest.closed, false);
});

test('requests that are too deep, too long or no requests get 10001 each, and their links live', async t => {
  const {http, websocket, process, honest} = await scene(t);
  const before = rss(process);
  const deep = '['.repeat(10000), long = '{"action":"upload_file","params":{"data":"' + 'x'.repeat(17 * megabytes) + '"},"echo":{"n":7}}';

  const client = raw(t, websocket, upgrade);
  await until(() => client.heard.includes('status_update'), 'the first events');
  for (const text of [deep, '{"a":'.repeat(10000), long, '{', '[]', '', '\0']) client.socket.write(frame(1, text));
  for (const bytes of [Buffer.alloc(10000, 0x91), Buffer.alloc(17 * megabytes, 0xc0), Buffer.from([0xc1]), Buffer.alloc(0)]) {
    client.socket.write(frame(2, bytes));
  }
  await until(() => answers(client) === 7, 'seven answers in JSON');
  assert.equal(client.heard.split('"echo":{"n":7}').length - 1, 1);
  client.socket.write(frame(1, '{"action":"get_version","params":{},"echo":"still here"}'));
  await until(() => client.heard.includes('"echo":"still here"'), 'an answer after all that');
  assert.equal(client.heard.split('\xa7retcode\xcd\x27\x11').length - 1, 4);  // in MessagePack
  assert.equal(client.ended, false);

  const answer = await post(`http://127.0.0.1:${http}/`, deep);
  assert.deepEqual([answer.status, answer.body.retcode], [200, 10001]);
  const refused = await post(`http://127.0.0.1:${http}/`, long);
  assert.deepEqual([refused.status, refused.body.retcode, refused.body.echo], [200, 10001, {n: 7}]);

  assert.ok(await slowest(honest) < 2000);
  assert.ok(rss(process) - before < 60 * megabytes, `${before} bytes became ${rss(process)}`);
});

test('a client that never reads while events and answers flood costs neither memory nor the others a thing', async t => {
  const {qq, websocket, process, honest} = await scene(t);
  const deaf = [];
  for (let i = 0; i < 5; ++i) {
    const client = connect(websocket, '127.0.0.1').on('error', () => {});
    client.write(upgrade);
    client.pause();
    t.after(() => client.destroy());
    deaf.push(client);
  }
  const sample = JSON.parse(qq.samples.find(text => text.includes('C2C_MESSAGE_CREATE')));
  const message = n => ({...sample, id: `E${n}`, d: {...sample.d, id: `M${n}`, content: `${n} ${'z'.repeat(20000)}`}});
  await qq.play(message(0));
  await honest.event(event => event.alt_message?.startsWith('0 '), 'the first message');
  const before = rss(process);

  for (let n = 1; n <= 1000; ++n) {
    await qq.play(message(n));
    if (n % 100 === 0) for (const client of deaf) client.write(frame(1, '{"action":"get_status","params":{}}'));
  }
  await honest.event(event => event.alt_message?.startsWith('1000 '), 'the last message');

  const numbers = honest.events.map(event => Number(event.alt_message.split(' ')[0]));
  assert.deepEqual(numbers, Array.from({length: 1001}, (_, n) => n));
  assert.ok(await slowest(honest) < 2000);
  assert.ok(rss(process) - before < 80 * megabytes, `${before} bytes became ${rss(process)}`);
});
