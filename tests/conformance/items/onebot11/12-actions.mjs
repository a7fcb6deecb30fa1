// Section 13: the actions.
import {check, equal, matches, problems, show} from '../../lib/check.mjs';
import {failed, succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, CONV, MUST, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Actions');

// Names of the standard and, where something must be given, a parameter without which it is refused.
const standard = {
  send_private_msg: 'user_id', send_group_msg: 'group_id', send_msg: '_id', delete_msg: 'message_id', get_msg: 'message_id', get_forward_msg: 'id', send_like: null,
  set_group_kick: 'group_id', set_group_ban: 'group_id', set_group_anonymous_ban: null, set_group_whole_ban: 'group_id', set_group_admin: null, set_group_anonymous: null,
  set_group_card: null, set_group_name: 'group_id', set_group_leave: 'group_id', set_group_special_title: null, set_friend_add_request: null, set_group_add_request: 'flag',
  get_login_info: '', get_stranger_info: 'user_id', get_friend_list: '', get_group_info: 'group_id', get_group_list: '', get_group_member_info: 'group_id',
  get_group_member_list: 'group_id', get_group_honor_info: null, get_cookies: null, get_csrf_token: null, get_credentials: null, get_record: 'file', get_image: 'file',
  can_send_image: '', can_send_record: '', get_status: '', get_version_info: '', set_restart: null, clean_cache: '', '.handle_quick_operation': '',
};
item('O11-ACT-01', MUST, 'Every action of the standard answers: ok, 1400 that names what is missing, or 1404', async t => {
  for (const bot of t.bots) {
    for (const [action, missing] of Object.entries(standard)) {
      const answer = await t.call(action, {}, bot);
      const what = `${action} (${bot.self?.platform ?? bot.self_id})`;
      check(answer, `${what}: no answer`);
      if (missing === null) failed(answer, 1404, what);
      else if (missing === '') succeeded(answer, what);
      else if (answer.retcode !== 1404) {
        failed(answer, 1400, what);
        check(answer.message.includes(missing), `${what}: the message does not name ${missing}: ${show(answer.message)}`);
      }
    }
  }
});
item('O11-ACT-01', MUST, 'get_login_info has the bot\'s number and a name', async t => {
  for (const bot of t.bots) {
    const login = await t.data('get_login_info', {}, bot);
    equal(login.user_id, bot.self_id, 'user_id');
    check(typeof login.nickname === 'string' && login.nickname !== '', `nickname: got ${show(login.nickname)}`);
  }
});
item('O11-ACT-01', MUST, 'get_version_info says its own name, and v11', async t => {
  const version = await t.data('get_version_info');
  equal(problems(version, {app_name: 'id', app_version: 'id', protocol_version: 'id'}, 'get_version_info'), [], 'members');
  equal(version.protocol_version, 'v11', 'protocol_version');
  check(!/napcat|llonebot|lagrange|gocq|go-cqhttp/i.test(JSON.stringify(version)), `another's name: ${show(version)}`);
});
const person = {user_id: 'integer', nickname: 'string', sex: 'string', age: 'integer'};
const member = {group_id: 'integer', ...person, card: 'string', area: 'string', join_time: 'integer', last_sent_time: 'integer', level: 'string', role: 'id', unfriendly: 'bool',
                title: 'string', title_expire_time: 'integer', card_changeable: 'bool'};
item('O11-ACT-01', MUST, 'People and members are told with all members of the standard', {needs: 'inject'}, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.group'))) {
    const {event} = await t.chat(bot);
    const {user_id, group_id} = event;
    equal(problems(await t.data('get_stranger_info', {user_id}, bot), person, 'get_stranger_info'), [], 'members');
    equal(problems(await t.data('get_group_member_info', {group_id, user_id}, bot), member, 'get_group_member_info'), [], 'members');
    const own = await t.data('get_group_member_info', {group_id, user_id: bot.self_id}, bot);
    equal(own.user_id, bot.self_id, 'user_id of the bot as a member');
    for (const one of await t.data('get_group_member_list', {group_id}, bot)) equal(problems(one, member, 'get_group_member_list'), [], 'members');
  }
});
item('O11-ACT-01', MUST, 'What is sent can be taken back', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending());
  const {message_id} = succeeded(await chat.send('away with it'), 'sending');
  equal(await t.data('delete_msg', {message_id}, chat.bot), null, 'data of delete_msg');
  check((await chat.sent())[0].deleted, 'it is still there');
});
item('O11-ACT-01', MUST, 'send_msg goes where message_type says, else to the group', {needs: 'inject sent'}, async t => {
  const bot = t.sending();
  const group = await t.chat(bot, 'group'), person_ = await t.chat(bot, 'private');
  const {group_id} = group.event, {user_id} = person_.event;
  for (const [params, where] of [[{message_type: 'group', group_id, user_id}, group], [{message_type: 'private', group_id, user_id}, person_], [{user_id}, person_], [{group_id, user_id}, group]]) {
    const words = unique('either');
    succeeded(await t.call('send_msg', {...params, message: words}, bot), show(params));
    check((await where.sent()).some(one => one.text.endsWith(words)), `${show(params)} went elsewhere`);
  }
});
item('O11-ACT-01', MUST, 'Groups are renamed and left where the platform can', {needs: 'inject'}, async t => {
  const bot = t.having('renames_groups', 'can');
  const {event} = await t.chat(bot);
  const {group_id} = event;
  equal(await t.data('set_group_name', {group_id, group_name: 'Another name'}, bot), null, 'data of set_group_name');
  equal((await t.data('get_group_info', {group_id, no_cache: true}, bot)).group_name, 'Another name', 'group_name afterwards');
  failed(await t.call('set_group_leave', {group_id, is_dismiss: true}, bot), 1400, 'is_dismiss');
  succeeded(await t.call('set_group_leave', {group_id}, bot), 'set_group_leave');
});
item('O11-ACT-01', MUST, 'Members are thrown out and muted where the platform can', {needs: 'inject'}, async t => {
  const bot = t.having('removes_members', 'can');
  const {event} = await t.chat(bot);
  const {group_id, user_id} = event;
  for (const [action, params] of [['set_group_ban', {duration: 60}], ['set_group_ban', {duration: 0}], ['set_group_ban', {duration: 9e9}], ['set_group_kick', {reject_add_request: true}]]) {
    equal(await t.data(action, {group_id, user_id, ...params}, bot), null, `data of ${action} ${show(params)}`);
  }
});

item('O11-ACT-02', BR, 'What no platform has is 1404, and says so', async t => {
  for (const bot of t.bots) {
    const answer = await t.call('send_like', {user_id: 1, times: 10}, bot);
    failed(answer, 1404, 'send_like');
    matches(answer.message, /^unsupported by \w+: send_like$/, 'message');
  }
});

item('O11-ACT-03', MUST, 'Parameters have both of their names', {needs: 'inject'}, async t => {
  const bot = t.causing('request.group questions');
  for (const name of ['sub_type', 'type']) {
    const {event} = await t.heardAs(bot, 'request.group questions');
    succeeded(await t.call('set_group_add_request', {flag: event.flag, [name]: 'add', approve: false, reason: 'full'}, bot), `set_group_add_request with ${name}`);
  }
  for (const params of [{id: 1}, {message_id: 1}]) {
    const answer = await t.call('get_forward_msg', params, bot);
    check(answer.retcode === 1400 && !/missing/.test(answer.message), `get_forward_msg ${show(params)}: got ${show(answer)}`);
  }
  failed(await t.call('set_group_add_request', {flag: 'nonsense'}, bot), 1400, 'a flag that is none');
});

item('O11-ACT-04', BR, 'Lists are lists, also empty ones', {settings: {dialect: '11', bots: 3, http: [{}]}, anywhere: true}, async t => {
  for (const bot of t.bots) {
    for (const action of ['get_friend_list', 'get_group_list', 'get_guild_list', 'get_friends_with_category', 'get_supported_actions']) {
      check(Array.isArray(await t.data(action, {}, bot)), `${action} is no list (${bot.self?.platform ?? bot.self_id})`);
    }
  }
});

item('O11-ACT-10', BR, 'Actions of the platform take numbers where they take native ids', {needs: 'inject'}, async t => {
  const bot = t.having('own_action', 'has one');
  const [action, params] = bot.traits.own_action;
  const {event} = await t.chat(bot);
  const names = await t.data('get_supported_actions', {}, bot);
  check(names.includes(action) && names.includes('send_group_msg'), `get_supported_actions: got ${show(names)}`);
  const credits = await t.data(action, {...params, group_id: event.group_id}, bot);
  check(credits && typeof credits === 'object' && JSON.stringify(credits).length > 10, `${action}: got ${show(credits)}`);
});
item('O11-ACT-11', BR, 'Any other name is 1404, by HTTP 404', async t => {
  for (const action of ['nc_get_rkey', 'get_rkey', 'x.no_such_action', 'send_message', 'get_self_info', 'constructor']) {
    const answer = await t.call(action);
    failed(answer, 1404, action);
    equal(answer.message.split(';')[0], `unsupported action: ${action}`, 'message, but for what it advises');
    if (t.httpUrl()) equal((await t.act(action)).status, 404, `the HTTP status of ${action}`);
  }
});

section('Extensions');

const some = {needs: 'inject sent'};
item('O11-ACT-01', CONV, 'A forward of nodes is one message', some, async t => {
  const chat = await t.chat(t.sending());
  const node = (data, content) => ({type: 'node', data: {...data, content}});
  const messages = [node({name: 'Lin', uin: '10001'}, 'first'), node({nickname: 'Zhao', user_id: 10002}, [{type: 'text', data: {text: 'second'}}]), {type: 'node', data: {id: String(chat.event.message_id)}}];
  for (const [action, params] of [['send_group_forward_msg', {}], ['send_forward_msg', {message_type: 'group'}]]) {
    const before = (await chat.sent()).length;
    const sent = await t.data(action, {...chat.to, ...params, messages}, chat.bot);
    equal([typeof sent.message_id, sent.forward_id, sent.res_id], ['number', String(sent.message_id), ''], `message_id, forward_id, res_id of ${action}`);
    const all = await chat.sent();
    equal(all.length, before + 1, 'messages at the platform');
    for (const word of ['Lin', 'first', 'Zhao', 'second', chat.expected.options.text]) check(JSON.stringify(all.at(-1).body).includes(word), `${word} is missing in ${show(all.at(-1).body)}`);
  }
  const person_ = await t.chat(t.sending(), 'private');
  succeeded(await t.call('send_private_forward_msg', {...person_.to, messages: messages.slice(0, 2)}, person_.bot), 'send_private_forward_msg');
});
item('O11-ACT-01', CONV, 'The history of a chat is told', {needs: 'inject'}, async t => {
  for (const kind of ['group', 'private']) {
    const chat = await t.chat(t.causing(`message.${kind}`), kind);
    const {event} = await t.heardAs(chat.bot, `message.${kind}`, {user_id: chat.native.user_id, ...(kind === 'group' && {group_id: chat.native.group_id})});
    const action = kind === 'group' ? 'get_group_msg_history' : 'get_friend_msg_history';
    const {messages} = await t.data(action, {...chat.to, count: 20}, chat.bot);
    const numbers = messages.map(one => one.message_id);
    for (const one of [chat.event, event]) check(numbers.includes(one.message_id), `${one.message_id} is not in ${show(numbers)}`);
    const before = await t.data(action, {...chat.to, message_seq: event.message_id, count: 20}, chat.bot);
    check(before.messages.some(one => one.message_id === chat.event.message_id), `what came before ${event.message_id}: got ${show(before.messages.map(one => one.message_id))}`);
  }
});
item('O11-ACT-01', CONV, 'Reactions are left where the platform has them', {needs: 'inject'}, async t => {
  const bot = t.having('reacts', 'has them in groups');
  const {event} = await t.chat(bot);
  succeeded(await t.call('set_msg_emoji_like', {message_id: event.message_id, emoji_id: 'THUMBSUP'}, bot), 'set_msg_emoji_like');
  succeeded(await t.call('set_msg_emoji_like', {message_id: event.message_id, emoji_id: 'THUMBSUP', set: false}, bot), 'set_msg_emoji_like, set false');
});
item('O11-ACT-01', CONV, 'Files are sent', some, async t => {
  const chat = await t.chat(t.sending());
  const {file_id} = await t.data('upload_group_file', {...chat.to, file: `base64://${Buffer.from('a file').toString('base64')}`, name: 'notes.txt', folder: '/'}, chat.bot);
  check(typeof file_id === 'string' && file_id !== '', `file_id: got ${show(file_id)}`);
  await chat.once();
  const person_ = await t.chat(t.sending(), 'private');
  succeeded(await t.call('upload_private_file', {...person_.to, file: `base64://${Buffer.from('a file').toString('base64')}`, name: 'notes.txt'}, person_.bot), 'upload_private_file');
});
item('O11-ACT-01', CONV, 'What is read is marked, what is typed is shown', {needs: 'inject'}, async t => {
  const bot = t.causing('message.private');
  const {event} = await t.chat(bot, 'private');
  for (const action of ['mark_msg_as_read', 'mark_private_msg_as_read', 'mark_group_msg_as_read', '_mark_all_as_read']) equal(await t.data(action, {message_id: event.message_id}, bot), null, action);
  succeeded(await t.call('set_input_status', {user_id: event.user_id, event_type: 1}, bot), 'set_input_status');
});
item('O11-ACT-01', CONV, 'What is for people\'s own clients alone is 1404', async t => {
  for (const action of ['group_poke', 'friend_poke', 'send_poke', 'get_essence_msg_list', '_get_group_notice', 'get_group_shut_list', 'get_group_root_files', '_send_group_notice', 'set_essence_msg',
                        'delete_essence_msg', 'set_group_portrait', 'set_qq_profile', 'delete_friend', 'ocr_image', 'send_group_sign', 'get_group_at_all_remain', 'check_url_safely']) {
    failed(await t.call(action, {group_id: 1, user_id: 1}), 1404, action);
  }
});
item('O11-ACT-01', CONV, 'A message is sent on', some, async t => {
  const [from, to] = [await t.chat(t.sending()), await t.chat(t.sending())];
  succeeded(await t.call('forward_group_single_msg', {message_id: from.event.message_id, group_id: to.event.group_id}, from.bot), 'forward_group_single_msg');
  check((await to.once())[0].text.includes(from.expected.options.text), `what was sent: got ${show((await to.sent())[0].text)}`);
});

section('Applications');

// [action, parameters, what must come back]
const first = {
  Koishi: [['get_login_info', {}, 'ok'], ['get_guild_service_profile', {}, 'ok']],
  Karin: [['get_version_info', {}, 'ok'], ['get_login_info', {}, 'ok']],
  Yunzai: [['_set_model_show', {model: 'x', model_show: 'x'}, null], ['get_login_info', {}, 'ok'], ['get_guild_service_profile', {}, null], ['get_online_clients', {}, 'clients'], ['get_version_info', {}, 'ok'],
           ['get_cookies', {domain: 'qun.qq.com'}, 1404], ['get_csrf_token', {}, 1404], ['get_friend_list', {}, 'list'], ['get_group_list', {}, 'list'], ['get_guild_list', {}, 'list']],
  SealDice: [['get_login_info', {}, 'ok']],
  Overflow: [['get_version_info', {}, 'ok'], ['get_login_info', {}, 'ok'], ['get_friend_list', {}, 'list'], ['get_group_list', {}, 'list']],
  others: [['get_friends_with_category', {}, 'list'], ['nc_get_packet_status', {}, 1404], ['nc_get_rkey', {}, 1404], ['get_rkey', {}, 1404], ['get_clientkey', {}, 1404], ['get_robot_uin_range', {}, 1404],
           ['get_profile_like', {}, 1404], ['fetch_custom_face', {}, 1404], ['get_recent_contact', {}, 1404], ['_get_model_show', {model: 'x'}, 'variants']],
};
async function asFirst(t, bot, calls, who) {
  for (const [action, params, wanted] of calls) {
    const answer = await t.call(action, params, bot);
    const what = `${who}: ${action} (${bot.self?.platform ?? bot.self_id})`;
    if (wanted === 1404) { failed(answer, 1404, what); continue; }
    succeeded(answer, what);
    if (wanted === 'list') check(Array.isArray(answer.data), `${what}: no list`);
    if (wanted === null) equal(answer.data, null, what);
    if (wanted === 'clients' || wanted === 'variants') equal(answer.data, {[wanted]: []}, what);
  }
}
const kGroups = 20;  // of a bot: other items make more and more of them
for (const [who, calls] of Object.entries(first)) {
  item('O11-ACT-20', MUST, `${who === 'others' ? 'Others' : who}: the first calls get answers with which it works`, async t => {
    for (const bot of t.bots) await asFirst(t, bot, calls, who);
    if (who === 'Yunzai' || who === 'Overflow') {
      for (const bot of t.bots) for (const {group_id} of (await t.data('get_group_list', {}, bot)).slice(0, kGroups)) check(Array.isArray(await t.data('get_group_member_list', {group_id}, bot)), 'get_group_member_list is no list');
    }
  });
}
item('O11-ACT-20', MUST, 'AstrBot: a mention and a quote are resolved', {needs: 'inject'}, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.group reply and mention'))) {
    const {event} = await t.heardAs(bot, 'message.group reply and mention');
    for (const {type, data} of event.message) {
      if (type === 'at') {
        const told = await t.data('get_group_member_info', {group_id: event.group_id, user_id: Number(data.qq), no_cache: false, self_id: bot.self_id}, bot);
        if (told.card === '') await t.data('get_stranger_info', {user_id: Number(data.qq), no_cache: false, self_id: bot.self_id}, bot);
      }
      if (type === 'reply') {
        const told = await t.data('get_msg', {message_id: Number(data.id), self_id: bot.self_id}, bot);
        check(['private', 'group'].includes(told.message_type) && Number.isInteger(told.sender?.user_id) && Array.isArray(told.message), `get_msg: got ${show(told)}`);
      }
    }
  }
});

const quiet = {dialect: '11', bots: 2, http: [{}], websocket: [{}]};
item('O11-ACT-21', BR, 'What a framework asks first comes from memory: the platform is not asked again', {settings: quiet, needs: 'inject', alone: true}, async t => {
  for (const bot of t.bots) {
    if (!bot.asked) t.notApplicable('needs a driver that counts what the platform is asked');
    for (let n = 0; n < 3; ++n) await t.chat(bot);
    const script = async () => {
      await asFirst(t, bot, first.Yunzai, 'Yunzai');
      for (const {group_id} of await t.data('get_group_list', {}, bot)) {
        const members = await t.data('get_group_member_list', {group_id}, bot);
        for (const {user_id} of members.slice(0, 3)) await t.data('get_group_member_info', {group_id, user_id}, bot);
      }
    };
    await script();
    const before = await bot.asked();
    await script();
    equal(await bot.asked() - before, 0, `calls of ${bot.self.platform} the second time`);
  }
});
