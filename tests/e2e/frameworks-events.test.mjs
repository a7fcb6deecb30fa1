// Every event that the platforms have, played to several frameworks at once.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join, resolve} from 'node:path';
import test from 'node:test';
import {hasKarin, karin, koishi, napcatTs, timeout, token, wait, world} from './frameworks.mjs';
import {nonebot} from './nonebot11.mjs';
import {freePort} from './support.mjs';

const adapters = resolve(import.meta.dirname, '../../adapters');

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
                ...hasKarin ? [karin(t, {port: karins})] : []];
  await stage.begin();
  apps.push(napcatTs(t, stage.bots.map(({self}) => `ws://127.0.0.1:${stage.ports.websocket}/${self}/`)));
  for (const bot of stage.bots) for (const app of apps) await app.online(bot.self);
  await wait(() => server.bots.size === stage.bots.length, 'the links');

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
    await wait(async () => (await bot.sent()).some(sent => bot.isText(sent, `nonebot last ${bot.platform}`)), () => `its answer: ${JSON.stringify(link.wrong)}`);
    await wait(() => link.waiting.size === 0, 'the answers to be told');
    assert.deepEqual(link.wrong, []);
    t.diagnostic(`${bot.platform}: ${link.events.length} events of OneBot 11`);
  }
});
