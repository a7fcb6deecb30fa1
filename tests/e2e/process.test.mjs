// The process among others: signals, a log that nobody reads, descriptors that are closed or few, links in its folder.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import test from 'node:test';
import {Application, botToml, bridge, folder, freePort, onebridge, simulate, start, until} from './support.mjs';

async function scene(t, options) {
  const qq = await simulate(t, 'qq');
  const websocket = await freePort();
  const process_ = await bridge(t, `${botToml(qq.bot)}\n[[onebot.websocket]]\nport = ${websocket}\n`, options);
  return {qq, websocket, process: process_};
}

test('SIGHUP, SIGUSR1, SIGUSR2 and SIGALRM end nothing; SIGQUIT stops in order', async t => {
  const {process: process_} = await scene(t);
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGALRM']) process_.child.kill(signal);
  await until(() => process_.err.split('a signal is ignored').length === 4, () => process_.err);
  assert.equal((await fetch(`${process_.admin}/healthz`)).status, 200);
  assert.equal(await process_.stop('SIGQUIT'), 0);
  assert.match(process_.err, /onebridge ends/);
});

test('a log that nobody reads stops neither the bridge nor its end', async t => {
  const {websocket, process: process_} = await scene(t);
  process_.child.stderr.pause();
  for (let i = 0; i < 2000; ++i) {  // some lines each, with the name
    const application = await Application.connect(`ws://127.0.0.1:${websocket}/?consumer=${'n'.repeat(60)}`);
    application.socket.terminate();
  }
  assert.equal((await fetch(`${process_.admin}/healthz`)).status, 200);
  const begin = performance.now();
  process_.child.kill('SIGTERM');
  await until(() => process_.child.exitCode !== null, 'the end', 10_000);
  assert.ok(performance.now() - begin < 6000);
  await process_.exit();  // Node reads what is left
  assert.ok(process_.err.split('websocket open').length <= 2000, 'the pipe was full: not every line found room');
});

test('a web page reads nothing, an application that calls by an address does', async t => {
  const {websocket, process: process_} = await scene(t);
  const ask = headers => new Promise(done => {
    const socket = connect(websocket, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`));
    socket.once('data', bytes => { done(Number(bytes.toString().slice(9, 12))); socket.destroy(); }).on('error', () => done(0));
  });
  const host = `Host: 127.0.0.1:${websocket}\r\n`;
  assert.equal(await ask(host), 101);
  assert.equal(await ask(`${host}Origin: http://127.0.0.1:${websocket}\r\n`), 101);
  assert.equal(await ask(`${host}Origin: https://evil.example\r\n`), 403);
  assert.equal(await ask(`${host}Origin: null\r\n`), 403);
  assert.equal(await ask('Host: evil.example\r\n'), 403);
  assert.equal(await ask(''), 400);
  const metrics = await (await fetch(`${process_.admin}/metrics`)).text();
  assert.match(metrics, /onebridge_requests_refused_total\{reason="origin"\} 2/);
  assert.equal((await fetch(`${process_.admin}/metrics`, {headers: {Origin: 'https://evil.example'}})).status, 403);
});

test('closed standard descriptors and few descriptors are no crash', async t => {
  const dir = folder();
  const path = join(dir, 'b.toml');
  writeFileSync(path, '[bridge]\ndata_dir = "data"\n');
  const sh = async line => {
    const child = spawn('sh', ['-c', line], {cwd: dir, stdio: ['ignore', 'pipe', 'pipe']});
    let err = '';
    child.stderr.on('data', bytes => { err += bytes; });
    return new Promise(done => child.on('close', (code, signal) => done({code: signal ?? code, err})));
  };
  assert.equal((await sh(`'${onebridge}' version <&- >&- 2>&-`)).code, 0);
  const qq = await simulate(t, 'qq');
  writeFileSync(path, `[bridge]\ndata_dir = "data"\n${botToml(qq.bot)}\n[[onebot.websocket]]\nport = ${await freePort()}\n`);
  const few = await sh(`ulimit -n 8; exec '${onebridge}' run --config b.toml`);
  assert.equal(few.code, 1);
  assert.match(few.err, /may open 8 files, and needs 64/);
});

test('a link in the data folder stops the start, and what it leads to stays', async t => {
  const dir = folder();
  mkdirSync(join(dir, 'precious/tmp'), {recursive: true});
  writeFileSync(join(dir, 'precious/tmp/file'), 'mine');
  mkdirSync(join(dir, 'data'), {mode: 0o700});
  symlinkSync(join(dir, 'precious'), join(dir, 'data/files'));
  const qq = await simulate(t, 'qq');
  writeFileSync(join(dir, 'b.toml'), `[bridge]\ndata_dir = "${join(dir, 'data')}"\n${botToml(qq.bot)}\n[[onebot.websocket]]\nport = ${await freePort()}\n`);
  const linked = start(t, onebridge, ['run', '--config', join(dir, 'b.toml')]);
  assert.equal(await linked.exit(), 1);
  assert.match(linked.err, /data\/files is a link/);
  assert.ok(existsSync(join(dir, 'precious/tmp/file')));
  chmodSync(join(dir, 'data'), 0o777);
  const open = start(t, onebridge, ['run', '--config', join(dir, 'b.toml')]);
  assert.equal(await open.exit(), 1);
  assert.match(open.err, /chmod 700/);
});

test('versions and help are told by every usual word', async t => {
  for (const [args, what] of [[['--version'], /^onebridge \d/], [['version'], /^onebridge \d/], [['help'], /check/], [['--help'], /check/]]) {
    const told = start(t, onebridge, args);
    assert.equal(await told.exit(), 0);
    assert.match(told.out, what);
  }
  const checked = start(t, onebridge, ['check', '/nowhere.toml']);
  assert.equal(await checked.exit(), 2);
  assert.match(checked.err, /nowhere\.toml:1: cannot be read/);
});

test('the start tells the addresses for frameworks and platforms', async t => {
  const lark = await simulate(t, 'lark');
  const [ingress, http, websocket] = [await freePort(), await freePort(), await freePort()];
  const process_ = await bridge(t, `${botToml(lark.bot)}\n[ingress]\nport = ${ingress}\n[[onebot.http]]\nport = ${http}\n[[onebot.websocket]]\nport = ${websocket}\n`);
  await until(() => process_.err.includes('a bot takes pushes'), () => process_.err);
  assert.match(process_.err, new RegExp(`url=http://127\\.0\\.0\\.1:${http}/\\s`));
  assert.match(process_.err, new RegExp(`url=ws://127\\.0\\.0\\.1:${websocket}/\\?consumer=NAME`));
  assert.match(process_.err, new RegExp(`path=/lark/\\S+ url=http://127\\.0\\.0\\.1:${ingress}/lark/\\S+;`));
});

test('a TMPDIR that cannot be used is named, with what to do', async t => {
  for (const path of ['/nowhere/at/all', '/proc']) {
    const demo = start(t, onebridge, ['demo', '--once'], {env: {TMPDIR: path}});
    assert.notEqual(await demo.exit(), 0);
    assert.match(demo.err, /no temporary folder can be made .*set TMPDIR to a folder that exists and can be written to/);
  }
});
