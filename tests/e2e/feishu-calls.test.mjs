// The calls of Feishu's REST interface: each one that we make, the official SDK makes on the same simulator, too.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import test from 'node:test';
import {Application, botToml, bridge, freePort, larkMessage, simulate, until, webhookServer} from './support.mjs';

const lark = createRequire(import.meta.url)('@larksuiteoapi/node-sdk');
const chat = 'oc_6549b3a4f8e34d6a2fa62545a0b09a77', person = 'ou_26bbd28933d4134ed80af3ece3aeccb7';
const card = {schema: '2.0', config: {update_multi: true}, body: {elements: [{tag: 'markdown', content: '**ok**'}]}};
const picture = Buffer.from('89504e470d0a1a0a'.padEnd(400, '0'), 'hex');

// A group in which somebody sent a picture and used a card, so that there is something to ask about.
async function prepare(feishu) {
  await feishu.play(larkMessage('om_heard', 'hello'));
  const sent = larkMessage('om_picture', '');
  Object.assign(sent.event.message, {message_type: 'image', content: JSON.stringify({image_key: 'img_v3_heard'})});
  await feishu.play(sent);
  await feishu.play({schema: '2.0', header: {event_type: 'card.action.trigger', event_id: 'event-of-card'}, event: {
    operator: {open_id: person}, token: 'c-token', action: {tag: 'button', value: {}}, host: 'im_message',
    context: {open_message_id: 'om_heard', open_chat_id: chat}}});
}

async function callBySdk(feishu) {
  const client = new lark.Client({appId: feishu.bot.app_id, appSecret: feishu.bot.app_secret, domain: feishu.base, loggerLevel: lark.LoggerLevel.fatal});
  const {im} = client;
  const text = value => ({msg_type: 'text', content: JSON.stringify({text: value})});
  const ok = async promise => {
    const answer = await promise;
    assert.equal(answer.code, 0, JSON.stringify(answer));
    return answer.data;
  };
  const bot = await client.request({method: 'GET', url: '/open-apis/bot/v3/info'});
  assert.match(bot.bot.open_id, /^ou_/);
  const own = await ok(im.message.create({params: {receive_id_type: 'chat_id'}, data: {receive_id: chat, ...text('own'), uuid: 'u1'}}));
  const again = await ok(im.message.create({params: {receive_id_type: 'chat_id'}, data: {receive_id: chat, ...text('own'), uuid: 'u1'}}));
  assert.equal(again.message_id, own.message_id, 'the same uuid is the same message');
  const path = {message_id: own.message_id};
  const answer = await ok(im.message.reply({path: {message_id: 'om_heard'}, data: text('answer')}));
  assert.equal(answer.parent_id, 'om_heard');
  const posted = await ok(im.message.create({params: {receive_id_type: 'chat_id'}, data: {receive_id: chat, msg_type: 'interactive', content: JSON.stringify(card)}}));
  await ok(im.message.update({path, data: text('edited')}));
  await ok(im.message.patch({path: {message_id: posted.message_id}, data: {content: JSON.stringify(card)}}));
  const {items: [edited]} = await ok(im.message.get({path}));
  assert.deepEqual([edited.updated, edited.body.content], [true, '{"text":"edited"}']);
  const {items, has_more} = await ok(im.message.list({params: {container_id_type: 'chat', container_id: chat, page_size: 2}}));
  assert.deepEqual([items.length, items[0].message_id, items[0].sender.id, has_more], [2, 'om_heard', person, true]);
  const copy = await ok(im.message.forward({path, params: {receive_id_type: 'open_id'}, data: {receive_id: person}}));
  assert.notEqual(copy.message_id, own.message_id);
  const readers = await ok(im.message.readUsers({path, params: {user_id_type: 'open_id'}}));
  assert.deepEqual(readers.items.map(reader => reader.user_id), [person]);
  await ok(im.message.urgentApp({path, params: {user_id_type: 'open_id'}, data: {user_id_list: [person]}}));
  const {reaction_id} = await ok(im.messageReaction.create({path, data: {reaction_type: {emoji_type: 'SMILE'}}}));
  assert.equal((await ok(im.messageReaction.list({path}))).items[0].reaction_id, reaction_id);
  await ok(im.messageReaction.delete({path: {...path, reaction_id}}));
  assert.equal((await ok(im.messageReaction.list({path}))).items.length, 0);
  const {pin} = await ok(im.pin.create({data: path}));
  assert.equal(pin.chat_id, chat);
  assert.equal((await ok(im.pin.list({params: {chat_id: chat}}))).items.length, 1);
  await ok(im.pin.delete({path}));
  await ok(client.request({method: 'POST', url: '/open-apis/interactive/v1/card/update', data: {token: 'c-token', card}}));
  const uploaded = await im.image.create({data: {image_type: 'message', image: picture}});
  assert.match(uploaded.image_key, /^img_/);
  assert.match((await im.file.create({data: {file_type: 'stream', file_name: 'a.bin', file: picture}})).file_key, /^file_/);
  const resource = await im.messageResource.get({path: {message_id: 'om_picture', file_key: 'img_v3_heard'}, params: {type: 'image'}});
  const pieces = [];
  for await (const piece of resource.getReadableStream()) pieces.push(piece);
  assert.equal(Buffer.concat(pieces).toString(), 'bytes of img_v3_heard');
  assert.equal((await ok(client.contact.user.get({path: {user_id: person}, params: {user_id_type: 'open_id'}}))).user.open_id, person);
  assert.deepEqual((await ok(im.chat.list())).items.map(one => one.chat_id), [chat]);
  await ok(im.chat.update({path: {chat_id: chat}, data: {name: 'Renamed'}}));
  assert.equal((await ok(im.chat.get({path: {chat_id: chat}}))).name, 'Renamed');
  // The SDK has no method for the list that has bots as well.
  const everybody = await ok(client.request({method: 'GET', url: `/open-apis/im/v1/chats/${chat}/members/list`}));
  assert.deepEqual([everybody.users.length, everybody.bots.length], [1, 1]);
  await ok(im.message.delete({path}));
  await ok(im.chatMembers.delete({path: {chat_id: chat}, params: {member_id_type: 'app_id'}, data: {id_list: [feishu.bot.app_id]}}));
  await client.request({method: 'POST', url: '/callback/ws/endpoint', data: {AppID: feishu.bot.app_id, AppSecret: feishu.bot.app_secret}});
}

// What there is to do with a message, by actions; every standard and every extended one of the platform.
async function callByBridge(t, feishu) {
  const port = await freePort();
  const {verification_token, encrypt_key, ...bot} = feishu.bot;
  await bridge(t, `${botToml({...bot, receive: 'long_connection'})}\n[[onebot.websocket]]\nport = ${port}\n`);
  const application = await Application.connect(`ws://127.0.0.1:${port}/`);
  await until(async () => (await application.call('get_status')).data.bots.some(one => one.online), 'the bot');
  await until(async () => (await feishu.get('/simulator/long_connection')).open > 0, 'the long connection');
  await prepare(feishu);
  const heard = await application.event(event => event.message?.some(part => part.type === 'image'), 'the picture');
  const called = new Set();
  const ask = async (action, params = {}) => {
    const answer = await application.call(action, params);
    assert.equal(answer.status, 'ok', `${action}: ${JSON.stringify(answer)}`);
    called.add(action);
    return answer.data;
  };
  const send = message => ask('send_message', {detail_type: 'group', group_id: chat, message});

  const file_id = heard.message.find(part => part.type === 'image').data.file_id;
  assert.equal(Buffer.from((await ask('get_file', {type: 'data', file_id})).data, 'base64').toString(), 'bytes of img_v3_heard');
  const pictured = (await ask('upload_file', {type: 'data', name: 'a.png', data: picture.toString('base64')})).file_id;
  await send([{type: 'image', data: {file_id: pictured}}, {type: 'file', data: {file_id: pictured}}]);
  await send([{type: 'reply', data: {message_id: 'om_heard'}}, {type: 'text', data: {text: 'answer'}}]);
  const {message_id} = await send('own');
  const posted = await send([{type: 'feishu.card', data: {content: card}}]);
  await ask('feishu.edit_message', {message_id, message: 'edited'});
  await ask('feishu.update_card', {message_id: posted.message_id, card});
  await ask('feishu.update_card_by_token', {token: 'c-token', card});
  assert.equal((await ask('feishu.get_message', {message_id})).message[0].data.text, 'edited');
  await ask('feishu.get_merge_forward', {message_id});
  const history = await ask('feishu.get_history', {group_id: chat, page_size: 2});
  assert.deepEqual([history.messages.length, history.messages[0].user_id, history.has_more], [2, person, true]);
  assert.ok((await ask('feishu.forward_message', {message_id, user_id: person})).message_id);
  assert.deepEqual((await ask('feishu.get_read_users', {message_id})).map(one => one.user_id), [person]);
  await ask('feishu.urge_message', {message_id, user_ids: [person]});
  const {reaction_id} = await ask('feishu.add_reaction', {message_id, emoji_type: 'SMILE'});
  const [reaction] = await ask('feishu.get_reactions', {message_id});
  assert.deepEqual([reaction.reaction_id, reaction.user_id], [reaction_id, heard.self.user_id]);
  await ask('feishu.delete_reaction', {message_id, reaction_id});
  await ask('feishu.pin_message', {message_id});
  assert.deepEqual((await ask('feishu.get_pins', {group_id: chat})).map(one => one.message_id), [message_id]);
  await ask('feishu.unpin_message', {message_id});
  await ask('get_self_info');
  await ask('get_user_info', {user_id: person});
  assert.deepEqual((await ask('get_group_list')).map(one => one.group_id), [chat]);
  await ask('set_group_name', {group_id: chat, group_name: 'Renamed'});
  assert.equal((await ask('get_group_info', {group_id: chat})).group_name, 'Renamed');
  const members = (await ask('get_group_member_list', {group_id: chat})).map(one => one.user_id);
  assert.deepEqual(members, [person, heard.self.user_id], 'the platform lists bots as well, the bot itself among them');
  await ask('get_group_member_info', {group_id: chat, user_id: person});
  await ask('delete_message', {message_id});
  await ask('leave_group', {group_id: chat});
  const platforms = (await application.call('get_supported_actions')).data.filter(name => /^(feishu\.|(send|delete|set|leave|get_(user|self|group)))/.test(name));
  assert.deepEqual(platforms.filter(name => !called.has(name)), [], 'an action that was not tried');
}

test('the official SDK makes every call that the bridge makes, and the simulator knows no other', {timeout: 240_000}, async t => {
  const [theirs, ours] = [await simulate(t, 'feishu'), await simulate(t, 'feishu')];

  await theirs.setPush((await webhookServer(t, () => ({status: 200, body: '{}'}))).url);
  await prepare(theirs);
  await callBySdk(theirs);
  await callByBridge(t, ours);

  const calls = async simulator => Object.keys(await simulator.get('/simulator/calls')).sort();
  assert.deepEqual(await calls(ours), await calls(theirs));
  assert.ok((await calls(ours)).length >= 25);
});

test('calls that come too often are refused, and the bridge waits as long as it is told', {timeout: 240_000}, async t => {
  const feishu = await simulate(t, 'feishu');
  const port = await freePort();
  await bridge(t, `${botToml(feishu.bot)}\n[ingress]\nport = ${await freePort()}\n[[onebot.websocket]]\nport = ${port}\n`);
  const application = await Application.connect(`ws://127.0.0.1:${port}/`);
  await until(async () => (await application.call('get_status')).data.bots.some(one => one.online), 'the bot');
  const send = text => application.call('send_message', {detail_type: 'group', group_id: chat, message: text});

  await feishu.post('/simulator/refuse', {code: 99991400, status: 429, count: 1, reset: '1'});
  const since = performance.now();
  const waited = await send('after a while');
  assert.equal(waited.status, 'ok', JSON.stringify(waited));
  assert.ok(performance.now() - since >= 990);
  await feishu.post('/simulator/refuse', {code: 230018, status: 400, count: 1});
  const refused = await send('never');
  assert.deepEqual([refused.status, refused.retcode], ['failed', 34004]);
  assert.match(refused.message, /230018/);
  const burst = await Promise.all(Array.from({length: 12}, (_, i) => send(`burst ${i}`)));
  assert.ok(burst.every(answer => answer.status === 'ok'), JSON.stringify(burst.find(answer => answer.status !== 'ok')));

  const texts = (await feishu.get('/simulator/sent')).map(message => message.text);
  assert.deepEqual(texts, ['after a while', ...Array.from({length: 12}, (_, i) => `burst ${i}`)]);
});
