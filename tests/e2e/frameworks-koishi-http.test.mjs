// Koishi, as it is on npm, over HTTP: events are posted to it, signed, and it asks for actions.
import test from 'node:test';
import {koishi, liveThrough, timeout, token, world} from './frameworks.mjs';

const secret = 'a secret of twenty-odd letters';

// Its adapter 6.9.4 reads no event that is posted to it, since it takes the body of its own answer for the request's; 6.5.4 does,
// and answers each with 404.
test('Koishi over HTTP (http, adapter 6.5.4) hears, answers, quotes, sends pictures, and lives through a restart of the bridge', {timeout}, async t => {
  const stage = await world(t, [['qq'], ['feishu']], (bots, ports) => `[[onebot11.http]]
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
