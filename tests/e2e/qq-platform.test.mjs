// QQ's platform on a bad day, from the outside: rates, refusals, messages under review, intents withdrawn, buttons.
import assert from 'node:assert/strict';
import test from 'node:test';
import {Application, botToml, bridge, freePort, simulate, until} from './support.mjs';

const group = '5F1E9C7A3B8D42604E7A9B1C2D3F5A68', user = '7C1D4E9A2B5F48C09D3E6A7B8C9D0E1F', channel = '98234017', guild = '4512783600129038475';

async function running(t, options = {}) {
  const qq = await simulate(t, 'qq');
  const port = await freePort();
  const process_ = await bridge(t, `${botToml({...qq.bot, ...options})}\n[[onebot.websocket]]\nport = ${port}\n`);
  const application = await Application.connect(`ws://127.0.0.1:${port}/`);
  await until(async () => (await application.call('get_status')).data.bots.some(bot => bot.online), 'the bot');
  const send = (text, to = {detail_type: 'group', group_id: group}) => application.call('send_message', {...to, message: text});
  const script = entries => qq.post('/simulator/script', entries);
  const said = async () => (await qq.get('/simulator/sent')).map(message => message.body.content);
  return {qq, application, send, script, said, process_};
}
const inChannel = {detail_type: 'channel', guild_id: guild, channel_id: channel};

test('429 with Retry-After is waited out, and the message arrives once, in its order', {timeout: 240_000}, async t => {
  const {send, script, said} = await running(t);
  await script([{status: 429, code: 22009, retry_after: '1'}]);

  const since = performance.now();
  const answers = await Promise.all([send('first'), send('second')]);

  assert.deepEqual(answers.map(answer => answer.status), ['ok', 'ok'], JSON.stringify(answers));
  assert.ok(performance.now() - since >= 990, 'not before the platform says');
  assert.deepEqual(await said(), ['first', 'second']);
});

test('a refusal has the retcode of its code, the platform\'s words and its trace', {timeout: 240_000}, async t => {
  const {send, script, said} = await running(t);
  const codes = [[40054013, 34005], [304025, 34006], [40054002, 34011], [40034101, 34012], [40034009, 34008], [11253, 34004], [99999999, 34001]];
  await script(codes.map(([code]) => ({status: 400, code})));

  for (const [code, retcode] of codes) {
    const answer = await send(`refused ${code}`);
    assert.equal(answer.status, 'failed');
    assert.equal(answer.retcode, retcode, `${code}: ${JSON.stringify(answer)}`);
    assert.match(answer.message, new RegExp(`QQ ${code}, HTTP 400, trace [0-9a-f]{32}`));
  }
  assert.deepEqual(await said(), []);
});

test('a message whose answer was lost on its way is not sent twice', {timeout: 240_000}, async t => {
  const {qq, application, send, script, said} = await running(t);
  await qq.play({t: 'GROUP_AT_MESSAGE_CREATE', d: {id: 'ROBOT1.0_ask!', content: ' hi', group_openid: group,
    author: {id: 'M', member_openid: 'M'}, timestamp: new Date().toISOString()}});
  await application.event(event => event.message_id === 'ROBOT1.0_ask!');
  await script([{status: 502, taken: true}]);

  await send('once');

  assert.deepEqual(await said(), ['once']);
});

test('a message under review is answered at once, or when its result is known', {timeout: 240_000}, async t => {
  const {application, send, script} = await running(t);
  await script([{audit: 'pass', after_ms: 50}]);
  const pending = await send('reviewed', inChannel);
  assert.equal(pending.retcode, 34023, JSON.stringify(pending));
  const passed = await application.event(event => event.detail_type === 'qq.message_audit_pass', 'the result');
  assert.equal(passed['qq.audit_id'], pending.data['qq.audit_id']);

  const waiting = await running(t, {wait_for_audit: true});
  await waiting.script([{audit: 'pass', after_ms: 50}, {audit: 'reject', after_ms: 50}]);
  const answer = await waiting.send('let through', inChannel);
  assert.equal(answer.status, 'ok', JSON.stringify(answer));
  const [sent] = await waiting.qq.get('/simulator/sent');
  assert.equal(answer.data.message_id, sent.id);
  const rejected = await waiting.send('held back', inChannel);
  assert.equal(rejected.retcode, 34006, JSON.stringify(rejected));
  assert.deepEqual(await waiting.said(), ['let through']);
});

test('a button is acknowledged by itself, or by the application when it is to', {timeout: 240_000}, async t => {
  const press = id => ({t: 'INTERACTION_CREATE', id: `INTERACTION_CREATE:${id}`, d: {id, type: 11, chat_type: 2, scene: 'c2c', user_openid: user,
    timestamp: new Date().toISOString(), data: {type: 11, resolved: {button_id: '1', button_data: 'yes'}}}});
  const {qq, application} = await running(t);
  await qq.play(press('I1'));
  await application.event(event => event['qq.interaction_id'] === 'I1');
  const known = await until(async () => { const all = await qq.get('/simulator/interactions'); return all.length && all; }, 'the acknowledgement');
  assert.deepEqual(known, [{interaction_id: 'I1', code: 0}]);

  const manual = await running(t, {interactions: 'manual'});
  await manual.qq.play(press('I2'));
  await manual.application.event(event => event['qq.interaction_id'] === 'I2');
  assert.equal((await manual.application.call('qq.ack_interaction', {interaction_id: 'I2', code: 5})).status, 'ok');
  assert.deepEqual(await manual.qq.get('/simulator/interactions'), [{interaction_id: 'I2', code: 5}]);
});

test('the notice of typing reaches the platform and is no message', {timeout: 240_000}, async t => {
  const {qq, application, said} = await running(t);
  await qq.play({t: 'C2C_MESSAGE_CREATE', d: {id: 'ROBOT1.0_p!', content: 'hi', author: {id: user, user_openid: user}, timestamp: new Date().toISOString()}});
  await application.event(event => event.detail_type === 'private');

  assert.equal((await application.call('qq.send_typing', {user_id: user})).status, 'ok');
  const answer = await application.call('send_message', {detail_type: 'private', user_id: user, message: 'typed'});

  assert.equal(answer.status, 'ok', JSON.stringify(answer));
  assert.deepEqual(await said(), ['typed']);
});

test('intents that the platform withdraws are given up, and the bot goes on with the others', {timeout: 240_000}, async t => {
  const {qq, application, process_} = await running(t);
  await qq.post(`/simulator/grant?bits=${0xffffffff - 2}`);  // all but the members of guilds
  await qq.post('/simulator/close?code=4009');
  await until(() => /not granted[^]*gateway ready/.test(process_.err), () => process_.err);
  assert.match(process_.err, /intents not granted, their events will not arrive: GUILD_MEMBERS/);

  await qq.play({t: 'FRIEND_ADD', d: {openid: user, timestamp: 1790000000}});

  await application.event(event => event.detail_type === 'friend_increase', () => process_.err);
});
