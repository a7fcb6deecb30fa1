// Section 12: what becomes of each event of a platform.
import {heard} from '../../lib/applications.mjs';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, CONV, MUST, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Events');

const injecting = {needs: 'inject'};
// Native event, what it is in OneBot 11; members may be functions of (event, expected, bot).
const row = (cause, title, members) => item('O11-MAPE-01', MUST, title, injecting, async t => {
  const bot = t.causing(cause);
  const {event, expected} = await t.heardAs(bot, cause);
  for (const [name, wanted] of Object.entries(members)) {
    const right = typeof wanted === 'function' ? wanted(event, expected, bot) : wanted;
    equal(event[name], right, `${name} of ${show(event)}`);
  }
});
const self = (event, expected, bot) => bot.self_id;
const user = event => event.user_id;

row('message.private', 'A private message is message, private, friend', {post_type: 'message', message_type: 'private', sub_type: 'friend'});
row('message.group', 'A group message is message, group, normal', {post_type: 'message', message_type: 'group', sub_type: 'normal'});
row('message.channel', 'A message of a channel is that of a group', {post_type: 'message', message_type: 'group', sub_type: 'normal'});
row('notice.friend_increase', 'A new friend is friend_add', {post_type: 'notice', notice_type: 'friend_add'});
row('notice.group_member_increase self', 'The bot is invited: group_increase, invite', {post_type: 'notice', notice_type: 'group_increase', sub_type: 'invite', user_id: self});
row('notice.group_member_decrease self', 'The bot is thrown out: group_decrease, kick_me', {post_type: 'notice', notice_type: 'group_decrease', sub_type: 'kick_me', user_id: self});
row('notice.group_member_increase', 'Somebody came, nobody knows how: group_increase, approve, or invite where it is known', {post_type: 'notice', notice_type: 'group_increase',
  sub_type: (event, expected) => expected.expect.sub_type === 'invite' ? 'invite' : 'approve', operator_id: (event, expected) => expected.expect.operator_id ? event.operator_id : 0});
row('notice.group_member_increase join', 'Somebody joined: group_increase, approve, by itself', {post_type: 'notice', notice_type: 'group_increase', sub_type: 'approve', operator_id: user});
row('notice.group_member_decrease leave', 'Somebody left: group_decrease, leave, by itself', {post_type: 'notice', notice_type: 'group_decrease', sub_type: 'leave', operator_id: user});
row('notice.group_member_decrease unknown', 'Somebody is gone, nobody knows why: group_decrease, leave, by nobody', {notice_type: 'group_decrease', sub_type: 'leave', operator_id: 0});
row('notice.group_member_decrease kick', 'Somebody was thrown out: group_decrease, kick', {notice_type: 'group_decrease', sub_type: 'kick', operator_id: event => check(event.operator_id !== event.user_id, 'by itself') ?? event.operator_id});
row('notice.group_member_decrease withdrawn', 'An invitation that is taken back: group_decrease, kick', {notice_type: 'group_decrease', sub_type: 'kick'});
row('notice.group_member_decrease disbanded', 'A group that is dissolved: group_decrease, kick_me', {notice_type: 'group_decrease', sub_type: 'kick_me', user_id: self});
row('notice.group_message_delete unseen', 'A message taken back by another: group_recall', {notice_type: 'group_recall'});
row('notice.channel_message_delete delete', 'A message of a channel taken back: group_recall with author and operator', {notice_type: 'group_recall',
  operator_id: event => check(event.operator_id > 0 && event.operator_id !== event.user_id, `operator_id: got ${event.operator_id}`) ?? event.operator_id});
row('notice.channel_message_delete', 'Somebody takes back a message: its author is who did', {notice_type: 'group_recall', operator_id: user});
row('notice.reaction', 'A reaction: group_msg_emoji_like', {notice_type: 'group_msg_emoji_like', is_add: true, likes: [{emoji_id: '4', count: 1}]});
row('notice.reaction removed', 'A reaction taken back: group_msg_emoji_like, is_add false', {notice_type: 'group_msg_emoji_like', is_add: false});
row('notice.private_message_delete', 'A message of a private chat taken back: friend_recall', {notice_type: 'friend_recall', user_id: event => check(event.user_id > 0 && !('group_id' in event), show(event)) ?? event.user_id});
row('notice.group_name', 'A new name of a group: notify, group_name', {notice_type: 'notify', sub_type: 'group_name', name_new: (event, expected) => expected.expect.name_new, user_id: event => event.operator_id});
row('request.group', 'Somebody wants to join: request, group, add', {post_type: 'request', request_type: 'group', sub_type: 'add', invitor_id: 0});
row('request.group invited', 'Somebody invited wants to join: request, group, add, with who invited', {post_type: 'request', request_type: 'group', sub_type: 'add',
  invitor_id: event => check(event.invitor_id > 0, `invitor_id: got ${event.invitor_id}`) ?? event.invitor_id});

// What makes no frame unless extended_notices says so.
const silent = ['notice.friend_decrease', 'other group_push_reject', 'other private_push_receive', 'other enter', 'other guild_member_update', 'notice.channel_create',
                'other microphone', 'other forum', 'other audit', 'request.group decided', 'other read'];
item('O11-MAPE-01', MUST, 'What OneBot 11 has no name for makes no frame', injecting, async t => {
  let count = 0;
  for (const cause of silent) {
    const bot = t.bots.find(one => one.causes?.includes(cause));
    if (!bot) continue;
    const link = await t.listening(bot);
    const expected = await t.inject(bot, cause);
    await t.settled(bot, link);
    const frame = link.raw.find(one => one.value?.post_type !== 'message' && expected.marks.some(mark => one.text.includes(mark)));
    check(!frame, () => `${cause} became ${show(frame.value)}`);
    ++count;
  }
  if (!count) t.notApplicable('no platform of this run has one of them');
});

item('O11-MAPE-01', MUST, 'Everything that a platform is known to say is taken, and all is well afterwards', {needs: 'inject', alone: true, ms: 60000}, async t => {
  let count = 0;
  for (const bot of t.bots.filter(one => one.everything)) {
    const link = await t.listening(bot);
    count += await bot.everything();
    await t.settled(bot, link);
    succeeded(await t.call('get_status', {}, bot), 'get_status');
  }
  if (!count) t.notApplicable('needs a driver that plays everything');
  return `${count} native events`;
});

item('O11-MAPE-40', MUST, 'An event of several people is one of each, in order', injecting, async t => {
  const bot = t.causing('notice.group_member_increase several');
  const link = await t.listening(bot);
  const expected = await t.inject(bot, 'notice.group_member_increase several');
  const of = () => link.events.filter(event => event.notice_type === 'group_increase' && expected.marks.some(mark => JSON.stringify(event).includes(mark)));
  await until(() => of().length >= 2, '2 events');
  await t.settled(bot, link);
  equal(of().map(event => event.sub_type), ['invite', 'invite'], 'sub_type');
  equal(of().map(event => event.real_user_id), expected.expect.users, 'the people');
});

item('O11-MAPE-42', BR, 'comment has questions and answers on lines', injecting, async t => {
  const bot = t.causing('request.group questions');
  const {event, expected} = await t.heardAs(bot, 'request.group questions');
  equal(event.comment, expected.expect.comment, 'comment');
});

item('O11-MAPE-43', BR, 'A notice of a message that was never seen has a number, and no author', injecting, async t => {
  const bot = t.causing('notice.group_message_delete unseen');
  const {event} = await t.heardAs(bot, 'notice.group_message_delete unseen');
  check(Number.isInteger(event.message_id) && event.message_id > 0, `message_id: got ${show(event.message_id)}`);
  equal(event.user_id, 0, 'user_id');
});

item('O11-MAPE-44', MUST, 'What the bot itself does makes no event', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending());
  const from = chat.link.events.length;
  const {message_id} = succeeded(await chat.send('mine'), 'sending');
  succeeded(await t.call('delete_msg', {message_id}, chat.bot), 'deleting');
  await t.settled(chat.bot, chat.link);
  equal(chat.link.events.slice(from).filter(event => event.message_id === message_id || event.user_id === chat.bot.self_id), [], 'events of it');
});
item('O11-MAPE-44', MUST, 'A message of the bot that the platform tells of makes no event', injecting, async t => {
  const bot = t.causing('message.group own');
  const link = await t.listening(bot);
  const expected = await t.inject(bot, 'message.group own');
  await t.settled(bot, link);
  check(!link.raw.some(frame => expected.marks.some(mark => frame.text.includes(mark))), 'the message came');
});

const never = {notice: ['group_upload', 'group_admin', 'group_ban', 'group_card', 'essence', 'offline_file', 'client_status'], post: ['message_sent'],
               notify: ['poke', 'lucky_king', 'honor', 'title', 'input_status', 'profile_like']};
item('O11-MAPE-45', BR, 'Nothing is told that no platform tells', {last: true}, async () => {
  for (const {value} of heard.events) {
    check(!never.post.includes(value.post_type) && !never.notice.includes(value.notice_type) && !(value.notice_type === 'notify' && never.notify.includes(value.sub_type)), () => show(value));
    check(!(value.request_type === 'friend'), () => show(value));
  }
});

section('Buttons and menus');

item('O11-INT-01', BR, 'A pressed button is interaction, create, with its data', injecting, async t => {
  const bot = t.causing('notice.interaction button');
  const {event, expected} = await t.heardAs(bot, 'notice.interaction button');
  equal([event.post_type, event.notice_type, event.sub_type], ['notice', 'interaction', 'create'], 'post_type, notice_type, sub_type');
  check(event.user_id > 0 && event.group_id > 0, 'there is no user_id or group_id');
  equal(event.data, expected.expect.data, 'data');
});
item('O11-INT-01', BR, 'Cards and menus are interactions, too', injecting, async t => {
  const bot = t.causing('notice.interaction menu');
  const {event, expected} = await t.heardAs(bot, 'notice.interaction menu');
  equal([event.notice_type, event.data], ['interaction', expected.expect.data], 'notice_type and data of a menu');
  const {event: card} = await t.heardAs(bot, 'notice.interaction card');
  equal([card.notice_type, Object.keys(card.data)], ['interaction', ['action', 'token', 'message_id']], 'notice_type and members of data of a card');
  for (const value of Object.values(card.data)) equal(typeof value, 'string', 'the type of a member of data');
});

const pressed = {dialect: '11', bots: 2, http: [{}], websocket: [{interactions: 'message'}, {interactions: 'off'}]};
item('O11-INT-02', BR, 'With interactions = "message" a press is a message of who pressed', {settings: pressed, needs: 'inject websocket'}, async t => {
  const bot = t.causing('notice.interaction button');
  const {event, expected} = await t.heardAs(bot, 'notice.interaction button');
  equal([event.post_type, event.message_type, event.raw_message], ['message', 'group', expected.expect.text], 'post_type, message_type, raw_message');
  check(event.message_id > 0, 'there is no message_id');
  equal((await t.data('get_msg', {message_id: event.message_id}, bot)).raw_message, event.raw_message, 'raw_message of get_msg');
  const {event: menu, expected: chosen} = await t.heardAs(t.causing('notice.interaction menu'), 'notice.interaction menu');
  equal([menu.message_type, menu.raw_message], ['private', chosen.expect.text], 'message_type and raw_message of a menu');
});
item('O11-INT-02', BR, 'With interactions = "off" a press is nothing', {settings: pressed, needs: 'inject websocket'}, async t => {
  const bot = t.causing('notice.interaction button');
  const link = await t.connect({bot, base: bot.websocket[1]});
  const expected = await t.inject(bot, 'notice.interaction button');
  await t.settled(bot, link);
  check(!link.raw.some(frame => expected.marks.some(mark => frame.text.includes(mark))), 'the press came');
});
item('O11-INT-03', BR, 'An answer to a press goes out as one', {settings: pressed, needs: 'inject sent'}, async t => {
  const bot = t.causing('notice.interaction button');
  const {event} = await t.heardAs(bot, 'notice.interaction button');
  const words = unique('pressed');
  const answer = await t.call('send_group_msg', {group_id: event.group_id, message: words}, bot);
  const sent = await until(async () => (await bot.sent()).find(one => one.text === words), () => `the message at the platform (${show(answer)})`, 5000);
  check(typeof sent.body.event_id === 'string', `there is no event_id in ${show(sent.body)}`);
});

section('Extended notices');

const extended = {dialect: '11', bots: 2, http: [{}], websocket: [{extended_notices: true}]};
item('O11-EXT-01', BR, 'With extended_notices other events are notices by their OneBot 12 names', {settings: extended, needs: 'inject websocket'}, async t => {
  const bot = t.causing('other group_push_reject');
  const {event} = await t.heardAs(bot, 'other group_push_reject');
  equal([event.post_type, event.notice_type, event.sub_type, typeof event.data], ['notice', bot.traits.push_notice, '', 'object'], 'post_type, notice_type, sub_type, data');
  check(event.group_id > 0 && event.user_id > 0, 'there is no group_id or user_id');
  const {event: created, link} = await t.heardAs(bot, 'notice.channel_create');
  equal([created.notice_type, created.data.guild], ['channel_create', created.real_group_id.split('/')[0]], 'notice_type and data.guild of a new channel');
  check(!link.raw.find(frame => frame.value === created).text.includes('"guild_id"'), '"guild_id" is in the frame');
});
item('O11-EXT-02', BR, 'sub_type is without its prefix', {settings: extended, needs: 'inject websocket'}, async t => {
  const bot = t.causing('request.group decided');
  const {event} = await t.heardAs(bot, 'request.group decided');
  matches(event.sub_type, /^[a-z_]*$/, 'sub_type');
  const {event: removed} = await t.heardAs(bot, 'notice.friend_decrease');
  equal([removed.notice_type, removed.sub_type], ['friend_decrease', ''], 'notice_type and sub_type');
});

section('Channels');

const guild = {dialect: '11', bots: 1, http: [{channels: 'guild'}], websocket: [{channels: 'guild'}, {channels: 'off'}]};
item('O11-GLD-01', CONV, 'With channels = "guild" a message of a channel is that of go-cqhttp', {settings: guild, needs: 'inject websocket'}, async t => {
  const {event, expected} = await t.heardAs(t.bot, 'message.channel');
  const {guild_id, channel_id, user_id} = expected.expect;
  equal([event.post_type, event.message_type, event.sub_type], ['message', 'guild', 'channel'], 'post_type, message_type, sub_type');
  equal([event.guild_id, event.channel_id, event.user_id, event.message_id], [guild_id, channel_id, user_id, expected.find.message_id], 'guild_id, channel_id, user_id, message_id');
  equal([event.self_id, typeof event.self_tiny_id, event.sender.tiny_id], [t.bot.self_id, 'string', user_id], 'self_id, self_tiny_id, sender.tiny_id');
  check(typeof event.sender.nickname === 'string' && event.sender.nickname !== '', 'there is no nickname');
});
item('O11-GLD-01', CONV, 'With channels = "off" a message of a channel is nothing', {settings: guild, needs: 'inject websocket'}, async t => {
  const link = await t.connect({base: t.bot.websocket[1]});
  const expected = await t.inject(t.bot, 'message.channel');
  await t.settled(t.bot, link);
  check(!link.raw.some(frame => expected.marks.some(mark => frame.text.includes(mark))), 'the message came');
});
item('O11-GLD-02', CONV, 'With channels = "guild" notices of channels are those of go-cqhttp', {settings: guild, needs: 'inject websocket'}, async t => {
  const of = async cause => (await t.heardAs(t.bot, cause)).event;
  const recall = await of('notice.channel_message_delete delete');
  equal(recall.notice_type, 'guild_channel_recall', 'notice_type of a deletion');
  for (const name of ['guild_id', 'channel_id', 'operator_id', 'user_id', 'message_id']) equal(typeof recall[name], 'string', `the type of ${name}`);
  const reaction = await of('notice.reaction');
  equal([reaction.notice_type, reaction.current_reactions], ['message_reactions_updated', []], 'notice_type and current_reactions of a reaction');
  const created = await of('notice.channel_create');
  equal([created.notice_type, created.channel_info?.channel_name], ['channel_created', 'general'], 'notice_type and name of a new channel');
  equal((await of('notice.channel_delete')).notice_type, 'channel_destroyed', 'notice_type of a channel that is gone');
  equal((await of('notice.channel_update')).notice_type, 'channel_updated', 'notice_type of a channel that was changed');
});
item('O11-GLD-03', CONV, 'With channels = "guild" the actions of go-cqhttp are there', {settings: guild, needs: 'inject sent'}, async t => {
  const profile = await t.data('get_guild_service_profile');
  equal([typeof profile?.nickname, typeof profile?.tiny_id], ['string', 'string'], 'nickname and tiny_id of get_guild_service_profile');
  const guilds = await t.data('get_guild_list');
  check(guilds.length > 0 && typeof guilds[0].guild_id === 'string' && guilds[0].guild_name, `get_guild_list: got ${show(guilds)}`);
  const {guild_id} = guilds[0];
  const channels = await t.data('get_guild_channel_list', {guild_id});
  check(channels.length > 0 && channels[0].owner_guild_id === guild_id && channels[0].channel_name, `get_guild_channel_list: got ${show(channels)}`);
  const {members, finished} = await t.data('get_guild_member_list', {guild_id, next_token: ''});
  check(members.length > 0 && typeof finished === 'boolean', `get_guild_member_list: got ${show(members)}`);
  equal(typeof (await t.data('get_guild_member_profile', {guild_id, user_id: members[0].tiny_id})).nickname, 'string', 'nickname of get_guild_member_profile');
});
item('O11-GLD-03', CONV, 'send_guild_channel_msg sends by native ids', {settings: guild, needs: 'inject sent'}, async t => {
  const {expected} = await t.heardAs(t.bot, 'message.channel');
  const {guild_id, channel_id} = expected.expect;
  const words = unique('channel');
  equal(typeof (await t.data('send_guild_channel_msg', {guild_id, channel_id, message: words})).message_id, 'string', 'the type of message_id');
  check((await t.bot.sent()).some(one => one.text === words && one.path.includes(channel_id)), 'the message is not at the platform');
});
item('O11-GLD-04', BR, 'In the usual mode the guild\'s actions do no harm, and send_guild_channel_msg works', {needs: 'inject sent'}, async t => {
  equal(await t.data('get_guild_service_profile'), null, 'get_guild_service_profile');
  equal(await t.data('get_guild_list'), [], 'get_guild_list');
  const bot = t.causing('message.channel');
  const {expected} = await t.heardAs(bot, 'message.channel');
  const words = unique('channel');
  await t.data('send_guild_channel_msg', {guild_id: expected.expect.guild_id, channel_id: expected.expect.channel_id, message: words}, bot);
  check((await bot.sent()).some(one => one.text === words), 'the message is not at the platform');
});
item('O11-GLD-05', BR, 'With channels = "guild" a direct message of a guild is private', {settings: guild, needs: 'inject websocket'}, async t => {
  const {event} = await t.heardAs(t.bot, 'message.private guild');
  equal([event.message_type, event.sub_type], ['private', 'friend'], 'message_type and sub_type');
});
