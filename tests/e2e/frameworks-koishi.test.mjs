// Koishi, as it is on npm, by each protocol of its adapter for OneBot.
import test from 'node:test';
import {koishi, liveThrough, token, world} from './frameworks.mjs';

const timeout = 240_000;
const cast = [['qq'], ['feishu']];
const secret = 'a secret of twenty-odd letters';

test('Koishi, called by the bridge (ws-reverse), hears, answers, quotes, sends pictures, and lives through a restart of the bridge', {timeout}, async t => {
  const stage = await world(t, cast, (bots, ports) => `[[onebot11.websocket_reverse]]
url = "ws://127.0.0.1:${ports.framework}/onebot"
reconnect_interval = 300
`);
  const app = koishi(t, {port: stage.ports.framework, bots: stage.bots.map(({self}) => ({selfId: self, protocol: 'ws-reverse', path: '/onebot', token}))});
  await stage.begin();

  await liveThrough(stage, app);
});

// Its adapter 6.9.4 calls a bot whose link broke offline, and does not try to reach what is offline.
test('Koishi, which calls the bridge (ws), hears, answers, quotes and sends pictures; started again it knows what was said before', {timeout}, async t => {
  const stage = await world(t, cast, (bots, ports) => `[[onebot11.websocket]]\nport = ${ports.websocket}\n`);
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

// Its adapter 6.9.4 reads no event that is posted to it, since it takes the body of its own answer for the request's; 6.5.4 does,
// and answers each with 404.
test('Koishi over HTTP (http, adapter 6.5.4) hears, answers, quotes, sends pictures, and lives through a restart of the bridge', {timeout}, async t => {
  const stage = await world(t, cast, (bots, ports) => `[[onebot11.http]]
port = ${ports.http}
[[onebot11.http_post]]
url = "http://127.0.0.1:${ports.framework}/onebot"
secret = "${secret}"
`);
  await stage.begin();  // before Koishi, which asks once
  const app = koishi(t, {adapter: 'adapter-onebot-http', port: stage.ports.framework, bots: stage.bots.map(({self}) =>
    ({selfId: self, protocol: 'http', endpoint: `http://127.0.0.1:${stage.ports.http}/${self}`, path: '/onebot', secret, token}))});

  await liveThrough(stage, app, async () => {});
});
