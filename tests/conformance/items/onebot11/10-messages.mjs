// Section 11: messages, both ways.
import {heard} from '../../lib/applications.mjs';
import {check, equal, problems, show} from '../../lib/check.mjs';
import {asSaid, decodeCq, escapeText, failed, messageProblems, segments, shapes, succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, MUST, item, section} from '../../lib/suite.mjs';

section('Messages');

const whole = {last: true};
const both = {needs: 'inject sent'};
// Of the dialect for everybody: not that for channels.
const messages = () => heard.events.filter(one => one.channel !== 'websocket with native ids').map(one => one.value).filter(value => value?.post_type === 'message' && value.message_type !== 'guild');
const arrays = () => messages().filter(event => Array.isArray(event.message));
const pixel = 'base64://iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const text = words => ({type: 'text', data: {text: words}});

item('O11-MSG-01', MUST, 'A message is a list of segments whose values are strings', whole, async () => {
  for (const {message} of arrays()) {
    check(message.length > 0, 'an empty message');
    for (const segment of message) {
      equal(problems(segment, {type: 'id', data: 'object'}, 'segment'), [], show(segment));
      equal(Object.keys(segment), ['type', 'data'], 'members of a segment');
      for (const [name, value] of Object.entries(segment.data)) {
        const other = (segment.type === 'image' && name === 'sub_type' && value === 0) || (segment.type === 'face' && name === 'raw' && typeof value === 'object');
        check(typeof value === 'string' || other, () => `${name} of ${show(segment)}`);
      }
    }
  }
  return `${arrays().length} messages`;
});

const strings = {dialect: '11', bots: 1, http: [{}], websocket: [{message_format: 'string'}]};
item('O11-MSG-02', MUST, 'With message_format = "string" a message is its CQ string', {settings: strings, needs: 'inject websocket'}, async t => {
  const link = await t.connect();
  const words = 'a & b [CQ:at,qq=all], c';
  const event = await t.arrival(link, await t.inject(t.bot, 'message.private', {text: words}));
  equal([event.message_format, event.message, event.raw_message], ['string', escapeText(words), escapeText(words)], 'message_format, message, raw_message');
  const mention = await t.arrival(link, await t.inject(t.bot, 'message.group mention self'));
  check(mention.message.startsWith(`[CQ:at,qq=${t.bot.self_id}]`), `the mention: got ${show(mention.message)}`);
  equal((await link.call('get_msg', {message_id: event.message_id})).data?.message, escapeText(words), 'message of get_msg');
});
item('O11-MSG-02', MUST, 'By default a message is a list', {needs: 'inject'}, async t => {
  const {event} = await t.heardAs(t.causing('message.group'), 'message.group');
  equal([event.message_format, Array.isArray(event.message)], ['array', true], 'message_format, a list');
});

item('O11-MSG-03', MUST, 'raw_message is the message as a CQ string', whole, async () => {
  for (const event of arrays()) equal(decodeCq(event.raw_message), asSaid(event.message), `raw_message ${show(event.raw_message)}`);
  for (const event of messages()) check(['array', 'string'].includes(event.message_format), () => `message_format of ${show(event)}`);
});

item('O11-MSG-04', MUST, 'A message is taken as text, as a segment and as a list of both', both, async t => {
  const chat = await t.chat(t.sending());
  const ways = ['the same', text('the same'), [text('the same')], ['the same'], ['the', text(' same')]];
  for (const message of ways) succeeded(await chat.send(message), show(message));
  equal((await chat.once(ways.length)).map(one => one.text), ways.map(() => 'the same'), 'what was sent');
});
item('O11-MSG-04', MUST, 'auto_escape counts for text alone', both, async t => {
  const chat = await t.chat(t.sending(), 'private');
  succeeded(await chat.send('[CQ:rps]&amp;', {auto_escape: true}), 'text with auto_escape');
  succeeded(await chat.send([text('a&amp;b')], {auto_escape: false}), 'a list without');
  succeeded(await chat.send([text('[CQ:rps]')], {auto_escape: true}), 'a list with auto_escape');
  equal((await chat.once(3)).map(one => one.text), ['[CQ:rps]&amp;', 'a&amp;b', '[CQ:rps]'], 'what was sent');
});

item('O11-MSG-05', MUST, 'Values of data may be numbers, booleans and null, and data may be missing', both, async t => {
  const chat = await t.chat(t.sending());
  succeeded(await chat.send([{type: 'text', data: {text: 123}}, {type: 'text', data: {text: ' '}}, {type: 'text', data: {text: true}}, {type: 'rps', data: null}, {type: 'dice'}]), 'numbers and booleans');
  equal((await chat.once())[0].text, '123 true', 'what was sent');
  succeeded(await chat.send([{type: 'at', data: {qq: chat.event.user_id, name: null}}, text(' hi')]), 'at with a number');
  check(JSON.stringify((await chat.once(2))[1].body).includes(chat.native.user_id), 'the mention is missing');
});

item('O11-MSG-06', BR, 'An empty message is refused, blanks are not', both, async t => {
  const chat = await t.chat(t.sending());
  for (const message of [[], '', [text('')], undefined, null]) failed(await chat.send(message), 1400, `message ${show(message)}`);
  equal((await chat.sent()).length, 0, 'messages sent');
  succeeded(await chat.send('  x  '), 'blanks around');
  equal((await chat.once())[0].text, '  x  ', 'what was sent');
});

section('CQ codes');

item('O11-CQ-01', MUST, 'A code is [CQ:name,key=value,...] without blanks', whole, async () => {
  for (const {raw_message: raw} of messages()) {
    for (const [code] of raw.matchAll(/\[[^\]]*\]?/g)) check(/^\[CQ:[a-z]+(,[a-z_]+=[^,[\]]*)*\]$/.test(code), `${show(code)} in ${show(raw)}`);
    check(!/[[\]]/.test(raw.replace(/\[CQ:[^\]]*\]/g, '')), `a bare bracket in ${show(raw)}`);
    check(!/&(?!amp;|#91;|#93;|#44;)/.test(raw), `a bare & in ${show(raw)}`);
  }
});

item('O11-CQ-02', MUST, 'What somebody types is never a code', {needs: 'inject'}, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.private'))) {
    for (const words of ['[CQ:at,qq=all]', 'a & b', '&#91;', 'x, y', '&amp;amp;']) {
      const {event} = await t.heardAs(bot, 'message.private', {text: `${words}!`});
      equal(event.message, [text(`${words}!`)], `message of ${words}`);
      equal(event.raw_message, escapeText(`${words}!`), `raw_message of ${words}`);
    }
  }
});
item('O11-CQ-02', MUST, 'Escaped text is sent as what it says', both, async t => {
  const chat = await t.chat(t.sending());
  const words = ['[CQ:at,qq=all]', 'a&b', 'x, y'];
  for (const one of words) succeeded(await chat.send(escapeText(one)), escapeText(one));
  succeeded(await chat.send('1&#44;2&lt;'), '&#44; and another entity');
  equal((await chat.once(4)).map(one => one.text), [...words, '1,2&lt;'], 'what was sent');
});

item('O11-CQ-03', MUST, 'What is no code is text', both, async t => {
  const chat = await t.chat(t.sending(), 'private');
  const words = ['[CQ:', '[CQ:]', '[cq:rps]', 'a]b', '[CQ:rps'];
  for (const one of words.slice(0, 4)) succeeded(await chat.send(one), one);
  equal((await chat.once(4)).map(one => one.text), words.slice(0, 4), 'what was sent');
  const other = await t.chat(t.sending(), 'private');
  succeeded(await other.send(words[4]), words[4]);
  succeeded(await other.send('x[CQ:text,text=a=b&#44;c&amp;d]y'), 'a value with = and entities');
  equal((await other.once(2)).map(one => one.text), [words[4], 'xa=b,c&dy'], 'what was sent');
});

item('O11-CQ-04', MUST, 'Flags in codes are 1, 0, true, false, yes and no', both, async t => {
  const chat = await t.chat(t.sending());
  for (const cache of ['0', '1', 'no', 'yes']) succeeded(await chat.send(`[CQ:image,file=${pixel},cache=${cache},proxy=false]`), `cache=${cache}`);
  equal((await chat.once(4)).length, 4, 'messages sent');
});

item('O11-CQ-05', BR, 'Codes have the first members of a segment alone, in their order', whole, async () => {
  for (const {raw_message: raw} of messages()) {
    for (const {type, data} of decodeCq(raw)) {
      const names = Object.keys(data);
      equal(names, (segments[type]?.[0] ?? []).filter(name => names.includes(name)), `members of a ${type} in ${show(raw)}`);
    }
  }
});

section('Message events');

item('O11-EVT-01', MUST, 'Every message has all members, of their types', whole, async () => {
  for (const event of messages()) equal(messageProblems(event), [], show(event));
  for (const event of messages()) if (event.message_type === 'group') check('anonymous' in event && event.anonymous === null, () => `anonymous of ${show(event)}`);
  return `${messages().length} messages`;
});

item('O11-EVT-02', MUST, 'sub_type is friend in private chats and normal in groups', whole, async () => {
  for (const event of messages()) equal([event.message_type, event.sub_type], event.message_type === 'private' ? ['private', 'friend'] : ['group', 'normal'], 'message_type and sub_type');
});
item('O11-EVT-02', MUST, 'A direct message of a guild is private and friend', {needs: 'inject'}, async t => {
  const {event} = await t.heardAs(t.causing('message.private guild'), 'message.private guild');
  equal([event.message_type, event.sub_type], ['private', 'friend'], 'message_type and sub_type');
  check(!('group_id' in event), 'there is a group_id');
});

item('O11-EVT-03', MUST, 'time is whole seconds, rounded down', {needs: 'inject'}, async t => {
  const bot = t.bots.find(one => one.traits?.fractions) ?? t.causing('message.group');
  const time = Math.floor(Date.now() / 1000) - 5 + 0.901;
  const {event} = await t.heardAs(bot, 'message.group', {time});
  equal(event.time, Math.floor(time), 'time');
});
item('O11-EVT-03', MUST, 'Every time is a whole number', whole, async () => {
  for (const {text: said} of heard.events) check(/"time":-?\d+[,}]/.test(said), `time in ${said.slice(0, 120)}`);
});

item('O11-EVT-04', MUST, 'A private event has no group_id, and no frame says "guild_id"', whole, async () => {
  for (const {text: said, value} of heard.events) {
    if (value?.message_type === 'guild' || value?.self_tiny_id || /guild_channel|channel_(created|destroyed|updated)|message_reactions_updated/.test(value?.notice_type ?? '')) continue;
    check(!said.includes('"guild_id"'), `"guild_id" in ${said.slice(0, 300)}`);
    if (value?.message_type === 'private') check(!('group_id' in value), () => show(value));
  }
});

item('O11-EVT-05', MUST, 'role is owner, admin or member, as the platform says', {needs: 'inject'}, async t => {
  for (const kind of ['group', 'channel']) {
    const bot = t.causing(`message.${kind} role`);
    for (const role of ['member', 'admin', 'owner']) equal((await t.heardAs(bot, `message.${kind} role`, {role})).event.sender.role, role, `role in a ${kind}`);
  }
});
item('O11-EVT-06', MUST, 'card, title, level and area are text, age is a number, role one of three', whole, async () => {
  for (const event of messages()) {
    if (event.message_type !== 'group') continue;
    equal(problems(event.sender, shapes.groupSender, 'sender'), [], show(event.sender));
    check(['owner', 'admin', 'member'].includes(event.sender.role), () => `role of ${show(event.sender)}`);
  }
});

item('O11-EVT-07', MUST, 'Every event has time, self_id, post_type and its type, and neither id nor cursor', whole, async () => {
  for (const {value} of heard.events) {
    equal(problems(value, shapes.head, 'event'), [], show(value));
    const name = shapes.typeNames[value.post_type];
    check(typeof value[name] === 'string' && value[name] !== '', () => `${name} of ${show(value)}`);
    for (const other of ['id', 'cursor', 'type', 'detail_type', 'self']) check(!(other in value), () => `${other} in ${show(value)}`);
  }
  return `${heard.events.length} events`;
});

item('O11-EVT-08', BR, 'What is unknown makes no frame', {needs: 'inject'}, async t => {
  const bot = t.causing('unknown');
  const link = await t.listening(bot);
  const expected = await t.inject(bot, 'unknown');
  await t.settled(bot, link);
  check(!link.raw.some(frame => JSON.stringify(expected.frame.d).split('"').some(word => word.length > 20 && frame.text.includes(word))), 'an event of a kind that nobody knows came');
});

item('O11-EVT-09', MUST, 'post_type is message, notice, request or meta_event, and every frame an object', whole, async t => {
  for (const {value, text: said} of heard.events) {
    check(value && typeof value === 'object' && !Array.isArray(value), `a frame: ${said.slice(0, 100)}`);
    check(value.post_type in shapes.typeNames, () => `post_type of ${show(value)}`);
  }
  for (const link of t.world.reverse ?? []) for (const one of link.links) for (const {value, text: said} of one.raw) check(value && typeof value === 'object' && !Array.isArray(value), `a frame: ${said.slice(0, 100)}`);
});

section('Segments');

item('O11-SEG-01', MUST, 'No other segments than those that all applications know', whole, async () => {
  for (const {message} of arrays()) {
    for (const {type, data} of message) {
      check(type in segments, `segment ${show(type)}`);
      for (const name of Object.keys(data)) check(segments[type].flat().includes(name), `member ${show(name)} of a ${type}`);
    }
    const replies = message.map(segment => segment.type === 'reply');
    check(replies.lastIndexOf(true) <= 0, () => `a reply that is not the first segment: ${show(message)}`);
  }
});

// Cause, the segment that comes of it, and the members that it must have.
const kinds = [['message.private image', 'image', ['file', 'url', 'sub_type']], ['message.private voice', 'record', ['file', 'url']], ['message.private video', 'video', ['file', 'url']],
               ['message.private file', 'file', ['file', 'url', 'file_id', 'name']], ['message.private location', 'location', ['lat', 'lon', 'title', 'content']], ['message.private faces', 'face', ['id', 'raw']],
               ['message.private card', 'json', ['data']], ['message.group card', 'json', ['data']], ['message.group forward', 'forward', ['id']], ['message.group reply and mention', 'reply', ['id']],
               ['message.group mention_all', 'at', ['qq']]];
for (const [cause, type, members] of kinds) {
  item('O11-SEG-01', MUST, `${cause.split(' ').slice(1).join(' ')} comes as ${type}`, {needs: 'inject'}, async t => {
    const {event} = await t.heardAs(t.causing(cause), cause);
    const segment = event.message.find(one => one.type === type);
    check(segment, () => `there is no ${type} in ${show(event.message)}`);
    for (const name of members) check(segment.data[name] !== undefined && segment.data[name] !== null, `${name} is missing in ${show(segment)}`);
    if (type === 'json') check(typeof JSON.parse(segment.data.data) === 'object', `data is no JSON: ${show(segment)}`);
    if (type === 'location') for (const name of ['lat', 'lon']) check(/^-?\d+(\.\d+)?$/.test(segment.data[name]), `${name}: got ${show(segment.data[name])}`);
    if (type === 'at') equal(segment.data.qq, 'all', 'qq');
  });
}

item('O11-SEG-02', MUST, 'The mention of the bot stays in front', {needs: 'inject'}, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.group mention self'))) {
    const {event} = await t.heardAs(bot, 'message.group mention self', {text: ' ping'});
    equal([event.message[0].type, event.message[0].data.qq], ['at', String(bot.self_id)], 'the first segment');
    check(event.message.slice(1).some(segment => segment.type === 'text' && segment.data.text.includes('ping')), `the text: got ${show(event.message)}`);
    check(event.raw_message.startsWith(`[CQ:at,qq=${bot.self_id}]`), `raw_message: got ${show(event.raw_message)}`);
  }
});

item('O11-SEG-03', BR, 'file_size is text, sub_type a number, raw an object', whole, async () => {
  let count = 0;
  for (const {message} of arrays()) {
    for (const {type, data} of message) {
      if ('file_size' in data) check(/^\d+$/.test(data.file_size) && typeof data.file_size === 'string', () => `file_size of ${show(data)}`), ++count;
      if (type === 'image') equal(data.sub_type, 0, 'sub_type of an image'), ++count;
      if (type === 'face' && 'raw' in data) check(typeof data.raw?.faceText === 'string', () => `raw of ${show(data)}`), ++count;
    }
  }
  return `${count} members`;
});

item('O11-SEG-04', BR, 'What no chat can take is left out, and told; alone it is refused', both, async t => {
  const chat = await t.chat(t.sending());
  const answer = await chat.send([{type: 'rps', data: {}}, text('the text')]);
  succeeded(answer, '[rps][text]');
  check(/left out.*rps/.test(answer.message), `message: expected that rps was left out, got ${show(answer.message)}`);
  equal((await chat.once())[0].text, 'the text', 'what was sent');
  const alone = await chat.send('[CQ:rps]');
  failed(alone, 1400, '[rps]');
  check(alone.message.includes('rps'), `the message does not name it: ${show(alone.message)}`);
});

item('O11-SEG-05', BR, 'A mention of nobody is text', both, async t => {
  const chat = await t.chat(t.sending());
  succeeded(await chat.send('[CQ:at,qq=1]x'), 'at of an unknown number');
  succeeded(await chat.send([{type: 'at', data: {qq: '2', name: 'Lin'}}, text('y')]), 'at of an unknown number with a name');
  const sent = (await chat.once(2)).map(one => one.text);
  check(/^@1 ?x$/.test(sent[0]), `what was sent: expected "@1x", got ${show(sent[0])}`);
  check(/^@Lin ?y$/.test(sent[1]), `what was sent: expected "@Liny", got ${show(sent[1])}`);
  succeeded(await chat.send([{type: 'at', data: {qq: String(chat.bot.self_id)}}, text('z')]), 'at of the bot');
  check(/^@.+z$/.test((await chat.once(3))[2].text), `what was sent: got ${show((await chat.sent())[2].text)}`);
});

item('O11-SEG-06', MUST, 'Segments keep their order', both, async t => {
  const chat = await t.chat(t.sending());
  succeeded(await chat.send([text('before'), {type: 'image', data: {file: pixel}}, text('behind')]), 'text, picture, text');
  const said = JSON.stringify((await chat.once()).map(one => one.body));
  check(said.indexOf('before') >= 0 && said.indexOf('behind') > said.indexOf('before'), `what was sent: ${show(said)}`);
});

item('O11-SEG-07', BR, 'What this chat refuses is left out, and the rest is sent', both, async t => {
  const bot = t.having('refuses_segments', 'refuses segments in one kind of chat');
  const chat = await t.chat(bot);
  succeeded(await chat.send([{type: 'at', data: {qq: 'all'}}, text('everybody')]), '[at all][text] to a group');
  check((await chat.once())[0].text.includes('everybody'), `what was sent: got ${show((await chat.sent())[0].text)}`);
  succeeded(await chat.send('[CQ:face,id=14]smile'), '[face][text] to a group');
  check((await chat.once(2))[1].text.includes('smile'), `what was sent: got ${show((await chat.sent())[1].text)}`);
});

item('O11-SEG-04', BR, 'Of a message to share, its words are sent', both, async t => {
  const chat = await t.chat(t.sending());
  succeeded(await chat.send([{type: 'share', data: {url: 'https://example.com/a', title: 'A title', content: 'of what'}}]), 'share');
  succeeded(await chat.send([{type: 'location', data: {lat: '31.2', lon: '121.4', title: 'Square', content: 'East'}}]), 'location');
  succeeded(await chat.send([{type: 'music', data: {type: '163', id: '28949129'}}]), 'music');
  const [share, location, music] = (await chat.once(3)).map(one => JSON.stringify(one.body));
  for (const word of ['A title', 'of what', 'https://example.com/a']) check(share.includes(word), `${word} is not in ${share}`);
  for (const word of ['Square', 'East', '31.2', '121.4']) check(location.includes(word), `${word} is not in ${location}`);
  check(music.includes('music.163.com/song?id=28949129'), `the address is not in ${music}`);
});

item('O11-ACT-03', MUST, 'A reply quotes what its number names; a number that is gone is left out', both, async t => {
  const chat = await t.chat(t.sending());
  succeeded(await chat.send([{type: 'reply', data: {id: String(chat.event.message_id)}}, text('quoting')]), 'reply');
  succeeded(await chat.send([{type: 'reply', data: {id: '2147483000'}}, text('lost')]), 'a reply to a message that there is not');
  const sent = await chat.once(2);
  check(JSON.stringify([sent[0].path, sent[0].body]).includes(chat.expected.find.message_id), `the quote is missing in ${show(sent[0].body)}`);
  equal(sent[1].text, 'lost', 'what was sent');
});
