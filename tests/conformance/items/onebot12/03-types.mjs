// Section 3: types and their encodings.
import {decode, encode, heard} from '../../lib/applications.mjs';
import {check, equal, matches, names, ok, retcode, show, written} from '../../lib/check.mjs';
import {BR, MAY, MUST, SHALL, item, section} from '../../lib/suite.mjs';

section('Types');

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
export const bytes = Buffer.from(Array.from({length: 256}, (_, n) => (n * 7 + 251) % 256));  // needs + and / in Base64

async function upload(t, data, self) {
  return t.call('upload_file', {type: 'data', name: 'all.bin', data}, self);
}

item('C-TYP-01', MUST, 'bytes in JSON are Base64 of the standard alphabet, with padding', async t => {
  const [bot] = await t.doing('upload_file');
  await t.doing('get_file');
  const {file_id} = ok(await upload(t, bytes.toString('base64'), bot.self), 'upload_file type=data');
  const {data} = ok(await t.call('get_file', {file_id, type: 'data'}, bot.self), 'get_file type=data');
  matches(data, base64, 'data');
  equal(Buffer.from(data, 'base64').toString('hex'), bytes.toString('hex'), 'the bytes');
});

item('C-TYP-02', MAY, 'bytes in MessagePack are of the bin family, both ways', {needs: 'http msgpack'}, async t => {
  const [bot] = await t.doing('upload_file');
  const put = await t.pack({action: 'upload_file', params: {type: 'data', name: 'all.bin', data: new Uint8Array(bytes)}, self: bot.self});
  const {file_id} = ok(put.value, 'upload_file with bin');
  const back = ok((await t.pack({action: 'get_file', params: {file_id, type: 'data'}, self: bot.self})).value, 'get_file');
  check(back.data instanceof Uint8Array, `data: expected bin, got ${show(typeof back.data)}`);
  equal(Buffer.from(back.data).toString('hex'), bytes.toString('hex'), 'the bytes');
});

item('C-TYP-03', BR, 'MessagePack: Base64 text is taken for bytes; replies are maps with string keys', {needs: 'http msgpack'}, async t => {
  const answer = await t.pack({action: 'get_status', params: {}});
  const first = answer.bytes[0];
  check((first & 0xf0) === 0x80 || first === 0xde || first === 0xdf, `the first byte of a reply: expected a map, got 0x${first.toString(16)}`);
  decode(answer.bytes, {mapKeyConverter: key => { check(typeof key === 'string', `a key: expected a string, got ${show(key)}`); return key; }});
  const [bot] = await t.doing('upload_file');
  const put = await t.pack({action: 'upload_file', params: {type: 'data', name: 'all.bin', data: bytes.toString('base64')}, self: bot.self});
  ok(put.value, 'upload_file with Base64 text');
});

item('C-TYP-04', SHALL, 'float64 members are numbers', {last: true}, async () => {
  check(heard.events.length > 0, 'no event was heard');
  for (const {value} of heard.events) check(typeof value?.time === 'number', () => `time of ${show(value)}`);
});

const fraction = /^-?\d+(\.\d+)([eE][+-]?\d+)?$|^-?\d+[eE][+-]?\d+$/;
item('C-TYP-04', BR, 'float64 members are written with a fraction in JSON and as 0xcb in MessagePack', {last: true}, async t => {
  for (const {text} of [...heard.events, ...heard.responses]) {
    for (const member of ['time', 'latitude', 'longitude']) {
      for (const number of written(text, member)) matches(number, fraction, `${member} in ${text.slice(0, 200)}`);
    }
  }
  const [bot] = await t.doing('send_message');
  if (!bot.targets || !t.world.msgpack || !t.world.http?.length) return 'JSON only';
  const answer = await t.pack({action: 'send_message', params: {...bot.targets.private, message: 'time'}, self: bot.self});
  ok(answer.value, 'send_message');
  const at = answer.bytes.indexOf(Buffer.from('\xa4time', 'latin1'));
  equal(answer.bytes[at + 5], 0xcb, 'the byte after the key "time"');
});

const integers = ['retcode', 'interval', 'total_size'];
item('C-TYP-05', SHALL, 'int64 members are written as integers', {last: true}, async () => {
  for (const {text} of [...heard.events, ...heard.responses]) {
    for (const member of integers) for (const number of written(text, member)) matches(number, /^-?\d+$/, `${member} in ${text.slice(0, 200)}`);
  }
});

item('C-TYP-05', BR, 'An int64 parameter takes 100.0, and refuses 1.5 and "100"', {needs: 'http'}, async t => {
  const send = limit => t.post(`{"action":"get_latest_events","params":{"limit":${limit},"timeout":0}}`);
  const first = (await send('100.0')).value;
  if (first?.retcode === 10002) t.notApplicable('get_latest_events is off');
  ok(first, 'limit 100.0');
  retcode((await send('1.5')).value, 10003, 'limit 1.5');
  retcode((await send('"100"')).value, 10003, 'limit "100"');
});

const idNames = ['user_id', 'group_id', 'guild_id', 'channel_id', 'message_id', 'operator_id', 'file_id', 'id'];
item('C-TYP-06', SHALL, 'Every id is a string', {last: true}, async () => {
  for (const {value} of [...heard.events, ...heard.responses]) {
    for (const [name, siblings] of names(value)) {
      if (!idNames.includes(name)) continue;
      check(typeof siblings[name] === 'string', () => `${name}: expected a string, got ${show(siblings[name])} in ${show(value)}`);
    }
  }
});

item('C-TYP-06', BR, 'A numeric id in a request is 10003', async t => {
  for (const bot of await t.doing('send_message')) {
    retcode(await t.call('send_message', {detail_type: 'private', user_id: 123456, message: 'x'}, bot.self), 10003, `user_id 123456 (${bot.self.platform})`);
  }
});

item('C-TYP-07', SHALL, 'A bool parameter takes true and false alone', async t => {
  const [bot] = await t.doing('get_channel_list');
  retcode(await t.call('get_channel_list', {guild_id: '1', joined_only: 'true'}, bot.self), 10003, 'joined_only "true"');
});

item('C-TYP-08', SHALL, 'self is an object with two strings, wherever it stands', {last: true}, async () => {
  for (const {value} of heard.events) {
    for (const self of [value?.self, ...(value?.status?.bots ?? []).map(bot => bot.self)].filter(one => one !== undefined)) {
      check(self && typeof self.platform === 'string' && self.platform && typeof self.user_id === 'string' && self.user_id, `self: ${show(self)}`);
    }
  }
});

item('C-TYP-08', BR, 'An integer beyond int64 is 10003', {needs: 'http'}, async t => {
  const send = limit => t.post(`{"action":"get_latest_events","params":{"limit":${limit}}}`);
  if ((await send('0')).value?.retcode === 10002) t.notApplicable('get_latest_events is off');
  for (const limit of ['9223372036854775808', '1e300']) {
    const {value} = await send(limit);
    retcode(value, [10003, 10001], `limit ${limit}`);
  }
});

item('C-TYP-09', BR, 'Invalid UTF-8 from a platform is repaired', {needs: 'inject'}, async t => {
  const link = await t.listening();
  for (const bot of t.causing('message.private bytes')) {
    const expected = await t.inject(bot, 'message.private bytes', {bytes: Buffer.from([0x61, 0xc3, 0x28, 0x62])});
    repaired(link, await t.arrival(link, expected), 'text of the bytes 61 C3 28 62');
  }
});

item('C-TYP-09', BR, 'A lone surrogate or NUL from a platform is repaired', {needs: 'inject'}, async t => {
  const link = await t.listening();
  for (const bot of t.causing('message.private')) {
    for (const [what, text] of [['a lone surrogate', 'a\ud800b'], ['NUL', 'a\u0000b']]) {
      const {event} = await t.heardAs(bot, 'message.private', {text});
      repaired(link, event, `text with ${what} (${bot.self.platform})`);
    }
  }
});

// Begins with "a", ends with "b", and is sound Unicode in a sound frame.
function repaired(link, event, what) {
  const text = event.message[0]?.data?.text;
  check(typeof text === 'string' && /^a[^]*b$/.test(text) && !/[\ud800-\udfff]/.test(text), `${what}: got ${show(text)}`);
  const raw = link.raw?.find(frame => frame.value?.id === event.id);
  if (raw) check(Buffer.from(raw.bytes.toString('utf8'), 'utf8').equals(raw.bytes), `${what}: the frame is no valid UTF-8`);
}

item('C-TYP-09', BR, 'An escaped surrogate pair of a request arrives as its character', {needs: 'http sent'}, async t => {
  for (const bot of (await t.doing('send_message')).filter(one => one.sent)) {
    const target = JSON.stringify(bot.targets.private).slice(1, -1);
    ok((await t.post(`{"action":"send_message","params":{${target},"message":"face \\uD83D\\uDE00"},"self":${JSON.stringify(bot.self)}}`)).value, 'send_message');
    check((await bot.sent()).some(one => one.text === 'face 😀'), `the emoji did not reach ${bot.self.platform}`);
  }
});

item('C-TYP-10', BR, 'Input that is too deep or too large is 10001, and the implementation lives on', {needs: 'http'}, async t => {
  const deep = `{"action":"get_version","params":{"x":${'['.repeat(10000)}${']'.repeat(10000)}}}`;
  const answer = await t.post(deep);
  equal(answer.status, 200, 'the HTTP status');
  retcode(answer.value, 10001, '10,000 nested arrays');
  if (t.world.msgpack) {
    const packed = Buffer.concat([encode({action: 'get_version'}), Buffer.alloc(0)]);
    const nested = Buffer.concat([Buffer.from([0x82]), packed.subarray(1), Buffer.from('\xa6params\x81\xa1x', 'latin1'), Buffer.alloc(10000, 0x91), Buffer.from([0xc0])]);
    retcode((await t.pack(nested)).value, 10001, '10,000 nested arrays in MessagePack');
  }
  ok(await t.call('get_version'), 'get_version afterwards');
});
