// What an application (or whoever holds its token) tries through actions: to reach another call of the platform, another
// host, another file, other people's ears, or the memory of the bridge. A line a case.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {once} from 'node:events';
import test from 'node:test';
import {alive, each, stage} from './stage.mjs';

const group = '5F1E9C7A3B8D42604E7A9B1C2D3F5A68', chat = 'oc_6549b3a4f8e34d6a2fa62545a0b09a77';
// Ids that would leave their place in a path: no request may be made of them.
const ids = ['..', '.', '../..', 'a/b', '/', 'a?b=c', 'a#b', 'a\0b', ''];
const refusals = [10002, 10003, 35003];

// bot, action, parameters with the id of a case in its place
const places = [
  ['qq', 'delete_message', id => ({message_id: id, 'qq.group_id': group})],
  ['qq', 'get_group_info', id => ({group_id: id})],
  ['qq', 'get_guild_info', id => ({guild_id: id})],
  ['qq', 'get_channel_info', id => ({guild_id: '1', channel_id: id})],
  ['qq', 'get_guild_member_info', id => ({guild_id: '1', user_id: id})],
  ['qq', 'get_guild_member_info', id => ({guild_id: id, user_id: '1'})],
  ['qq', 'send_message', id => ({detail_type: 'group', group_id: id, message: 'x'})],
  ['qq', 'send_message', id => ({detail_type: 'private', user_id: id, message: 'x'})],
  ['qq', 'send_message', id => ({detail_type: 'channel', guild_id: '1', channel_id: id, message: 'x'})],
  ['feishu', 'delete_message', id => ({message_id: id})],
  ['feishu', 'get_group_info', id => ({group_id: id})],
  ['feishu', 'get_group_member_list', id => ({group_id: id})],
  ['feishu', 'get_user_info', id => ({user_id: id})],
  ['feishu', 'leave_group', id => ({group_id: id})],
  ['feishu', 'set_group_name', id => ({group_id: id, group_name: 'x'})],
];

// what is tried, the address; "{port}" is a server of this machine that must hear nothing
const addresses = [
  ['url', 'this machine', 'http://127.0.0.1:{port}/'],
  ['url', 'this machine by name', 'http://localhost:{port}/'],
  ['url', 'this machine by a name with a dot behind', 'http://localhost.:{port}/'],
  ['url', 'this machine as one number', 'http://2130706433:{port}/'],
  ['url', 'this machine in octal', 'http://0177.0.0.1:{port}/'],
  ['url', 'this machine in hexadecimal', 'http://0x7f.1:{port}/'],
  ['url', 'this machine in short', 'http://127.1:{port}/'],
  ['url', 'this machine by zero', 'http://0:{port}/'],
  ['url', 'this machine in the sixth version', 'http://[::1]:{port}/'],
  ['url', 'this machine mapped', 'http://[::ffff:127.0.0.1]:{port}/'],
  ['url', 'this machine translated', 'http://[64:ff9b::7f00:1]:{port}/'],
  ['url', 'another of this machine\'s addresses', 'http://127.9.9.9:{port}/'],
  ['url', 'behind a user', 'http://example.com@127.0.0.1:{port}/'],
  ['url', 'full-width digits', 'http://１２７.0.0.1:{port}/'],
  ['url', 'circled digits', 'http://①②⑦.0.0.1:{port}/'],
  ['url', 'the cloud\'s metadata', 'http://169.254.169.254/latest/meta-data/'],
  ['url', 'a private network', 'http://10.0.0.1/'],
  ['url', 'a shared network', 'http://100.64.0.1/'],
  ['url', 'a unique local address', 'http://[fd00::1]/'],
  ['url', 'a file', 'file:///etc/passwd'],
  ['url', 'gopher', 'gopher://127.0.0.1:{port}/_x'],
  ['url', 'dict', 'dict://127.0.0.1:{port}/x'],
  ['url', 'a line end in the address', 'http://127.0.0.1:{port}/\r\nX-A: b'],
  ['url', 'no scheme', '//127.0.0.1:{port}/'],
  ['url', 'a scheme alone', 'http://'],
  ['url', 'a port beyond all', 'http://example.com:99999/'],
];

const upload = params => ({action: 'upload_file', params});
const data = Buffer.from('x').toString('base64');
// what is tried, the request, retcodes that are right
const requests = [
  ['file', 'a path of this machine', upload({type: 'path', name: 'f', path: '/etc/passwd'}), [10004, 32004]],
  ['file', 'a path of the bridge itself', upload({type: 'path', name: 'f', path: '/proc/self/environ'}), [10004, 32004]],
  ['file', 'an unknown way', upload({type: 'ftp', name: 'f', data}), [10004, 10003]],
  ['file', 'data that is not base64', upload({type: 'data', name: 'f', data: '%%%'}), [10003]],
  ['file', 'a wrong hash', upload({type: 'data', name: 'f', data, sha256: '0'.repeat(64)}), [35006, 10003]],
  ['file', 'an id that leads elsewhere', {action: 'get_file', params: {type: 'data', file_id: '../journal.db'}}, [10003, 35001, 35002, 35003, 35004, 32004]],
  ['file', 'an id that leads elsewhere, absolutely', {action: 'get_file', params: {type: 'data', file_id: '/etc/passwd'}}, [10003, 35001, 35002, 35003, 35004, 32004]],
  ['file', 'a file of a terabyte in parts', {action: 'upload_file_fragmented', params: {stage: 'prepare', name: 'f', total_size: 2 ** 40}}, [36004]],
  ['file', 'a file of less than nothing', {action: 'upload_file_fragmented', params: {stage: 'prepare', name: 'f', total_size: -1}}, [10003]],
  ['file', 'a part of a file nobody announced', {action: 'upload_file_fragmented', params: {stage: 'transfer', file_id: 'none', offset: 0, data}}, [35001, 35003, 35004, 10003]],
  ['action', 'a name with a line end', {action: 'get_version\nx', params: {}}, [10002]],
  ['action', 'a name of a megabyte', {action: 'x'.repeat(1 << 20), params: {}}, [10002, 33002]],
  ['action', 'a platform\'s call by a path that leaves the interface', {action: 'qq.call_api', params: {method: 'GET', path: '/../app/getAppAccessToken'}}, [10003, 35003, 10101]],
  ['action', 'a platform\'s call at another host', {action: 'qq.call_api', params: {method: 'GET', path: '//evil.test/'}}, [10003, 35003]],
  ['action', 'a platform\'s call at an address', {action: 'qq.call_api', params: {method: 'GET', path: 'http://evil.test/'}}, [10003, 35003]],
  ['action', 'a platform\'s call with a method of two words', {action: 'qq.call_api', params: {method: 'GET / HTTP/1.1\r\nX: ', path: '/users/@me'}}, [10003, 35003]],
];

// Text that would be markup: what the platform gets must not call or show anybody.
const markup = ['<@everyone>', '<@!123>', '<#1>', '<emoji:4>', '<qqbot-at-user id="U1" />', '<qqbot-at-everyone />', '<qqbot-cmd-input text="x" />',
  '<at user_id="all"></at>', '<at id=all></at>', '<at user_id="ou_1">x</at>', '@everyone', '@全体成员'];

test('what applications try through actions', async t => {
  const scene = await stage(t);
  const selves = {};
  for (const {self} of (await scene.witness.call('get_status')).data.bots) selves[self.platform] ??= self;
  const ask = (bot, action, params) => scene.witness.call(action, params, selves[bot]);

  const rows = places.flatMap(([bot, action, make]) => ids.map(id => [bot, `${action} with ${JSON.stringify(id).slice(0, 40)} in ${JSON.stringify(make('*'))}`, action, make(id)]));
  await t.test(`${rows.length} ids in paths`, async () => {
    const requests = async () => [(await scene.qq.get('/simulator/state')).requests, (await scene.feishu.get('/simulator/state')).requests];
    const before = await requests();
    await each(rows, async (bot, what, action, params) => {
      const answer = await ask(bot, action, params);
      return refusals.includes(answer.retcode) ? '' : JSON.stringify(answer);
    });
    assert.ok(before.every(count => count > 0));
    assert.deepEqual(await requests(), before.map(count => count + 1), 'a request left for the platform');  // the question is one
  });

  const server = createServer((request, response) => { heard.push(request.url); response.end('inside'); });
  const heard = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.closeAllConnections(); server.close(); });
  await t.test(`${addresses.length} addresses`, async () => {
    await each(addresses, async (kind, what, url) => {
      const answer = await ask('qq', 'upload_file', {type: 'url', name: 'f', url: url.replace('{port}', server.address().port)});
      return answer.status === 'failed' ? '' : JSON.stringify(answer);
    });
    assert.deepEqual(heard, []);
  });

  await t.test(`${requests.length} requests`, () => each(requests, async (kind, what, {action, params}, retcodes) => {
    const answer = await ask('qq', action, params);
    return retcodes.includes(answer.retcode) ? '' : JSON.stringify(answer).slice(0, 300);
  }));

  await t.test(`${markup.length} texts that would be markup`, async () => {
    await each(markup.map(text => ['feishu', text, text]), async (bot, what, text) => {
      const answer = await ask(bot, 'send_message', {detail_type: 'group', group_id: chat, message: [{type: 'text', data: {text}}]});
      if (answer.status !== 'ok') return JSON.stringify(answer);
      const last = (await scene.feishu.get('/simulator/sent')).at(-1);
      return last.text === text ? '' : `people see ${JSON.stringify(last.text)}`;
    });
    await each(['all', '_all', '@_all', '@all', 'ALL', '', '"all"'].map(id => ['feishu', `a mention of ${id}`, id]), async (bot, what, id) => {
      const before = (await scene.feishu.get('/simulator/sent')).length;
      await ask(bot, 'send_message', {detail_type: 'group', group_id: chat, message: [{type: 'mention', data: {user_id: id}}, {type: 'text', data: {text: 'x'}}]});
      const sent = (await scene.feishu.get('/simulator/sent')).slice(before);
      return sent.some(({body}) => /user_id\\?"(:|=)\s*\\?"(@?_?all)\\?"/i.test(JSON.stringify(body))) ? `it calls everybody: ${JSON.stringify(sent)}` : '';
    });
  });
  await alive(scene);
  const said = scene.process.out + scene.process.err;
  assert.ok(!scene.secrets.some(secret => said.includes(secret)), 'a secret in the log');
});
