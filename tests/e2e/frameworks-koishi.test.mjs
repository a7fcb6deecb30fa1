// Koishi, as it is on npm: the bridge calls it, one link for each bot.
import test from 'node:test';
import {koishi, liveThrough, timeout, token, world} from './frameworks.mjs';

test('Koishi, called by the bridge (ws-reverse), hears, answers, quotes, sends pictures, and lives through a restart of the bridge', {timeout}, async t => {
  const stage = await world(t, [['qq'], ['feishu']], (bots, ports) => `[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${ports.framework}/onebot"
reconnect_interval = 300
`);
  const app = koishi(t, {port: stage.ports.framework, bots: stage.bots.map(({self}) => ({selfId: self, protocol: 'ws-reverse', path: '/onebot', token}))});
  await stage.begin();

  await liveThrough(stage, app);
});
