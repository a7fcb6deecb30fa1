// What browsers, guessers and broken clients try at the doors of applications and operators: a line a case.
import assert from 'node:assert/strict';
import test from 'node:test';
import {alive, each, knock, request, stage, token} from './stage.mjs';

const action = '{"action":"get_version","params":{},"echo":"x"}';
const json = {'Content-Type': 'application/json'};
const upgrade = {Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA=='};
const bearer = {Authorization: `Bearer ${token}`};

// door, what is tried, headers beside the usual ones, the status of the answer
const browsers = [
  ['http', 'a page of another site posts', {Origin: 'https://evil.test'}, 403],
  ['http', 'a page without an origin posts', {Origin: 'null'}, 403],
  ['http', 'a page of another port of this machine posts', {Origin: 'http://127.0.0.1:1'}, 403],
  ['http', 'an origin that only begins like ours', {Origin: 'http://127.0.0.1.evil.test'}, 403],
  ['http', 'an origin with our address as its user', {Origin: 'http://127.0.0.1@evil.test'}, 403],
  ['http', 'a name of another site that points here', {Host: 'evil.test'}, 403],
  ['http', 'a name that ends like localhost', {Host: 'evil-localhost'}, 403],
  ['http', 'a name below localhost', {Host: 'evil.localhost'}, 403],
  ['http', 'no host', {Host: undefined}, 400],
  ['http', 'two hosts', {Host: ['127.0.0.1', '127.0.0.1']}, 400],
  ['http', 'two hosts, one of them foreign', {Host: ['127.0.0.1', 'evil.test']}, 400],
  ['http', 'a host with a path', {Host: '127.0.0.1/evil.test'}, 400],
  ['http', 'a host with a user', {Host: 'evil.test@127.0.0.1'}, 400],
  ['http', 'a host with a blank', {Host: '127.0.0.1 evil.test'}, 400],
  ['http', 'a host with a port that is none', {Host: '127.0.0.1:99999999'}, 400],
  ['http', 'an empty host', {Host: ''}, 400],
  ['http', 'localhost', {Host: 'localhost'}, 200],
  ['http', 'localhost in capitals, with the port', {Host: 'LOCALHOST:5700'}, 200],
  ['http', 'an address of the sixth version', {Host: '[::1]:5700'}, 200],
  ['http', 'a form of another site', {'Content-Type': 'text/plain'}, 415],
  ['guarded_http', 'a page of another site posts with the token', {...bearer, Origin: 'https://evil.test'}, 403],
  ['websocket', 'a page of another site dials', {Origin: 'https://evil.test'}, 403],
  ['websocket', 'a file on the disk dials', {Origin: 'file://'}, 403],
  ['websocket', 'a page without an origin dials', {Origin: 'null'}, 403],
  ['websocket', 'two origins, the first ours', {Origin: ['http://127.0.0.1', 'https://evil.test']}, 403],
  ['websocket', 'an extension of a browser dials', {Origin: 'chrome-extension://abcdefgh'}, 403],
  ['websocket', 'a name of another site that points here', {Host: 'evil.test'}, 403],
  ['websocket', 'a name of another site that is its own origin', {Host: 'evil.test', Origin: 'http://evil.test'}, 403],
  ['websocket', 'no host', {Host: undefined}, 400],
  ['guarded_websocket', 'a page of another site dials with the token', {...bearer, Origin: 'https://evil.test'}, 403],
  ['admin', 'a name of another site that points here', {Host: 'evil.test'}, 403],
  ['admin', 'a page of another site', {Origin: 'https://evil.test'}, 403],
];

// door, what is tried, headers, path, status
const guesses = [
  ['guarded_http', 'no token', {}, '/', 401],
  ['guarded_http', 'an empty token', {Authorization: 'Bearer '}, '/', 401],
  ['guarded_http', 'the beginning of the token', {Authorization: `Bearer ${token.slice(0, -1)}`}, '/', 401],
  ['guarded_http', 'the token and more', {Authorization: `Bearer ${token}x`}, '/', 401],
  ['guarded_http', 'the token in capitals', {Authorization: `Bearer ${token.toUpperCase()}`}, '/', 401],
  ['guarded_http', 'another scheme', {Authorization: `Basic ${token}`}, '/', 401],
  ['guarded_http', 'a wrong header beside the right parameter', {Authorization: 'Bearer no'}, `/?access_token=${token}`, 401],
  ['guarded_http', 'the parameter with a NUL behind it', {}, `/?access_token=${token}%00`, 401],
  ['guarded_http', 'a path that leads back', {}, '/../', 404],
  ['guarded_websocket', 'no token', {}, '/', 401],
  ['guarded_websocket', 'a wrong parameter', {}, '/?access_token=no', 401],
  ['guarded_websocket', 'the parameter under another name', {}, `/?token=${token}`, 401],
  ['admin', 'metrics without a token', {}, '/metrics', 401],
  ['admin', 'metrics with the token of applications', bearer, '/metrics', 401],
  ['admin', 'metrics by a path with an escape', {}, '/%6detrics', 401],
];

const post = (headers, body = action) => request('POST', '/', {...json, ...headers}, body);
const chunked = (...parts) => post({'Transfer-Encoding': 'chunked', 'Content-Length': undefined}, '') + parts.join('');
// door, what is tried, bytes, statuses that are right; 0: closed without a word
const broken = [
  ['http', 'two lengths', post({'Content-Length': [5, action.length]}), [400]],
  ['http', 'a length and chunks', post({'Transfer-Encoding': 'chunked'}), [400]],
  ['http', 'a length with a sign', post({'Content-Length': '+5'}), [400]],
  ['http', 'a length in a list', post({'Content-Length': '5, 5'}), [400]],
  ['http', 'a negative length', post({'Content-Length': '-1'}), [400]],
  ['http', 'a length beyond every number', post({'Content-Length': '99999999999999999999999'}), [400, 413]],
  ['http', 'a length of eighteen exabytes', post({'Content-Length': '18446744073709551615'}), [400, 413]],
  ['http', 'an unknown coding', post({'Transfer-Encoding': 'gzip, chunked', 'Content-Length': undefined}), [400, 501]],
  ['http', 'a coding in disguise', post({'Transfer-Encoding': 'xchunked', 'Content-Length': undefined}), [400, 501]],
  ['http', 'a chunk beyond every number', chunked('fffffffffffffffff\r\n'), [400, 413]],
  ['http', 'a chunk with a sign', chunked('-1\r\n'), [400]],
  ['http', 'a chunk with blanks before its size', chunked(' 5\r\nhello\r\n0\r\n\r\n'), [400]],
  ['http', 'a chunk longer than it says', chunked('1\r\nhello\r\n0\r\n\r\n'), [400]],
  ['http', 'a blank before the colon', request('POST', '/', {...json, 'X-A ': 'b'}, action), [400]],
  ['http', 'a line that is folded', request('POST', '/', {...json, 'X-A': 'b\r\n c'}, action), [400]],
  ['http', 'a NUL in a header', request('POST', '/', {...json, 'X-A': 'b\0c'}, action), [400]],
  ['http', 'a bare line feed as an end', request('POST', '/', {...json, 'X-A': 'b\nX-B: c'}, action), [400]],
  ['http', 'a head of a megabyte', request('POST', '/', {...json, 'X-A': 'x'.repeat(1 << 20)}, action), [400, 431]],
  ['http', 'ten thousand headers', request('POST', '/', {...json, 'X-A': Array(10000).fill('')}, action), [400, 431]],
  ['http', 'another address as the target', request('POST', 'http://evil.test/', json, action), [400, 403, 404]],
  ['http', 'a tunnel', request('CONNECT', 'evil.test:443'), [400, 404, 405]],
  ['http', 'an echo of the headers', request('TRACE', '/'), [405]],
  ['http', 'the next version', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]],
  ['http', 'the first version', 'GET /\r\n\r\n', [400, 505]],
  ['http', 'TLS', '\x16\x03\x01\x02\x00\x01\r\n\r\n', [400]],
  ['websocket', 'no key', request('GET', '/', {...upgrade, 'Sec-WebSocket-Key': undefined}), [400]],
  ['websocket', 'a short key', request('GET', '/', {...upgrade, 'Sec-WebSocket-Key': 'AAAA'}), [400]],
  ['websocket', 'version 8', request('GET', '/', {...upgrade, 'Sec-WebSocket-Version': '8'}), [426]],
  ['websocket', 'an upgrade with a body', request('GET', '/', {...upgrade, 'Content-Length': 5}, 'hello'), [400]],
  ['websocket', 'an upgrade by POST', request('POST', '/', upgrade), [400]],
  ['websocket', 'a name of a consumer that leads elsewhere', request('GET', '/?consumer=..%2f..%2fetc', upgrade), [400]],
  ['websocket', 'a name of a consumer of a kilobyte', request('GET', `/?consumer=${'x'.repeat(1024)}`, upgrade), [400]],
];

const masked = (first, payload, {mask = true, size = payload.length} = {}) =>
  Buffer.concat([Buffer.from([first, (mask ? 0x80 : 0) | size]), mask ? Buffer.alloc(4) : Buffer.alloc(0), Buffer.from(payload)]);
const huge = Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
// door, what is tried, bytes behind the upgrade, the code of the close frame
const frames = [
  ['websocket', 'a frame without a mask', masked(0x81, '{}', {mask: false}), 1002],
  ['websocket', 'a reserved bit', masked(0xc1, '{}'), 1002],
  ['websocket', 'an unknown opcode', masked(0x83, '{}'), 1002],
  ['websocket', 'a ping in pieces', masked(0x09, 'x'), 1002],
  ['websocket', 'a ping of 126 bytes', Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126]), Buffer.alloc(4 + 126)]), 1002],
  ['websocket', 'a continuation of nothing', masked(0x80, 'x'), 1002],
  ['websocket', 'a message within a message', Buffer.concat([masked(0x01, 'x'), masked(0x81, 'y')]), 1002],
  ['websocket', 'a length of eight exabytes', huge, 1009],
  ['websocket', 'a close with half a code', masked(0x88, 'x'), 1002],
  ['websocket', 'a close with a code that may not travel', masked(0x88, Buffer.from([0x03, 0xed])), 1002],
  ['websocket', 'text that is not UTF-8', masked(0x81, Buffer.from([0xc3, 0x28])), 1007],
];

const closeCode = heard => {
  const at = heard.lastIndexOf('\x88');
  return at < 0 || at + 4 > heard.length ? 0 : heard.charCodeAt(at + 2) * 256 + heard.charCodeAt(at + 3);
};

test('strangers at the doors of applications and operators', async t => {
  const scene = await stage(t);
  const ask = (door, headers, path) => {
    if (door === 'admin') return request('GET', path ?? '/metrics', headers);
    return door.includes('websocket') ? request('GET', path ?? '/', {...upgrade, ...headers})
                                      : request('POST', path ?? '/', {...json, ...headers}, action);
  };
  const differs = (wanted, {status, heard}) => [wanted].flat().includes(status) ? '' : `${status} instead of ${wanted}: ${heard.split('\r\n')[0]}`;

  await t.test(`${browsers.length} of browsers`, () => each(browsers, async (door, what, headers, status) =>
    differs(status, await knock(scene.ports[door], ask(door, headers)))));
  await t.test(`${guesses.length} guesses`, () => each(guesses, async (door, what, headers, path, status) => {
    const answer = await knock(scene.ports[door], ask(door, headers, path));
    if (answer.heard.includes(token)) return 'the token in the answer';
    return differs(status, answer);
  }));
  await t.test(`${broken.length} broken requests`, () => each(broken, async (door, what, bytes, statuses) =>
    differs(statuses, await knock(scene.ports[door], bytes))));
  await t.test(`${frames.length} broken frames`, () => each(frames, async (door, what, bytes, code) => {
    const {heard} = await knock(scene.ports[door], request('GET', '/', upgrade), bytes);
    return closeCode(heard) === code ? '' : `closed with ${closeCode(heard)} instead of ${code}`;
  }));
  await alive(scene);
  const said = scene.process.out + scene.process.err;
  assert.ok(!scene.secrets.some(secret => said.includes(secret)), 'a secret in the log');
});
