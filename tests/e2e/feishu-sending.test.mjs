// What a bot on Feishu and its kin sends, from the outside: text that means nothing but itself, and parts in their order.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import test from 'node:test';
import {Application, botToml, bridge, freePort, simulate, until} from './support.mjs';

const chat = 'oc_6549b3a4f8e34d6a2fa62545a0b09a77', person = 'ou_e7a71b7432063814513448dd8ae056b5';

async function running(t, platform) {
  const lark = await simulate(t, platform);
  const [port, ingress] = [await freePort(), await freePort()];
  await bridge(t, `${botToml(lark.bot)}\n[ingress]\nport = ${ingress}\n[[onebot.websocket]]\nport = ${port}\n`);
  const application = await Application.connect(`ws://127.0.0.1:${port}/`);
  await until(async () => (await application.call('get_status')).data.bots.some(bot => bot.online), 'the bot');
  const ask = async (action, params) => {
    const answer = await application.call(action, params);
    assert.equal(answer.status, 'ok', `${action}: ${JSON.stringify(answer)}`);
    return answer.data;
  };
  const send = message => ask('send_message', {detail_type: 'group', group_id: chat, message});
  const upload = async name => (await ask('upload_file', {type: 'data', name, data: randomBytes(500).toString('base64')})).file_id;
  return {lark, send, upload, sent: () => lark.get('/simulator/sent')};
}
const contentOf = ({body}) => JSON.parse(body.content);

for (const platform of ['feishu', 'lark', 'bosshi']) {
  test(`${platform}: people see the text that was sent, whatever it looks like`, async t => {
    const {send, sent} = await running(t, platform);
    const texts = ['<at user_id="all"></at> hello', '<AT user_id="ou_1">x</AT>', '**bold** _x_ ~~y~~ `code`\n# head\n> quote',
      'see [the page](https://a.test/) and ![x](img)', '<b>not bold</b> a < b && c > d', '&lt;b&gt; &amp;',
      '👩‍👩‍👧 ☀️ 你好 "quoted" \\ back\ttab', '{"text":"json"}', '@_user_1 @_all', '  spaces  '];

    for (const text of texts) await send([{type: 'text', data: {text}}]);

    // BOSSHI has no way to write a tag as text, so a character without width breaks it.
    const shown = platform === 'bosshi' ? texts.map(text => text.replace(/<(?=\/?at\b)/gi, '<\u200b')) : texts;
    assert.deepEqual((await sent()).map(message => message.text), shown);
  });
}

test('text, two pictures, a mention and a file arrive in order, in as few messages as can be', async t => {
  const {lark, send, upload, sent} = await running(t, 'feishu');
  const [one, two, report] = [await upload('one.png'), await upload('two.png'), await upload('report.pdf')];

  const {message_id} = await send([
    {type: 'text', data: {text: 'look: '}}, {type: 'image', data: {file_id: one}}, {type: 'image', data: {file_id: two}},
    {type: 'mention', data: {user_id: person}}, {type: 'text', data: {text: ' and read'}}, {type: 'file', data: {file_id: report}}]);

  const messages = await sent();
  assert.deepEqual(messages.map(({body}) => body.msg_type), ['post', 'file']);
  const nodes = contentOf(messages[0]).zh_cn.content;
  assert.deepEqual(nodes.map(paragraph => paragraph.map(node => node.tag)), [['text'], ['img'], ['img'], ['at', 'text']]);
  assert.equal(nodes[3][0].user_id, person);
  const [first, second] = [nodes[1][0].image_key, nodes[2][0].image_key];
  assert.ok(first && second && first !== second, 'each picture under its own key');
  assert.ok(contentOf(messages[1]).file_key);
  assert.equal(new Set(messages.map(({body}) => body.uuid)).size, 2, 'each message can be repeated by its own uuid');
  assert.equal(message_id, messages[0].message_id);
  assert.equal((await lark.get('/simulator/state')).requests > 0, true);
});
