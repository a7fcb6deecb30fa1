// Section 4: the HTTP server.
import {rawTcp} from '../../lib/applications.mjs';
import {check, equal, ok, retcode} from '../../lib/check.mjs';
import {BR, MAY, MUST, SHALL, item, section} from '../../lib/suite.mjs';

section('HTTP');

const version = {action: 'get_version', params: {}};
const text = JSON.stringify(version);
const json = type => ({headers: {'Content-Type': type}});

item('C-HTTP-01', SHALL, 'POST / takes one action request and answers its response', {needs: 'http'}, async t => {
  const answer = await t.post(version);
  equal(answer.status, 200, 'the status');
  equal(answer.value?.status, 'ok', 'status in the body');
});

item('C-HTTP-02', MAY, 'Another method than POST is refused and runs no action', {needs: 'http'}, async t => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const {status, value} = await t.request({method, body: method === 'GET' ? undefined : text, ...json('application/json')});
    check(status >= 400 && status < 500 && value?.retcode === undefined, `${method} /: expected 4xx and no response, got ${status}`);
  }
});

item('C-HTTP-03', MAY, 'Another path than / is 404; a query on / is fine', {needs: 'http'}, async t => {
  equal((await t.post(version, {url: new URL('/x', t.httpUrl()).href})).status, 404, 'POST /x');
  equal((await t.post(version, {url: new URL('/get_version', t.httpUrl()).href})).status, 404, 'POST /get_version');
  equal((await t.post(version, {query: '?a=1&b'})).status, 200, 'POST /?a=1&b');
});

item('C-HTTP-05', MUST, 'An unsupported Content-Type is 415', {needs: 'http'}, async t => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) equal((await t.post(text, json(type))).status, 415, type);
});

item('C-HTTP-05', BR, 'A missing Content-Type is 415', {needs: 'http'}, async t => {
  equal((await t.request({body: text})).status, 415, 'no Content-Type');
});

item('C-HTTP-06', MUST, 'application/json is supported; application/msgpack is, or is 415', {needs: 'http'}, async t => {
  equal((await t.post(version)).status, 200, 'application/json');
  const {status} = await t.pack(version);
  check(status === 200 || status === 415, `application/msgpack: expected 200 or 415, got ${status}`);
  return status === 415 ? 'MessagePack is declared absent' : '';
});

item('C-HTTP-07', SHALL, 'A reply has the encoding of its request, failures too', {needs: 'http'}, async t => {
  equal((await t.post({action: 'nope', params: {}})).headers['content-type'], 'application/json', 'Content-Type of a JSON failure');
  if (!t.world.msgpack) return 'JSON only: MessagePack is declared absent';
  const answer = await t.pack({action: 'nope', params: {}});
  equal(answer.headers['content-type'], 'application/msgpack', 'Content-Type of a MessagePack failure');
  retcode(answer.value, 10002, 'an unknown action in MessagePack');
  const broken = await t.pack(new Uint8Array([0x82, 0xa6]));
  equal(broken.headers['content-type'], 'application/msgpack', 'Content-Type of a reply to broken MessagePack');
  retcode(broken.value, 10001, 'broken MessagePack');
});

item('C-HTTP-08', BR, 'The media type is compared without case and parameters', {needs: 'http'}, async t => {
  for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset="UTF-8"']) {
    const answer = await t.post(text, json(type));
    equal(answer.status, 200, type);
    equal(answer.headers['content-type'], 'application/json', `Content-Type of the reply to ${type}`);
  }
  for (const type of ['application/jsonx', 'application/json-patch', 'xapplication/json']) equal((await t.post(text, json(type))).status, 415, type);
});

item('C-HTTP-09', SHALL, 'Whatever is wrong with a body or an action, HTTP says 200 and the retcode says what', {needs: 'http'}, async t => {
  for (const [body, code] of [['{', 10001], ['', 10001], ['[]', 10001], ['"x"', 10001], ['\xff', 10001], ['{"action":"nope","params":{}}', 10002],
                              ['{"action":"get_latest_events","params":{"limit":-1}}', [10002, 10003]]]) {
    const answer = await t.post(body);
    equal(answer.status, 200, `HTTP status of ${body || 'an empty body'}`);
    retcode(answer.value, code, body || 'an empty body');
  }
});

item('C-HTTP-10', BR, 'Checked in this order: path, method, token, type, body', {needs: 'http'}, async t => {
  if (t.world.token) {
    equal((await t.post(text, {...json('text/plain'), authorized: false})).status, 401, 'no token and a bad type');
    const {status} = await t.request({method: 'GET', url: new URL('/x', t.httpUrl()).href, authorized: false});
    check(status === 404 || status === 405, `GET /x without a token: expected 404 or 405, got ${status}`);
    equal((await t.request({method: 'GET', authorized: false})).status, 405, 'GET / without a token');
  }
  equal((await t.post('{', json('text/plain'))).status, 415, 'a bad type and a bad body');
});

item('C-HTTP-11', SHALL, 'echo comes back over HTTP', {needs: 'http'}, async t => {
  equal((await t.post({...version, echo: 'e1'})).value?.echo, 'e1', 'echo');
});

item('C-HTTP-12', BR, 'A waiting request holds up no other', {settings: {bots: 1, http: [{}]}, anywhere: true, needs: 'http'}, async t => {
  const waiting = new AbortController();
  t.after(() => waiting.abort());
  t.post({action: 'get_latest_events', params: {timeout: 20}}, {signal: waiting.signal}).catch(() => {});
  for (let n = 0; n < 5; ++n) {
    const began = performance.now();
    ok((await t.post({action: 'get_status', params: {}})).value, 'get_status');
    const took = performance.now() - began;
    check(took < 4000, `get_status beside a long poll: expected an answer at once, got it after ${Math.round(took)} ms`);
  }
});

// A request head, and how many answers with retcode 0 the bytes hold.
const headOf = t => Object.entries({Host: new URL(t.httpUrl()).host, 'Content-Type': 'application/json', ...t.authorization}).map(([k, v]) => `${k}: ${v}\r\n`).join('');
const count = bytes => bytes.toString('latin1').split('"retcode":0').length - 1;

item('C-HTTP-13', BR, 'Keep-alive, pipelining, Expect: 100-continue and bodies over 1 MiB work', {needs: 'http'}, async t => {
  const head = headOf(t);
  const plain = `POST / HTTP/1.1\r\n${head}Content-Length: ${text.length}\r\n\r\n${text}`;
  const piped = await rawTcp(t.httpUrl(), plain + plain + plain, {enough: bytes => count(bytes) === 3});
  equal(count(piped), 3, 'answers to three requests in one segment');
  const expecting = await rawTcp(t.httpUrl(), `POST / HTTP/1.1\r\n${head}Content-Length: ${text.length}\r\nExpect: 100-continue\r\n\r\n${text}`, {enough: bytes => count(bytes) === 1});
  equal(count(expecting), 1, 'answers to Expect: 100-continue');
  const long = await t.post({...version, params: {filler: 'x'.repeat(1 << 20)}});
  ok(long.value, 'a body over 1 MiB');
});

item('C-HTTP-13', BR, 'A chunked body works', {needs: 'http'}, async t => {
  const chunks = `5\r\n${text.slice(0, 5)}\r\n${(text.length - 5).toString(16)}\r\n${text.slice(5)}\r\n0\r\n\r\n`;
  const back = await rawTcp(t.httpUrl(), `POST / HTTP/1.1\r\n${headOf(t)}Transfer-Encoding: chunked\r\n\r\n${chunks}`, {enough: bytes => count(bytes) === 1});
  check(count(back) === 1, `expected a response, got ${back.toString('latin1').split('\r\n')[0]}`);
});

item('C-HTTP-14', BR, 'OPTIONS is 405 and no CORS header is sent', {needs: 'http'}, async t => {
  equal((await t.request({method: 'OPTIONS'})).status, 405, 'OPTIONS /');
  // A page of another site may be turned away before that.
  const asked = await t.request({method: 'OPTIONS', headers: {Origin: 'http://example.org', 'Access-Control-Request-Method': 'POST'}});
  equal(asked.status === 405 || asked.status === 403, true, 'OPTIONS / of another site: 405 or 403');
  equal(asked.headers['access-control-allow-origin'], undefined, 'Access-Control-Allow-Origin');
  equal((await t.post(version, {headers: {Origin: 'http://example.org'}})).headers['access-control-allow-origin'], undefined, 'Access-Control-Allow-Origin');
});

item('C-HTTP-04', MUST, 'A wrong token is 401', {needs: 'http token'}, async t => {
  equal((await t.post(version, {authorized: false, headers: {Authorization: 'Bearer wrong'}})).status, 401, 'a wrong token');
});
