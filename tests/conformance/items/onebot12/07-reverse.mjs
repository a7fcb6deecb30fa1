// Section 7: the reverse WebSocket.
import {createServer} from 'node:http';
import {check, equal, matches, ok, retcode} from '../../lib/check.mjs';
import {BR, MUST, SHALL, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Reverse WebSocket');

const interval = 300;
const settings = {bots: 2, http: [{}], websocket_reverse: [{path: '/a', reconnect_interval: interval}, {path: '/b', reconnect_interval: interval}, {path: '/late', reconnect_interval: interval, down: true}]};
const plain = {bots: 1, http: [{event_enabled: false}], websocket: [{share: 0}], websocket_reverse: [{path: '/', reconnect_interval: 300}], webhook: [{timeout: 3000}],
               heartbeat: {enabled: false, interval: 1000}};
const linked = t => t.world.reverse[0].link();
const configured = t => t.world.settings?.websocket_reverse?.[0];

item('C-RWS-01', SHALL, 'The url is called as it is written, path and query too', {needs: 'reverse'}, async t => {
  const link = await linked(t);
  if (!configured(t)) return `called ${link.request.url}`;
  equal(link.request.url, configured(t).path, 'the request line');
});

item('C-RWS-02', MUST, 'The handshake has User-Agent and "Sec-WebSocket-Protocol: 12.<impl>", one value', {needs: 'reverse'}, async t => {
  const link = await linked(t);
  check(link.request.headers['user-agent'], 'there is no User-Agent');
  matches(link.request.headers['sec-websocket-protocol'], /^12\.[a-z][-a-z0-9.]*$/, 'Sec-WebSocket-Protocol');
});

item('C-RWS-03', SHALL, 'A configured token comes as a header', {needs: 'reverse token'}, async t => {
  equal((await linked(t)).request.headers.authorization, `Bearer ${t.world.token}`, 'Authorization');
});

item('C-RWS-03', SHALL, 'Without a token there is no Authorization header', {settings: plain, needs: 'reverse'}, async t => {
  equal((await linked(t)).request.headers.authorization, undefined, 'Authorization');
});

item('C-RWS-04', BR, 'A server that selects no subprotocol is accepted', {needs: 'reverse'}, async t => {
  ok(await (await linked(t)).call('get_version'), 'get_version on a link without a selected subprotocol');
});

item('C-RWS-05', SHALL, 'A reverse link behaves as a forward one: connect first, errors as retcodes, events, responses by frame type', {needs: 'reverse'}, async t => {
  const link = await linked(t);
  equal([link.frames[0].detail_type, link.frames[1].detail_type], ['connect', 'status_update'], 'the first two frames');
  for (const frame of ['{', '[]', '{"action":"get_status","params":1}']) retcode(await link.ask(frame), 10001, frame);
  const answers = await Promise.all(Array.from({length: 100}, () => link.call('get_status')));
  for (const answer of answers) ok(answer, 'get_status of a burst');
  if (t.world.msgpack) {
    ok(await link.call('get_version', {}, {binary: true}), 'get_version in MessagePack');
    check(link.raw.findLast?.(frame => frame.value?.echo)?.binary ?? true, 'the response to a binary frame came as text');
  }
  if (!t.bots.some(bot => bot.inject)) return 'without events: no driver';
  const [bot] = t.causing('message.private');
  const made = [];
  for (let n = 0; n < 20; ++n) made.push((await t.inject(bot, 'message.private')).find.message_id);
  await until(() => made.every(id => link.events.some(event => event.message_id === id)), '20 events');
  equal(link.events.map(event => event.message_id).filter(id => made.includes(id)), made, 'the order of 20 events');
});

// The gaps between attempts, once the first has been made.
const gaps = attempts => attempts.slice(1).map((attempt, n) => attempt.at - attempts[n].at);
function spaced(found, what) {
  const [least, most] = [Math.min(...found), Math.max(...found)];
  check(least >= interval * 0.85, `${what}: expected ${interval} ms between attempts, got ${Math.round(least)} ms`);
  check(most <= interval + 4000, `${what}: expected ${interval} ms between attempts, got ${Math.round(most)} ms`);
}

item('C-RWS-06', SHALL, 'After every kind of failure it tries again each reconnect_interval, for ever', {settings, alone: true}, async t => {
  const late = t.world.reverse[2];  // nobody listened so far
  await late.open();
  const link = await late.link();
  late.refuse = 401;
  late.attempts.length = 0;
  link.socket.close(1008, 'no');
  const dropped = performance.now();
  await until(() => late.attempts.length >= 5, 'five attempts that are refused by 401');
  spaced([late.attempts[0].at - dropped, ...gaps(late.attempts.slice(0, 5))], 'after close 1008 and 401');
  for (const status of [403, 404, 503]) {
    const before = late.attempts.length;
    late.refuse = status;
    await until(() => late.attempts.length >= before + 2, `an attempt after ${status}`);
  }
  late.close();
  await new Promise(done => setTimeout(done, interval * 2));  // refused TCP for two intervals
  late.refuse = null;
  await late.open();
  await until(() => late.links.length >= 2, 'the link after refused connections');
  late.last.socket.terminate();
  await until(() => late.links.length >= 3, 'the link after a reset');
});

item('C-RWS-07', SHALL, 'Each new link begins with connect and a full status_update, and has each event once', {settings, needs: 'inject', alone: true}, async t => {
  const server = t.world.reverse[0];
  for (let n = 0; n < 3; ++n) {
    const links = server.links.length;
    (await server.link()).socket.close(1000);
    await until(() => server.links.length > links, `link ${n + 2}`);
    await until(() => server.last.frames.length >= 2, 'two frames');
    equal(server.last.frames.slice(0, 2).map(frame => frame.detail_type), ['connect', 'status_update'], `the first two frames of link ${n + 2}`);
    equal(server.last.frames[1].status.bots.length, t.bots.length, `the bots in the status_update of link ${n + 2}`);
  }
  const [bot] = t.causing('message.private');
  const [one, two] = [await t.inject(bot, 'message.private'), await t.inject(bot, 'message.private')];
  const is = expected => event => event.message_id === expected.find.message_id;
  await server.last.event(is(two), 'an event on the fourth link');
  equal(server.last.events.filter(is(one)).length, 1, 'copies of an event after three reconnects');
});

item('C-RWS-09', BR, 'A ping is answered within a second, also while actions run', {needs: 'reverse'}, async t => {
  const link = await linked(t);
  const calls = Array.from({length: 50}, () => link.call('get_status'));
  const began = performance.now();
  const pong = new Promise(done => link.socket.once('pong', done));
  link.socket.ping('are you there');
  equal(String(await pong), 'are you there', 'the payload of the pong');
  check(performance.now() - began < 3000, `the pong came after ${Math.round(performance.now() - began)} ms`);
  await Promise.all(calls);
});

item('C-RWS-10', BR, 'A redirect of the handshake is not followed', {settings, alone: true}, async t => {
  const server = t.world.reverse[1];
  let followed = 0;
  const elsewhere = createServer().on('upgrade', (_, socket) => { ++followed; socket.destroy(); }).listen(0, '127.0.0.1');
  t.after(() => elsewhere.close());
  await until(() => elsewhere.listening, 'the other server');
  const {port} = elsewhere.address();
  server.http.removeAllListeners('upgrade');
  let attempts = 0;
  server.http.on('upgrade', (_, socket) => {
    ++attempts;
    socket.end(`HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:${port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  (await server.link()).socket.close(1000);
  await until(() => attempts >= 3, 'three attempts');
  equal(followed, 0, 'connections to the target of the redirect');
});

item('C-RWS-11', BR, 'Several urls are links of their own, each with all bots', {settings, alone: true}, async t => {
  const links = await Promise.all([t.world.reverse[0].link(), t.world.reverse[2].link()]);
  for (const link of links) {
    await until(() => link.frames.length >= 2, 'two frames');
    equal(link.frames[1].status.bots.length, t.bots.length, `the bots at ${link.request.url}`);
    ok(await link.call('get_version'), `get_version at ${link.request.url}`);
  }
});

item('C-RWS-08', BR, 'A response whose link died is not sent on the next one', {settings, alone: true}, async t => {
  const server = t.world.reverse[0];
  const link = await server.link();
  const links = server.links.length;
  for (let n = 0; n < 50; ++n) link.send({action: 'get_status', params: {}, echo: `lost${n}`});
  link.socket.terminate();
  await until(() => server.links.length > links, 'the next link');
  ok(await server.last.call('get_version'), 'get_version on the next link');
  equal(server.last.responses.filter(response => String(response.echo).startsWith('lost')).length, 0, 'responses of the link before');
});

