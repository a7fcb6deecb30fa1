// Koishi, as it is on npm: it calls the bridge, one link for each bot.
import test from 'node:test';
import {koishi, liveThrough, timeout, token, world} from './frameworks.mjs';

// Its adapter 6.9.4 calls a bot whose link broke offline, and does not try to reach what is offline.
test('Koishi, which calls the bridge (ws), hears, answers, quotes and sends pictures; started again it knows what was said before', {timeout}, async t => {
  const stage = await world(t, [['qq'], ['feishu']], (bots, ports) => `[[onebot11.websocket]]\nport = ${ports.websocket}\n`);
  const begin = () => koishi(t, {port: stage.ports.framework, bots: stage.bots.map(({self}) =>
    ({selfId: self, protocol: 'ws', endpoint: `ws://127.0.0.1:${stage.ports.websocket}/${self}/`, token}))});
  await stage.begin();
  const app = begin();

  await liveThrough(stage, app, async () => {
    await app.stop();
    const again = begin();
    for (const bot of stage.bots) await again.online(bot.self);
    return again;
  });
});
