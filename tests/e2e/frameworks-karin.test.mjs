// Karin, as it is on npm, by both directions of a WebSocket.
import test from 'node:test';
import {karin, liveThrough, token, world} from './frameworks.mjs';

const timeout = 240_000;
const cast = [['qq'], ['feishu']];

test('Karin, called by the bridge, hears, answers, quotes, sends pictures, and lives through a restart of the bridge', {timeout}, async t => {
  const stage = await world(t, cast, (bots, ports) => `[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${ports.framework}/onebot/v11/ws"
reconnect_interval = 300
`);
  const app = karin(t, {port: stage.ports.framework});
  await stage.begin();

  await liveThrough(stage, app);
});

test('Karin, which calls the bridge, hears, answers, quotes, sends pictures, and lives through a restart of the bridge', {timeout}, async t => {
  const stage = await world(t, cast, (bots, ports) => `[[onebot11.websocket]]\nport = ${ports.websocket}\n`);
  await stage.begin();
  const clients = stage.bots.map(({self}) => ({enable: true, url: `ws://127.0.0.1:${stage.ports.websocket}/${self}/`, token}));
  const app = karin(t, {port: stage.ports.framework, onebot: {ws_client: clients}});

  await liveThrough(stage, app);
});
