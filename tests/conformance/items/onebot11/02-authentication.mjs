// Section 3: the access token.
import {handshake} from '../../lib/applications.mjs';
import {check, equal} from '../../lib/check.mjs';
import {failed} from '../../lib/onebot11.mjs';
import {BR, CONV, MUST, item, section} from '../../lib/suite.mjs';

section('Authentication');

const open = {dialect: '11', bots: 1, http: [{}], websocket: [{}], websocket_reverse: [{path: '/', reconnect_interval: 200}], http_post: [{timeout: 5}]};

// Asks with these headers and this query on both servers; both must answer so.
async function asked(t, headers, query, status, what) {
  if (t.world.http?.length) {
    const answer = await t.at('get_status', {headers, query, authorized: false});
    equal(answer.status, status, `HTTP, ${what}`);
    if (status !== 200) failed(answer.value, 1000 + status, `HTTP, ${what}`);
  }
  if (t.world.websocket?.length) equal(await handshake(t.websocketUrl() + query, {headers}), status === 200 ? 101 : status, `WebSocket, ${what}`);
}
const right = t => `?access_token=${encodeURIComponent(t.world.token)}`;

item('O11-AUTH-01', MUST, 'The token in the header or in the query lets in', {needs: 'token'}, async t => {
  await asked(t, {Authorization: `Bearer ${t.world.token}`}, '', 200, 'the right header');
  await asked(t, {}, right(t), 200, 'the right query');
});
item('O11-AUTH-01', MUST, 'No token is 401, a wrong one 403', {needs: 'token'}, async t => {
  await asked(t, {}, '', 401, 'nothing');
  await asked(t, {Authorization: 'Bearer wrong'}, '', 403, 'a wrong header');
  await asked(t, {}, '?access_token=wrong', 403, 'a wrong query');
});
item('O11-AUTH-01', MUST, 'The token comes before the body', {needs: 'token http'}, async t => {
  const options = {method: 'POST', body: '{', authorized: false};
  equal((await t.at('get_status', {...options, headers: {'Content-Type': 'application/json'}})).status, 401, 'a bad body without a token');
  equal((await t.at('get_status', {...options, headers: {'Content-Type': 'text/plain', Authorization: 'Bearer wrong'}})).status, 403, 'a bad body with a wrong token');
  equal((await t.at('no_such_action', {authorized: false})).status, 401, 'an unknown action without a token');
});

item('O11-AUTH-02', CONV, 'The scheme has any name in any case, or none', {needs: 'token'}, async t => {
  for (const value of [`bearer ${t.world.token}`, `Token ${t.world.token}`, `Basic ${t.world.token}`, t.world.token]) {
    await asked(t, {Authorization: value}, '', 200, `Authorization: ${value.replace(t.world.token, 'TOKEN')}`);
  }
});

item('O11-AUTH-03', BR, 'A header decides alone', {needs: 'token'}, async t => {
  await asked(t, {Authorization: `Bearer ${t.world.token}`}, '?access_token=wrong', 200, 'the right header, a wrong query');
  await asked(t, {Authorization: 'Bearer wrong'}, right(t), 403, 'a wrong header, the right query');
});
item('O11-AUTH-03', BR, 'The token is in no line of the log', {needs: 'token log', last: true}, async t => {
  const log = t.world.log();
  check(log.length > 0, 'the log is empty');
  const at = log.indexOf(t.world.token);
  check(at < 0, `the log holds the token: …${log.slice(Math.max(0, at - 60), at)}TOKEN`);
});

item('O11-AUTH-04', MUST, 'A reverse link brings the token as "Bearer TOKEN"', {needs: 'reverse token'}, async t => {
  equal((await t.reverse()).request.headers.authorization, `Bearer ${t.world.token}`, 'Authorization');
});
item('O11-AUTH-04', MUST, 'Without a token a reverse link has no Authorization', {settings: open, needs: 'reverse'}, async t => {
  equal((await t.reverse()).request.headers.authorization, undefined, 'Authorization');
});

item('O11-AUTH-05', MUST, 'Posts have no Authorization', {needs: 'http_post'}, async t => {
  await t.world.http_post[0].event(() => true, 'a post');
  for (const {request} of t.world.http_post[0].pushes) equal(request.headers.authorization, undefined, 'Authorization');
});

item('O11-AUTH-06', BR, 'No CORS, no cookies', {needs: 'http'}, async t => {
  const preflight = await t.at('get_status', {method: 'OPTIONS', authorized: false, headers: {Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST'}});
  check([403, 405].includes(preflight.status), `a preflight: expected 405, or 403 for the web page, got ${preflight.status}`);
  equal((await t.at('get_status', {method: 'OPTIONS'})).status, 405, 'OPTIONS');
  const usual = await t.at('get_status', {headers: {Origin: 'http://evil.example'}});
  for (const {headers} of [preflight, usual]) {
    equal(Object.keys(headers).filter(name => name.startsWith('access-control') || name === 'set-cookie'), [], 'headers');
  }
});
item('O11-AUTH-06', BR, 'A web page does not come in where there is no token', {settings: open}, async t => {
  const headers = {Origin: 'http://evil.example'};
  equal((await t.at('get_status', {headers})).status, 403, 'HTTP with an Origin');
  equal(await handshake(t.websocketUrl(), {headers}), 403, 'WebSocket with an Origin');
  equal((await t.at('get_status')).status, 200, 'HTTP without an Origin');
});
