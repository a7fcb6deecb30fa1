// Section 6: the forward WebSocket.
import {connect as tcp} from 'node:net';
import {encode, handshake, heard, rawTcp} from '../../lib/applications.mjs';
import {check, equal, matches, ok, retcode, show} from '../../lib/check.mjs';
import {BR, MAY, MUST, SHALL, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('WebSocket');

const load = {bots: 1, http: [{}], websocket: [{}], heartbeat: {enabled: true, interval: 2000}};
const number = event => Number(/flood (\d+)/.exec(JSON.stringify(event.message))?.[1] ?? -1);
const withPath = (url, path) => new URL(path, url).href;

item('C-WS-01', SHALL, 'Upgrades are accepted on /, with a query too', {needs: 'websocket'}, async t => {
  equal(await handshake(t.websocketUrl(), {headers: t.authorization}), 101, 'ws /');
  equal(await handshake(`${t.websocketUrl()}?a=1`, {headers: t.authorization}), 101, 'ws /?a=1');
});

item('C-WS-01', MAY, 'Another path is 404', {needs: 'websocket'}, async t => {
  equal(await handshake(withPath(t.websocketUrl(), '/x'), {headers: t.authorization}), 404, 'ws /x');
});

item('C-WS-02', MUST, 'A wrong token is 401 before the upgrade', {needs: 'websocket token'}, async t => {
  equal(await handshake(t.websocketUrl(), {headers: {Authorization: 'Bearer wrong'}}), 401, 'the status');
});

// Connects while events pour in: nothing may come before connect, and nobody else hears of it.
item('C-WS-03', MUST, 'The first frame of every connection is its own connect event, even under load', {settings: load, anywhere: true, needs: 'websocket', alone: true}, async t => {
  const settled = await t.connect();
  const [bot] = t.bots;
  if (bot?.flood) await bot.flood(1000, 1000, 50);
  for (let n = 0; n < 20; ++n) {
    const link = await t.connect();
    equal([link.frames[0]?.type, link.frames[0]?.detail_type], ['meta', 'connect'], `the first frame of connection ${n + 1}`);
  }
  if (bot?.flood) await until(() => settled.events.length >= 1000, 'the flood to end', 20000);
  equal(settled.meta.filter(event => event.detail_type === 'connect').length, 1, 'connect events on the connection that stood before');
});

item('C-WS-04', MUST, 'Events are text frames with JSON, also to who speaks MessagePack', {needs: 'websocket msgpack inject'}, async t => {
  const link = await t.connect();
  ok(await link.call('get_version', {}, {binary: true}), 'get_version in MessagePack');
  const [bot] = t.causing('message.private');
  const event = await t.arrival(link, await t.inject(bot, 'message.private'));
  check(!link.raw.find(frame => frame.value?.id === event.id).binary, 'the event came as a binary frame');
});

item('C-WS-05', SHALL, 'Text is answered in text', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  ok(await link.call('get_version'), 'get_version');
  check(!link.raw.find(frame => frame.value?.echo).binary, 'the response to text came as a binary frame');
});

item('C-WS-05', MAY, 'A binary MessagePack request is answered by a binary frame', {needs: 'websocket msgpack'}, async t => {
  const link = await t.connect();
  ok(await link.call('get_version', {}, {binary: true}), 'get_version in MessagePack');
  check(link.raw.find(frame => frame.value?.echo).binary, 'the response to a binary frame came as text');
});

item('C-WS-06', SHALL, 'Every bad request gets its 10001, and the connection stays', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  for (const frame of ['{', '[]', '"x"', '', '{"action":1,"params":{}}', '{"action":""}']) {
    retcode(await link.ask(frame), 10001, frame || 'an empty frame');
  }
  retcode(await link.ask(new Uint8Array([0xc1])), 10001, 'a binary frame that is no MessagePack');
  ok(await link.call('get_version'), 'get_version afterwards');
});

item('C-WS-07', BR, 'Without MessagePack a binary frame is answered by 10001 as JSON text', {needs: 'websocket'}, async t => {
  if (t.world.msgpack) t.notApplicable('MessagePack is supported');
  const link = await t.connect();
  retcode(await link.ask(encode({action: 'get_version', params: {}})), 10001, 'a binary frame');
});

item('C-WS-08', SHALL, 'Every client has every event; a response goes to who asked', {needs: 'websocket inject'}, async t => {
  const [one, two] = [await t.connect(), await t.connect()];
  const [bot] = t.causing('message.private');
  const expected = await t.inject(bot, 'message.private');
  equal((await t.arrival(one, expected)).id, (await t.arrival(two, expected)).id, 'the id at both clients');
  ok(await one.call('get_version'), 'get_version');
  equal(two.responses.length, 0, 'responses at the other client');
});

item('C-WS-09', BR, 'Events keep their order', {settings: load, needs: 'websocket inject', alone: true, ms: 60000}, async t => {
  const [bot] = t.bots;
  const link = await t.connect();
  if (!bot.flood) {
    const made = [];
    for (let n = 0; n < 50; ++n) made.push((await t.inject(bot, 'message.private')).find.message_id);
    await until(() => link.events.length >= 50, '50 events');
    equal(link.events.map(event => event.message_id), made, '50 events');
    return '50 events';
  }
  await bot.flood(10000, 10000, 10);
  await until(() => link.events.length >= 10000, () => `10,000 events (had ${link.events.length})`, 50000);
  const wrong = link.events.findIndex((event, n) => number(event) !== n);
  check(wrong < 0, `event ${wrong} of 10,000: got number ${number(link.events[wrong] ?? {})}`);
  return '10,000 events';
});

item('C-WS-10', BR, 'Requests run at the same time; a burst of them is answered completely', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  const slow = t.bots.find(bot => bot.stall);
  if (slow) {
    const release = await slow.stall();
    t.after(release);
    const order = [];
    const first = link.call('send_message', {...slow.targets.private, message: 'slow'}, {self: slow.self}).then(() => order.push('slow'));
    await link.call('get_status').then(() => order.push('fast'));
    await release();
    await first;
    equal(order, ['fast', 'slow'], 'the order of the answers');
  }
  const answers = await Promise.all(Array.from({length: 200}, () => link.call('get_status')));
  for (const answer of answers) retcode(answer, 0, 'get_status of a burst');
  return slow ? '' : 'without a slow action: the driver cannot stall the platform';
});

item('C-WS-11', BR, 'A client that stops reading is cut off and costs no memory without bound', {settings: load, needs: 'websocket inject', alone: true, ms: 90000}, async t => {
  const [bot] = t.bots;
  if (!bot.flood || !t.world.memory) t.notApplicable('needs a driver that floods and tells the memory of the process');
  const before = t.world.memory();
  const link = await t.connect();
  link.socket.pause();
  const healthy = await t.connect();
  await bot.flood(5000, 1250, 10000);  // 60 MB for each client
  await until(() => healthy.events.length >= 5000, () => `5,000 events at a client that reads (had ${healthy.events.length})`, 60000);
  const grown = (t.world.memory() - before) / (1 << 20);
  check(grown < 40, `memory after 60 MB of events to a client that does not read: expected a bound, got ${Math.round(grown)} MiB more`);
  return `${Math.round(grown)} MiB more after 60 MB`;
});

item('C-WS-12', BR, 'Fragmented messages are read and pings answered; no ping comes from the implementation', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  const text = JSON.stringify({action: 'get_version', params: {}, echo: 'fragments'});
  link.socket.send(text.slice(0, 9), {fin: false});
  link.socket.ping('between');
  link.socket.send(text.slice(9, 20), {fin: false});
  const pong = new Promise(done => link.socket.once('pong', bytes => done(String(bytes))));
  link.socket.send(text.slice(20), {fin: true});
  await until(() => link.responses.some(response => response.echo === 'fragments'), 'the response to a request in three fragments');
  equal(await pong, 'between', 'the payload of the pong');
  link.socket.ping('alone');
  equal(await new Promise(done => link.socket.once('pong', bytes => done(String(bytes)))), 'alone', 'the payload of the pong');
});

item('C-WS-12', BR, 'No WebSocket ping comes on a forward connection', {needs: 'websocket', last: true}, async t => {
  const link = await t.connect();
  const beats = () => link.meta.filter(event => event.detail_type === 'heartbeat').length;
  await until(() => beats() >= 3, 'three heartbeats on an idle connection', 50000);
  equal(link.frames.map(frame => frame.detail_type).filter((type, n) => n > 1 && type !== 'heartbeat' && type !== 'status_update'), [], 'other frames on an idle connection');
  equal(heard.pings, 0, 'pings during the whole run');
});

const usual = {bots: 1, http: [{}], websocket: [{}]};  // the implementation's own heartbeat

item('C-WS-12', BR, 'No WebSocket ping comes within 32 s on an idle connection', {settings: usual, anywhere: true, needs: 'websocket', ms: 45000}, async t => {
  const link = await t.connect();
  const until32s = performance.now() + 32000;
  await until(() => link.pings || performance.now() > until32s, 'half a minute', 40000);
  equal(link.pings, 0, 'pings');
});

item('C-WS-13', BR, 'Some frame comes at least every 30 s: by default a heartbeat within 15 s', {settings: usual, anywhere: true, needs: 'websocket'}, async t => {
  const link = await t.connect();
  const began = performance.now();
  const beat = await until(() => link.meta.find(event => event.detail_type === 'heartbeat'), 'a heartbeat without any heartbeat option', 16500);
  check(beat.interval <= 15000, `the default interval: expected at most 15000, got ${beat.interval}`);
  return `first heartbeat after ${((performance.now() - began) / 1000).toFixed(1)} s`;
});

item('C-WS-14', BR, 'Of offered subprotocols one that is "12" or begins with "12." is selected, else none', {needs: 'websocket'}, async t => {
  const {host} = new URL(t.websocketUrl());
  const offer = async protocols => {
    const back = await rawTcp(t.websocketUrl(), `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${protocols}\r\n${Object.entries(t.authorization).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`,
      {enough: bytes => bytes.includes('\r\n\r\n')});
    const head = back.toString('latin1').split('\r\n\r\n')[0];
    matches(head, /^HTTP\/1.1 101/, `the handshake offering ${protocols}`);
    return /sec-websocket-protocol: *(.*)/i.exec(head)?.[1]?.trim();
  };
  equal(await offer('chat, 12.some-client'), '12.some-client', 'the choice of "chat, 12.some-client"');
  equal(await offer('12'), '12', 'the choice of "12"');
  equal(await offer('chat'), undefined, 'the choice of "chat"');
});

item('C-WS-15', BR, 'A plain GET on the WebSocket port is 426 or 400', {needs: 'websocket'}, async t => {
  if (t.world.http?.length && new URL(t.httpUrl()).host === new URL(t.websocketUrl()).host) t.notApplicable('HTTP and WebSocket share a port');
  const {status} = await t.request({url: t.websocketUrl().replace('ws', 'http'), method: 'GET'});
  check([426, 400].includes(status), `GET / without Upgrade: expected 426 or 400, got ${status}`);
});

item('C-WS-16', BR, 'No frame is larger than 1 MiB', {last: true}, async () => {
  const longest = Math.max(0, ...heard.events.filter(one => one.channel === 'websocket').map(one => one.text.length));
  check(longest < 1 << 20, `the longest event frame: expected under 1 MiB, got ${longest} bytes`);
  return `longest event frame: ${longest} bytes`;
});

// The request is in the same segment as the handshake: the connect event still comes first.
item('C-META-04', MUST, 'Nothing precedes connect: no heartbeat, status, event or response', {needs: 'websocket'}, async t => {
  const {hostname, port, host} = new URL(t.websocketUrl());
  const socket = tcp(Number(port), hostname);
  t.after(() => socket.destroy());
  let back = Buffer.alloc(0);
  socket.on('data', bytes => { back = Buffer.concat([back, bytes]); });
  socket.on('error', () => {});
  const text = Buffer.from('{"action":"get_version","params":{},"echo":"early"}');
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]);  // masked with zeros
  const token = Object.entries(t.authorization).map(([k, v]) => `${k}: ${v}\r\n`).join('');
  socket.write(Buffer.concat([Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${token}\r\n`), frame]));
  await until(() => back.includes('"early"'), 'the response', 5000);
  const said = back.toString('latin1');
  const [connect, response] = [said.indexOf('"connect"'), said.indexOf('"early"')];
  check(connect > 0 && connect < response, 'the response came before the connect event');
  const first = said.slice(said.indexOf('\r\n\r\n') + 4).indexOf('{');
  const start = said.slice(said.indexOf('\r\n\r\n') + 4).slice(first);
  check(/^\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/.exec(start)?.[0].includes('"connect"'), `the first frame: ${show(start.slice(0, 120))}`);
});

