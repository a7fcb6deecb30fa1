// Section 14: the standard's events, each caused on the platform.
import {check, equal, nameOf, segmentProblems, shaped, show, standardEvents} from '../../lib/check.mjs';
import {BR, SHALL, item, section} from '../../lib/suite.mjs';

section('Standard events');

const rows = [
  ['C-EV-01', 'message.private'], ['C-EV-02', 'message.group'], ['C-EV-03', 'message.channel'],
  ['C-EV-10', 'notice.friend_increase'], ['C-EV-11', 'notice.friend_decrease'], ['C-EV-12', 'notice.private_message_delete'],
  ['C-EV-20', 'notice.group_member_increase', 'join invite'], ['C-EV-21', 'notice.group_member_decrease', 'leave kick'],
  ['C-EV-22', 'notice.group_message_delete', 'recall delete'], ['C-EV-30', 'notice.guild_member_increase', 'join invite'],
  ['C-EV-31', 'notice.guild_member_decrease', 'leave kick'], ['C-EV-32', 'notice.channel_member_increase', 'join invite'],
  ['C-EV-33', 'notice.channel_member_decrease', 'leave kick'], ['C-EV-34', 'notice.channel_message_delete', 'recall delete'],
  ['C-EV-35', 'notice.channel_create'], ['C-EV-36', 'notice.channel_delete'],
];

// Members that the driver's native event says for sure.
const plain = ['user_id', 'group_id', 'guild_id', 'channel_id', 'operator_id', 'message_id', 'sub_type'];

for (const [id, name, subs = ''] of rows) {
  item(id, SHALL, `${name} has ${Object.keys(standardEvents[name]).join(', ')}`, {needs: 'inject'}, async t => {
    const able = t.bots.filter(bot => bot.causes?.some(cause => cause === name || cause.startsWith(`${name} `)));
    if (!able.length) t.notApplicable(`no platform of this run has ${name}`);
    const made = [];
    for (const bot of able) {
      for (const cause of bot.causes.filter(one => one === name || one.startsWith(`${name} `))) {
        if (/ (own|bytes)$/.test(cause)) continue;
        const {event, expected} = await t.heardAs(bot, cause);
        equal(nameOf(event), name, `the event of ${cause} (${bot.self.platform})`);
        shaped(event, standardEvents[name], name);
        const allowed = ['', ...subs.split(' ')];
        check(allowed.includes(event.sub_type) || event.sub_type.includes('.'), `sub_type of ${cause}: ${show(event.sub_type)}`);
        for (const member of plain.filter(one => expected.expect[one] !== undefined)) {
          equal(event[member], expected.expect[member], `${member} of ${cause} (${bot.self.platform})`);
        }
        for (const [n, segment] of (event.message ?? []).entries()) equal(segmentProblems(segment, `message[${n}]`), [], `segments of ${cause}`);
        made.push(`${bot.self.platform}: ${cause}`);
      }
    }
    return made.join(', ');
  });
}

item('C-EV-40', SHALL, 'Coming and going of the bot itself are member events with its own user_id', {needs: 'inject'}, async t => {
  const made = [];
  for (const bot of t.bots) {
    for (const cause of bot.causes?.filter(one => one.endsWith(' self') && one.startsWith('notice.')) ?? []) {
      const {event} = await t.heardAs(bot, cause);
      equal(event.user_id, bot.self.user_id, `user_id of ${cause} (${bot.self.platform})`);
      made.push(`${bot.self.platform}: ${cause}`);
    }
  }
  if (!made.length) t.notApplicable('no platform of this run tells it');
  return made.join(', ');
});

item('C-EV-43', BR, "The bot's own messages are no messages of a user", {needs: 'inject'}, async t => {
  for (const bot of t.causing('message.group own')) {
    const link = await t.listening();
    const own = await t.inject(bot, 'message.group own');
    await t.arrival(link, await t.inject(bot, 'message.group'));
    const found = link.events.find(event => event.message_id === own.find.message_id);
    check(!found || found.type !== 'message' || found.detail_type.includes('.'), `the own message became ${found && nameOf(found)}`);
  }
});

item('C-EV-45', BR, 'A delivery that the platform repeats becomes one event', {needs: 'inject websocket'}, async t => {
  for (const bot of t.causing('message.private')) {
    const link = await t.connect();
    const expected = await t.inject(bot, 'message.private', {times: 3});
    await t.arrival(link, await t.inject(bot, 'message.private'));
    equal(link.events.filter(event => event.message_id === expected.find.message_id).length, 1, `events of three deliveries (${bot.self.platform})`);
  }
});

item('C-EV-42', SHALL, 'What the standard has no event for comes as an extension', {needs: 'inject'}, async t => {
  for (const bot of t.causing('unknown')) {
    const {event} = await t.heardAs(bot, 'unknown');
    check(event.detail_type.includes('.'), `detail_type: ${event.detail_type}`);
  }
});
