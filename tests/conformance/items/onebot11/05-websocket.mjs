// Section 6: the forward WebSocket.
import {encode, handshake, rawTcp} from '../../lib/applications.mjs';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {failed, succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, CONV, MUST, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('WebSocket');

const websocket = {needs: 'websocket'};

item('O11-WS-01', MUST, '/, /api and /event, each with or without a last slash', websocket, async t => {
  for (const path of ['', 'api', 'api/', 'event', 'event/']) equal(await handshake(t.websocketUrl() + path, {headers: t.authorization}), 101, `ws /${path}`);
});
item('O11-WS-01', BR, 'Any other path is 404', websocket, async t => {
  for (const path of ['x', 'ws', 'api/x', 'event/x', 'apis', 'Event']) equal(await handshake(t.websocketUrl() + path, {headers: t.authorization}), 404, `ws /${path}`);
});

item('O11-WS-02', MUST, 'A binary frame is read as text and answered by text; MessagePack is not spoken', websocket, async t => {
  const link = await t.connect();
  link.send(Buffer.from('{"action":"get_status","echo":"binary"}'));
  await until(() => link.responses.some(answer => answer.echo === 'binary'), 'the answer to a binary frame');
  failed(await link.ask(encode({action: 'get_status'})), 1400, 'MessagePack');
  check(link.raw.every(frame => !frame.binary), 'a frame came as binary');
});

item('O11-WS-03', MUST, 'The first frame on / and /event is lifecycle connect; on /api there is none', websocket, async t => {
  for (const path of ['', 'event']) {
    const [frame] = (await t.connect({path})).frames;
    equal([frame.post_type, frame.meta_event_type, frame.sub_type, frame.self_id], ['meta_event', 'lifecycle', 'connect', t.bot.self_id], `the first frame on /${path}`);
  }
  const link = await t.connect({path: 'api'});
  succeeded(await link.call('get_status'), 'get_status on /api');
  equal(link.frames.length, 1, 'frames on /api besides the answer');
});
item('O11-WS-03', MUST, 'lifecycle connect comes first under load, too', {settings: {dialect: '11', bots: 1, http: [{}], websocket: [{}]}, needs: 'websocket inject', alone: true}, async t => {
  if (!t.bot.flood) t.notApplicable('needs a driver that floods');
  const settled = await t.connect();
  await t.bot.flood(1000, 1000, 50);
  for (let n = 0; n < 10; ++n) equal((await t.connect()).frames[0].meta_event_type, 'lifecycle', `the first frame of connection ${n + 1}`);
  await until(() => settled.events.length >= 1000, () => `1,000 events (had ${settled.events.length})`, 20000);
  equal(settled.meta.filter(event => event.meta_event_type === 'lifecycle').length, 1, 'lifecycles on the connection that stood before');
});

item('O11-WS-04', MUST, '/event ignores what it receives', {needs: 'websocket'}, async t => {
  const link = await t.connect({path: 'event'});
  link.send({action: 'get_status', echo: 'event'});
  link.send('{');
  const control = await t.connect();
  succeeded(await control.call('get_status'), 'get_status on another connection');
  await until(() => link.meta.length >= 2, 'a heartbeat on /event', 35000);
  equal(link.responses.length, 0, 'answers on /event');
  equal(link.closed, null, 'how it was closed');
});
item('O11-WS-04', MUST, '/api sends answers alone', {needs: 'websocket inject'}, async t => {
  const bot = t.causing('message.group');
  const link = await t.connect({bot, path: 'api'});
  const other = await t.connect({bot});
  const expected = await t.inject(bot, 'message.group');
  await t.arrival(other, expected);
  await until(() => other.meta.length >= 2, 'a heartbeat on /', 35000);
  succeeded(await link.call('get_status'), 'get_status on /api');
  equal(link.frames.filter(frame => 'post_type' in frame).length, 0, 'events on /api');
});

item('O11-WS-05', CONV, 'A subprotocol that is offered is not selected', websocket, async t => {
  const {host, pathname} = new URL(t.websocketUrl());
  const back = await rawTcp(t.websocketUrl(), `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, 11.x\r\n${Object.entries(t.authorization).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`,
    {enough: bytes => bytes.includes('\r\n\r\n')});
  const head = back.toString('latin1').split('\r\n\r\n')[0];
  matches(head, /^HTTP\/1.1 101/, 'the handshake');
  check(!/sec-websocket-protocol/i.test(head), 'a subprotocol was selected');
});

item('O11-WS-06', BR, 'With ?consumer=NAME what was missed comes; without, what happens from now on', {needs: 'websocket inject'}, async t => {
  if (!t.world.settings) t.notApplicable('an extension, and the run is of another implementation');
  const bot = t.causing('message.group');
  const query = '?consumer=conformance';
  const first = await t.connect({bot, query});
  await t.settled(bot, first);
  await first.close();
  const missed = await t.inject(bot, 'message.group');
  const second = await t.connect({bot, query}), plain = await t.connect({bot});
  await t.arrival(second, missed);
  await t.settled(bot, plain);
  check(!plain.raw.some(frame => missed.marks.some(mark => frame.text.includes(mark))), 'a connection without a name was served what it missed');
});

item('O11-WS-07', BR, 'Every client has every event; an answer goes to who asked', {needs: 'websocket inject'}, async t => {
  const bot = t.causing('message.group');
  const [one, two] = [await t.connect({bot}), await t.connect({bot})];
  const expected = await t.inject(bot, 'message.group');
  equal((await t.arrival(one, expected)).message_id, (await t.arrival(two, expected)).message_id, 'message_id at both clients');
  succeeded(await one.call('get_status'), 'get_status');
  equal(two.responses.length, 0, 'answers at the other client');
});

item('O11-WS-08', MUST, 'What is no request is answered by 1400 without echo, and the link stays', websocket, async t => {
  const link = await t.connect();
  for (const frame of ['{', '[]', '"x"', '', 'null', '{}', '{"params":{}}']) {
    const answer = await link.ask(frame);
    failed(answer, 1400, frame || 'an empty frame');
    check(!('echo' in answer), `the answer to ${frame} has an echo: ${show(answer)}`);
    check(answer.message !== '' && answer.wording !== '', `the answer to ${frame} says nothing`);
  }
  succeeded(await link.call('get_status'), 'get_status afterwards');
});
item('O11-WS-08', MUST, 'Without a name of an action the echo comes back with 1400', websocket, async t => {
  const link = await t.connect();
  for (const [frame, echo] of [['{"action":5,"echo":1}', 1], ['{"echo":"x"}', 'x'], ['{"action":null,"echo":{"a":1}}', {a: 1}]]) {
    const answer = await link.ask(frame);
    failed(answer, 1400, frame);
    equal(answer.echo, echo, `echo of ${frame}`);
  }
});

item('O11-WS-09', BR, 'What may not come in is told by HTTP, before the upgrade', {needs: 'websocket token'}, async t => {
  const {host, pathname} = new URL(t.websocketUrl());
  const back = await rawTcp(t.websocketUrl(), `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer wrong\r\n\r\n', {enough: bytes => bytes.includes('}')});
  const text = back.toString('latin1');
  equal(text.slice(0, 12), 'HTTP/1.1 403', 'the first bytes');
  equal(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)).retcode, 1403, 'retcode in the body');
});

section('Delivery');

item('O11-DEL-03', MUST, 'Events keep their order; the numbers of messages rise', {settings: {dialect: '11', bots: 1, http: [{}], websocket: [{}]}, needs: 'websocket inject', alone: true}, async t => {
  const link = await t.connect();
  const count = t.bot.flood ? 2000 : 30;
  if (t.bot.flood) await t.bot.flood(count, 2000, 20);
  else for (let n = 0; n < count; ++n) await t.inject(t.bot, 'message.private', {text: ` flood ${n} ${unique()}`});
  const said = () => link.events.filter(event => /flood \d+/.test(event.raw_message ?? ''));
  await until(() => said().length >= count, () => `${count} events (had ${said().length})`, 40000);
  const events = said();
  const wrong = events.findIndex((event, n) => Number(/flood (\d+)/.exec(event.raw_message)[1]) !== n);
  check(wrong < 0, `event ${wrong}: got ${show(events[wrong]?.raw_message)}`);
  const fell = events.findIndex((event, n) => n > 0 && event.message_id <= events[n - 1].message_id);
  check(fell < 0, `message_id ${events[fell]?.message_id} comes behind ${events[fell - 1]?.message_id}`);
  equal(link.frames[0].meta_event_type, 'lifecycle', 'the first frame');
});

const lines = {dialect: '11', bots: 1, http: [{}], websocket: [{}], websocket_reverse: [{path: '/one', reconnect_interval: 100}, {path: '/two', reconnect_interval: 100}]};
item('O11-DEL-01', BR, 'What a broken link did not take comes again, with the same number', {settings: lines, needs: 'reverse inject', alone: true}, async t => {
  const [server] = t.world.reverse;
  const link = await t.reverse(t.bot, {server});
  const first = await t.inject(t.bot, 'message.private');
  const event = await t.arrival(link, first);
  server.refuse = 503;
  t.after(() => { server.refuse = null; });
  link.socket.terminate();
  const second = await t.inject(t.bot, 'message.private');
  await t.still(300);
  server.refuse = null;
  const next = await t.reverse(t.bot, {server});
  await t.arrival(next, second);
  const copies = server.links.flatMap(one => one.events).filter(one => first.marks.some(mark => JSON.stringify(one).includes(mark)));
  check(copies.length <= 2, `an event came ${copies.length} times`);
  for (const one of copies) equal(one.message_id, event.message_id, 'message_id of a copy');
});

const short = {dialect: '11', bots: 1, http: [{}], defaults: {replay: '2s'}, websocket_reverse: [{path: '/', reconnect_interval: 100}]};
item('O11-DEL-02', BR, 'After an outage what is older than replay does not come', {settings: short, needs: 'reverse inject', alone: true}, async t => {
  const [server] = t.world.reverse;
  const link = await t.reverse();
  await t.settled(t.bot, link);
  server.refuse = 503;
  t.after(() => { server.refuse = null; });
  link.socket.terminate();
  const old = await t.inject(t.bot, 'message.private');
  await t.still(3500);
  const young = await t.inject(t.bot, 'message.private');
  server.refuse = null;
  const next = await t.reverse();
  await t.arrival(next, young);
  check(!next.raw.some(frame => old.marks.some(mark => frame.text.includes(mark))), 'an event of 3.5 s ago came, and replay is 2 s');
});

item('O11-DEL-04', BR, 'A link that reads nothing does not hold up another', {settings: lines, needs: 'reverse inject', alone: true}, async t => {
  if (!t.bot.flood) t.notApplicable('needs a driver that floods');
  const [slow, fast] = [await t.reverse(t.bot, {server: t.world.reverse[0]}), await t.reverse(t.bot, {server: t.world.reverse[1]})];
  slow.socket.pause();
  t.after(() => slow.socket.resume());
  const from = fast.events.length;
  await t.bot.flood(800, 800, 5000);
  await until(() => fast.events.length - from >= 800, () => `800 events at the link that reads (had ${fast.events.length - from})`, 30000);
});
