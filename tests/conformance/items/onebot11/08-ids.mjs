// Section 9: numbers of people, groups and messages.
import {heard} from '../../lib/applications.mjs';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {failed, succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, MUST, SHOULD, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Numbers');

const injecting = {needs: 'inject'};
const kUser = [1e10, 5e10 - 1], kGroup = [5e10, 1e11 - 1];
const within = (number, [low, high], what) => check(Number.isSafeInteger(number) && number >= low && number <= high, `${what}: expected ${low} to ${high}, got ${show(number)}`);

item('O11-ID-01', BR, 'A person and a group have one number each, everywhere', {needs: 'inject websocket'}, async t => {
  const bot = t.causing('message.group');
  const chat = await t.chat(bot);
  const {user_id, group_id} = chat.event;
  within(user_id, kUser, 'user_id');
  within(group_id, kGroup, 'group_id');
  const {event} = await t.heardAs(bot, 'message.group', {user_id: chat.native.user_id, group_id: chat.native.group_id});
  equal([event.user_id, event.group_id, event.sender.user_id], [user_id, group_id, user_id], 'the numbers in a second message');
  const member = await t.data('get_group_member_info', {group_id, user_id}, bot);
  equal([member.user_id, member.group_id], [user_id, group_id], 'the numbers in get_group_member_info');
  const msg = await t.data('get_msg', {message_id: event.message_id}, bot);
  equal([msg.user_id, msg.group_id, msg.sender.user_id], [user_id, group_id, user_id], 'the numbers in get_msg');
});
item('O11-ID-01', BR, 'All numbers are in their ranges', {last: true}, async t => {
  const selves = new Set(t.bots.map(bot => bot.self_id));
  for (const {channel, value} of heard.events) {
    if (channel === 'websocket with native ids' || value.message_type === 'guild' || value.notice_type?.includes('guild') || value.notice_type === 'message_reactions_updated') continue;
    for (const name of ['user_id', 'operator_id', 'target_id', 'invitor_id']) if (value[name] && !selves.has(value[name]) && value[name] !== value.self_id) within(value[name], kUser, `${name} of ${show(value)}`);
    if ('group_id' in value && value.group_id) within(value.group_id, kGroup, `group_id of ${show(value)}`);
  }
});

item('O11-ID-02', BR, 'A number is derived from its native id: the same on every machine', injecting, async t => {
  t.having('vectors', 'has native ids whose numbers are known');
  for (const bot of t.bots) {
    for (const [cause, natives, numbers] of bot.traits?.vectors ?? []) {
      const {event} = await t.heardAs(bot, cause, natives);
      for (const [name, number] of Object.entries(numbers)) equal(event[name], number, `${name} of ${show(natives)}`);
    }
  }
});

item('O11-ID-03', BR, 'self_id stands wherever the bot is, and is the app\'s where that is a number', injecting, async t => {
  const bot = t.causing('notice.group_member_increase self');
  if (bot.traits?.self_is_app) equal(String(bot.self_id), String(bot.app_id), 'self_id and app_id');
  const {event} = await t.heardAs(bot, 'notice.group_member_increase self');
  equal(event.user_id, bot.self_id, 'user_id of group_increase');
  for (const one of t.bots.filter(other => other.causes?.includes('message.group mention self'))) {
    const {event: message} = await t.heardAs(one, 'message.group mention self');
    equal(message.message.find(segment => segment.type === 'at')?.data.qq, String(one.self_id), `qq of the mention of ${one.self.platform}'s bot`);
  }
});

const alike = {dialect: '11', bots: 2, alike: true, http: [{}], websocket: [{}]};
item('O11-ID-04', BR, 'Bots of one platform have the same numbers for the same people', {settings: alike, needs: 'inject'}, async t => {
  const seen = [];
  const cause = t.causing('message.channel') && 'message.channel';
  const natives = {guild_id: '4812990731550026613', channel_id: '2210437', user_id: '12876043318290471155'};
  for (const bot of t.bots) {
    const {event} = await t.heardAs(bot, cause, natives);
    seen.push([event.group_id, event.user_id]);
  }
  equal(seen[1], seen[0], 'the numbers of a channel and a member at the second bot');
});

item('O11-ID-05', BR, 'Whom nobody names is 0', injecting, async t => {
  const bot = t.causing('notice.group_member_increase');
  const {event, expected} = await t.heardAs(bot, 'notice.group_member_increase');
  if (expected.expect.operator_id) t.notApplicable('the platform names the operator');
  equal(event.operator_id, 0, 'operator_id');
});

item('O11-ID-06', BR, 'A native id that is a number is mapped as any other', injecting, async t => {
  const bot = t.causing('message.channel');
  const {event} = await t.heardAs(bot, 'message.channel');
  within(event.user_id, kUser, 'user_id');
  within(event.group_id, kGroup, 'group_id');
});

item('O11-ID-07', BR, 'Native ids that differ in case are two people', injecting, async t => {
  const bot = t.causing('message.private');
  const native = '0B1C2D3E4F5061728394A5B6C7D8E9FA';
  const {event: upper} = await t.heardAs(bot, 'message.private', {user_id: native});
  const {event: lower} = await t.heardAs(bot, 'message.private', {user_id: native.toLowerCase()});
  check(upper.user_id !== lower.user_id, 'both have one number');
});

item('O11-ID-08', MUST, 'A number that nobody has is 1400, and nothing reaches the platform', {needs: 'sent'}, async t => {
  const bot = t.bots.find(one => one.sent);
  const before = (await bot.sent()).filter(one => JSON.stringify(one.body).includes('to nobody')).length;
  for (const [action, params] of [['send_private_msg', {user_id: 123456789}], ['send_group_msg', {group_id: 123456789}], ['send_msg', {user_id: 987654321}]]) {
    const answer = await t.call(action, {...params, message: 'to nobody'}, bot);
    failed(answer, 1400, `${action} ${show(params)}`);
    matches(answer.message, /(user|group)_id.*\d{9}/, 'the message names the number');
  }
  for (const params of [{user_id: 123456789}, {group_id: 123456789, user_id: 1}]) failed(await t.call('group_id' in params ? 'get_group_member_info' : 'get_stranger_info', params, bot), 1400, show(params));
  equal((await bot.sent()).filter(one => JSON.stringify(one.body).includes('to nobody')).length, before, 'messages at the platform');
});
item('O11-ID-08', MUST, 'A number of a person is none of a group, and the reverse', injecting, async t => {
  const bot = t.causing('message.group');
  const {event} = await t.chat(bot);
  failed(await t.call('send_group_msg', {group_id: event.user_id, message: 'x'}, bot), 1400, 'a user_id as group_id');
  failed(await t.call('send_private_msg', {user_id: event.group_id, message: 'x'}, bot), 1400, 'a group_id as user_id');
});

item('O11-ID-09', BR, 'A number knows whether it is a group, a channel or a person', {needs: 'inject sent'}, async t => {
  const bot = t.causing('message.channel');
  for (const [kind, path] of [['channel', /\/channels\//], ['group', /\/groups\//], ['private', /\/users\//]]) {
    const chat = await t.chat(bot, kind);
    succeeded(await chat.send(unique()), `a message to a ${kind}`);
    matches((await chat.once())[0].path, path, `the path of a message to a ${kind}`);
  }
});

section('Numbers of messages');

item('O11-MID-01', MUST, 'message_id is a positive int32, and one message\'s alone', {last: true}, async t => {
  const natives = new Map(), numbers = new Map();
  let count = 0;
  const selves = new Set(t.bots.map(bot => bot.self_id));
  const told = [...t.world.reverse.flatMap(server => server.links).flatMap(link => link.events), ...t.world.http_post.flatMap(server => server.events)];
  for (const value of told) {
    if (value?.post_type !== 'message' || !selves.has(value.self_id)) continue;
    check(Number.isInteger(value.message_id) && value.message_id > 0 && value.message_id <= 2147483647, () => `message_id of ${show(value)}`);
    if (!value.real_message_id) continue;
    const key = `${value.self_id} ${value.real_message_id}`;
    check((natives.get(key) ?? value.message_id) === value.message_id, () => `two numbers of ${key}`);
    check((numbers.get(value.message_id) ?? key) === key, () => `${value.message_id} is of ${key} and of ${numbers.get(value.message_id)}`);
    natives.set(key, value.message_id);
    numbers.set(value.message_id, key);
    ++count;
  }
  return `${count} messages`;
});
item('O11-MID-01', MUST, 'message_seq and real_id are the number, too', injecting, async t => {
  const {event} = await t.heardAs(t.causing('message.group'), 'message.group');
  equal([event.message_seq, event.real_id], [event.message_id, event.message_id], 'message_seq and real_id');
});

const kept = {dialect: '11', bots: 1, http: [{}], websocket: [{}], websocket_reverse: [{path: '/', reconnect_interval: 100}]};
item('O11-MID-02', BR, 'Numbers rise, also over an end without a word', {settings: kept, needs: 'inject restart', alone: true, ms: 60000}, async t => {
  const {event: before} = await t.heardAs(t.bot, 'message.private');
  const link = await t.reverse();
  await t.world.restart('SIGKILL');
  await until(() => link.closed, 'the link to end');
  const next = await t.reverse();
  const event = await t.arrival(next, await t.inject(t.bot, 'message.private'));
  check(event.message_id > before.message_id, `message_id after the restart: expected more than ${before.message_id}, got ${event.message_id}`);
});
item('O11-MID-03', MUST, 'A number that was told is known after an end without a word', {settings: kept, needs: 'inject restart sent', alone: true, ms: 60000}, async t => {
  const link = await t.reverse();
  const chat = await (async () => {
    const expected = await t.inject(t.bot, 'message.group');
    return {event: await t.arrival(link, expected), expected};
  })();
  const sent = await t.data('send_group_msg', {group_id: chat.event.group_id, message: 'before the end'});
  await t.world.restart('SIGKILL');
  const received = await t.data('get_msg', {message_id: chat.event.message_id});
  equal([received.message_id, received.raw_message, received.user_id], [chat.event.message_id, chat.event.raw_message, chat.event.user_id], 'get_msg of a received message');
  const own = await t.data('get_msg', {message_id: sent.message_id});
  equal([own.raw_message, own.user_id], ['before the end', t.bot.self_id], 'get_msg of a sent message');
  const {event} = await (async () => {
    const next = await t.reverse();
    const expected = await t.inject(t.bot, 'message.group', {user_id: chat.expected.expect.user_id, group_id: chat.expected.expect.group_id});
    return {event: await t.arrival(next, expected)};
  })();
  equal([event.user_id, event.group_id], [chat.event.user_id, chat.event.group_id], 'the numbers of person and group after the restart');
});

item('O11-MAPE-41', BR, 'flag is text, and good after a restart', {settings: kept, needs: 'inject restart', alone: true, ms: 60000}, async t => {
  const bot = t.causing('request.group questions');
  const link = await t.reverse();
  const event = await t.arrival(link, await t.inject(bot, 'request.group questions'));
  check(typeof event.flag === 'string' && event.flag !== '', `flag: expected a text, got ${show(event.flag)}`);
  await t.world.restart();
  await until(async () => (await t.call('get_status').catch(() => null))?.data?.online, 'the bot to be back', 20000);
  succeeded(await t.call('set_group_add_request', {flag: event.flag, sub_type: 'add', approve: true}), 'set_group_add_request after a restart');
});

item('O11-MID-04', BR, 'Notices and answers name messages by the numbers of their events', {needs: 'inject'}, async t => {
  const bot = t.bots.find(one => one.causes?.includes('notice.channel_message_delete'));
  if (!bot) t.notApplicable('no platform of this run tells of deletions in channels');
  const {event, expected} = await t.heardAs(bot, 'message.channel');
  const link = await t.listening(bot);
  await t.inject(bot, 'notice.channel_message_delete', {of: {...expected.expect, ...expected.find}});
  const notice = await link.event(one => one.notice_type === 'group_recall' && one.message_id === event.message_id, 'group_recall with the number of the message');
  equal([notice.user_id, notice.group_id, notice.operator_id], [event.user_id, event.group_id, event.user_id], 'user_id, group_id and operator_id');
});

item('O11-MID-05', BR, 'A quote names the number of what it quotes, also where the platform quotes by index', injecting, async t => {
  const bot = t.causing('message.private quoting');
  const {event: first, expected} = await t.heardAs(bot, 'message.private quoted');
  const {event} = await t.heardAs(bot, 'message.private quoting', {quotes: expected});
  equal(event.message[0], {type: 'reply', data: {id: String(first.message_id)}}, 'the first segment');
});

item('O11-MID-06', BR, 'A message of several parts is one number; deleting takes all back', {needs: 'inject sent'}, async t => {
  const bot = t.causing('message.channel');
  const chat = await t.chat(bot, 'channel');
  const pixel = 'base64://iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const picture = {type: 'image', data: {file: pixel}};
  const {message_id} = succeeded(await chat.send([{type: 'text', data: {text: 'two pictures'}}, picture, picture]), 'text and two pictures');
  check(Number.isInteger(message_id) && message_id > 0, `message_id: got ${show(message_id)}`);
  const parts = (await chat.sent()).length;
  check(parts > 1, `messages at the platform: expected several, got ${parts}`);
  succeeded(await t.call('delete_msg', {message_id}, bot), 'delete_msg');
  await until(async () => (await chat.sent()).every(one => one.deleted), 'all parts to be deleted', 5000);
});

item('O11-MID-07', BR, 'A number that was never given is refused', async t => {
  for (const action of ['get_msg', 'delete_msg']) failed(await t.call(action, {message_id: 2147483000}), 1400, action);
});

section('Native ids');

item('O11-MAP-02', BR, 'Numbers are found, and moved to another folder', {settings: kept, needs: 'inject restart', alone: true, ms: 60000}, async t => {
  if (!t.world.ids) t.notApplicable('needs a driver that manages numbers');
  const link = await t.reverse();
  const expected = await t.inject(t.bot, 'message.private');
  const event = await t.arrival(link, expected);
  await t.world.restart('SIGTERM', async () => {
    for (const word of [String(event.user_id), expected.expect.user_id]) {
      const {said} = await t.world.ids('find', word);
      check(said.includes(String(event.user_id)) && said.includes(expected.expect.user_id), `what is found for ${word}: ${show(said)}`);
    }
    const {said: exported} = await t.world.ids('export');
    const line = exported.split('\n').find(one => one.includes(expected.expect.user_id));
    const {kind, platform, native, number} = JSON.parse(line ?? '{}');
    equal([kind, platform, native, number], ['user', t.bot.self.platform, expected.expect.user_id, event.user_id], 'the line of export');
  });
});
item('O11-MAP-03', BR, 'A number that is bound is told from then on, and the old one still understood', {settings: kept, needs: 'inject sent restart', alone: true, ms: 60000}, async t => {
  if (!t.world.ids) t.notApplicable('needs a driver that manages numbers');
  const link = await t.reverse();
  const expected = await t.inject(t.bot, 'message.group');
  const {user_id: old} = await t.arrival(link, expected);
  const native = expected.expect.user_id, bound = 10_000_000_000 + Math.floor(Math.random() * 1e9);
  await t.world.restart('SIGTERM', async () => {
    const {code, said} = await t.world.ids('bind', native, String(bound));
    equal(code, 0, `the exit code of bind (${said.trim()})`);
  });
  await until(async () => (await t.call('get_status').catch(() => null))?.data?.online, 'the bot to be back', 20000);
  const next = await t.reverse();
  const again = await t.inject(t.bot, 'message.group', {user_id: native, group_id: expected.expect.group_id});
  const event = await t.arrival(next, again);
  equal([event.user_id, event.sender.user_id], [bound, bound], 'user_id and sender.user_id afterwards');
  for (const number of [bound, old]) {
    succeeded(await t.call('send_group_msg', {group_id: event.group_id, message: [{type: 'at', data: {qq: String(number)}}, {type: 'text', data: {text: ` to ${number}`}}]}), `a mention by ${number}`);
    const {body} = (await t.bot.sent()).find(one => JSON.stringify(one.body).includes(`to ${number}`));
    check(JSON.stringify(body).includes(native), `the mention by ${number}: got ${show(body)}`);
    equal((await t.data('get_stranger_info', {user_id: number})).user_id, bound, `user_id of get_stranger_info by ${number}`);
  }
});

const strings = {dialect: '11', bots: 2, http: [{}], websocket: [{ids: 'string'}]};
item('O11-STR-01', BR, 'With ids = "string" people and groups are told by their native ids', {settings: strings, needs: 'inject websocket'}, async t => {
  for (const bot of t.bots) {
    const {event, expected} = await t.heardAs(bot, 'message.group');
    equal([event.user_id, event.group_id, event.sender.user_id], [expected.expect.user_id, expected.expect.group_id, expected.expect.user_id], 'user_id, group_id, sender.user_id');
    equal(typeof event.message_id, 'number', 'the type of message_id');
  }
  const bot = t.causing('notice.group_member_increase');
  const {event, expected} = await t.heardAs(bot, 'notice.group_member_increase');
  equal(event.operator_id, expected.expect.operator_id, 'operator_id');
  const {event: channel, expected: native} = await t.heardAs(t.causing('message.channel'), 'message.channel');
  equal(channel.group_id, `${native.expect.guild_id}/${native.expect.channel_id}`, 'group_id of a channel');
});
item('O11-STR-02', BR, 'With ids = "string" the bot keeps its number', {settings: strings, needs: 'inject websocket'}, async t => {
  for (const bot of t.bots) {
    const {event} = await t.heardAs(bot, 'message.group mention self');
    equal(event.self_id, bot.self_id, 'self_id');
    equal(event.message.find(segment => segment.type === 'at')?.data.qq, String(bot.self_id), 'qq of the mention');
  }
});
item('O11-STR-03', BR, 'Native ids are taken as parameters, too', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending(), 'private');
  succeeded(await t.call('send_private_msg', {user_id: chat.native.user_id, message: 'by its native id'}, chat.bot), 'send_private_msg by the native id');
  equal((await chat.once())[0].text, 'by its native id', 'what was sent');
  const group = await t.chat(t.sending(), 'group');
  equal((await t.data('get_group_info', {group_id: group.native.group_id}, group.bot)).group_id, group.event.group_id, 'group_id of get_group_info by the native id');
});
item('O11-STR-03', BR, 'With ids = "string" numbers are taken, too', {settings: strings, needs: 'inject websocket'}, async t => {
  const link = await t.connect();
  const {expected} = await t.heardAs(t.bot, 'message.group');
  const answer = await link.call('get_group_info', {group_id: expected.expect.group_id});
  equal(succeeded(answer, 'by the native id').group_id, expected.expect.group_id, 'group_id');
});
item('O11-STR-04', SHOULD, 'Events have the native ids beside, as text', injecting, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.group'))) {
    const {event, expected} = await t.heardAs(bot, 'message.group');
    equal([event.real_user_id, event.real_group_id, event.real_message_id], [expected.expect.user_id, expected.expect.group_id, expected.find.message_id], 'real_user_id, real_group_id, real_message_id');
    check(!event.raw_message.includes(expected.expect.user_id), 'a native id is in raw_message');
  }
});
