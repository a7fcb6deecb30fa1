// Karin, as it is on npm: it calls the bridge, one link for each bot.
import test from 'node:test';
import {karin, liveThrough, needsKarin, token, world} from './frameworks.mjs';

test('Karin, which calls the bridge, hears, answers, quotes, sends pictures, and lives through a restart of the bridge', needsKarin, async t => {
  const stage = await world(t, [['qq'], ['feishu']], (bots, ports) => `[[onebot11.websocket]]\nport = ${ports.websocket}\n`);
  await stage.begin();
  const clients = stage.bots.map(({self}) => ({enable: true, url: `ws://127.0.0.1:${stage.ports.websocket}/${self}/`, token}));
  const app = karin(t, {port: stage.ports.framework, onebot: {ws_client: clients}});

  await liveThrough(stage, app);
});
