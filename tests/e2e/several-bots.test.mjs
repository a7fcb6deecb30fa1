// Two bots in one bridge, an application for each and one for both: nothing crosses, also over a sudden death.
import assert from 'node:assert/strict';
import test from 'node:test';
import {Application, botToml, bridge, folder, freePort, simulate, until} from './support.mjs';

const openid = n => `E4F4AEA33253A2797FB897C50B81D7${String(n).padStart(2, '0')}`;
const friend = n => ({t: 'FRIEND_ADD', d: {openid: openid(n), timestamp: 1699240365 + n}});
const heard = application => application.events.map(event => event.user_id);

test('each application has its bot alone, and one of both needs no self where only one bot knows the person', async t => {
  const platforms = [await simulate(t, 'qq'), await simulate(t, 'qq', {number: 1})];
  const ports = [await freePort(), await freePort(), await freePort()];
  const section = (port, bots) => `[[onebot.websocket]]\nport = ${port}\nbots = ${JSON.stringify(bots)}\n`;
  const toml = platforms.map(one => botToml(one.bot)).join('') +
    ports.map((port, i) => section(port, i < 2 ? [`qq:${platforms[i].bot.app_id}`] : ['qq:*'])).join('');
  const dir = folder();
  const connect = () => Promise.all(ports.map(port => Application.connect(`ws://127.0.0.1:${port}/?consumer=app`)));
  const bots = async link => (await link.call('get_status')).data.bots;
  const online = async link => { const all = await bots(link); return all.length === 2 && all.every(bot => bot.online); };
  const to = n => ({detail_type: 'private', user_id: openid(n), message: `to ${n}`});
  const sent = async i => (await platforms[i].get('/simulator/sent')).map(one => one.body.content);

  const first = await bridge(t, toml, {dir});
  let [a, b, both] = await connect();
  await until(() => online(both), 'both bots');
  const selves = [(await bots(a)).map(bot => bot.self), (await bots(b)).map(bot => bot.self)];
  assert.deepEqual([selves[0].length, selves[1].length], [1, 1]);
  for (let n = 0; n < 6; ++n) await platforms[n % 2].play(friend(n));
  await until(() => both.events.length === 6 && a.events.length === 3 && b.events.length === 3, 'the events');
  assert.deepEqual([heard(a), heard(b)], [[openid(0), openid(2), openid(4)], [openid(1), openid(3), openid(5)]]);

  assert.equal((await a.call('send_message', to(0))).status, 'ok');
  assert.equal((await both.call('send_message', to(3))).status, 'ok');
  assert.deepEqual([await sent(0), await sent(1)], [['to 0'], ['to 3']]);
  const wrong = await a.call('get_self_info', {}, selves[1][0]);
  assert.equal(wrong.retcode, 10102);
  assert.ok(wrong.message.includes(selves[0][0].user_id), wrong.message);
  const which = await both.call('get_self_info');
  assert.equal(which.retcode, 10101);
  for (const [self] of selves) assert.ok(which.message.includes(self.user_id), which.message);
  const where = await both.call('get_login_info');
  assert.equal(where.retcode, 10002);
  assert.ok(where.message.includes('[[onebot11.websocket]]'), where.message);

  await a.close();
  for (let n = 6; n < 10; ++n) await platforms[n % 2].play(friend(n));
  await until(() => both.events.length === 10, 'the events while one is away');
  await new Promise(done => setTimeout(done, 500));  // they are on the disk
  await first.stop('SIGKILL');
  await bridge(t, toml, {dir});
  [a, b, both] = await connect();
  await until(() => a.events.length >= 2, 'what was missed');
  assert.deepEqual(heard(a).slice(-2), [openid(6), openid(8)]);
  assert.ok(heard(a).every(id => Number(id.slice(-2)) % 2 === 0) && heard(b).every(id => Number(id.slice(-2)) % 2 === 1));
  await until(() => online(both), 'both bots again');
  assert.equal((await both.call('send_message', to(7))).status, 'ok');
  assert.equal((await sent(1)).at(-1), 'to 7');
});
