// Section 13.6: files. Every item is about all bots that list the action.
import {createHash} from 'node:crypto';
import {readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createServer as createHttpsServer} from 'node:https';
import {join} from 'node:path';
import {check, equal, matches, ok, retcode, shaped, show} from '../../lib/check.mjs';
import {BR, MUST, SHALL, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Files');

const content = Buffer.from(Array.from({length: 3000}, (_, n) => (n * 31 + (n >> 8)) % 256));
const hash = bytes => createHash('sha256').update(bytes).digest('hex');
const sha256 = hash(content);
const b64 = bytes => Buffer.from(bytes).toString('base64');

// Urls on this machine may be fetched, and one folder is shared with applications.
const sharing = {bots: 1, http: [{}], files: {local_urls: true, shared_folder: true, https: true}};

async function bot(t, ...actions) {
  let able = await t.doing(actions[0]);
  for (const action of actions.slice(1)) able = able.filter(one => one.actions.includes(action));
  if (!able.length) t.notApplicable(`no bot lists ${actions.join(' and ')}`);
  return able[0];
}
const by = (t, self) => (action, params) => t.call(action, params, self);
async function put(call, bytes = content, more = {}) {
  return ok(await call('upload_file', {type: 'data', name: 'a b.bin', data: b64(bytes), ...more}), 'upload_file type=data').file_id;
}
async function got(call, file_id) {
  const data = ok(await call('get_file', {file_id, type: 'data'}), 'get_file type=data');
  return {...data, bytes: Buffer.from(data.data ?? '', 'base64')};
}

item('C-ACT-60', SHALL, 'upload_file type=data gives a file_id for the bytes', async t => {
  const call = by(t, (await bot(t, 'upload_file')).self);
  for (const more of [{}, {sha256}]) matches(await put(call, content, more), /./, 'file_id');
  for (const params of [{name: 'a', data: b64(content)}, {type: 'data', data: b64(content)}, {type: 'data', name: 5, data: b64(content)}, {type: 5, name: 'a'}, {type: 'data', name: 'a', data: 5}, {type: 'data', name: 'a', data: '!!!'}]) {
    retcode(await call('upload_file', params), 10003, `upload_file ${show(params).slice(0, 60)}`);
  }
});

item('C-ACT-61', SHALL, 'upload_file_fragmented prepare gives a file_id', async t => {
  const call = by(t, (await bot(t, 'upload_file_fragmented')).self);
  shaped(ok(await call('upload_file_fragmented', {stage: 'prepare', name: 'a.bin', total_size: 3000}), 'prepare'), {file_id: 'id'}, 'data');
  for (const params of [{name: 'a.bin'}, {total_size: 5}, {name: 'a.bin', total_size: '5'}, {name: 'a.bin', total_size: -1}]) {
    retcode(await call('upload_file_fragmented', {stage: 'prepare', ...params}), 10003, `prepare ${show(params)}`);
  }
});

// Uploads pieces [from, to) in this order; gives the response to finish.
async function fragmented(call, pieces, {bytes = content, total = bytes.length, sum = hash(bytes)} = {}) {
  const {file_id} = ok(await call('upload_file_fragmented', {stage: 'prepare', name: 'a.bin', total_size: total}), 'prepare');
  for (const [from, to] of pieces) {
    const response = await call('upload_file_fragmented', {stage: 'transfer', file_id, offset: from, data: b64(bytes.subarray(from, to)), size: to - from});
    equal(ok(response, `transfer ${from}..${to}`), null, 'data of transfer');
  }
  return call('upload_file_fragmented', {stage: 'finish', file_id, ...(sum !== undefined && {sha256: sum})});
}

item('C-ACT-62', SHALL, 'transfer takes a piece and answers null', async t => {
  const call = by(t, (await bot(t, 'upload_file_fragmented')).self);
  const {file_id} = ok(await call('upload_file_fragmented', {stage: 'prepare', name: 'a.bin', total_size: 3000}), 'prepare');
  equal(ok(await call('upload_file_fragmented', {stage: 'transfer', file_id, offset: 0, data: b64(content.subarray(0, 100))}), 'transfer'), null, 'data');
  for (const params of [{offset: 0, data: 'AAAA'}, {file_id, data: 'AAAA'}, {file_id, offset: 0}, {file_id, offset: '0', data: 'AAAA'}]) {
    retcode(await call('upload_file_fragmented', {stage: 'transfer', ...params}), 10003, `transfer ${show(params)}`);
  }
});

item('C-ACT-63', SHALL, 'finish gives the final file_id', async t => {
  const call = by(t, (await bot(t, 'upload_file_fragmented', 'get_file')).self);
  const {file_id} = ok(await fragmented(call, [[0, 1000], [1000, 2000], [2000, 3000]]), 'finish');
  equal(hash((await got(call, file_id)).bytes), sha256, 'sha256 of what get_file gives');
});

item('C-ACT-64', SHALL, 'get_file gives name and data; what it gives as sha256 is right', async t => {
  const call = by(t, (await bot(t, 'upload_file', 'get_file')).self);
  const file = await got(call, await put(call));
  equal(file.name, 'a b.bin', 'name');
  equal(hash(file.bytes), sha256, 'sha256 of the data');
  if ('sha256' in file) equal(file.sha256, sha256, 'sha256');
  retcode(await call('get_file', {type: 'data'}), 10003, 'get_file without file_id');
  retcode(await call('get_file', {file_id: 'x'}), 10003, 'get_file without type');
  retcode(await call('get_file', {file_id: 5, type: 'data'}), 10003, 'get_file with a number');
});

item('C-ACT-65', SHALL, 'get_file_fragmented prepare gives name, total_size and sha256', async t => {
  const call = by(t, (await bot(t, 'upload_file', 'get_file_fragmented')).self);
  const data = ok(await call('get_file_fragmented', {stage: 'prepare', file_id: await put(call)}), 'prepare');
  equal([data.name, data.total_size, data.sha256], ['a b.bin', 3000, sha256], 'name, total_size, sha256');
});

item('C-ACT-66', SHALL, 'get_file_fragmented transfer gives the piece that was asked for', async t => {
  const call = by(t, (await bot(t, 'upload_file', 'get_file_fragmented')).self);
  const file_id = await put(call);
  const pieces = [];
  for (const offset of [0, 1100, 2200]) {
    pieces.push(Buffer.from(ok(await call('get_file_fragmented', {stage: 'transfer', file_id, offset, size: Math.min(1100, 3000 - offset)}), 'transfer').data, 'base64'));
  }
  equal(hash(Buffer.concat(pieces)), sha256, 'sha256 of the pieces');
});

item('C-ACT-67', MUST, 'upload_file type=url fetches with the given headers; what cannot be fetched is 33xxx', {settings: sharing, anywhere: true}, async t => {
  const call = by(t, (await bot(t, 'upload_file', 'get_file')).self);
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request);
    if (request.url !== '/file') return response.writeHead(404).end('no');
    response.writeHead(200, {'Content-Type': 'application/octet-stream'}).end(content);
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  t.after(() => { server.closeAllConnections?.(); server.close(); });
  const base = `http://127.0.0.1:${server.address().port}`;
  const response = await call('upload_file', {type: 'url', name: 'a.bin', url: `${base}/file`, headers: {'X-Conformance': 'yes, "it" is'}, sha256});
  if (response.retcode === 10004) t.notApplicable(`urls are declared unsupported: ${response.message}`);
  if (response.retcode !== 0 && !asked.length && /loopback|private|internal|public/i.test(response.message)) t.notApplicable(`it refuses addresses of this machine: ${response.message}`);
  const {file_id} = ok(response, 'upload_file type=url');
  equal(asked[0].headers['x-conformance'], 'yes, "it" is', 'the header at the server');
  equal(hash((await got(call, file_id)).bytes), sha256, 'sha256 of what get_file gives');
  retcode(await call('upload_file', {type: 'url', name: 'a.bin', url: `${base}/none`}), '33xxx', 'a url that is 404');
  retcode(await call('upload_file', {type: 'url', name: 'a.bin', url: 'http://127.0.0.1:9/'}), '33xxx', 'a url where nobody listens');
});

item('C-ACT-68', MUST, 'path reads no file of the system; switched off it is 10004', async t => {
  const call = by(t, (await bot(t, 'upload_file')).self);
  for (const path of ['/etc/shadow', '/etc/passwd', '../../../../etc/passwd', '/proc/self/environ']) {
    retcode(await call('upload_file', {type: 'path', name: 'x', path}), [10004, '32xxx'], `upload_file path ${path}`);
  }
  const reading = by(t, (await bot(t, 'upload_file', 'get_file')).self);
  const response = await reading('get_file', {file_id: await put(reading), type: 'path'});
  if (response.retcode !== 0) retcode(response, 10004, 'get_file type=path');
  else matches(response.data.path, /^\//, 'path');
});

item('C-ACT-67', MUST, 'upload_file type=url fetches over https from whom it trusts, and from nobody else', {settings: sharing}, async t => {
  if (!t.world.tls) t.notApplicable('needs a driver with a certificate that the implementation trusts');
  const call = by(t, (await bot(t, 'upload_file', 'get_file')).self);
  const server = createHttpsServer(t.world.tls, (_, response) => response.end(content));
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  t.after(() => { server.closeAllConnections?.(); server.close(); });
  const {port} = server.address();
  const {file_id} = ok(await call('upload_file', {type: 'url', name: 'a.bin', url: `https://127.0.0.1:${port}/file`}), 'upload_file over https');
  equal(hash((await got(call, file_id)).bytes), sha256, 'sha256 of what get_file gives');
  retcode(await call('upload_file', {type: 'url', name: 'a.bin', url: `https://localhost:${port}/file`}), '33xxx', 'a certificate of another name');
});

item('C-ACT-68', MUST, 'In a shared folder paths work both ways, and lead out of it by no means', {settings: sharing}, async t => {
  const {folder} = t.world;
  if (!folder) t.notApplicable('needs a driver that shares a folder');
  const call = by(t, (await bot(t, 'upload_file', 'get_file')).self);
  writeFileSync(join(folder, 'mine.bin'), content);
  symlinkSync('/etc/hostname', join(folder, 'link'));
  const {file_id} = ok(await call('upload_file', {type: 'path', name: 'mine.bin', path: join(folder, 'mine.bin'), sha256}), 'upload_file type=path');
  equal(hash((await got(call, file_id)).bytes), sha256, 'sha256 of what get_file gives');
  for (const path of [join(folder, 'link'), `${folder}/../../etc/hostname`, `${folder}/../../../../../etc/hostname`, '/etc/hostname', `${folder}x`]) {
    retcode(await call('upload_file', {type: 'path', name: 'x', path}), [10003, 10004, '32xxx', '35xxx'], `path ${path.replace(folder, 'FOLDER')}`);
  }
  const response = await call('get_file', {file_id, type: 'path'});
  if (response.retcode === 10004) return 'get_file type=path is declared unsupported';
  equal(hash(readFileSync(ok(response, 'get_file type=path').path)), sha256, 'sha256 of the file at the path');
});

item('C-ACT-69', BR, 'A parameter that the type needs is 10003 when missing; an unknown type is 10004', async t => {
  const call = by(t, (await bot(t, 'upload_file', 'get_file')).self);
  for (const type of ['url', 'path', 'data']) retcode(await call('upload_file', {type, name: 'a'}), type === 'path' ? [10003, 10004] : 10003, `upload_file type=${type} alone`);
  retcode(await call('upload_file', {type: 'telepathy', name: 'a'}), 10004, 'upload_file with an unknown type');
  retcode(await call('get_file', {file_id: await put(call), type: 'telepathy'}), 10004, 'get_file with an unknown type');
  const url = await call('get_file', {file_id: await put(call), type: 'url'});
  if (url.retcode !== 0) retcode(url, 10004, 'get_file type=url of a file that has none');
});

item('C-ACT-70', BR, 'A wrong sha256 or missing bytes are 35xxx; pieces may come in any order and twice', async t => {
  const call = by(t, (await bot(t, 'upload_file_fragmented', 'get_file')).self);
  const [a, b, c] = [[0, 1000], [1000, 2000], [2000, 3000]];
  const {file_id} = ok(await fragmented(call, [c, a, b, b]), 'finish after the pieces 3, 1, 2, 2');
  equal(hash((await got(call, file_id)).bytes), sha256, 'sha256 of what get_file gives');
  retcode(await fragmented(call, [a, b, c], {sum: hash('other')}), '35xxx', 'finish with a wrong sha256');
  retcode(await fragmented(call, [a, c]), '35xxx', 'finish with a missing piece');
  const {file_id: open} = ok(await call('upload_file_fragmented', {stage: 'prepare', name: 'a', total_size: 10}), 'prepare');
  retcode(await call('upload_file_fragmented', {stage: 'transfer', file_id: open, offset: 8, data: b64(content.subarray(0, 3))}), 10003, 'a piece beyond total_size');
  retcode(await call('upload_file_fragmented', {stage: 'transfer', file_id: open, offset: -1, data: b64(content.subarray(0, 3))}), 10003, 'a negative offset');
  const direct = by(t, (await bot(t, 'upload_file')).self);
  retcode(await direct('upload_file', {type: 'data', name: 'a', data: b64(content), sha256: hash('other')}), '35xxx', 'upload_file with a wrong sha256');
});

item('C-ACT-71', MUST, 'size in transfer and sha256 in prepare are not asked for', async t => {
  const call = by(t, (await bot(t, 'upload_file_fragmented')).self);
  const {file_id} = ok(await call('upload_file_fragmented', {stage: 'prepare', name: 'a.bin', total_size: 3}), 'prepare without sha256');
  ok(await call('upload_file_fragmented', {stage: 'transfer', file_id, offset: 0, data: b64('abc')}), 'transfer without size');
  ok(await call('upload_file_fragmented', {stage: 'finish', file_id, sha256: hash('abc')}), 'finish');
});

item('C-ACT-71', BR, 'finish without sha256 skips the check', async t => {
  const call = by(t, (await bot(t, 'upload_file_fragmented')).self);
  const {file_id} = ok(await call('upload_file_fragmented', {stage: 'prepare', name: 'a.bin', total_size: 3}), 'prepare');
  ok(await call('upload_file_fragmented', {stage: 'transfer', file_id, offset: 0, data: b64('abc')}), 'transfer');
  ok(await call('upload_file_fragmented', {stage: 'finish', file_id}), 'finish without sha256');
});

item('C-ACT-72', BR, 'A missing or unknown stage is 10003', async t => {
  for (const action of ['upload_file_fragmented', 'get_file_fragmented']) {
    const call = by(t, (await bot(t, action)).self);
    for (const params of [{name: 'a', total_size: 1, file_id: 'x'}, {stage: 'nope', file_id: 'x'}, {stage: 5}]) retcode(await call(action, params), 10003, `${action} ${show(params)}`);
  }
});

item('C-ACT-73', BR, 'An unknown file_id is 35xxx', async t => {
  const call = by(t, (await bot(t, 'get_file', 'get_file_fragmented', 'upload_file_fragmented')).self);
  retcode(await call('get_file', {file_id: 'nobody has it', type: 'data'}), '35xxx', 'get_file');
  retcode(await call('get_file_fragmented', {stage: 'prepare', file_id: 'nobody has it'}), '35xxx', 'get_file_fragmented prepare');
  retcode(await call('get_file_fragmented', {stage: 'transfer', file_id: 'nobody has it', offset: 0, size: 1}), '35xxx', 'get_file_fragmented transfer');
  retcode(await call('upload_file_fragmented', {stage: 'transfer', file_id: 'nobody has it', offset: 0, data: 'AAAA'}), '35xxx', 'upload_file_fragmented transfer');
  retcode(await call('upload_file_fragmented', {stage: 'finish', file_id: 'nobody has it', sha256}), '35xxx', 'upload_file_fragmented finish');
});

item('C-ACT-74', BR, 'Reading past the end gives the shorter rest; beyond it, or a bad size, is 10003', async t => {
  const call = by(t, (await bot(t, 'upload_file', 'get_file_fragmented')).self);
  const file_id = await put(call);
  const rest = ok(await call('get_file_fragmented', {stage: 'transfer', file_id, offset: 2990, size: 100}), 'transfer past the end').data;
  equal(Buffer.from(rest, 'base64').toString('hex'), content.subarray(2990).toString('hex'), 'the rest');
  for (const params of [{offset: 3001, size: 1}, {offset: -1, size: 1}, {offset: 0, size: 0}, {offset: 0, size: -5}, {offset: '0', size: 1}]) {
    retcode(await call('get_file_fragmented', {stage: 'transfer', file_id, ...params}), 10003, `transfer ${show(params)}`);
  }
});

item('C-ACT-75', BR, 'A file_id is good after a restart', {settings: {bots: 2, http: [{}], websocket: [{}], heartbeat: {enabled: false, interval: 1000}}, needs: 'restart', alone: true}, async t => {
  const call = by(t, (await bot(t, 'upload_file', 'get_file')).self);
  const file_id = await put(call);
  await t.world.restart();
  equal(hash((await got(call, file_id)).bytes), sha256, 'sha256 of what get_file gives after a restart');
});

item('C-ACT-75', BR, 'The file_id of a received segment gives the file', {settings: sharing, needs: 'inject'}, async t => {
  const able = t.causing('message.private file at url');
  await t.doing('get_file');
  const server = createServer((_, response) => response.writeHead(200, {'Content-Type': 'application/octet-stream'}).end(content));
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  t.after(() => { server.closeAllConnections?.(); server.close(); });
  for (const one of able) {
    const expected = await t.inject(one, 'message.private file at url', {url: `http://127.0.0.1:${server.address().port}/report`});
    const is = event => event.message_id === expected.find.message_id;
    const event = await until(async () => (await t.poll({timeout: 1})).find(is), 'the event');
    const {file_id} = event.message.find(segment => segment.type === 'file').data;
    equal(hash((await got(by(t, one.self), file_id)).bytes), sha256, `sha256 of what get_file gives (${one.self.platform})`);
  }
});

item('C-ACT-76', BR, 'A url on this machine or in the local network is not fetched', async t => {
  const call = by(t, (await bot(t, 'upload_file')).self);
  for (const url of ['http://169.254.169.254/latest/meta-data/', 'file:///etc/passwd', 'gopher://127.0.0.1/']) {
    const response = await call('upload_file', {type: 'url', name: 'x', url});
    check(response.retcode !== 0, `${url} was fetched`);
    retcode(response, [10003, 10004, '33xxx'], url);
  }
});

