// Section 10: what was said before, and names.
import {heard} from '../../lib/applications.mjs';
import {check, equal, problems, show} from '../../lib/check.mjs';
import {succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, MUST, item, section} from '../../lib/suite.mjs';

section('What was said before');

const stored = {time: 'integer', message_type: 'id', message_id: 'integer', real_id: 'integer', sender: 'object', message: 'list', message_seq: 'integer', raw_message: 'string',
                message_format: 'id', user_id: 'integer', self_id: 'integer', font: 'integer'};

item('O11-STORE-01', MUST, 'get_msg tells what was received', {needs: 'inject'}, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.private'))) {
    for (const kind of ['private', 'group', 'channel'].filter(one => bot.causes.includes(`message.${one}`))) {
      const {event} = await t.heardAs(bot, `message.${kind}`);
      const told = await t.data('get_msg', {message_id: event.message_id}, bot);
      equal(problems(told, {...stored, ...(kind !== 'private' && {group_id: 'integer'})}, `get_msg of a ${kind} message`), [], 'members');
      for (const name of ['message_type', 'message_id', 'user_id', 'group_id', 'message', 'raw_message', 'time', 'self_id', 'message_format']) equal(told[name], event[name], `${name} of a ${kind} message`);
      equal(told.sender.user_id, event.user_id, 'sender.user_id');
    }
  }
});
item('O11-STORE-01', MUST, 'message_id is taken as text, too', {needs: 'inject'}, async t => {
  const {event} = await t.heardAs(t.causing('message.group'), 'message.group');
  equal((await t.data('get_msg', {message_id: String(event.message_id)}, t.bots.find(bot => bot.self_id === event.self_id))).message_id, event.message_id, 'message_id');
});

item('O11-STORE-02', MUST, 'What the bot sent is told as its own', {needs: 'inject sent'}, async t => {
  for (const bot of t.bots.filter(one => one.sent && one.causes?.includes('message.group'))) {
    for (const kind of ['private', 'group']) {
      const chat = await t.chat(bot, kind);
      const text = unique('mine');
      const {message_id} = succeeded(await chat.send(text), 'sending');
      const told = await t.data('get_msg', {message_id}, bot);
      equal([told.sender.user_id, told.user_id, told.self_id], [bot.self_id, bot.self_id, bot.self_id], 'sender.user_id, user_id, self_id');
      equal([told.message_type, told.raw_message, told.message_id], [kind, text, message_id], 'message_type, raw_message, message_id');
      if (kind === 'group') equal(told.group_id, chat.event.group_id, 'group_id');
      check(told.sender.nickname !== '', 'there is no nickname');
    }
  }
});

item('O11-STORE-03', BR, 'A quoted message that was never seen is told as far as it is known', {needs: 'inject'}, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.group reply and mention'))) {
    const {event} = await t.heardAs(bot, 'message.group reply and mention');
    const id = event.message.find(segment => segment.type === 'reply')?.data.id;
    check(id, `there is no reply in ${show(event.message)}`);
    const told = await t.data('get_msg', {message_id: id}, bot);
    equal(problems(told, stored, 'get_msg'), [], 'members');
    check(told.message.length > 0, 'the message is empty');
    if (bot.traits?.quote_text) equal(told.message[0], {type: 'text', data: {text: bot.traits.quote_text}}, 'the quoted text');
  }
});

item('O11-STORE-06', BR, 'Who spoke in a group is one of its members', {needs: 'inject'}, async t => {
  const bot = t.causing('message.group');
  const {event, native} = await t.chat(bot);
  const speakers = [event.user_id];
  for (let n = 0; n < 2; ++n) speakers.push((await t.heardAs(bot, 'message.group', {group_id: native.group_id})).event.user_id);
  const members = await t.data('get_group_member_list', {group_id: event.group_id}, bot);
  const ids = members.map(member => member.user_id);
  for (const speaker of [...speakers, bot.self_id]) check(ids.includes(speaker), `${speaker} is not in ${show(ids)}`);
  equal(new Set(ids).size, ids.length, 'different members');
  check((await t.data('get_group_list', {}, bot)).some(group => group.group_id === event.group_id), 'the group is not in get_group_list');
  const {event: private_ } = await t.chat(bot, 'private');
  check((await t.data('get_friend_list', {}, bot)).some(friend => friend.user_id === private_.user_id), 'who wrote in private is not in get_friend_list');
});
item('O11-STORE-06', BR, 'A group has a count of members and a bound', {needs: 'inject'}, async t => {
  const {event, bot} = await t.chat(t.causing('message.group'));
  const group = await t.data('get_group_info', {group_id: event.group_id}, bot);
  equal(problems(group, {group_id: 'integer', group_name: 'string', member_count: 'integer', max_member_count: 'integer'}, 'get_group_info'), [], 'members');
  check(group.max_member_count > 0, `max_member_count: got ${group.max_member_count}`);
});

item('O11-STORE-07', BR, 'A sender always has a nickname', {last: true}, async () => {
  let count = 0;
  for (const {value} of heard.events) {
    if (value?.post_type !== 'message') continue;
    check(typeof value.sender?.nickname === 'string' && value.sender.nickname !== '', () => show(value));
    ++count;
  }
  return `${count} messages`;
});
