// Section 4: actions over HTTP.
import {Agent, request as httpRequest} from 'node:http';
import {rawTcp} from '../../lib/applications.mjs';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {failed, succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, CONV, MAY, MUST, item, section} from '../../lib/suite.mjs';

section('HTTP');

const form = {'Content-Type': 'application/x-www-form-urlencoded'};
const json = {'Content-Type': 'application/json'};
const http = {needs: 'http'};

item('O11-HTTP-01', MUST, '/<action> and /<action>/, by GET and POST', http, async t => {
  for (const path of ['get_login_info', 'get_login_info/']) {
    for (const method of ['GET', 'POST']) {
      const answer = await t.at(path, {method});
      equal(answer.status, 200, `${method} /${path}`);
      succeeded(answer.value, `${method} /${path}`);
    }
  }
  equal((await t.at('Get_Login_Info')).status, 404, 'GET /Get_Login_Info');
});

item('O11-HTTP-02', MUST, 'Parameters come by query, form and JSON alike', {needs: 'http sent inject'}, async t => {
  const chat = await t.chat(t.sending(), 'private');
  const {bot, to} = chat;
  const text = unique('five ways'), encoded = `user_id=${to.user_id}&message=${encodeURIComponent(text)}`;
  const segments = encodeURIComponent(JSON.stringify([{type: 'text', data: {text}}]));
  const ways = [
    ['query', {query: `?${encoded}`}],
    ['form', {body: encoded, headers: form}],
    ['JSON', {body: {user_id: to.user_id, message: text}, headers: json}],
    ['JSON with charset', {body: {user_id: String(to.user_id), message: text}, headers: {'Content-Type': 'application/json; charset=utf-8'}}],
  ];
  for (const [what, options] of ways) succeeded((await t.at('send_private_msg', {bot, ...options})).value, what);
  const texts = (await chat.once(ways.length)).map(one => one.text);
  equal(texts, ways.map(() => text), 'what was sent');
  const other = await t.chat(bot, 'private');
  succeeded((await t.at('send_private_msg', {bot, query: `?user_id=${other.to.user_id}&message=${segments}`})).value, 'segments in the query');
  succeeded((await t.at('send_private_msg', {bot, query: '?message=no', body: {user_id: other.to.user_id, message: text}, headers: json})).value, 'query and body');
  equal((await other.once(2)).map(one => one.text), [text, text], 'segments in the query; a body that says other than the query');
});
item('O11-HTTP-02', MUST, 'Strings are taken as what the parameter is', {needs: 'http inject'}, async t => {
  const bot = t.causing('message.group');
  const {event} = await t.chat(bot);
  for (const no_cache of ['1', 'true', 'yes', '0', 'false', 'no']) {
    const {value} = await t.at('get_group_info', {bot, query: `?group_id=${event.group_id}&no_cache=${no_cache}`});
    equal(succeeded(value, `no_cache=${no_cache}`).group_id, event.group_id, 'group_id');
  }
});

item('O11-HTTP-03', MUST, 'No body, or no content type, is no parameters', http, async t => {
  for (const options of [{}, {headers: json}, {body: '{}', headers: json}, {headers: form}]) {
    equal((await t.at('get_status', {method: 'POST', ...options})).status, 200, `POST with ${show(options)}`);
  }
  for (const body of ['[]', '"x"', '5', 'null', '{']) {
    const answer = await t.at('get_status', {body, headers: json});
    equal(answer.status, 400, `the body ${body}`);
    failed(answer.value, 1400, `the body ${body}`);
  }
});

item('O11-HTTP-04', MUST, 'Status codes: 200, 400, 404, 405, 406', http, async t => {
  const status = async (path, options) => (await t.at(path, options)).status;
  equal(await status('get_status'), 200, 'an action');
  equal(await status('get_msg?message_id=x'), 200, 'an action that failed');
  equal(await status('get_status', {body: '{"a":', headers: json}), 400, 'a malformed body');
  equal(await status('no_such_action'), 404, 'an unknown action');
  equal(await status('x/get_status'), 404, 'a known action below another path');
  equal(await status('get_status', {body: 'a=1', headers: {'Content-Type': 'text/plain'}}), 406, 'another content type');
  equal(await status('get_status', {body: '<a/>', headers: {'Content-Type': 'application/xml'}}), 406, 'another content type');
  for (const method of ['PUT', 'DELETE', 'PATCH']) equal(await status('get_status', {method}), 405, method);
});
item('O11-HTTP-04', MUST, 'A body beyond the limit is 413 before it comes', http, async t => {
  const {host, pathname} = new URL(t.httpUrl());
  const authorization = Object.entries(t.authorization).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const back = await rawTcp(t.httpUrl(), `POST ${pathname}get_status HTTP/1.1\r\nHost: ${host}\r\n${authorization}Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n`,
    {enough: bytes => bytes.includes('\r\n')});
  matches(back.toString('latin1').split('\r\n')[0], /^HTTP\/1\.1 413/, 'a body of 1 GB');
});

item('O11-HTTP-05', CONV, 'Errors have an answer as body, too', http, async t => {
  const wrong = [['no_such_action', {}, 404], ['get_status', {body: '[', headers: json}, 400], ['get_status', {body: 'x', headers: {'Content-Type': 'text/plain'}}, 406], ['get_status', {method: 'PUT'}, 405]];
  for (const [path, options, status] of wrong) {
    const answer = await t.at(path, options);
    equal(answer.status, status, path);
    failed(answer.value, 1000 + status, `HTTP ${status}`);
    check(typeof answer.value.message === 'string' && answer.value.message !== '', `HTTP ${status}: there is no message`);
    equal(answer.value.data, null, `HTTP ${status}: data`);
  }
});

item('O11-HTTP-06', BR, 'Content-Type is application/json and nothing more', http, async t => {
  for (const [path, options] of [['get_status', {}], ['no_such_action', {}], ['get_status', {authorized: false}], ['get_status', {body: '[', headers: json}]]) {
    equal((await t.at(path, options)).headers['content-type'], 'application/json', `Content-Type of ${path} ${show(options)}`);
  }
});

item('O11-HTTP-07', CONV, 'POST / takes a request as a WebSocket does', http, async t => {
  const {status, value} = await t.at('', {body: {action: 'get_login_info', params: {}, echo: {n: 1}}, headers: json});
  equal(status, 200, 'HTTP status');
  succeeded(value, 'get_login_info');
  equal(value.echo, {n: 1}, 'echo');
});

item('O11-HTTP-08', MAY, 'GET / tells who it is without a token, and no secrets', http, async t => {
  const answer = await t.at('', {base: t.world.http[0], authorized: false});
  if (answer.status !== 200) t.notApplicable(`GET / is ${answer.status}`);
  check(answer.value && typeof answer.value === 'object', `the body: expected an object, got ${answer.text.slice(0, 100)}`);
  for (const bot of t.bots) check(!answer.text.includes(String(bot.self_id)), 'a number of a bot is in it');
  if (t.world.token) check(!answer.text.includes(t.world.token), 'the token is in it');
});

item('O11-HTTP-09', BR, 'There are no events to fetch', http, async t => {
  equal((await t.at('get_updates')).status, 404, 'GET /get_updates');
  equal((await t.at('get_latest_events')).status, 404, 'GET /get_latest_events');
});

item('O11-HTTP-10', BR, 'Connections are kept', http, async t => {
  const agent = new Agent({keepAlive: true, maxSockets: 1});
  t.after(() => agent.destroy());
  const ask = () => new Promise((done, fail) => httpRequest(`${t.httpUrl()}get_status`, {agent, headers: t.authorization}, response => {
    const {localPort} = response.socket;
    response.resume().on('end', () => done(localPort));
  }).on('error', fail).end());
  const ports = [await ask(), await ask(), await ask()];
  equal(new Set(ports).size, 1, 'connections of three requests');
});
