// The simulators, proven with clients that others wrote: what they accept or refuse decides about the simulator.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {once} from 'node:events';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import {larkMessage, simulate, start, until} from './support.mjs';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const group = '5F1E9C7A3B8D42604E7A9B1C2D3F5A68';
const member = 'A0B1C2D3E4F5061728394A5B6C7D8E9F';
const message = (id, content) => ({t: 'GROUP_AT_MESSAGE_CREATE', d: {
  id, content, timestamp: '2026-11-24T10:00:00+08:00', group_openid: group, group_id: group, message_type: 0,
  author: {id: member, member_openid: member, username: 'Lin', bot: false},
}});

// A client in a process of its own, which ends with the test: some of them never let go of the event loop.
const client = (t, name, platform) => start(t, process.execPath, [join(here, 'clients', name), platform.base, platform.bot.app_id, platform.bot.app_secret, platform.bot.platform]);
const says = (program, pattern) => until(() => pattern.test(program.out) || program.ended,
  () => `${pattern} in:\n${program.out}\n${program.err}`).then(() => assert.match(program.out, pattern, program.err));
const answer = qq => until(async () => (await qq.get('/simulator/sent')).find(one => JSON.stringify(one.body).includes('pong')), 'the answer');

test('qq-official-bot logs in to the gateway simulator, hears a message and answers it', async t => {
  const qq = await simulate(t, 'qq');
  const bot = client(t, 'qq-official-bot.mjs', qq);
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, () => `the login: ${bot.err}`);

  await qq.play(message('ROBOT1.0_proof1!', ' ping'));

  await says(bot, new RegExp(`"group":"${group}"`));
  const sent = await answer(qq);
  assert.match(sent.path, new RegExp(`/v2/groups/${group}/messages`));
  assert.equal(sent.body.msg_id, 'ROBOT1.0_proof1!');
});

test('@satorijs/adapter-qq logs in to the gateway simulator, hears a message and answers it', async t => {
  const qq = await simulate(t, 'qq');
  const bot = client(t, 'satorijs-adapter-qq.mjs', qq);
  await says(bot, /^online$/m);

  await qq.play(message('ROBOT1.0_proof2!', ' ping'));

  await says(bot, /"content":".*ping\s*"/);  // it puts the mention of the bot, which the platform cut out, back in front
  assert.match((await answer(qq)).path, new RegExp(`/v2/groups/${group}/messages`));
});

test('@larksuiteoapi/node-sdk sends a message to the simulator, and its event dispatcher accepts an encrypted, signed push', async t => {
  const lark = require('@larksuiteoapi/node-sdk');
  const feishu = await simulate(t, 'feishu');
  const quiet = {loggerLevel: lark.LoggerLevel.fatal};
  const client = new lark.Client({appId: feishu.bot.app_id, appSecret: feishu.bot.app_secret, domain: feishu.base, ...quiet});
  const answer = await client.im.message.create({
    params: {receive_id_type: 'chat_id'},
    data: {receive_id: 'oc_6549b3a4f8e34d6a2fa62545a0b09a77', msg_type: 'text', content: JSON.stringify({text: '你好'})},
  });
  assert.equal(answer.code, 0);
  assert.match(answer.data.message_id, /^om_/);
  const [sent] = await feishu.get('/simulator/sent');
  assert.equal(sent.body.content, '{"text":"你好"}');

  const heard = [];
  const dispatcher = new lark.EventDispatcher({encryptKey: feishu.bot.encrypt_key, verificationToken: feishu.bot.verification_token, ...quiet})
    .register({'im.message.receive_v1': async data => { heard.push(data); }});
  const server = createServer(lark.adaptDefault('/push', dispatcher));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.closeAllConnections?.(); server.close(); });
  await feishu.setPush(`http://127.0.0.1:${server.address().port}/push`);

  await feishu.play(feishu.samples.map(sample => JSON.parse(sample)).find(sample => sample.header?.event_type === 'im.message.receive_v1'));
  await until(() => heard.length === 1, 'the push');
  assert.equal(heard[0].message.message_type, 'text');
});

test('the long connection of @larksuiteoapi/node-sdk hears messages whole and in parts, and answers the use of a card', async t => {
  const feishu = await simulate(t, 'feishu');
  const bot = client(t, 'lark-wsclient.mjs', feishu);
  await says(bot, /^ready$/m);
  const taken = count => until(async () => {
    const pushes = await feishu.get('/simulator/pushes');
    return pushes.length === count && pushes.every(push => push.statuses.at(-1) === 200) && pushes;
  }, () => `${count} acknowledgements: ${bot.out}${bot.err}`);

  await feishu.play(larkMessage('om_whole', '你好'));
  await taken(1);
  await feishu.post('/simulator/long_connection', {parts: 7, reversed: true});
  await feishu.play(larkMessage('om_parts', '再见'));
  await taken(2);
  await feishu.play({schema: '2.0', header: {event_type: 'card.action.trigger'}, event: {
    operator: {open_id: 'ou_26bbd28933d4134ed80af3ece3aeccb7'}, token: 'c-1', action: {tag: 'button', value: {}},
    host: 'im_message', context: {open_message_id: 'om_whole', open_chat_id: 'oc_6549b3a4f8e34d6a2fa62545a0b09a77'},
  }});
  const pushes = await taken(3);

  await says(bot, /你好[^]*再见[^]*"card":"button"/);
  assert.deepEqual(JSON.parse(pushes[2].answer), {toast: {type: 'success', content: 'ok'}});
  assert.equal((await feishu.get('/simulator/long_connection')).unexpected_acknowledgements, 0);
});

for (const platform of ['feishu', 'lark']) {
  test(`@satorijs/adapter-lark hears a message over the long connection of ${platform} and answers it`, async t => {
    const lark = await simulate(t, platform);
    const bot = client(t, 'satorijs-adapter-lark.mjs', lark);
    await says(bot, /^online$/m);

    await lark.play(larkMessage('om_proof', '你好 ping'));

    await says(bot, /"content":"你好 ping","user":"ou_26bbd28933d4134ed80af3ece3aeccb7","channel":"oc_6549b3a4f8e34d6a2fa62545a0b09a77"/);
    const sent = await answer(lark);
    assert.match(sent.path, /^\/open-apis\/im\/v1\/messages\?receive_id_type=chat_id/);
    assert.equal(sent.body.receive_id, 'oc_6549b3a4f8e34d6a2fa62545a0b09a77');
    assert.equal(sent.text, 'pong');
    const [push] = await until(async () => { const all = await lark.get('/simulator/pushes'); return all[0].statuses.length > 0 && all; }, 'the acknowledgement');
    assert.deepEqual(push.statuses, [200]);
  });
}
