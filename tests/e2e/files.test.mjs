// Files, from the outside: large ones in fragments, addresses on the Internet and inside the network, limits, and what
// is left afterwards.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createServer as createTls} from 'node:https';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {Application, botToml, bridge, build, folder, freePort, post, simulate, until} from './support.mjs';

const MiB = 1 << 20;
const sanitized = !build.includes('release');  // slower, and its memory says nothing
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

// One bot, with files as configured. call(action, params) over HTTP; socket() is an application on a WebSocket.
async function running(t, files = '', {dir = folder(), top = '', qq = undefined} = {}) {
  qq ??= await simulate(t, 'qq');
  const [http, websocket] = [await freePort(), await freePort()];
  const toml = `
${botToml(qq.bot)}
[[onebot.http]]
port = ${http}
[[onebot.websocket]]
port = ${websocket}
[files]
${files}
`;
  const onebridge = await bridge(t, toml, {dir, top});
  const call = async (action, params = {}) => (await post(`http://127.0.0.1:${http}/`, {action, params})).body;
  await until(async () => (await call('get_status')).data.bots.some(bot => bot.online), 'the bot');
  const store = join(dir, 'data/files');
  return {
    onebridge, call, dir, qq, store,
    socket: () => Application.connect(`ws://127.0.0.1:${websocket}/`),
    stored: () => readdirSync(store).filter(name => /^[0-9a-f]{64}$/.test(name)),
    unfinished: () => readdirSync(join(store, 'tmp')),
    memory: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${onebridge.child.pid}/status`, 'utf8'))[1]) / 1024,
  };
}

const ok = answer => {
  assert.equal(answer.status, 'ok', JSON.stringify(answer).slice(0, 300));
  return answer.data;
};

// The same bytes again and again, each mebibyte beginning with its number, so that a misplaced one is noticed.
const base = randomBytes(MiB);
function piece(number) {
  const bytes = Buffer.from(base);
  bytes.writeUInt32BE(number, 0);
  return bytes;
}

async function upload(call, mebibytes, {digest}) {
  const {file_id} = ok(await call('upload_file_fragmented', {stage: 'prepare', name: 'large.bin', total_size: mebibytes * MiB}));
  for (let i = 0; i < mebibytes; ++i) {
    ok(await call('upload_file_fragmented', {stage: 'transfer', file_id, offset: i * MiB, data: piece(i).toString('base64')}));
  }
  return ok(await call('upload_file_fragmented', {stage: 'finish', file_id, sha256: digest})).file_id;
}

async function download(call, file_id) {
  const about = ok(await call('get_file_fragmented', {stage: 'prepare', file_id}));
  const hash = createHash('sha256');
  const size = MiB / 2;
  let offset = 0;
  while (offset < about.total_size) {
    const part = Buffer.from(ok(await call('get_file_fragmented', {stage: 'transfer', file_id, offset, size})).data, 'base64');
    assert.ok(part.length > 0);
    hash.update(part);
    offset += part.length;
  }
  return {...about, digest: hash.digest('hex')};
}

test('a large file goes in and comes out in fragments, over HTTP and WebSocket, and memory does not grow with it', async t => {
  const mebibytes = sanitized ? 8 : 200;
  const whole = createHash('sha256');
  for (let i = 0; i < mebibytes; ++i) whole.update(piece(i));
  const digest = whole.digest('hex');
  const one = await running(t);
  const socket = await one.socket();
  const calls = [one.call, (action, params) => socket.call(action, params)];
  await download(one.call, await upload(one.call, 1, {digest: sha256(piece(0))}));
  const before = one.memory();
  let most = before;
  const watch = setInterval(() => { most = Math.max(most, one.memory()); }, 20);

  const files = [];
  try {
    for (const call of calls) files.push(await download(call, await upload(call, mebibytes, {digest})));
  } finally {
    clearInterval(watch);
  }

  for (const file of files) {
    assert.deepEqual(file, {name: 'large.bin', total_size: mebibytes * MiB, sha256: digest, digest});
  }
  t.diagnostic(`memory ${before.toFixed(1)} MiB, at most ${most.toFixed(1)} MiB`);
  if (!sanitized) assert.ok(most - before <= 16, `memory grew from ${before} to ${most} MiB`);
  assert.equal(one.stored().length, 2);
  assert.deepEqual(one.unfinished(), []);
});

test('a wrong hash, a missing fragment, the quota and a full disk are refused and leave nothing behind', async t => {
  const one = await running(t, 'max_size = "2MiB"\nquota = "3MiB"');
  const stage = (name, params) => one.call('upload_file_fragmented', {stage: name, ...params});
  const prepare = async total_size => ok(await stage('prepare', {name: 'f', total_size})).file_id;
  const data = Buffer.from('hello').toString('base64');

  const wrong = await prepare(5);
  ok(await stage('transfer', {file_id: wrong, offset: 0, data}));
  assert.equal((await stage('finish', {file_id: wrong, sha256: sha256('other')})).retcode, 35006);
  const holey = await prepare(6);
  ok(await stage('transfer', {file_id: holey, offset: 0, data}));
  assert.equal((await stage('transfer', {file_id: holey, offset: 2, data})).retcode, 10003);
  assert.equal((await stage('finish', {file_id: holey})).retcode, 35005);
  assert.equal((await stage('finish', {file_id: holey})).retcode, 35004);
  assert.equal((await stage('prepare', {name: 'f', total_size: 3 * MiB})).retcode, 36004);
  const half = await prepare(2 * MiB);
  assert.equal((await stage('prepare', {name: 'f', total_size: 2 * MiB})).retcode, 36005);

  // What the disk refuses: no file of the process may be longer than this.
  execFileSync('prlimit', ['--pid', String(one.onebridge.child.pid), `--fsize=${MiB}:`]);
  const far = await stage('transfer', {file_id: half, offset: MiB, data});
  assert.equal(far.retcode, 32001, JSON.stringify(far));
  assert.equal((await stage('finish', {file_id: half})).retcode, 35004);

  assert.deepEqual(one.stored(), []);
  assert.deepEqual(one.unfinished(), []);
  ok(await one.call('upload_file', {type: 'data', name: 'f', data}));
});

// A disk of its own of so many mebibytes, or nothing where we may not mount one.
function smallDisk(t, mebibytes) {
  const dir = mkdtempSync(join(tmpdir(), 'onebridge-e2e-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir], {stdio: 'ignore'});
  } catch {
    rmdirSync(dir);
    return undefined;
  }
  t.after(() => {
    execFileSync('umount', ['--lazy', dir]);  // whoever still runs there
    rmdirSync(dir);
  });
  return dir;
}

test('a disk without room refuses the file, leaves nothing of it, and takes the next one that fits', async t => {
  const dir = smallDisk(t, 6);
  if (!dir) return t.skip('no right to mount a disk of its own');
  const one = await running(t, '', {dir});
  const {file_id} = ok(await one.call('upload_file_fragmented', {stage: 'prepare', name: 'f', total_size: 16 * MiB}));
  let answer = {status: 'ok'};
  for (let i = 0; i < 16 && answer.status === 'ok'; ++i) {
    const data = piece(i).toString('base64');
    answer = await one.call('upload_file_fragmented', {stage: 'transfer', file_id, offset: i * MiB, data});
  }
  assert.equal(answer.retcode, 32001, JSON.stringify(answer));
  assert.match(answer.message, /No space left/);
  assert.equal((await one.call('upload_file_fragmented', {stage: 'finish', file_id})).retcode, 35004);
  assert.deepEqual(one.stored(), []);
  assert.deepEqual(one.unfinished(), []);
  const data = piece(0).toString('base64');
  const kept = ok(await one.call('upload_file', {type: 'data', name: 'f', data})).file_id;
  assert.equal(ok(await one.call('get_file', {type: 'data', file_id: kept})).data, data);
});

// A server of one file; requests[i] are what it was asked.
async function origin(t, make, answer) {
  const requests = [];
  const server = make((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.closeAllConnections(); server.close(); });
  return {requests, port: server.address().port};
}

test('addresses inside the network are refused, however they are written, unless the configuration allows them', async t => {
  const inside = await origin(t, createServer, (request, response) => response.end('inside'));
  const {port} = inside;
  const closed = await running(t, 'timeout = 3000');
  for (const host of ['127.0.0.1', 'localhost', '10.0.0.1', '169.254.169.254', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0']) {
    const answer = await closed.call('upload_file', {type: 'url', name: 'f', url: `http://${host}:${port}/`});
    assert.equal(answer.retcode, 33003, `${host}: ${JSON.stringify(answer)}`);
  }
  const id = `qq.file?url=${encodeURIComponent(`http://127.0.0.1:${port}/`)}&name=f`;
  assert.equal((await closed.call('get_file', {type: 'data', file_id: id})).retcode, 33003);
  assert.equal(inside.requests.length, 0);
  assert.deepEqual(closed.unfinished(), []);

  const open = await running(t, 'allow_internal = true');
  for (const host of ['127.0.0.1', 'localhost']) {
    const {file_id} = ok(await open.call('upload_file', {
      type: 'url', name: 'f', url: `http://${host}:${port}/x?y=1`, headers: {'X-One': '1', Cookie: 'a=b'}}));
    assert.equal(Buffer.from(ok(await open.call('get_file', {type: 'data', file_id})).data, 'base64').toString(), 'inside');
  }
  assert.equal(inside.requests[0].url, '/x?y=1');
  assert.equal(inside.requests[0].headers['x-one'], '1');
  assert.equal(inside.requests[0].headers.cookie, 'a=b');
});

test('https is verified, redirects are followed, a refusal and a dead server are errors, and nothing is left', async t => {
  const dir = folder();
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], {stdio: 'ignore'});
  const tls = {key: readFileSync(key), cert: readFileSync(cert)};
  const secure = await origin(t, answer => createTls(tls, answer), (request, response) => response.end('by TLS'));
  const plain = await origin(t, createServer, (request, response) => {
    if (request.url === '/absent') return response.writeHead(404).end('none');
    if (request.url === '/broken') return response.writeHead(200, {'Content-Length': 10}).write('half', () => response.destroy());
    response.writeHead(302, {Location: request.url === '/loop' ? '/loop' : `https://localhost:${secure.port}/`}).end();
  });
  const one = await running(t, 'allow_internal = true\nmax_redirects = 3', {dir, top: `ca_file = ${JSON.stringify(cert)}`});
  const fetched = (url, more) => one.call('upload_file', {type: 'url', name: 'f', url, ...more});
  const base = `http://127.0.0.1:${plain.port}`;

  const {file_id} = ok(await fetched(`${base}/moved`, {sha256: sha256('by TLS'), headers: {Authorization: 'secret'}}));
  assert.equal(Buffer.from(ok(await one.call('get_file', {type: 'data', file_id})).data, 'base64').toString(), 'by TLS');
  assert.equal(plain.requests[0].headers.authorization, 'secret');
  assert.equal(secure.requests[0].headers.authorization, undefined);
  for (const url of [`${base}/absent`, `${base}/broken`, `${base}/loop`, `https://127.0.0.1:${secure.port}/`,
                     `http://127.0.0.1:${await freePort()}/`]) {
    const answer = await fetched(url);
    assert.match(String(answer.retcode), /^33/, `${url}: ${JSON.stringify(answer)}`);
  }
  assert.equal((await fetched(`${base}/moved`, {sha256: sha256('other')})).retcode, 35006);
  assert.equal(one.stored().length, 1);
  assert.deepEqual(one.unfinished(), []);
});

test('ids survive a restart, a platform\'s too, and what a crash left is removed', async t => {
  const file = await origin(t, createServer, (request, response) => response.end('picture'));
  const dir = folder();
  const first = await running(t, 'allow_internal = true', {dir});
  const {file_id} = ok(await first.call('upload_file', {type: 'data', name: 'f.txt', data: Buffer.from('mine').toString('base64')}));
  const remote = `qq.file?url=${encodeURIComponent(`http://127.0.0.1:${file.port}/`)}&name=p.png`;
  assert.equal(ok(await first.call('get_file', {type: 'url', file_id: remote})).url, `http://127.0.0.1:${file.port}/`);
  const [one, two] = await Promise.all([1, 2].map(() => first.call('get_file', {type: 'data', file_id: remote})));
  assert.deepEqual(ok(one), ok(two));
  assert.equal(file.requests.length, 1);
  ok(await first.call('upload_file_fragmented', {stage: 'prepare', name: 'half', total_size: 10}));
  assert.equal(first.unfinished().length, 1);
  await first.onebridge.stop('SIGKILL');

  const second = await running(t, 'allow_internal = true', {dir, qq: first.qq});
  const mine = ok(await second.call('get_file', {type: 'data', file_id}));
  assert.equal(Buffer.from(mine.data, 'base64').toString(), 'mine');
  assert.equal(mine.name, 'f.txt');
  assert.equal(mine.sha256, sha256('mine'));
  const theirs = ok(await second.call('get_file', {type: 'data', file_id: remote}));
  assert.equal(Buffer.from(theirs.data, 'base64').toString(), 'picture');
  assert.equal(theirs.name, 'p.png');
  assert.equal(file.requests.length, 1);
  assert.deepEqual(second.unfinished(), []);
});

test('paths are off, or kept within the configured folders', async t => {
  const dir = folder();
  const shared = join(dir, 'shared');
  mkdirSync(shared);
  writeFileSync(join(shared, 'f'), 'shared');
  symlinkSync('/etc/passwd', join(shared, 'link'));
  const off = await running(t, '', {dir});
  const byPath = (one, path) => one.call('upload_file', {type: 'path', name: 'f', path});
  assert.equal((await byPath(off, join(shared, 'f'))).retcode, 10004);
  await off.onebridge.stop();

  const on = await running(t, `paths = [${JSON.stringify(shared)}]`, {dir, qq: off.qq});
  const {file_id} = ok(await byPath(on, join(shared, 'f')));
  assert.equal((await on.call('get_file', {type: 'path', file_id})).retcode, 10004);
  for (const path of ['/etc/shadow', join(shared, '../bridge.toml'), join(shared, 'link'), join(shared, 'absent')]) {
    assert.equal((await byPath(on, path)).retcode, 32004, path);
  }
  const names = ok(await on.call('get_supported_actions'));
  for (const name of ['upload_file', 'upload_file_fragmented', 'get_file', 'get_file_fragmented']) assert.ok(names.includes(name));
  await on.onebridge.stop();

  const both = await running(t, `paths = [${JSON.stringify(on.store)}]`, {dir, qq: off.qq});
  const given = ok(await both.call('get_file', {type: 'path', file_id}));
  assert.ok(existsSync(given.path));
  assert.equal(readFileSync(given.path, 'utf8'), 'shared');
});

test('a file larger than an answer says how it leaves', async t => {
  const one = await running(t);
  const socket = await one.socket();
  const {file_id} = ok(await one.call('upload_file', {type: 'data', name: 'f', data: Buffer.alloc(MiB).toString('base64')}));

  assert.equal(Buffer.from(ok(await one.call('get_file', {type: 'data', file_id})).data, 'base64').length, MiB);
  const answer = await socket.call('get_file', {type: 'data', file_id});
  assert.equal(answer.retcode, 33002);
  assert.match(answer.message, /get_file_fragmented/);
});
