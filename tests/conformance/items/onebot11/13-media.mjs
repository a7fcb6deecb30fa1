// Section 14: files, both ways.
import {createServer} from 'node:http';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {failed, http, succeeded} from '../../lib/onebot11.mjs';
import {BR, MUST, SHOULD, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Files');

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const base64 = png.toString('base64');
const both = {needs: 'inject sent'};
const image = file => [{type: 'image', data: {file}}];
function media(event) {
  const segment = event.message.find(one => ['image', 'record', 'video', 'file'].includes(one.type));
  check(segment, `a file: got ${show(event.message)}`);
  return segment;
}
// A bot whose platform gives files only to who is known there.
const served = t => t.having('keeps_files', 'keeps its files to itself');

item('O11-MED-01', MUST, 'file is a short token that stays, and can be sent again', {needs: 'inject'}, async t => {
  for (const bot of t.bots.filter(one => one.causes?.includes('message.private image'))) {
    const {event} = await t.heardAs(bot, 'message.private image');
    const {file} = media(event).data;
    matches(file, /^[0-9a-f]{16}\.[a-z0-9]{1,8}$/, `file of ${bot.self.platform}`);
    equal(media(await t.data('get_msg', {message_id: event.message_id}, bot)).data.file, file, 'file in get_msg');
  }
});
item('O11-MED-01', MUST, 'get_image, get_record and get_file know the token', {needs: 'inject'}, async t => {
  const bot = served(t);
  const {event} = await t.heardAs(bot, 'message.private image');
  const {file, url} = media(event).data;
  for (const action of ['get_image', 'get_file']) {
    const told = await t.data(action, {file}, bot);
    check(/^https?:\/\//.test(told.url ?? ''), `url of ${action}: got ${show(told)}`);
  }
  check(/^https?:/.test(url), `url: got ${show(url)}`);
  failed(await t.call('get_image', {file: '0123456789abcdef.png'}, bot), 1400, 'a token that was never given');
});
item('O11-MED-01', MUST, 'A picture that came can be sent on by its token', both, async t => {
  const bot = served(t);
  const chat = await t.chat(bot, 'private');
  const {event} = await t.heardAs(bot, 'message.private image');
  succeeded(await chat.send(image(media(event).data.file)), 'a picture by its token');
  await chat.once();
});

item('O11-MED-02', MUST, 'url is an address that anybody can GET', {needs: 'inject'}, async t => {
  let fetched = 0;
  for (const bot of t.bots) {
    for (const kind of ['image', 'voice', 'video', 'file'].filter(one => bot.causes?.includes(`message.private ${one}`))) {
      const {event} = await t.heardAs(bot, `message.private ${kind}`);
      const {url} = media(event).data;
      matches(url, /^https?:\/\/[^\s]+$/, `url of a ${kind} of ${bot.self.platform}`);
      if (!/^http:\/\/127\.0\.0\.1[:/]/.test(url)) continue;
      const got = await http(url, {method: 'GET'});
      equal(got.status, 200, `GET of a ${kind} of ${bot.self.platform}`);
      check(got.bytes.length > 0, 'the file is empty');
      ++fetched;
    }
  }
  return `${fetched} files were fetched`;
});

item('O11-MED-03', BR, 'Addresses of files are signed: without the right signature they are 403', {needs: 'inject'}, async t => {
  const {event} = await t.heardAs(served(t), 'message.private image');
  const {url} = media(event).data;
  const status = async (address, method = 'GET', headers = {}) => (await http(address, {method, headers})).status;
  equal(await status(url), 200, 'the address as it is');
  const changed = (name, value) => { const one = new URL(url); one.searchParams.set(name, value); return one.href; };
  equal(await status(changed('s', '0'.repeat(32))), 403, 'another signature');
  equal(await status(changed('e', String(Number(new URL(url).searchParams.get('e')) + 1))), 403, 'another time');
  const bare = new URL(url);
  bare.search = '';
  equal(await status(bare.href), 403, 'no signature');
  check([403, 404].includes(await status(url.replace(/[0-9a-f]{16}/, '0123456789abcdef'))), 'another token');
  equal(await status(new URL('/media/', url).href), 404, 'the folder');
  check([404, 405].includes(await status(url, 'POST')), 'POST');
  const part = await http(url, {method: 'GET', headers: {Range: 'bytes=0-3'}});
  equal([part.status, part.bytes.length], [206, 4], 'status and length of a range');
});
const off = {dialect: '11', bots: 2, http: [{}], websocket: [{}], media: false};
item('O11-MED-03', BR, 'Without a server of files they are text', {settings: off, needs: 'inject'}, async t => {
  const bot = served(t);
  equal((await t.heardAs(bot, 'message.private image')).event.message, [{type: 'text', data: {text: '[image]'}}], 'message of a picture');
  const {event} = await t.heardAs(bot, 'message.private file');
  equal(event.message, [{type: 'text', data: {text: '[file] budget.xlsx'}}], 'message of a file');
});

item('O11-MED-04', MUST, 'file is base64, in any shape, or a data: address', both, async t => {
  const chat = await t.chat(t.sending());
  const shapes = [`base64://${base64}`, `base64://${base64.replace(/=+$/, '')}`, `base64://${base64.replace(/(.{20})/g, '$1\n ')}`, `data:image/png;base64,${base64}`];
  for (const file of shapes) succeeded(await chat.send(image(file)), file.slice(0, 40));
  await chat.once(shapes.length);
  const other = await t.chat(t.sending());
  succeeded(await other.send([{type: 'image', data: {url: `base64://${base64}`}}]), 'url without file');
  for (const file of ['base64://&&&', 'data:image/png,x', '']) failed(await other.send(image(file)), 1400, show(file));
});
item('O11-MED-04', MUST, 'A path outside the allowed folders is refused, and the option named', both, async t => {
  const chat = await t.chat(t.sending());
  for (const file of ['file:///etc/hostname', '/etc/hostname', 'file://elsewhere/share/a.png']) {
    const answer = await chat.send(image(file));
    failed(answer, 1400, file);
    if (!file.includes('elsewhere')) matches(answer.message, /paths/, `the message for ${file}`);
  }
  equal((await chat.sent()).length, 0, 'messages sent');
});

const open = {dialect: '11', bots: 1, http: [{}], websocket: [{}], files: {local_urls: true, shared_folder: true}};
item('O11-MED-04', MUST, 'file is an address', {settings: open, needs: 'inject sent'}, async t => {
  const {url, asked} = await pictures(t);
  const chat = await t.chat();
  succeeded(await chat.send(image(url)), 'a picture by its address');
  await chat.once();
  check(asked() > 0, 'the address was not asked');
});
item('O11-MED-05', MUST, 'Paths in an allowed folder are taken in all their forms', {settings: open, needs: 'inject sent'}, async t => {
  if (!t.world.folder) t.notApplicable('needs a driver with a shared folder');
  const chat = await t.chat(), other = await t.chat();
  const path = join(t.world.folder, 'a picture 图 100%.png');
  writeFileSync(path, png);
  const {pathname} = pathToFileURL(path);
  for (const file of [`file://${pathname}`, `file://localhost${pathname}`, path]) succeeded(await chat.send(image(file)), file);
  await chat.once(3);
  const plain = join(t.world.folder, '图.png');
  writeFileSync(plain, png);
  succeeded(await other.send(image(`file://${plain}`)), 'a path that is not percent-encoded');
});
async function pictures(t) {
  let asked = 0;
  const server = createServer((_, response) => { ++asked; response.setHeader('Content-Type', 'image/png'); response.end(png); }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await until(() => server.listening, 'the server of pictures');
  return {url: `http://127.0.0.1:${server.address().port}/some%20picture.png`, asked: () => asked};
}
item('O11-MED-06', SHOULD, 'An address is fetched once, with cache=0 each time', {settings: open, needs: 'inject sent'}, async t => {
  const {url, asked} = await pictures(t);
  const chat = await t.chat();
  for (let n = 0; n < 2; ++n) succeeded(await chat.send(image(url)), 'a picture by its address');
  equal(asked(), 1, 'fetches of two sends');
  succeeded(await chat.send([{type: 'image', data: {file: url, cache: 0}}]), 'cache 0');
  equal(asked(), 2, 'fetches with cache 0');
});

item('O11-MED-07', MUST, 'A picture of 20 MiB is taken, by HTTP and by WebSocket', {settings: open, needs: 'inject sent websocket', alone: true}, async t => {
  const big = `base64://${Buffer.concat([png, Buffer.alloc(20 << 20, 7)]).toString('base64')}`;
  const chat = await t.chat();
  const answer = await chat.send(image(big));
  check(answer && answer.retcode !== undefined, 'no answer by HTTP');
  check(!(answer.retcode === 1400 && /large|big|limit|JSON/i.test(answer.message)), `HTTP: ${show(answer)}`);
  const link = await t.connect();
  const over = await link.call('send_group_msg', {...chat.to, message: image(big)}, {ms: 20000});
  equal(over.retcode, answer.retcode, 'retcode by WebSocket and by HTTP');
  equal(link.closed, null, 'how the link was closed');
  return `retcode ${answer.retcode}`;
});

item('O11-MED-08', BR, 'Records are sent as they are', both, async t => {
  const chat = await t.chat(t.sending());
  const silk = Buffer.concat([Buffer.from('\x02#!SILK_V3'), Buffer.alloc(200, 1)]), mp3 = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(200, 1)]);
  for (const [what, bytes] of [['SILK', silk], ['MP3', mp3]]) {
    succeeded(await chat.send([{type: 'record', data: {file: `base64://${bytes.toString('base64')}`}}]), what);
  }
  await chat.once(2);
});

item('O11-MED-09', BR, 'People have an avatar where it is known', {needs: 'inject'}, async t => {
  const bot = t.having('avatar', 'tells avatars');
  const {event, native} = await t.chat(bot, 'private');
  const told = await t.data('get_stranger_info', {user_id: event.user_id}, bot);
  equal(told.avatar, bot.traits.avatar(bot, native.user_id), 'avatar');
});
