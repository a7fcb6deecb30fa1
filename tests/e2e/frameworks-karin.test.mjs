// Karin, as it is on npm: the bridge calls it, one link for each bot.
import test from 'node:test';
import {karin, liveThrough, needsKarin, world} from './frameworks.mjs';

test('Karin, called by the bridge, hears, answers, quotes, sends pictures, and lives through a restart of the bridge', needsKarin, async t => {
  const stage = await world(t, [['qq'], ['feishu']], (bots, ports) => `[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${ports.framework}/onebot/v11/ws"
reconnect_interval = 300
`);
  const app = karin(t, {port: stage.ports.framework});
  await stage.begin();

  await liveThrough(stage, app);
});
