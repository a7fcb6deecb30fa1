// Section 7: the reverse WebSocket.
import {createServer} from 'node:http';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {succeeded} from '../../lib/onebot11.mjs';
import {BR, MUST, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Reverse WebSocket');

const settings = {dialect: '11', bots: 1, http: [{}], websocket_reverse: [{path: '/a', reconnect_interval: 100}, {path: '/b', reconnect_interval: 100}, {path: '/c', reconnect_interval: 100}]};
const reverse = {needs: 'reverse'};

item('O11-RWS-01', MUST, 'X-Self-ID is the number, X-Client-Role is Universal', reverse, async t => {
  for (const bot of t.bots) {
    const {headers} = (await t.reverse(bot)).request;
    matches(headers['x-self-id'], /^[1-9]\d*$/, 'X-Self-ID');
    equal(headers['x-client-role'], 'Universal', 'X-Client-Role');
  }
});
item('O11-RWS-01', BR, 'User-Agent begins with OneBot/11', reverse, async t => {
  matches((await t.reverse()).request.headers['user-agent'], /^OneBot\/11 \S+\/\S+$/, 'User-Agent');
});

const two = {dialect: '11', bots: 1, http: [{}], websocket_reverse: [{path: '/both', api_path: '/ws/api', event_path: '/ws/event', use_universal_client: false, reconnect_interval: 100}]};
item('O11-RWS-02', MUST, 'Without a universal client there are two links: API and Event', {settings: two, needs: 'reverse inject'}, async t => {
  const api = await t.reverse(t.bot, {role: /^API$/}), event = await t.reverse(t.bot, {role: /^Event$/});
  equal([api.request.url, event.request.url], ['/ws/api', '/ws/event'], 'the paths');
  await until(() => event.frames.length > 0, 'the first frame on the Event link');
  equal(event.frames[0].meta_event_type, 'lifecycle', 'the first frame on the Event link');
  await t.arrival(event, await t.inject(t.bot, 'message.private'));
  succeeded(await api.call('get_status'), 'get_status on the API link');
  equal(api.frames.filter(frame => 'post_type' in frame).length, 0, 'events on the API link');
  event.send({action: 'get_status', echo: 'x'});
  await t.arrival(event, await t.inject(t.bot, 'message.private'));
  equal(event.responses.length, 0, 'answers on the Event link');
});

item('O11-RWS-03', MUST, 'The url is called as it is written, path and query too', reverse, async t => {
  const link = await t.reverse();
  if (!t.world.settings) return `called ${link.request.url}`;
  equal(link.request.url, t.world.settings.websocket_reverse[0].path, 'the request line');
  return '';
});
item('O11-RWS-03', MUST, 'A redirect of the handshake is not followed, and the log says where to', {settings, alone: true}, async t => {
  const server = t.world.reverse[1];
  let followed = 0, attempts = 0;
  const elsewhere = createServer().on('upgrade', (_, socket) => { ++followed; socket.destroy(); }).listen(0, '127.0.0.1');
  t.after(() => elsewhere.close());
  await until(() => elsewhere.listening, 'the other server');
  const target = `ws://127.0.0.1:${elsewhere.address().port}/elsewhere`;
  const link = await t.reverse(t.bot, {server});
  server.http.removeAllListeners('upgrade');
  server.http.on('upgrade', (_, socket) => {
    ++attempts;
    socket.end(`HTTP/1.1 ${[301, 302, 307][attempts % 3]} Found\r\nLocation: ${target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  link.socket.close(1000);
  await until(() => attempts >= 3, 'three attempts');
  equal(followed, 0, 'connections to the target of the redirect');
  if (t.world.log) check(t.world.log().includes(target), `the log does not say ${target}`);
});

item('O11-RWS-04', MUST, 'The first frame is lifecycle connect', reverse, async t => {
  for (const link of t.world.reverse[0].links) {
    await until(() => link.frames.length > 0, 'the first frame');
    equal([link.frames[0].meta_event_type, link.frames[0].sub_type], ['lifecycle', 'connect'], 'the first frame');
  }
});

item('O11-RWS-05', MUST, 'After any close the link comes back', {settings, needs: 'reverse', alone: true}, async t => {
  const server = t.world.reverse[0];
  for (const code of [1008, 1008, 1008, 1000, 1001, 4000]) {
    const link = await t.reverse(t.bot, {server}), links = server.links.length;
    link.socket.close(code, 'go away');
    await until(() => server.links.length > links, `the link after ${code}`, 8000);
  }
  const link = await t.reverse(t.bot, {server}), links = server.links.length;
  link.socket.terminate();
  await until(() => server.links.length > links, 'the link after a cut', 8000);
});
item('O11-RWS-05', MUST, 'After any refusal the link is tried again', {settings, needs: 'reverse', alone: true}, async t => {
  const server = t.world.reverse[0];
  for (const status of [401, 403, 404, 500]) {
    const link = await t.reverse(t.bot, {server}), attempts = server.attempts.length;
    server.refuse = status;
    link.socket.close(1000);
    await until(() => server.attempts.length > attempts + 1, `two attempts after ${status}`, 8000);
    server.refuse = null;
  }
  await t.reverse(t.bot, {server});
});

item('O11-RWS-06', BR, 'No subprotocol is asked for', reverse, async t => {
  equal((await t.reverse()).request.headers['sec-websocket-protocol'], undefined, 'Sec-WebSocket-Protocol');
});

item('O11-RWS-07', BR, 'A request in the packet of the handshake is answered', {settings, needs: 'reverse', alone: true}, async t => {
  const server = t.world.reverse[2];
  const link = await t.reverse(t.bot, {server});
  const upgrade = server.http.listeners('upgrade')[0];
  server.http.removeAllListeners('upgrade');
  let answered;
  server.http.on('upgrade', (request, socket, head) => {
    socket.cork();
    upgrade(request, socket, head);
    answered = server.last.call('get_login_info');
    socket.uncork();
  });
  link.socket.close(1000);
  await until(() => answered, 'the next link');
  equal(succeeded(await answered, 'get_login_info').user_id, t.bot.self_id, 'user_id');
});

item('O11-RWS-08', MUST, 'A ping is answered, also while actions run', reverse, async t => {
  const link = await t.reverse();
  const calls = Array.from({length: 50}, () => link.call('get_status'));
  const began = performance.now();
  const pong = new Promise(done => link.socket.once('pong', done));
  link.socket.ping('are you there');
  equal(String(await pong), 'are you there', 'the payload of the pong');
  check(performance.now() - began < 3000, `the pong came after ${Math.round(performance.now() - began)} ms`);
  for (const answer of await Promise.all(calls)) succeeded(answer, 'get_status');
});

const small = {dialect: '11', bots: 1, http: [{}], websocket: [{}], defaults: {max_frame: '8kB'}};
item('O11-RWS-09', BR, 'A longer frame than max_frame loses its end, and says so', {settings: small, needs: 'websocket inject'}, async t => {
  const link = await t.connect();
  const expected = await t.inject(t.bot, 'message.private', {text: 'long '.repeat(6000)});
  const event = await t.arrival(link, expected);
  const {text} = link.raw.find(frame => frame.value === event);
  check(Buffer.byteLength(text) <= 8000, `the frame: expected at most 8000 bytes, got ${Buffer.byteLength(text)}`);
  equal(event.message.at(-1), {type: 'text', data: {text: '[…]'}}, `the last segment of ${show(event.message.length)}`);
});
