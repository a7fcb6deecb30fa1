// Section 15: messages and segments.
import {heard} from '../../lib/applications.mjs';
import {check, equal, matches, ok, retcode, segmentProblems, show} from '../../lib/check.mjs';
import {BR, MUST, SHALL, item, section} from '../../lib/suite.mjs';

section('Messages');

const text = value => ({type: 'text', data: {text: value}});
const messages = () => heard.events.map(one => one.value).filter(event => event?.type === 'message');
const unique = what => `${what} ${Math.random().toString(36).slice(2)}`;

async function sending(t) {
  const bots = (await t.doing('send_message')).filter(bot => bot.targets);
  if (!bots.length) t.notApplicable('needs a driver that names chats to send to');
  return bots;
}
const send = (t, bot, message, kind = 'private') => t.call('send_message', {...bot.targets[kind], message}, bot.self);

item('C-MSG-01', MUST, 'In events a message is a list of segments', {last: true}, async () => {
  for (const event of messages()) check(Array.isArray(event.message), () => `message of ${show(event)}`);
  return `${messages().length} messages`;
});

item('C-MSG-01', SHALL, 'A message of text alone is one text segment', {needs: 'inject'}, async t => {
  for (const bot of t.causing('message.private')) {
    const {event} = await t.heardAs(bot, 'message.private', {text: 'plain words'});
    equal(event.message, [text('plain words')], `message (${bot.self.platform})`);
  }
});

item('C-MSG-02', SHALL, 'A message to be sent may be a list, one segment or a string, which is taken literally', {needs: 'sent'}, async t => {
  for (const bot of await sending(t)) {
    const three = [unique('list'), unique('segment'), `${unique('string')} [CQ:face,id=1] &amp; *bold*`];
    for (const message of [[text(three[0])], text(three[1]), three[2]]) ok(await send(t, bot, message), `send_message ${show(message)} (${bot.self.platform})`);
    const at = (await bot.sent()).map(one => one.text);
    for (const one of three.slice(0, 2)) check(at.includes(one), `${show(one)} did not reach ${bot.self.platform}`);
    check(at.some(one => one.includes('CQ:face,id=1')), `the string reached ${bot.self.platform} otherwise: ${show(at.at(-1))}`);
  }
});

item('C-MSG-02', BR, 'A string within a list counts as text', {needs: 'sent'}, async t => {
  for (const bot of await sending(t)) {
    const word = unique('within');
    ok(await send(t, bot, [word]), `send_message ["..."] (${bot.self.platform})`);
    check((await bot.sent()).some(one => one.text === word), `the text did not reach ${bot.self.platform}`);
  }
});

item('C-MSG-03', MUST, 'Every segment has type and data', {last: true}, async () => {
  for (const event of messages()) {
    for (const [n, segment] of event.message.entries()) equal(segmentProblems(segment, `message[${n}]`), [], `segments of ${show(event)}`);
  }
});

item('C-MSG-03', BR, 'data may be missing or null on input; type may not', async t => {
  for (const bot of await t.doing('send_message')) {
    const to = bot.targets?.private ?? {detail_type: 'private', user_id: 'u'};
    for (const segment of [{data: {text: 'x'}}, {type: '', data: {text: 'x'}}, {type: 5, data: {}}, 5, null]) {
      retcode(await t.call('send_message', {...to, message: [segment]}, bot.self), 10003, `message [${show(segment)}] (${bot.self.platform})`);
    }
    for (const segment of [{type: 'text'}, {type: 'text', data: null}]) {
      const code = bot.targets ? 10006 : [10003, 10006];  // the made-up user_id may be looked at first
      retcode(await t.call('send_message', {...to, message: [segment]}, bot.self), code, `message [${show(segment)}] (${bot.self.platform})`);
    }
  }
});

item('C-MSG-04', SHALL, 'An unsupported segment is 10005; a missing or mistyped member is 10006', async t => {
  for (const bot of await t.doing('send_message')) {
    const to = bot.targets?.group ?? {detail_type: 'group', group_id: 'g'};
    const tried = [[{type: 'nope', data: {}}, 10005], [{type: 'image', data: {}}, [10005, 10006]], [{type: 'text', data: {text: 1}}, 10006], [{type: 'text', data: {}}, 10006],
                   [{type: 'mention', data: {}}, [10005, 10006]], [{type: 'mention', data: {user_id: 5}}, [10005, 10006]], [{type: 'reply', data: {}}, [10005, 10006]],
                   [{type: 'location', data: {latitude: 'x'}}, [10005, 10006]]];
    for (const [segment, code] of tried) retcode(await t.call('send_message', {...to, message: [segment]}, bot.self), code, `${show(segment)} (${bot.self.platform})`);
  }
});

item('C-MSG-05', BR, 'Nothing to send is 10003', async t => {
  for (const bot of await t.doing('send_message')) {
    const to = bot.targets?.private ?? {detail_type: 'private', user_id: 'u'};
    for (const message of [[], '', [text('')], 5, null, true]) retcode(await t.call('send_message', {...to, message}, bot.self), 10003, `message ${show(message)} (${bot.self.platform})`);
    const {...without} = to;
    retcode(await t.call('send_message', without, bot.self), 10003, `without message (${bot.self.platform})`);
  }
});

item('C-MSG-06', BR, 'In events texts that touch are one, none is empty, and a message is never empty', {last: true}, async () => {
  for (const event of messages()) {
    check(event.message.length > 0, () => `an empty message: ${show(event)}`);
    event.message.forEach((segment, n) => {
      if (segment.type !== 'text') return;
      check(segment.data.text !== '', () => `an empty text: ${show(event.message)}`);
      check(event.message[n + 1]?.type !== 'text', () => `two texts that touch: ${show(event.message)}`);
    });
  }
});

item('C-ALT-01', MUST, 'Message events have alt_message: text as it is, other segments as a person reads them', {needs: 'inject'}, async t => {
  for (const bot of t.causing('message.private')) {
    const {event} = await t.heardAs(bot, 'message.private', {text: 'a [x] b'});
    equal(event.alt_message, 'a [x] b', `alt_message (${bot.self.platform})`);
  }
  for (const bot of t.bots.filter(one => one.causes?.includes('message.private image between texts'))) {
    const {event, expected} = await t.heardAs(bot, 'message.private image between texts');
    matches(event.alt_message, expected.expect.alt, `alt_message of text and image (${bot.self.platform})`);
  }
});

// --- segments: [item, type, cause, what else must be so] ---

const received = [
  ['C-SEG-01', 'text', 'message.private'], ['C-SEG-02', 'mention', 'message.group mention self'], ['C-SEG-03', 'mention_all', 'message.group mention_all'],
  ['C-SEG-04', 'image', 'message.private image'], ['C-SEG-05', 'voice', 'message.private voice'], ['C-SEG-06', 'audio', 'message.private audio'],
  ['C-SEG-07', 'video', 'message.private video'], ['C-SEG-08', 'file', 'message.private file'], ['C-SEG-09', 'location', 'message.private location'],
  ['C-SEG-10', 'reply', 'message.group reply and mention'],
];

for (const [id, type, cause] of received) {
  item(id, SHALL, `A received ${type} segment has its members`, {needs: 'inject'}, async t => {
    for (const bot of t.causing(cause)) {
      const {event} = await t.heardAs(bot, cause);
      const segment = event.message.find(one => one.type === type);
      check(segment, () => `no ${type} in ${show(event.message)} (${bot.self.platform})`);
      equal(segmentProblems(segment, 'segment'), [], `the segment of ${bot.self.platform}`);
      if (type === 'mention_all') equal(Object.keys(segment.data).filter(name => !name.includes('.')), [], 'members of mention_all');
    }
  });
}

// What is sent of each type: the bot, and the text by which the platform shows it.
const sent = {
  text: () => [text('words')],
  mention: bot => [{type: 'mention', data: {user_id: bot.targets.member ?? bot.targets.private.user_id}}, text(' look')],
  mention_all: () => [{type: 'mention_all', data: {}}, text(' look')],
  location: () => [{type: 'location', data: {latitude: 31, longitude: 121.5, title: 'Square', content: 'the middle'}}],
};
for (const [id, type] of [['C-SEG-01', 'text'], ['C-SEG-02', 'mention'], ['C-SEG-03', 'mention_all'], ['C-SEG-09', 'location']]) {
  item(id, SHALL, `A ${type} segment is sent, or is 10005`, {needs: 'sent'}, async t => {
    const notes = [];
    for (const bot of await sending(t)) {
      const before = (await bot.sent()).length;
      const response = await send(t, bot, sent[type](bot), 'group');
      if (response.retcode === 10005) { notes.push(`${bot.self.platform}: declared unsupported`); continue; }
      ok(response, `${type} (${bot.self.platform})`);
      check((await bot.sent()).length > before, `nothing reached ${bot.self.platform}`);
    }
    return notes.join('; ');
  });
}

// Files: uploaded, then sent.
for (const [id, type] of [['C-SEG-04', 'image'], ['C-SEG-05', 'voice'], ['C-SEG-06', 'audio'], ['C-SEG-07', 'video'], ['C-SEG-08', 'file']]) {
  item(id, SHALL, `An uploaded file is sent as ${type}, or ${type} is 10005`, {needs: 'sent'}, async t => {
    const notes = [];
    await t.doing('upload_file');
    for (const bot of (await sending(t)).filter(one => one.actions.includes('upload_file'))) {
      const names = {image: 'a.png', voice: 'a.amr', audio: 'a.mp3', video: 'a.mp4', file: 'a.bin'};
      const {file_id} = ok(await t.call('upload_file', {type: 'data', name: names[type], data: kFiles[type] ?? kFiles.file}, bot.self), 'upload_file');
      const before = (await bot.sent()).length;
      const response = await send(t, bot, [{type, data: {file_id}}], 'private');
      if ([10005, 10007, 10004].includes(response.retcode)) { notes.push(`${bot.self.platform}: ${response.retcode} ${response.message}`); continue; }
      ok(response, `${type} (${bot.self.platform})`);
      check((await bot.sent()).length > before, `nothing reached ${bot.self.platform}`);
    }
    return notes.join('; ');
  });
}
const kFiles = {
  image: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',  // a PNG of one pixel
  voice: Buffer.from('#!AMR\n').toString('base64'), audio: Buffer.from('ID3\u0003\u0000').toString('base64'),
  video: Buffer.from('\0\0\0\u0018ftypmp42').toString('base64'), file: Buffer.from('words').toString('base64'),
};

item('C-SEG-10', SHALL, 'A reply is sent with message_id alone', {needs: 'inject sent'}, async t => {
  const notes = [];
  for (const bot of (await sending(t)).filter(one => one.causes?.includes('message.group'))) {
    const {event} = await t.heardAs(bot, 'message.group');
    const word = unique('answer');
    const response = await t.call('send_message', {detail_type: 'group', group_id: event.group_id, message: [{type: 'reply', data: {message_id: event.message_id}}, text(word)]}, bot.self);
    if (response.retcode === 10005) { notes.push(`${bot.self.platform}: declared unsupported`); continue; }
    ok(response, `a reply (${bot.self.platform})`);
    check((await bot.sent()).some(one => one.text.includes(word)), `nothing reached ${bot.self.platform}`);
  }
  return notes.join('; ');
});

item('C-SEG-11', SHALL, 'A received reply has user_id; the mention that it implies is folded into it', {needs: 'inject'}, async t => {
  for (const bot of t.causing('message.group reply and mention')) {
    const {event, expected} = await t.heardAs(bot, 'message.group reply and mention');
    const reply = event.message.find(one => one.type === 'reply');
    equal(reply?.data.message_id, expected.expect.replied.message_id, `message_id of the reply (${bot.self.platform})`);
    check(typeof reply.data.user_id === 'string', `user_id of the reply (${bot.self.platform}): ${show(reply.data)}`);
    if (expected.expect.replied.user_id) {
      equal(reply.data.user_id, expected.expect.replied.user_id, 'user_id of the reply');
      check(!event.message.some(one => one.type === 'mention' && one.data.user_id === reply.data.user_id), () => `a mention is left beside the reply: ${show(event.message)}`);
    }
  }
});

item('C-SEG-12', BR, 'A received reply comes first, and is the only one', {last: true}, async () => {
  for (const event of messages()) {
    const at = event.message.map((segment, n) => segment.type === 'reply' ? n : -1).filter(n => n >= 0);
    check(at.length === 0 || (at.length === 1 && at[0] === 0), () => `replies at ${at} of ${show(event.message)}`);
  }
});

item('C-SEG-12', BR, 'A reply to a message that nobody knows is 35xxx, or the platform says so', async t => {
  for (const bot of await sending(t)) {
    const response = await send(t, bot, [{type: 'reply', data: {message_id: 'om_00000000000000000000000000000009'}}, text('to nobody')], 'group');
    if (response.retcode === 10005 || bot.drops?.includes('reply') || bot.drops?.includes('lost reply')) continue;
    retcode(response, ['35xxx', '34xxx'], `a reply to nobody (${bot.self.platform})`);
  }
});

item('C-SEG-13', BR, 'The numbers of a location are numbers', {needs: 'inject'}, async t => {
  for (const bot of t.causing('message.private location')) {
    const {event, expected} = await t.heardAs(bot, 'message.private location');
    const {data} = event.message.find(one => one.type === 'location') ?? {};
    for (const member of ['latitude', 'longitude']) equal(data?.[member], expected.expect.place[member], `${member} (${bot.self.platform})`);
  }
});

item('C-SEG-14', BR, 'A mention of the bot has the user_id of self, and stands first or last', {needs: 'inject'}, async t => {
  for (const bot of t.causing('message.group mention self')) {
    const {event} = await t.heardAs(bot, 'message.group mention self');
    const at = event.message.findIndex(one => one.type === 'mention' && one.data.user_id === event.self.user_id);
    check(at === 0 || (at > 0 && at === event.message.length - 1), () => `the mention in ${show(event.message)} (${bot.self.platform})`);
  }
});

