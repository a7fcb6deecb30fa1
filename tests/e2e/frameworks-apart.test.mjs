// Several bots and several frameworks by one bridge: nobody hears what was said to another's bot, and nobody answers there.
import assert from 'node:assert/strict';
import test from 'node:test';
import {koishi, timeout, token, wait, world} from './frameworks.mjs';
import {nonebot} from './nonebot11.mjs';
import {freePort} from './support.mjs';

// Two of the bots are of one platform, in the same group with the same people: their numbers are the same, too.
test('each of three bots has a Koishi and a NoneBot, and nothing crosses', {timeout}, async t => {
  const nonebots = await freePort();
  const koishis = [await freePort(), await freePort(), await freePort()];
  const stage = await world(t, [['qq', 0], ['qq', 1], ['feishu', 0]], bots => `[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${nonebots}/onebot/v11/ws"
reconnect_interval = 300
${bots.map((bot, i) => `[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${koishis[i]}/onebot"
bots = ["${bot.platform}:${bot.simulator.bot.app_id}"]
reconnect_interval = 300
`).join('')}`);
  const apps = stage.bots.map(({self}, i) => koishi(t, {port: koishis[i], bots: [{selfId: self, protocol: 'ws-reverse', path: '/onebot', token}]}));
  const server = await nonebot(t, nonebots, token);
  await stage.begin();
  for (const [i, bot] of stage.bots.entries()) await apps[i].online(bot.self);
  await wait(() => server.bots.size === stage.bots.length, () => `links: ${[...server.bots.keys()]}; refused: ${server.refused}`);

  const rounds = 8;
  for (let round = 0; round < rounds; ++round) {
    await Promise.all(stage.bots.map((bot, i) => bot.inGroup(`${round}of${i}`, `ping ${i}.${round}`)));
    let sent;
    await wait(async () => {
      sent = await Promise.all(stage.bots.map(async bot => (await bot.sent()).length));
      return sent.every(count => count >= 2 * (round + 1));
    }, () => `two answers of each bot in round ${round}, but in all ${sent}; ${stage.bridge.err.slice(-2000)}`);
  }

  for (const [i, bot] of stage.bots.entries()) {
    const said = answer => Array.from({length: rounds}, (_, round) => `${answer} ${i}.${round}`);
    const link = server.bots.get(bot.self);
    assert.deepEqual(apps[i].said({did: 'heard'}).map(one => [one.self, one.text]), said('ping').map(text => [bot.self, text]));
    assert.deepEqual(link.events.map(event => [String(event.self_id), event.raw_message.replace(/^\[CQ:at[^\]]*\]/, '').trim()]),
      said('ping').map(text => [bot.self, text]));
    assert.deepEqual(link.wrong, []);
    const sent = await bot.sent();
    assert.equal(sent.length, 2 * rounds, JSON.stringify(sent));
    for (const text of [...said('pong'), ...said('nonebot')]) assert.ok(sent.some(one => bot.isText(one, text)), `${text} in ${JSON.stringify(sent)}`);
  }
  assert.deepEqual(server.refused, []);
});
