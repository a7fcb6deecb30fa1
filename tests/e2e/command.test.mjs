// The command line: what a newcomer types.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import test from 'node:test';
import {folder, onebridge, start} from './support.mjs';

const root = resolve(import.meta.dirname ?? '.', '../..');
const fixtures = resolve(root, 'adapters');

async function run(t, args, input) {
  const program = start(t, onebridge, args);
  program.child.stdin.end(input ?? '');
  const code = await program.exit();
  return {code, out: program.out.trim() ? program.out.trim().split('\n') : [], err: program.err};
}

test('translate prints the eight events of the platform documents with every standard field', async t => {
  const group = {timestamp: 1699240365, group_openid: 'C9F778FE6ADF9D1D1DBE395BF744A33A', op_member_openid: 'E4F4AEA33253A2797FB897C50B81D7ED'};
  const friend = {timestamp: 1699240365, openid: 'E4F4AEA33253A2797FB897C50B81D7ED'};
  const native = [['GROUP_ADD_ROBOT', group], ['GROUP_DEL_ROBOT', group], ['GROUP_MSG_REJECT', group], ['GROUP_MSG_RECEIVE', group],
                  ['FRIEND_ADD', friend], ['FRIEND_DEL', friend], ['C2C_MSG_REJECT', friend], ['C2C_MSG_RECEIVE', friend]]
    .map(([name, d], i) => JSON.stringify({op: 0, s: i + 2, t: name, id: `${name}:${i}`, d})).join('\n');

  const {code, out} = await run(t, ['translate', '--platform', 'qq', '--self', 'B'], native);

  assert.equal(code, 0);
  const events = out.map(line => JSON.parse(line));
  assert.deepEqual(events.map(event => [event.detail_type, event.sub_type]), [
    ['group_member_increase', 'invite'], ['group_member_decrease', 'kick'],
    ['qq.group_push_reject', ''], ['qq.group_push_receive', ''],
    ['friend_increase', ''], ['friend_decrease', ''], ['qq.private_push_reject', ''], ['qq.private_push_receive', '']]);
  for (const event of events) {
    assert.equal(event.type, 'notice');
    assert.deepEqual(event.self, {platform: 'qq', user_id: 'B'});
    assert.equal(event.time, 1699240365);
    assert.equal(typeof event.id, 'string');
  }
  for (const event of events.slice(0, 2)) {
    assert.equal(event.user_id, 'B', 'the bot itself');
    assert.equal(event.group_id, group.group_openid);
    assert.equal(event.operator_id, group.op_member_openid);
  }
  assert.equal(events[4].user_id, friend.openid);
  assert.match(out[0], /"time":1699240365\.0/);
});

test('translate reads a pretty-printed BOSSHI message as message.group with the mention as a segment', async t => {
  const file = readdirSync(join(fixtures, 'feishu/fixtures')).find(name => /^bosshi.*group.*native\.json$/.test(name));
  const native = readFileSync(join(fixtures, 'feishu/fixtures', file), 'utf8');

  const {code, out} = await run(t, ['translate', '--platform', 'bosshi', '--self', 'B'], JSON.stringify(JSON.parse(native), null, 2));

  assert.equal(code, 0);
  const event = JSON.parse(out[0]);
  assert.equal(`${event.type}.${event.detail_type}`, 'message.group');
  assert.ok(event.message.some(segment => segment.type === 'mention'));
  for (const field of ['message_id', 'alt_message', 'group_id', 'user_id', 'sub_type']) assert.equal(typeof event[field], 'string', field);
});

test('translate names what is unreadable, prints the others and ends with 1', async t => {
  const {code, out, err} = await run(t, ['translate', '--platform', 'qq'],
    '{"op":11}\n{broken\n{"op":0,"s":2,"t":"FRIEND_ADD","d":{"openid":"U","timestamp":1}}\n');

  assert.equal(code, 1);
  assert.equal(out.length, 1);
  assert.match(err, /line 2|:2:/);
});

test('check names all ten of ten mistakes with their lines', async t => {
  const path = join(folder(), 'bad.toml');
  writeFileSync(path, `[bridge]
log_level = "loud"
data_dirr = "x"

[[bots]]
platform = "icq"
app_id = "1"

[[bots]]
platform = "qq"
app_secret = "env:ONEBRIDGE_NO_SUCH_VARIABLE"
receive = "pigeon"

[ingress]
port = 99999

[[onebot.websocket_reverse]]
url = "http://127.0.0.1/"
reconnect_interval = 0

[delivery]
replay = "soon"

[[onebot.http]]
event_buffer_size = -1
`);

  const {code, err} = await run(t, ['check', '--config', path]);

  assert.equal(code, 2);
  // line 9: app_id is required
  for (const line of [2, 3, 6, 9, 11, 12, 15, 18, 19, 22, 25]) assert.match(err, new RegExp(`bad\\.toml:${line}: `), `line ${line} in:\n${err}`);
});

test('check accepts the configuration of the documentation', async t => {
  const dir = folder();
  const path = join(dir, 'bridge.toml');
  writeFileSync(path, readFileSync(join(root, 'examples/bridge.toml'), 'utf8'));
  mkdirSync(join(dir, 'secrets'), {recursive: true});
  writeFileSync(join(dir, 'secrets/feishu'), 'secret-of-feishu\n');
  const program = start(t, onebridge, ['check', '--config', path], {env: {QQ_SECRET: 'secret-of-qq', FEISHU_SECRET: 'secret-of-feishu'}});

  assert.equal(await program.exit(), 0, program.err);
});

test('unknown options are errors, and help is everywhere', async t => {
  assert.notEqual((await run(t, ['run', '--nonsense'])).code, 0);
  for (const word of ['run', 'check', 'translate', 'demo', 'version']) {
    const {code, out} = await run(t, [word, '--help']);
    assert.equal(code, 0, word);
    assert.ok(out.length > 0);
  }
  assert.match((await run(t, ['version'])).out.join('\n'), /onebridge \d+\.\d+/);
});

test('demo shows native events as OneBot events and an answer going back', {timeout: 240_000}, async t => {
  const {code, out} = await run(t, ['demo', '--once']);

  assert.equal(code, 0);
  const text = out.join('\n');
  for (const word of ['GROUP_ADD_ROBOT', 'group_member_increase', 'im.message.receive', '"platform":"bosshi"', '"platform":"qq"', '"status":"ok"']) {
    assert.ok(text.includes(word), word);
  }
});
