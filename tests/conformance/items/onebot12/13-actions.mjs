// Section 13: actions. One table row per action; files are in 13-files.
import {check, equal, ok, problems, retcode, shaped, show} from '../../lib/check.mjs';
import {BR, MUST, SHALL, SHOULD, item, section} from '../../lib/suite.mjs';

section('Actions');

const meta = ['get_supported_actions', 'get_status', 'get_version'];

item('C-ACT-00a', MUST, 'All meta actions exist', async t => {
  for (const action of meta) ok(await t.call(action), action);
});

item('C-ACT-00b', SHALL, 'An action that is not implemented is 10002', async t => {
  for (const action of ['nope', 'GET_VERSION', 'get_version ', '.handle_quick_operation', 'upload_file_fragmented_prepare']) {
    retcode(await t.call(action, {}, t.bots[0]?.self), 10002, action);
  }
});

item('C-ACT-00c', MUST, 'What is listed is implemented, and what is implemented is listed', async t => {
  for (const bot of t.bots) {
    const listed = await t.actions(bot.self);
    for (const action of listed) {
      const response = await t.call(action, {}, bot.self);
      check(response.retcode !== 10002, `${action} is listed by ${bot.self.platform}, and is 10002`);
    }
    for (const {action} of rows) {
      if (!listed.includes(action)) retcode(await t.call(action, {}, bot.self), 10002, `${action}, which ${bot.self.platform} does not list`);
    }
    for (const action of meta) check(listed.includes(action), `${action} is not listed (${bot.self.platform})`);
  }
});

item('C-ACT-02', MUST, 'get_supported_actions gives a list of names, each once', async t => {
  const list = ok(await t.call('get_supported_actions'), 'get_supported_actions');
  check(Array.isArray(list) && list.every(name => typeof name === 'string' && name), `data: ${show(list)}`);
  equal(new Set(list).size, list.length, 'different names');
});

item('C-ACT-01', MUST, 'get_latest_events gives a list (more under Polling)', {needs: 'http'}, async t => {
  const {value} = await t.post({action: 'get_latest_events', params: {}});
  if (value?.retcode === 10002) t.notApplicable('get_latest_events is off');
  check(Array.isArray(ok(value, 'get_latest_events')), 'data is no list');
});

item('C-ACT-03', MUST, 'get_status gives good and bots', async t => {
  shaped(ok(await t.call('get_status'), 'get_status'), {good: 'bool', bots: 'list'}, 'data');
});

item('C-ACT-04', MUST, 'get_version gives impl, version and onebot_version', async t => {
  const data = ok(await t.call('get_version'), 'get_version');
  shaped(data, {impl: 'id', version: 'string', onebot_version: 'id'}, 'data');
  check(!('platform' in data), 'data.platform is of an old draft');
});

// --- what an action needs to be called: ids that exist, found by asking ---

const first = async (t, bot, action, params, member) => {
  bot.actions ??= await t.actions(bot.self);
  if (!bot.actions.includes(action)) return undefined;
  const response = await t.call(action, params, bot.self);
  // A list of those whom the bot has met may name some that are gone, and says that it is a part.
  const isPart = one => Object.entries(one ?? {}).some(([name, value]) => name.endsWith('.partial') && value === true);
  return Array.isArray(response.data) && !isPart(response.data[0]) ? response.data[0]?.[member] : undefined;
};
// A chat of the driver's; a bot that knows only whom it has heard hears from there first.
async function heardFrom(t, bot, kind, name) {
  const id = bot.targets?.[kind]?.[name];
  if (id !== undefined && bot.causes?.includes(`message.${kind}`)) await t.heardAs(bot, `message.${kind}`, {[name]: id});
  return id;
}
const finders = {
  user_id: async (t, bot) => await first(t, bot, 'get_friend_list', {}, 'user_id') ?? await heardFrom(t, bot, 'private', 'user_id'),
  group_id: async (t, bot) => await first(t, bot, 'get_group_list', {}, 'group_id') ?? await heardFrom(t, bot, 'group', 'group_id'),
  guild_id: async (t, bot) => await first(t, bot, 'get_guild_list', {}, 'guild_id') ?? bot.targets?.channel?.guild_id,
  channel_id: async (t, bot, known) => await first(t, bot, 'get_channel_list', {guild_id: known.guild_id}, 'channel_id') ?? bot.targets?.channel?.channel_id,
  member_id: async (t, bot, known) => (known.channel_id && await first(t, bot, 'get_channel_member_list', known, 'user_id'))
    ?? (known.guild_id && await first(t, bot, 'get_guild_member_list', known, 'user_id'))
    ?? (known.group_id && await first(t, bot, 'get_group_member_list', known, 'user_id')),
};
const kOrder = ['guild_id', 'channel_id', 'group_id'];
async function known(t, bot, row) {
  const params = {};
  for (const name of kOrder.filter(one => row.params.includes(one))) params[name] = await finders[name](t, bot, params);
  if (row.params.includes('user_id')) params.user_id = await (Object.keys(params).length ? finders.member_id : finders.user_id)(t, bot, params);
  for (const name of row.params.filter(one => one.endsWith('_name'))) params[name] = 'Conformance';
  return row.params.every(name => params[name] !== undefined) ? params : null;
}

const user = {user_id: 'id', user_name: 'string', user_displayname: 'string'};
const group = {group_id: 'id', group_name: 'string'};
const guild = {guild_id: 'id', guild_name: 'string'};
const channel = {channel_id: 'id', channel_name: 'string'};

// item, action, params (all strings), data: a shape, [a shape] or null. ends: it takes something away for good.
const rows = [
  ['C-ACT-20', 'get_self_info', [], user], ['C-ACT-21', 'get_user_info', ['user_id'], {...user, user_remark: 'string'}],
  ['C-ACT-22', 'get_friend_list', [], [{...user, user_remark: 'string'}]],
  ['C-ACT-30', 'get_group_info', ['group_id'], group], ['C-ACT-31', 'get_group_list', [], [group]],
  ['C-ACT-32', 'get_group_member_info', ['group_id', 'user_id'], user], ['C-ACT-33', 'get_group_member_list', ['group_id'], [user]],
  ['C-ACT-34', 'set_group_name', ['group_id', 'group_name'], null], ['C-ACT-35', 'leave_group', ['group_id'], null, {ends: true}],
  ['C-ACT-40', 'get_guild_info', ['guild_id'], guild], ['C-ACT-41', 'get_guild_list', [], [guild]],
  ['C-ACT-42', 'set_guild_name', ['guild_id', 'guild_name'], null], ['C-ACT-43', 'get_guild_member_info', ['guild_id', 'user_id'], user],
  ['C-ACT-44', 'get_guild_member_list', ['guild_id'], [user]], ['C-ACT-45', 'leave_guild', ['guild_id'], null, {ends: true}],
  ['C-ACT-46', 'get_channel_info', ['guild_id', 'channel_id'], channel], ['C-ACT-47', 'get_channel_list', ['guild_id'], [channel]],
  ['C-ACT-48', 'set_channel_name', ['guild_id', 'channel_id', 'channel_name'], null],
  ['C-ACT-49', 'get_channel_member_info', ['guild_id', 'channel_id', 'user_id'], user],
  ['C-ACT-50', 'get_channel_member_list', ['guild_id', 'channel_id'], [user]], ['C-ACT-51', 'leave_channel', ['guild_id', 'channel_id'], null, {ends: true}],
].map(([id, action, params, data, more]) => ({id, action, params, data, ...more}));

function answered(data, row, where) {
  if (row.data === null) return equal(data, null, `data of ${where}`);
  if (!Array.isArray(row.data)) return shaped(data, row.data, `data of ${where}`);
  check(Array.isArray(data), `data of ${where}: expected a list, got ${show(data)}`);
  const found = data.flatMap((one, n) => problems(one, row.data[0], `data[${n}] of ${where}`));
  check(found.length === 0, found.slice(0, 3).join('; '));
}

async function valid(t, bot, row, params) {
  const where = `${row.action} (${bot.self.platform})`;
  const data = ok(await t.call(row.action, params, bot.self), where);
  answered(data, row, where);
  for (const name of row.params.filter(one => one.endsWith('_id'))) {
    if (row.data && !Array.isArray(row.data) && name in row.data) equal(data[name], params[name], `${name} of ${where}`);
  }
}

for (const row of rows) {
  const what = row.data === null ? 'answers null' : `gives ${Object.keys(Array.isArray(row.data) ? row.data[0] : row.data).join(', ')}${Array.isArray(row.data) ? ' in a list' : ''}`;
  item(row.id, SHALL, `${row.action} ${what}; a missing or mistyped parameter is 10003`, async t => {
    const notes = [];
    for (const bot of await t.doing(row.action)) {
      for (const name of row.params) {
        const strings = Object.fromEntries(row.params.map(one => [one, '1']));
        const {[name]: _, ...without} = strings;
        retcode(await t.call(row.action, without, bot.self), 10003, `${row.action} without ${name} (${bot.self.platform})`);
        for (const wrong of [5, null, {}, ['1']]) {
          const response = await t.call(row.action, {...strings, [name]: wrong}, bot.self);
          retcode(response, 10003, `${row.action} with ${name} ${show(wrong)} (${bot.self.platform})`);
        }
      }
      if (row.ends) continue;
      const params = await known(t, bot, row);
      if (params) await valid(t, bot, row, params);
      else notes.push(`${bot.self.platform}: no valid call, for want of ids`);
    }
    return notes.join('; ');
  });
  if (row.params.some(name => name.endsWith('_id'))) {
    item(row.id, BR, `${row.action} with an id that nobody has is 35xxx`, async t => {
      for (const bot of await t.doing(row.action)) {
        const params = Object.fromEntries(row.params.map(name => [name, name.endsWith('_name') ? 'x' : '00000000000000000000000000000009']));
        retcode(await t.call(row.action, params, bot.self), ['35xxx', '34xxx', 10003], `${row.action} with unknown ids (${bot.self.platform})`);
      }
    });
  }
}

item('C-ACT-23', BR, 'user_remark is in every object about a user', async t => {
  let asked = 0;
  for (const row of rows.filter(one => one.data && 'user_id' in (Array.isArray(one.data) ? one.data[0] : one.data))) {
    for (const bot of t.bots) {
      bot.actions ??= await t.actions(bot.self);
      const params = bot.actions.includes(row.action) && await known(t, bot, row);
      if (!params) continue;
      const data = ok(await t.call(row.action, params, bot.self), row.action);
      for (const one of Array.isArray(data) ? data : [data]) check(typeof one.user_remark === 'string', `user_remark of ${row.action} (${bot.self.platform}): ${show(one)}`);
      ++asked;
    }
  }
  if (!asked) t.notApplicable('no action about users can be called');
});

// --- messages ---

const sending = async t => {
  const bots = (await t.doing('send_message')).filter(bot => bot.targets);
  if (!bots.length) t.notApplicable('needs a driver that names chats to send to');
  return bots;
};

item('C-ACT-10', SHALL, 'send_message to a user, a group or a channel gives message_id and time', async t => {
  for (const bot of await sending(t)) {
    for (const [kind, target] of Object.entries(bot.targets)) {
      const data = ok(await t.call('send_message', {...target, message: [{type: 'text', data: {text: 'hello'}}]}, bot.self), `send_message, ${kind} (${bot.self.platform})`);
      shaped(data, {message_id: 'id', time: 'number'}, 'data');
    }
  }
});

item('C-ACT-10', MUST, 'send_message without a parameter that its detail_type needs is 10003', async t => {
  for (const bot of await t.doing('send_message')) {
    const message = 'x';
    for (const params of [{detail_type: 'private', message}, {detail_type: 'group', message}, {detail_type: 'group', user_id: 'u', message}, {detail_type: 'private', user_id: 'u'},
                          {detail_type: 7, user_id: 'u', message}, {detail_type: 'group', group_id: 5, message}]) {
      retcode(await t.call('send_message', params, bot.self), 10003, `send_message ${show(params)} (${bot.self.platform})`);
    }
    const channel = await t.call('send_message', {detail_type: 'channel', channel_id: '1', message}, bot.self);
    retcode(channel, [10003, 10004], `send_message to a channel without guild_id (${bot.self.platform})`);
  }
});

item('C-ACT-11', SHALL, 'delete_message takes back what was sent; without message_id it is 10003', async t => {
  for (const bot of await t.doing('delete_message')) {
    retcode(await t.call('delete_message', {}, bot.self), 10003, 'delete_message without message_id');
    retcode(await t.call('delete_message', {message_id: 5}, bot.self), 10003, 'delete_message with a number');
    if (!bot.targets || !bot.sent) continue;
    const text = `take back ${Math.random()}`;
    const {message_id} = ok(await t.call('send_message', {...bot.targets.private, message: text}, bot.self), 'send_message');
    ok(await t.call('delete_message', {message_id}, bot.self), `delete_message (${bot.self.platform})`);
    equal((await bot.sent()).find(one => one.text === text)?.deleted, true, `deleted at ${bot.self.platform}`);
  }
});

item('C-ACT-12', BR, 'detail_type missing is 10003, unknown is 10004', async t => {
  for (const bot of await t.doing('send_message')) {
    retcode(await t.call('send_message', {user_id: 'u', message: 'x'}, bot.self), 10003, `without detail_type (${bot.self.platform})`);
    for (const detail_type of ['nope', 'group_member_increase', '']) {
      retcode(await t.call('send_message', {detail_type, user_id: 'u', group_id: 'g', message: 'x'}, bot.self), 10004, `detail_type "${detail_type}" (${bot.self.platform})`);
    }
  }
});

item('C-ACT-13', BR, 'A message_id says by itself which message it is, also after a restart', {settings: {bots: 2, http: [{}], websocket: [{}], heartbeat: {enabled: false, interval: 1000}}, needs: 'sent restart', alone: true}, async t => {
  for (const bot of (await t.doing('delete_message')).filter(one => one.targets)) {
    const send = async target => ok(await t.call('send_message', {...target, message: 'a long way'}, bot.self), `send_message (${bot.self.platform})`).message_id;
    const [one, two, three] = [await send(bot.targets.private), await send(bot.targets.group), await send(bot.targets.group)];
    equal(new Set([one, two, three]).size, 3, 'different message_ids');
    for (const message_id of [one, two]) ok(await t.call('delete_message', {message_id}, bot.self), `delete_message (${bot.self.platform})`);
    bot.kept = three;
  }
  await t.world.restart();
  for (const bot of t.bots.filter(one => one.kept)) ok(await t.call('delete_message', {message_id: bot.kept}, bot.self), `delete_message after a restart (${bot.self.platform})`);
});

item('C-ACT-14', BR, 'A message that is refused by its contents was not sent in part', {needs: 'sent'}, async t => {
  for (const bot of await sending(t)) {
    const text = `never ${Math.random()}`;
    for (const [bad, code] of [[{type: 'nope', data: {}}, 10005], [{type: 'image', data: {}}, [10005, 10006]], [{type: 'text', data: {text: 1}}, 10006]]) {
      retcode(await t.call('send_message', {...bot.targets.private, message: [{type: 'text', data: {text}}, bad]}, bot.self), code, `text and ${show(bad)} (${bot.self.platform})`);
    }
    check(!JSON.stringify(await bot.sent()).includes(text), `a part was sent (${bot.self.platform})`);
  }
});

item('C-ACT-15', SHOULD, 'A message that the platform refuses is 34xxx, and never success', {settings: {bots: 2, http: [{}], websocket: [{}], heartbeat: {enabled: false, interval: 1000}}, needs: 'refuse', alone: true}, async t => {
  for (const bot of (await sending(t)).filter(one => one.refuse)) {
    ok(await t.call('send_message', {...bot.targets.private, message: 'first'}, bot.self), `send_message (${bot.self.platform})`);
    await bot.refuse();
    const response = await t.call('send_message', {...bot.targets.private, message: 'refused'}, bot.self);
    retcode(response, ['34xxx', '35xxx'], `send_message that the platform refuses (${bot.self.platform})`);
  }
});

item('C-ACT-17', BR, 'A long message has one message_id, with which all of it is taken back', {needs: 'sent'}, async t => {
  for (const bot of (await sending(t)).filter(one => one.actions?.includes('delete_message'))) {
    const before = (await bot.sent()).length;
    const mark = Math.random().toString(36).slice(2);
    const message = [{type: 'text', data: {text: `${mark} `.repeat(3000)}}];
    const response = await t.call('send_message', {...bot.targets.group, message}, bot.self);
    if (response.retcode !== 0) { retcode(response, ['10003', '10007', '34xxx', '35xxx'], `36 kB of text (${bot.self.platform})`); continue; }
    ok(await t.call('delete_message', {message_id: response.data.message_id}, bot.self), `delete_message of 36 kB (${bot.self.platform})`);
    const parts = (await bot.sent()).slice(before).filter(one => JSON.stringify(one.body).includes(mark));
    check(parts.length > 0 && parts.every(one => one.deleted), `${parts.length} parts at ${bot.self.platform}, deleted: ${parts.map(one => one.deleted)}`);
  }
});

item('C-ACT-16', SHOULD, 'A detail_type of our own has a prefix', async t => {
  for (const bot of t.bots) for (const kind of Object.keys(bot.targets ?? {})) check(['private', 'group', 'channel'].includes(kind) || /^[_a-z]+\./.test(kind), `detail_type ${kind}`);
});
