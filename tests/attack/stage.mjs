// One bridge with every door that strangers can knock at, and a witness: an honest application that must never notice.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {Application, botToml, bridge, freePort, simulate, until} from '../e2e/support.mjs';

export const token = 'AttackSuiteToken-0123456789';
const adminToken = 'AttackSuiteAdmin-9876543210';

// Doors by name: open and guarded listeners of applications, the operator's, and the platforms'.
export async function stage(t) {
  const ports = {};
  for (const door of ['http', 'guarded_http', 'websocket', 'guarded_websocket', 'ingress']) ports[door] = await freePort();
  const qq = await simulate(t, 'qq');
  const push = await simulate(t, 'qq', {push: `http://127.0.0.1:${ports.ingress}/qq/102000002`, number: 1});
  const feishu = await simulate(t, 'feishu'), lark = await simulate(t, 'lark'), bosshi = await simulate(t, 'bosshi');
  delete lark.bot.encrypt_key;
  lark.bot.receive = 'webhook';
  bosshi.bot.encrypt_key = 'BosshiKey-0123456789';
  delete bosshi.bot.verification_token;
  bosshi.bot.signature = 'require';
  const process_ = await bridge(t, `token = "${adminToken}"
${[qq, push, feishu, lark, bosshi].map(one => botToml(one.bot)).join('\n')}
[limits]
refusals = 0
[ingress]
port = ${ports.ingress}
[[onebot.http]]
port = ${ports.http}
[[onebot.http]]
port = ${ports.guarded_http}
access_token = "${token}"
[[onebot.websocket]]
port = ${ports.websocket}
[[onebot.websocket]]
port = ${ports.guarded_websocket}
access_token = "${token}"
`, {log: 'trace'});
  ports.admin = Number(new URL(process_.admin).port);
  const witness = await Application.connect(`ws://127.0.0.1:${ports.websocket}/?consumer=witness`);
  const online = platform => async () =>
    (await witness.call('get_status')).data.bots.some(bot => bot.online && bot.self.platform === platform);
  for (const platform of ['qq', 'feishu']) await until(online(platform), `${platform} online`);
  const secrets = [token, adminToken, ...[qq, push, feishu, lark, bosshi].flatMap(({bot}) =>
    [bot.app_secret, bot.verification_token, bot.encrypt_key].filter(Boolean))];
  return {ports, process: process_, witness, qq, push, feishu, lark, bosshi, secrets};
}

// Says bytes to a door and hears until it closes, or until there is a whole head and a moment of silence.
export function knock(port, ...said) {
  return new Promise(done => {
    const socket = connect(port, '127.0.0.1');
    let heard = '', silence;
    const end = () => {
      clearTimeout(silence);
      socket.destroy();
      done({status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(heard)?.[1] ?? 0), heard, body: heard.split('\r\n\r\n').slice(1).join('\r\n\r\n')});
    };
    silence = setTimeout(end, 5000);
    socket.on('data', bytes => {
      heard += bytes.toString('latin1');
      clearTimeout(silence);
      silence = setTimeout(end, heard.includes('\r\n\r\n') ? 60 : 5000);
    });
    socket.on('error', () => {});
    socket.on('close', end);
    for (const bytes of said) socket.write(bytes);
  });
}

// A request in bytes. headers: a name without a value leaves a default header out, a list repeats one.
export function request(method, path, headers = {}, body = '') {
  const all = {Host: '127.0.0.1', ...(body && {'Content-Length': Buffer.byteLength(body)}), ...headers};
  const lines = Object.entries(all).flatMap(([name, value]) => [value].flat().filter(one => one !== undefined).map(one => `${name}: ${one}\r\n`));
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

// Runs a table: `attempt(row)` gives what is wrong, or nothing. Every row is tried; all that failed are named.
export async function each(rows, attempt) {
  assert.ok(rows.length > 0);
  const wrong = [];
  for (const row of rows) {
    const problem = await attempt(...row);
    if (problem) wrong.push(`${row[1]} (${row[0]}): ${problem}`);
  }
  assert.deepEqual(wrong, []);
}

// Whether the honest application still has its answers.
export async function alive({witness, process}) {
  assert.equal(process.ended, false, process.err);
  assert.equal(witness.closed, false, 'the witness lost its link');
  assert.equal((await witness.call('get_status')).retcode, 0);
}

// Every file below a folder, as text.
export function everything(folder) {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath ?? entry.path, entry.name)).toString('latin1'))
    .join('\n');
}
