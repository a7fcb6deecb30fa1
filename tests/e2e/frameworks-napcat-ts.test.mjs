// node-napcat-ts, as it is on npm: it calls the bridge, with the token in the address alone.
import test from 'node:test';
import {liveThrough, napcatTs, timeout, world} from './frameworks.mjs';

test('node-napcat-ts hears, answers by a quick operation, quotes, sends pictures, and lives through a restart of the bridge', {timeout}, async t => {
  const stage = await world(t, [['qq'], ['feishu']], (bots, ports) => `[[onebot11.websocket]]\nport = ${ports.websocket}\n`);
  await stage.begin();
  const app = napcatTs(t, stage.bots.map(({self}) => `ws://127.0.0.1:${stage.ports.websocket}/${self}/`));

  await liveThrough(stage, app);
});
