// Eight bots on four platforms, over every way in, in one process, for one framework on one reverse WebSocket.
import assert from 'node:assert/strict';
import test from 'node:test';
import {botToml, bridge, freePort, larkMessage, reverseServer, simulate, until} from './support.mjs';

const group = '5F1E9C7A3B8D42604E7A9B1C2D3F5A68', member = 'A0B1C2D3E4F5061728394A5B6C7D8E9F';
const larkChat = 'oc_6549b3a4f8e34d6a2fa62545a0b09a77', bosshiChat = '5ce6d572455d361153b7xN~';

const qqMessage = (id, text) => ({t: 'GROUP_AT_MESSAGE_CREATE', d: {
  id: `ROBOT1.0_${id}!`, content: ` ${text}`, group_openid: group, author: {id: member, member_openid: member},
  timestamp: new Date().toISOString()}});
const bosshiMessage = (id, text) => ({schema: '1.0', header: {event_type: 'im.message.receive', event_id: `event-of-${id}`}, event: {
  sender: {sender_id: {union_id: 'on_1', user_id: '1122334455', open_id: 'ou_84aad35d084aa403a838cf73ee18467'}, sender_type: 'user'},
  message: {message_id: id, chat_id: bosshiChat, chat_type: 'group', message_type: 'text', content: JSON.stringify({text})}}});

// The ids that the simulators give their bots.
const qqId = number => String(3141592653589793238n + BigInt(number));
const larkId = (number, begin = 'ef86') => `ou_${begin}2efc56c7665d51a7892c6fb6${number ? String(number).padStart(4, '0') : 'afec'}`;

// Messages of one platform have the same ids for all its bots: each bot is told of them for itself.
const cast = [
  {platform: 'qq', number: 0, receive: 'gateway', chat: group, message: qqMessage, user_id: qqId(0)},
  {platform: 'qq', number: 1, receive: 'gateway', chat: group, message: qqMessage, user_id: qqId(1)},
  {platform: 'qq', number: 2, receive: 'webhook', chat: group, message: qqMessage, user_id: qqId(2)},
  {platform: 'feishu', number: 0, receive: 'webhook', chat: larkChat, message: larkMessage, user_id: larkId(0)},
  {platform: 'feishu', number: 1, receive: 'long_connection', chat: larkChat, message: larkMessage, user_id: larkId(1)},
  {platform: 'feishu', number: 2, receive: 'webhook', chat: larkChat, message: larkMessage, user_id: larkId(2)},
  {platform: 'lark', number: 3, receive: 'long_connection', chat: larkChat, message: larkMessage, user_id: larkId(3, '0001')},
  {platform: 'bosshi', number: 0, receive: 'webhook', chat: bosshiChat, message: bosshiMessage},
];
const nameOf = ({platform, number}) => `${platform}-${number}`;
const textOf = event => event.message.filter(part => part.type === 'text').map(part => part.data.text).join('').trim();

async function everybody(t) {
  const ingress = await freePort();
  const reverse = await reverseServer(t);
  const bots = await Promise.all(cast.map(async one => ({...one, name: nameOf(one), simulator: await simulate(t, one.platform, one)})));
  const sections = bots.map(({simulator, receive}) => botToml({...simulator.bot, receive}));
  await bridge(t, `${sections.join('\n')}
[ingress]
port = ${ingress}
[[onebot.websocket_reverse]]
url = "ws://127.0.0.1:${reverse.port}/"
reconnect_interval = 200
`);
  for (const {platform, receive, simulator} of bots) {
    if (receive === 'webhook') await simulator.setPush(`http://127.0.0.1:${ingress}/${platform}/${simulator.bot.app_id}`);
  }
  const framework = await until(() => reverse.applications[0], 'the link');
  const status = async () => (await framework.call('get_status')).data;
  await until(async () => (await status()).bots.filter(bot => bot.online).length === bots.length, 'all bots online');
  const selves = (await status()).bots.map(bot => bot.self);
  for (const bot of bots) {
    bot.user_id ??= selves.find(self => self.platform === bot.platform).user_id;
    bot.self = {platform: bot.platform, user_id: bot.user_id};
  }
  return {bots, framework, reverse, selves};
}
const heardBy = (framework, {self}) => framework.events
  .filter(event => event.self.platform === self.platform && event.self.user_id === self.user_id).map(textOf);
const sentBy = async ({simulator}) => (await simulator.get('/simulator/sent')).map(({body}) => JSON.stringify(body));

test('each event has the right self, each action is carried out by the right bot', {timeout: 240_000}, async t => {
  const {bots, framework, reverse, selves} = await everybody(t);
  const key = self => `${self.platform}/${self.user_id}`;
  assert.deepEqual(selves.map(key).sort(), bots.map(bot => key(bot.self)).sort());

  const rounds = 10;
  for (let round = 0; round < rounds; ++round) {
    await Promise.all(bots.map(bot => bot.simulator.play(bot.message(`m${round}`, `${bot.name} says ${round}`))));
  }
  await until(() => framework.events.length >= bots.length * rounds, () => `events: ${framework.events.length}`);
  for (const bot of bots) {
    const said = Array.from({length: rounds}, (_, round) => `${bot.name} says ${round}`);
    assert.deepEqual(heardBy(framework, bot).sort(), said, bot.name);
  }

  const actions = [];
  for (let round = 0; round < 3; ++round) {
    for (const bot of bots) {
      const params = {detail_type: 'group', group_id: bot.chat, message: `${bot.name} answers ${round}`};
      actions.push(framework.call('send_message', params, bot.self));
    }
  }
  for (const answer of await Promise.all(actions)) assert.equal(answer.status, 'ok', JSON.stringify(answer));
  for (const bot of bots) {
    const sent = await sentBy(bot);
    assert.equal(sent.length, 3, bot.name);
    sent.forEach((body, round) => assert.ok(body.includes(`${bot.name} answers ${round}`), body));
  }

  for (const {self, name} of bots) {
    const answer = await framework.call('get_self_info', {}, self);
    if (answer.retcode !== 10002) assert.equal(answer.data.user_id, self.user_id, name);
  }
  assert.equal((await framework.call('get_self_info')).retcode, 10101);
  assert.equal((await framework.call('get_self_info', {}, {platform: 'lark', user_id: larkId(0)})).retcode, 10102);
  assert.equal(reverse.applications.length, 1, 'one link for all of them');
  assert.equal(framework.events.length, bots.length * rounds, 'nothing twice');
});

test('a platform that goes away costs the bots of the others nothing', {timeout: 240_000}, async t => {
  const {bots, framework} = await everybody(t);
  const [gone] = bots;
  const others = bots.slice(1);

  await gone.simulator.process.stop('SIGKILL');
  await Promise.all(others.map(bot => bot.simulator.play(bot.message('m0', `${bot.name} is here`))));
  const answers = await Promise.all(others.map(bot => framework.call('send_message',
    {detail_type: 'group', group_id: bot.chat, message: `${bot.name} answers`}, bot.self)));
  const missing = await framework.call('send_message', {detail_type: 'group', group_id: gone.chat, message: 'into the void'}, gone.self);

  await until(() => framework.events.length >= others.length, () => `events: ${framework.events.length}`);
  for (const bot of others) assert.deepEqual(heardBy(framework, bot), [`${bot.name} is here`]);
  for (const answer of answers) assert.equal(answer.status, 'ok', JSON.stringify(answer));
  assert.equal(missing.status, 'failed');
});
