// Several bots and several frameworks by one bridge: nobody hears what was said to another's bot, and nobody answers there.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join, resolve} from 'node:path';
import test from 'node:test';
import {karin, koishi, napcatTs, token, world} from './frameworks.mjs';
import {nonebot} from './nonebot11.mjs';
import {freePort, until} from './support.mjs';

const timeout = 240_000;
const adapters = resolve(import.meta.dirname, '../../adapters');

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
  await until(() => server.bots.size === stage.bots.length, () => `links: ${[...server.bots.keys()]}; refused: ${server.refused}`);

  const rounds = 8;
  for (let round = 0; round < rounds; ++round) {
    await Promise.all(stage.bots.map((bot, i) => bot.inGroup(`${round}of${i}`, `ping ${i}.${round}`)));
    let sent;
    await until(async () => {
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

const natives = platform => {
  const folder = join(adapters, platform, 'fixtures');
  return readdirSync(folder).filter(name => name.endsWith('.native.json')).map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')));
};

test('no event that a platform has ends a framework, or makes it deaf', {timeout}, async t => {
  const nonebots = await freePort(), karins = await freePort();
  const stage = await world(t, [['qq'], ['feishu']], (bots, ports) => `[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${nonebots}/onebot/v11/ws"
extended_notices = true
[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${ports.framework}/onebot"
[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${karins}/"
[[onebot11.websocket]]
port = ${ports.websocket}
`);
  const server = await nonebot(t, nonebots, token);
  const apps = [koishi(t, {port: stage.ports.framework, bots: stage.bots.map(({self}) => ({selfId: self, protocol: 'ws-reverse', path: '/onebot', token}))}),
                karin(t, {port: karins})];
  await stage.begin();
  apps.push(napcatTs(t, stage.bots.map(({self}) => `ws://127.0.0.1:${stage.ports.websocket}/${self}/`)));
  for (const bot of stage.bots) for (const app of apps) await app.online(bot.self);
  await until(() => server.bots.size === stage.bots.length, 'the links');

  for (const bot of stage.bots) {
    const all = natives(bot.platform);
    assert.ok(all.length > 50, `${all.length} fixtures`);
    let played = 0;
    for (const native of all) await bot.simulator.play(native).then(() => { ++played; }, () => {});  // some come by no connection
    t.diagnostic(`${bot.platform}: ${played} of ${all.length} played`);
    assert.ok(played > all.length / 2, `${played} of ${all.length}`);
    await bot.inGroup(`last${bot.platform}`, `ping last ${bot.platform}`);
  }

  for (const bot of stage.bots) {
    for (const app of apps) {
      await app.heard({self: bot.self, text: `ping last ${bot.platform}`});
      assert.equal(app.ended, false, app.tail());
      assert.deepEqual(app.said({did: 'offline', self: bot.self}).length, app === apps[0] ? 1 : 0, 'no link broke');
    }
    const link = server.bots.get(bot.self);
    await until(async () => (await bot.sent()).some(sent => bot.isText(sent, `nonebot last ${bot.platform}`)), () => `its answer: ${JSON.stringify(link.wrong)}`);
    await until(() => link.waiting.size === 0, 'the answers to be told');
    assert.deepEqual(link.wrong, []);
    t.diagnostic(`${bot.platform}: ${link.events.length} events of OneBot 11`);
  }
});
