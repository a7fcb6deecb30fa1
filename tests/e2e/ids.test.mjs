// OneBot 11's numbers by the command, beside a running bridge and without one.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'node:test';
import {botToml, bridge, folder, freePort, onebridge, simulate, start, until} from './support.mjs';

async function ids(t, ...args) {
  const program = start(t, onebridge, ['ids', ...args]);
  program.child.stdin.end();
  const code = await program.exit();
  return {code, out: program.out, err: program.err, lines: program.out.trim().split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line))};
}

const token = 'token = "s3cret"\n';
const botAndWay = async qq => `${botToml(qq.bot)}\n[[onebot.websocket]]\nport = ${await freePort()}\n`;
const line = (native, number, more = {}) => JSON.stringify({kind: 'user', platform: 'qq', native, number, ...more}) + '\n';

// O11-MAP-02
test('numbers are bound, found, exported and imported while the bridge runs, and after it has stopped', async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder(), config = ['--config', join(dir, 'bridge.toml')];
  const running = await bridge(t, token + await botAndWay(qq), {dir});
  const file = join(dir, 'ids.jsonl');
  writeFileSync(file, Array.from({length: 4100}, (_, i) => line(`U${i}`, 20_000_000_000 + i, {name: `Name ${i} "é"`})).join(''));

  assert.match((await ids(t, 'list', '--data-dir', join(dir, 'data'))).err, /in use by another onebridge process.*--config FILE/);
  assert.deepEqual(await ids(t, 'import', file, ...config), {code: 0, out: 'imported=4100 left_out=0\n', err: '', lines: []});
  assert.equal((await ids(t, 'list', ...config)).lines.length, 4100, 'in portions');
  assert.deepEqual((await ids(t, 'list', 'Name 4099 "é', ...config)).lines.map(entry => entry.native), ['U4099']);

  const bound = await ids(t, 'bind', 'U1', '12345', ...config);
  assert.equal(bound.code, 0, bound.err);
  assert.deepEqual(bound.lines, [{kind: 'user', platform: 'qq', native: 'U1', number: 12345, name: 'Name 1 "é"'}]);
  assert.equal((await ids(t, 'find', '12345', ...config)).lines[0].native, 'U1');
  assert.equal((await ids(t, 'find', '20000000001', ...config)).lines[0].alias, true, 'the old one');
  const taken = await ids(t, 'bind', 'U2', '12345', ...config);
  assert.equal(taken.code, 1);
  assert.match(taken.err, /12345 is the number of U1/);

  const before = (await ids(t, 'export', ...config)).out;
  assert.equal(before.split('\n').length, 4102);
  writeFileSync(file, line('new', 77) + line('other', 12345));
  const clash = await ids(t, 'import', file, ...config);
  assert.equal(clash.code, 1);
  assert.match(clash.err, /12345 is the number of U1[^]*nothing was imported: clashes=1/);
  assert.equal((await ids(t, 'find', '77', ...config)).code, 1);

  assert.equal(await running.stop(), 0);
  assert.equal((await ids(t, 'export', ...config)).out, before, 'of the folder');
  writeFileSync(file, before);
  assert.match((await ids(t, 'import', file, '--data-dir', join(dir, 'elsewhere'))).out, /^imported=4101 /);
  assert.equal((await ids(t, 'export', '--data-dir', join(dir, 'elsewhere'))).out, before);
});

test('what was bound is on disk when the command returns: a kill loses nothing', async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder(), config = ['--config', join(dir, 'bridge.toml')];
  const running = await bridge(t, token + await botAndWay(qq), {dir});
  assert.equal((await ids(t, 'bind', 'U1', '12345', '--platform', 'qq', '--kind', 'user', ...config)).code, 0);
  await running.stop('SIGKILL');
  assert.equal((await ids(t, 'find', 'U1', ...config)).lines[0].number, 12345);
});

test('without a token, without [admin], with the wrong token or a file too long the command says what to do', async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder(), path = join(dir, 'bridge.toml');
  const running = await bridge(t, await botAndWay(qq), {dir});
  const refused = await fetch(`${running.admin}/ids`, {method: 'POST', body: line('U1', 5)});
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /set admin\.token/);
  assert.match((await ids(t, 'list', '--config', path)).err, /set admin\.token in the configuration/);

  const toml = readFileSync(path, 'utf8');
  writeFileSync(path, toml.replace('[admin]\n', `[admin]\n${token}`));
  const stale = await ids(t, 'list', '--config', path);
  assert.equal(stale.code, 1);
  assert.match(stale.err, /403: .*set admin\.token/);
  writeFileSync(path, toml.replace(/\[admin\]\nport = \d+\n/, ''));
  assert.match((await ids(t, 'list', '--config', path)).err, /add \[admin\] with host, port and token/);

  assert.equal(await running.stop(), 0);
  writeFileSync(path, toml.replace('[admin]\n', `[admin]\n${token}`));
  const again = start(t, onebridge, ['run', '--config', path]);
  await until(async () => (await fetch(`${running.admin}/healthz`).catch(() => null))?.ok, () => again.err);
  const wrong = join(dir, 'wrong.toml'), file = join(dir, 'long.jsonl');
  writeFileSync(wrong, toml.replace('[admin]\n', '[admin]\ntoken = "other"\n'));
  assert.match((await ids(t, 'list', '--config', wrong)).err, /401: the token of \[admin\] is needed/);
  writeFileSync(file, Array.from({length: 20_000}, (_, i) => line(`U${i}`, i + 1)).join(''));
  assert.match((await ids(t, 'import', file, '--config', path)).err, /nothing was imported: 20000 numbers are .* stop it for this import/);
  const body = readFileSync(file, 'utf8').slice(0, 600_000);
  assert.equal((await fetch(`${running.admin}/ids`, {method: 'POST', body, headers: {Authorization: 'Bearer s3cret'}})).status, 413);
  assert.deepEqual((await ids(t, 'list', '--config', path)).lines, []);
});

// O11-MAP-04
test("another bridge's numbers are imported while the bridge runs, groups of its log as groups", async t => {
  const qq = await simulate(t, 'qq');
  const dir = folder(), config = ['--config', join(dir, 'bridge.toml')];
  const running = await bridge(t, token + await botAndWay(qq), {dir});
  const native = number => number.toString(16).toUpperCase().padStart(32, '0');
  await until(async () => (await qq.get('/simulator/state')).sessions?.length > 0, 'the bot');
  await qq.play({op: 0, t: 'GROUP_ADD_ROBOT', id: 'GROUP_ADD_ROBOT:1', d: {timestamp: 1699240365, group_openid: native(5), op_member_openid: native(6)}});
  const authorized = {headers: {Authorization: 'Bearer s3cret'}};
  await until(async () => /\nonebridge_journal_events_total [1-9]/.test(await (await fetch(`${running.admin}/metrics`, authorized)).text()), 'the commit');

  const imported = await ids(t, 'import', join(import.meta.dirname ?? '.', '../unit/journal/bbolt.db'), '--from', 'gensokyo', '--platform', 'qq', ...config);

  assert.equal(imported.out, 'imported=52 left_out=0\n', imported.err);
  const kinds = Object.fromEntries((await ids(t, 'list', ...config)).lines.map(entry => [entry.number, entry.kind]));
  assert.deepEqual([kinds[1005], kinds[1006], kinds[100], kinds[7]], ['group', 'user', 'group', 'user']);
});
