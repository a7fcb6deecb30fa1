// The platform pushes at least once. Every push five times, half of them while the bridge restarts: each event once.
import assert from 'node:assert/strict';
import test from 'node:test';
import {botToml, bridge, folder, freePort, larkMessage, post, simulate, until} from './support.mjs';

const count = 40, ladder = [500, 1500, 3000, 6000], attempts = ladder.length + 1;

for (const receive of ['webhook', 'long_connection']) {
  test(`${receive}: each of ${count} events pushed ${attempts} times over a kill -9 and a restart is in the log once`, {timeout: 240_000}, async t => {
    const feishu = await simulate(t, 'feishu');
    await feishu.post('/simulator/settings', {retry_ms: ladder, insist: true});
    await feishu.post('/simulator/long_connection', {config: {PingInterval: 1, ReconnectNonce: 0, ReconnectInterval: 1}, patience_ms: 500});
    const dir = folder();
    const [http, ingress] = [await freePort(), await freePort()];
    const toml = `${botToml({...feishu.bot, receive})}
[ingress]
port = ${ingress}
[[onebot.http]]
port = ${http}
event_enabled = true
`;
    if (receive === 'webhook') await feishu.setPush(`http://127.0.0.1:${ingress}/feishu/${feishu.bot.app_id}`);
    const up = async () => {
      const process_ = await bridge(t, toml, {dir, log: 'warn'});
      await until(async () => (await post(`http://127.0.0.1:${http}/`, {action: 'get_status', params: {}})).body?.data?.bots?.[0]?.online,
        () => `the bot to be online: ${process_.err}`);
      return process_;
    };
    const heard = [];
    const poll = async () => {
      const {body} = await post(`http://127.0.0.1:${http}/`, {action: 'get_latest_events', params: {}});
      heard.push(...body.data.filter(event => event.type === 'message').map(event => event.alt_message));
      return body.data.length;
    };
    const process_ = await up();
    await poll();  // from here on there is a consumer
    for (let i = 0; i < count / 2; ++i) await feishu.play(larkMessage(`om_${i}`, `m${i}`));
    await new Promise(done => setTimeout(done, 1500 * Math.random()));  // somewhere on the ladder
    await process_.stop('SIGKILL');
    for (let i = count / 2; i < count; ++i) await feishu.play(larkMessage(`om_${i}`, `m${i}`));
    await up();

    const pushes = await until(async () => {
      const all = await feishu.get('/simulator/pushes');
      return all.every(push => push.statuses.length === attempts) && all;
    }, 'the whole ladder', 60_000);
    const lost = pushes.filter(push => !push.statuses.includes(200));
    assert.deepEqual(lost, [], 'some were never taken');
    assert.ok(pushes.filter(push => push.statuses.filter(status => status === 200).length > 1).length > count / 2, 'no storm');

    while (await poll() > 0);
    assert.deepEqual([...new Set(heard)].sort(), Array.from({length: count}, (_, i) => `m${i}`).sort());
    assert.equal(heard.length, count, 'an event is in the log twice');
  });
}
