// What a QQ bot sends, from the outside: a long video in parts and only once, and a guild's channels and direct messages.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {Application, botToml, bridge, build, freePort, simulate, until} from './support.mjs';

const MiB = 1 << 20;
const sanitized = !build.includes('release');  // slower, and its memory says nothing
const group = '5F1E9C7A3B8D42604E7A9B1C2D3F5A68';
const guild = '4512783600129038475', channel = '98234017', amy = '12876043318290471155';

async function running(t) {
  const qq = await simulate(t, 'qq');
  const port = await freePort();
  const onebridge = await bridge(t, `${botToml(qq.bot)}\n[[onebot.websocket]]\nport = ${port}\n`);
  const application = await Application.connect(`ws://127.0.0.1:${port}/`);
  await until(async () => (await application.call('get_status')).data.bots.some(bot => bot.online), 'the bot');
  const ask = async (action, params = {}) => {
    const answer = await application.call(action, params);
    assert.equal(answer.status, 'ok', `${action}: ${JSON.stringify(answer).slice(0, 300)}`);
    return answer.data;
  };
  const memory = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${onebridge.child.pid}/status`, 'utf8'))[1]) / 1024;
  return {qq, application, ask, memory};
}

test('a video goes to QQ in parts, with bounded memory, and a second time without being brought again', {timeout: 240_000}, async t => {
  const {qq, ask, memory} = await running(t);
  const mebibytes = sanitized ? 12 : 60;
  const piece = randomBytes(MiB / 2);
  await ask('get_version');
  const idle = memory();

  const {file_id} = await ask('upload_file_fragmented', {stage: 'prepare', name: 'hike.mp4', total_size: mebibytes * MiB});
  let most = idle;
  const watch = setInterval(() => { most = Math.max(most, memory()); }, 20);
  for (let offset = 0; offset < mebibytes * MiB; offset += piece.length) {
    piece.writeUInt32BE(offset, 0);
    await ask('upload_file_fragmented', {stage: 'transfer', file_id, offset, data: piece.toString('base64')});
  }
  const video = (await ask('upload_file_fragmented', {stage: 'finish', file_id})).file_id;
  const message = [{type: 'video', data: {file_id: video}}];
  await ask('send_message', {detail_type: 'group', group_id: group, message});
  await ask('send_message', {detail_type: 'group', group_id: group, message});
  clearInterval(watch);

  const uploads = await qq.get('/simulator/uploads');
  assert.deepEqual(uploads, [{scene: 'group', file_type: 2, size: mebibytes * MiB, parts: Math.ceil(mebibytes / 10)}]);
  const sent = await qq.get('/simulator/sent');
  assert.equal(sent.length, 2);
  assert.equal(sent[0].body.media.file_info, sent[1].body.media.file_info);
  t.diagnostic(`${mebibytes} MiB; resident ${idle.toFixed(1)} MiB idle, ${most.toFixed(1)} MiB at most`);
  if (!sanitized) assert.ok(most - idle <= 16, `${(most - idle).toFixed(1)} MiB above idle`);
});

test('a small picture is brought whole, once for each kind of chat', async t => {
  const {qq, ask} = await running(t);
  const {file_id} = await ask('upload_file', {type: 'data', name: 'p.png', data: randomBytes(2000).toString('base64')});
  const message = [{type: 'text', data: {text: 'look '}}, {type: 'image', data: {file_id}}];

  await ask('send_message', {detail_type: 'group', group_id: group, message});
  await ask('send_message', {detail_type: 'private', user_id: 'E4F4AEA33253A2797FB897C50B81D7ED', message});
  await ask('send_message', {detail_type: 'group', group_id: group, message});

  assert.deepEqual((await qq.get('/simulator/uploads')).map(one => one.scene), ['group', 'c2c']);
  assert.deepEqual((await qq.get('/simulator/sent')).map(one => one.body.content?.trim()), ['look', 'look', 'look']);
});

test('a bot of a guild lists what is there, hears, answers, reacts and takes back, in a channel and in a direct message', async t => {
  const {qq, application, ask} = await running(t);
  const guilds = await ask('get_guild_list');
  assert.deepEqual(guilds.map(one => one.guild_id), [guild, '9238471650012837465']);
  assert.equal((await ask('get_guild_info', {guild_id: guild})).guild_name, 'Hikers');
  assert.deepEqual((await ask('get_channel_list', {guild_id: guild})).map(one => one.channel_name), ['paths', 'weather']);
  const members = await ask('get_guild_member_list', {guild_id: guild});
  assert.equal(members.find(one => one.user_id === amy).user_displayname, 'Amy of the guild');
  assert.equal((await application.call('get_channel_info', {guild_id: '9238471650012837465', channel_id: channel})).retcode, 35007);

  const author = {id: amy, username: 'Amy', bot: false};
  await qq.play({t: 'AT_MESSAGE_CREATE', d: {id: 'c0ffee01', guild_id: guild, channel_id: channel, content: '<@!3141592653589793238> where to?', author,
    mentions: [{id: '3141592653589793238', username: 'SimulatedBot', bot: true}]}});
  const asked = await application.event(event => event.detail_type === 'channel', 'the question');
  assert.deepEqual([asked.guild_id, asked.channel_id, asked.user_id], [guild, channel, amy]);
  const answered = await ask('send_message', {detail_type: 'channel', guild_id: guild, channel_id: channel, message: 'up <there> & back'});
  await ask('qq.add_reaction', {channel_id: channel, message_id: 'c0ffee01', emoji_type: '1', emoji_id: '4'});
  assert.deepEqual(await qq.get('/simulator/reactions'), [{message_id: 'c0ffee01', emoji: '1/4'}]);
  await ask('qq.remove_reaction', {channel_id: channel, message_id: 'c0ffee01', emoji_type: '1', emoji_id: '4'});
  await ask('delete_message', {message_id: answered.message_id});

  await qq.play({t: 'DIRECT_MESSAGE_CREATE', d: {id: 'c0ffee02', guild_id: '777000111', channel_id: '888', src_guild_id: guild, content: 'and tomorrow?', author}});
  const direct = await application.event(event => event.detail_type === 'private', 'the direct message');
  assert.equal(direct.user_id, amy);
  const reply = await ask('send_message', {detail_type: 'private', user_id: amy, message: 'rain'});
  await ask('delete_message', {message_id: reply.message_id});

  const sent = await qq.get('/simulator/sent');
  assert.deepEqual(sent.map(one => [one.path, one.body.content, one.body.msg_id, one.recalled]), [
    [`/channels/${channel}/messages`, 'up &lt;there&gt; &amp; back', 'c0ffee01', true],
    ['/dms/777000111/messages', 'rain', 'c0ffee02', true]]);
  assert.deepEqual(await qq.get('/simulator/reactions'), []);
});
