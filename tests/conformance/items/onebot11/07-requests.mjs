// Section 8: requests and answers.
import {heard} from '../../lib/applications.mjs';
import {check, equal, show} from '../../lib/check.mjs';
import {answerMembers, failed, succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, MUST, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Requests and answers');

const websocket = {needs: 'websocket'};
const whole = {last: true};
const answers = () => heard.responses.filter(one => one.value && typeof one.value === 'object' && !Array.isArray(one.value) && 'retcode' in one.value);

item('O11-REQ-01', MUST, 'params and echo may be missing or null; other members are ignored', websocket, async t => {
  const link = await t.connect();
  for (const frame of ['{"action":"get_status"}', '{"action":"get_status","params":null}', '{"action":"get_status","params":{},"self_id":1,"post_type":"x","more":[1]}', '{"action":"get_status","echo":null}']) {
    const answer = await link.ask(frame);
    succeeded(answer, frame);
    check(!('echo' in answer), `the answer to ${frame} has an echo`);
  }
});

item('O11-REQ-02', MUST, '<action>_async is answered at once by 1 and done', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending());
  const answer = await t.call('send_group_msg_async', {...chat.to, message: 'later'}, chat.bot);
  failed(answer, 1, 'send_group_msg_async');
  equal(answer.data, null, 'data');
  equal((await chat.once())[0].text, 'later', 'what was sent');
  for (const action of ['get_status_async', 'get_login_info_async', '.handle_quick_operation_async']) failed(await t.call(action, {}, chat.bot), 1, action);
});
item('O11-REQ-02', MUST, '<action>_rate_limited is done in turn, 500 ms apart', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending());
  const link = await t.listening(chat.bot);
  const texts = [unique('one'), unique('two'), unique('three')];
  const seen = [];
  for (const text of texts) failed(await link.call('send_group_msg_rate_limited', {...chat.to, message: text}), 1, 'send_group_msg_rate_limited');
  await until(async () => {
    const sent = (await chat.sent()).map(one => one.text);
    while (seen.length < sent.length) seen.push({text: sent[seen.length], at: performance.now()});
    return seen.length >= texts.length;
  }, 'three messages at the platform');
  equal(seen.map(one => one.text), texts, 'the order');
  check(seen[2].at - seen[0].at > 800, `three in a row took: expected 1 s, got ${Math.round(seen[2].at - seen[0].at)} ms`);
});
item('O11-REQ-02', MUST, 'A suffix alone makes no action', async t => {
  for (const action of ['set_async', 'nothing_rate_limited', '_async', 'async', 'get_status_async_async']) failed(await t.call(action), 1404, action);
});

item('O11-REQ-03', MUST, 'Numbers and flags are taken in any form, null is not given', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending());
  const {group_id, user_id} = chat.event;
  for (const params of [{group_id: String(group_id)}, {group_id, no_cache: 'yes'}, {group_id, no_cache: 1}, {group_id, no_cache: '1'}, {group_id, no_cache: null}, {group_id, never: {heard: 'of'}}]) {
    equal((await t.data('get_group_info', params, chat.bot)).group_id, group_id, `group_id for ${show(params)}`);
  }
  succeeded(await chat.send('text', {auto_escape: null, user_id: null}), 'null parameters');
  succeeded(await chat.send(12345), 'a number as message');
  equal((await chat.once(2)).at(-1).text, '12345', 'what was sent for the number 12345');
  for (const wrong of [user_id + 0.5, -1, [], {}]) failed(await t.call('get_stranger_info', {user_id: wrong}, chat.bot), 1400, `user_id ${show(wrong)}`);
});

item('O11-REQ-04', BR, 'A slow action does not hold up another', {needs: 'inject'}, async t => {
  const slow = t.bots.filter(bot => bot.stall && bot.causes?.includes('message.group')).at(-1);
  if (!slow) t.notApplicable('needs a driver that can stall the platform');
  const chat = await t.chat(slow);
  const link = await t.listening(slow);
  const release = await slow.stall();
  t.after(release);
  const order = [];
  const first = link.call('send_group_msg', {...chat.to, message: 'slow'}).then(() => order.push('slow'));
  await link.call('get_status').then(() => order.push('fast'));
  await release();
  await first;
  equal(order, ['fast', 'slow'], 'the order of the answers');
});

item('O11-RSP-01', MUST, 'Every answer has its six members and no other, in their order', whole, async () => {
  for (const {text, value} of answers()) {
    const names = Object.keys(value).filter(name => name !== 'bots');
    equal(names, [...answerMembers, ...('echo' in value ? ['echo'] : [])], `members of ${text.slice(0, 200)}`);
    check(['ok', 'async', 'failed'].includes(value.status), () => `status of ${show(value)}`);
    check(Number.isSafeInteger(value.retcode) && value.retcode >= 0, () => `retcode of ${show(value)}`);
    check(value.data === null || typeof value.data === 'object', () => `data of ${show(value)}`);
    check(typeof value.message === 'string' && typeof value.wording === 'string', () => `message and wording of ${show(value)}`);
    check((value.status === 'ok') === (value.retcode === 0) && (value.status === 'async') === (value.retcode === 1), () => `status and retcode of ${show(value)}`);
    if (value.status === 'failed') check(value.message !== '', () => `no message in ${show(value)}`);
  }
  return `${answers().length} answers`;
});

item('O11-RSP-02', MUST, 'echo comes back byte for byte', websocket, async t => {
  const link = await t.connect();
  for (const echo of ['1', '-1', '0', '1e3', '1.50', '12345678901234567890', '18446744073709551615', '"x"', '""', '"\\u00e9\\/"', '{"seq":8}', '{"b":1,"a":2}', '{ "b" : [1, 2.0] }', '[1,"2",null]', 'true', 'false']) {
    for (const action of ['get_status', 'no_such_action', 'get_status_async']) {
      const before = link.raw.length;
      link.send(`{"action":"${action}","params":{},"echo":${echo}}`);
      await until(() => link.raw.slice(before).some(frame => 'retcode' in (frame.value ?? {})), `the answer to echo ${echo}`);
      const {text} = link.raw.slice(before).find(frame => 'retcode' in (frame.value ?? {}));
      equal(/"echo":(.*)\}$/s.exec(text)?.[1], echo, `echo of ${action}`);
    }
  }
});
item('O11-RSP-02', MUST, 'echo null is no echo, also of what failed', websocket, async t => {
  const link = await t.connect();
  for (const action of ['get_status', 'no_such_action']) check(!('echo' in await link.ask(`{"action":"${action}","echo":null}`)), `the answer of ${action} has an echo`);
});

item('O11-RSP-03', MUST, 'No answer has post_type, no event has echo', whole, async () => {
  for (const {value} of heard.responses) if (value && typeof value === 'object') check(!('post_type' in value), () => show(value));
  for (const {value} of heard.events) check(!('echo' in value) && !('retcode' in value) && !('status' in value && value.post_type !== 'meta_event'), () => show(value));
  return `${heard.events.length} events, ${heard.responses.length} answers`;
});

item('O11-RSP-04', MUST, 'Every request has exactly one answer', websocket, async t => {
  const link = await t.connect();
  const actions = ['get_status', 'get_version_info', 'get_login_info', 'no_such_action', 'get_msg', 'send_msg', 'get_status_async', 'delete_msg', 'get_group_list', ''];
  const bodies = [{}, {message_id: 1}, {message: []}, {user_id: 'x', message: 'y'}, {group_id: -1}, {self_id: 5}, null, [], 7];
  const count = 500;
  for (let n = 0; n < count; ++n) link.send({action: actions[n % actions.length], params: bodies[(n * 7) % bodies.length], echo: n});
  await until(() => link.responses.length >= count, () => `${count} answers (had ${link.responses.length})`, 20000);
  succeeded(await link.call('get_status'), 'get_status behind them');
  const echoes = link.responses.map(answer => answer.echo).filter(echo => typeof echo === 'number').sort((a, b) => a - b);
  equal(echoes.length, count, 'answers');
  check(echoes.every((echo, n) => echo === n), 'an echo is missing or came twice');
});

item('O11-RSP-05', MUST, 'Retcodes: 0, 1400, 1404, and the platform\'s own', {needs: 'inject', alone: true}, async t => {
  const bot = t.bots.find(one => one.refuse);
  succeeded(await t.call('get_status'), 'get_status');
  failed(await t.call('no_such_action'), 1404, 'an unknown action');
  failed(await t.call('send_private_msg', {user_id: 1}), 1400, 'a missing parameter');
  failed(await t.call('get_msg', {message_id: 'x'}), 1400, 'a parameter of another type');
  failed(await t.call('get_msg', {message_id: 1}), 1400, 'a message that there is not');
  if (!bot) return 'without a refusal of the platform';
  const chat = await t.chat(bot, 'private');
  await bot.refuse();
  const refused = await chat.send('no');
  equal(refused.status, 'failed', 'status of what the platform refuses');
  check(refused.retcode >= 20000 && refused.retcode < 100000, `retcode of what the platform refuses: expected one of 2xxxx or 3xxxx, got ${refused.retcode}`);
  if (t.httpUrl(bot)) equal((await t.act('get_msg', {message_id: 1}, {bot})).status, 200, 'the HTTP status of an action that failed');
  return `the platform's refusal is ${refused.retcode}`;
});

item('O11-RSP-06', BR, 'message and wording are the same, without native ids', whole, async t => {
  const natives = new Set();
  for (const {value} of heard.events) for (const name of ['real_user_id', 'real_group_id']) if (typeof value?.[name] === 'string' && value[name].length > 8) natives.add(value[name]);
  for (const {value} of answers()) {
    equal(value.wording, value.message, 'wording beside message');
    if (value.status !== 'failed') continue;
    for (const native of natives) check(!value.message.includes(native), `a native id is in ${show(value.message)}`);
  }
  return `${natives.size} native ids, ${t.bots.length} bots`;
});
