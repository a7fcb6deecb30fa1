// Section 2: the access token of HTTP and forward WebSocket.
import {check, equal} from '../../lib/check.mjs';
import {handshake, rawTcp} from '../../lib/applications.mjs';
import {BR, MUST, SHALL, item, section} from '../../lib/suite.mjs';

section('Authentication');

const version = {action: 'get_version', params: {}};
const open = {bots: 1, http: [{event_enabled: false}], websocket: [{share: 0}], websocket_reverse: [{path: '/', reconnect_interval: 300}], webhook: [{timeout: 3000}],
              heartbeat: {enabled: false, interval: 1000}};
const blanks = {bots: 1, http: [{access_token: 'plain'}, {access_token: ' x '}, {access_token: 'a+b'}], websocket: [{access_token: 'a+b'}]};

// Asks with these headers and this query on both servers; each must answer so.
async function asked(t, headers, query, passes, what) {
  if (t.world.http?.length) {
    const answer = await t.post(version, {headers, query, authorized: false});
    equal(answer.status, passes ? 200 : 401, `HTTP, ${what}`);
  }
  if (t.world.websocket?.length) {
    equal(await handshake(t.websocketUrl() + query, {headers}), passes ? 101 : 401, `WebSocket, ${what}`);
  }
}

item('C-AUTH-01', MUST, 'Without a configured token everybody passes, whatever the headers say', {settings: open}, async t => {
  await asked(t, {}, '', true, 'no header');
  await asked(t, {Authorization: 'Bearer junk'}, '', true, 'Authorization: Bearer junk');
  await asked(t, {}, '?access_token=junk', true, '?access_token=junk');
});

item('C-AUTH-02', MUST, 'A header passes exactly when it is "Bearer <token>"', {needs: 'token'}, async t => {
  const {token} = t.world;
  await asked(t, {Authorization: `Bearer ${token}`}, '', true, 'the right header');
  for (const value of ['Bearer wrong', `Token ${token}`, `bearer ${token}`, token, `Bearer  ${token}`, `Bearer ${token}x`]) {
    await asked(t, {Authorization: value}, '', false, `Authorization: ${value.replace(token, 'TOKEN')}`);
  }
});

item('C-AUTH-03', MUST, 'A wrong header is not rescued by the query', {needs: 'token'}, async t => {
  await asked(t, {Authorization: 'Bearer wrong'}, `?access_token=${encodeURIComponent(t.world.token)}`, false, 'wrong header, right query');
});

item('C-AUTH-04', MUST, 'Without a header the query parameter decides', {needs: 'token'}, async t => {
  await asked(t, {}, `?access_token=${encodeURIComponent(t.world.token)}`, true, 'the right query');
  await asked(t, {}, '?access_token=wrong', false, '?access_token=wrong');
  await asked(t, {}, '?access_token=', false, '?access_token=');
});

item('C-AUTH-05', MUST, 'Neither header nor query is a failure', {needs: 'token'}, t => asked(t, {}, '', false, 'nothing'));

item('C-AUTH-06', MUST, 'A failure is HTTP 401', {needs: 'token http'}, async t => {
  equal((await t.post(version, {authorized: false})).status, 401, 'the status');
});

item('C-AUTH-07', MUST, 'A WebSocket is refused with 401 before the upgrade', {needs: 'token websocket'}, async t => {
  const {host} = new URL(t.websocketUrl());
  const back = await rawTcp(t.websocketUrl(), `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer wrong\r\n\r\n', {enough: bytes => bytes.includes('\r\n')});
  equal(back.toString('latin1').slice(0, 12), 'HTTP/1.1 401', 'the first bytes');
});

item('C-AUTH-08', SHALL, 'Blanks around a token belong to it', {settings: blanks}, async t => {
  const status = async query => (await t.post(version, {url: t.httpUrl(1), query, authorized: false})).status;
  equal(await status('?access_token=%20x%20'), 200, 'token " x ", ?access_token=%20x%20');
  equal(await status('?access_token=x'), 401, 'token " x ", ?access_token=x');
});

item('C-AUTH-09', BR, 'The query value is percent-decoded once, and "+" is a blank', {settings: blanks}, async t => {
  const status = async (i, query) => (await t.post(version, {url: t.httpUrl(i), query, authorized: false})).status;
  equal(await status(2, '?access_token=a%2Bb'), 200, 'token "a+b", a%2Bb');
  equal(await status(2, '?access_token=a+b'), 401, 'token "a+b", a+b');
  equal(await status(2, '?access_token=a%252Bb'), 401, 'token "a+b", a%252Bb');
  equal(await status(1, '?access_token=+x+'), 200, 'token " x ", +x+');
});

item('C-AUTH-10', BR, 'The token is in no line of the log', {needs: 'token log', last: true}, async t => {
  const log = t.world.log();
  check(log.length > 0, 'the log is empty');
  const at = log.indexOf(t.world.token);
  check(at < 0, `the log holds the token: …${log.slice(Math.max(0, at - 60), at)}TOKEN`);
});

item('C-AUTH-11', BR, 'An empty Authorization header counts as present', {needs: 'token'}, async t => {
  await asked(t, {Authorization: ''}, `?access_token=${encodeURIComponent(t.world.token)}`, false, 'empty header, right query');
});
