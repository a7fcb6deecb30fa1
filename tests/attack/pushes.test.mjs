// What strangers push in the name of the platforms: a line a case. Nothing of it may become an event, and the answer may
// not tell why.
import assert from 'node:assert/strict';
import {createCipheriv, createHash, createPrivateKey, randomBytes, sign} from 'node:crypto';
import {join} from 'node:path';
import test from 'node:test';
import {larkMessage, until} from '../e2e/support.mjs';
import {alive, each, everything, stage} from './stage.mjs';

const sha256 = (...parts) => createHash('sha256').update(parts.join(''));
const now = () => String(Math.floor(Date.now() / 1000));

function seal(key, text, {block = randomBytes(16), flip = -1} = {}) {
  const cipher = createCipheriv('aes-256-cbc', sha256(key).digest(), block);
  const bytes = Buffer.concat([block, cipher.update(text), cipher.final()]);
  if (flip >= 0) bytes[bytes.length - 1 - flip] ^= 1;
  return JSON.stringify({encrypt: bytes.toString('base64')});
}

function larkSigned(key, body, {timestamp = now(), nonce = 'n1', signed = body} = {}) {
  return {'X-Lark-Request-Timestamp': timestamp, 'X-Lark-Request-Nonce': nonce,
    'X-Lark-Signature': sha256(timestamp, nonce, key, signed).digest('hex')};
}

function qqSigned(secret, body, {timestamp = now(), signed = body, id = '102000002'} = {}) {
  const seed = Buffer.from(secret.repeat(32)).subarray(0, 32);
  const key = createPrivateKey({key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8'});
  return {'X-Bot-Appid': id, 'X-Signature-Timestamp': timestamp,
    'X-Signature-Ed25519': sign(null, Buffer.from(timestamp + signed), key).toString('hex')};
}

let count = 0;
const message = (bot, changes = {}) => {
  const text = larkMessage(`om_attack_${++count}`, 'attack');
  Object.assign(text.header, {token: bot.verification_token, app_id: bot.app_id, create_time: String(Date.now()), ...changes});
  return JSON.stringify(text);
};
const challenge = (token, more = {}) => JSON.stringify({type: 'url_verification', challenge: 'attack', ...(token !== undefined && {token}), ...more});
const friend = () => JSON.stringify({op: 0, id: `FRIEND_ADD:attack${++count}`, t: 'FRIEND_ADD', d: {openid: `U${count}`, timestamp: 1790000000}});

// A request: [body, headers].
const sealed = (key, text, how) => { const body = seal(key, text, how); return [body, larkSigned(key, body, how)]; };
const unsigned = (key, text, how) => [seal(key, text, how), {}];
const year = () => String(Math.floor(Date.now() / 1000) - 365 * 86400);

// bot, what is tried, the push of the bot's secrets
const refused = [
  ['feishu', 'an event in plain text', bot => [message(bot), {}]],
  ['feishu', 'an event in plain text, signed', bot => { const body = message(bot); return [body, larkSigned(bot.encrypt_key, body)]; }],
  ['feishu', 'an encrypted event without a signature', bot => unsigned(bot.encrypt_key, message(bot))],
  ['feishu', 'the same with an empty signature', bot => [seal(bot.encrypt_key, message(bot)), {'X-Lark-Signature': ''}]],
  ['feishu', 'the signature of another key', bot => { const body = seal(bot.encrypt_key, message(bot)); return [body, larkSigned('another', body)]; }],
  ['feishu', 'the signature of another body', bot => { const body = seal(bot.encrypt_key, message(bot)); return [body, larkSigned(bot.encrypt_key, body, {signed: '{}'})]; }],
  ['feishu', 'a signature in capitals', bot => { const [body, headers] = sealed(bot.encrypt_key, message(bot)); return [body, {...headers, 'X-Lark-Signature': headers['X-Lark-Signature'].toUpperCase()}]; }],
  ['feishu', 'the beginning of a signature', bot => { const [body, headers] = sealed(bot.encrypt_key, message(bot)); return [body, {...headers, 'X-Lark-Signature': headers['X-Lark-Signature'].slice(0, 32)}]; }],
  ['feishu', 'a push of last year, signed', bot => sealed(bot.encrypt_key, message(bot), {timestamp: year()})],
  ['feishu', 'a push of next year, signed', bot => sealed(bot.encrypt_key, message(bot), {timestamp: String(Number(now()) + 365 * 86400)})],
  ['feishu', 'a time that is none, signed', bot => sealed(bot.encrypt_key, message(bot), {timestamp: 'x'})],
  ['feishu', 'no time at all, signed', bot => sealed(bot.encrypt_key, message(bot), {timestamp: ''})],
  ['feishu', 'the wrong token, signed', bot => sealed(bot.encrypt_key, message(bot, {token: 'no'}))],
  ['feishu', 'a token that is a number, signed', bot => sealed(bot.encrypt_key, message(bot, {token: 1}))],
  ['feishu', 'a token that is a list of the right one, signed', bot => sealed(bot.encrypt_key, message(bot, {token: [bot.verification_token]}))],
  ['feishu', 'no token, signed', bot => sealed(bot.encrypt_key, message(bot, {token: undefined}))],
  ['feishu', 'a broken padding without a signature', bot => unsigned(bot.encrypt_key, message(bot), {flip: 0})],
  ['feishu', 'a broken block without a signature', bot => unsigned(bot.encrypt_key, message(bot), {flip: 20})],
  ['feishu', 'something that is not JSON, without a signature', bot => unsigned(bot.encrypt_key, 'not JSON')],
  ['feishu', 'a block of nothing', () => ['{"encrypt":""}', {}]],
  ['feishu', 'half a block', () => [JSON.stringify({encrypt: randomBytes(24).toString('base64')}), {}]],
  ['feishu', 'no base64', () => ['{"encrypt":"%%%"}', {}]],
  ['feishu', 'a secret that is a number', () => ['{"encrypt":1}', {}]],
  ['feishu', 'no JSON', () => ['{', {}]],
  ['feishu', 'a list', () => ['[]', {}]],
  ['feishu', 'an address to be proven with the wrong token', bot => unsigned(bot.encrypt_key, challenge('no'))],
  ['feishu', 'an address to be proven without a token', bot => unsigned(bot.encrypt_key, challenge(undefined))],
  ['feishu', 'an address to be proven in plain text with the wrong token', () => [challenge('no'), {}]],
  ['feishu', 'an event that calls itself a proof, unsigned', bot => unsigned(bot.encrypt_key, JSON.stringify({...JSON.parse(message(bot)), type: 'url_verification'}))],
  ['lark', 'the wrong token', bot => [message(bot, {token: 'no'}), {}]],
  ['lark', 'no token', bot => [message(bot, {token: undefined}), {}]],
  ['lark', 'a token that is null', bot => [message(bot, {token: null}), {}]],
  ['lark', 'the token at another place', bot => [JSON.stringify({...JSON.parse(message(bot, {token: undefined})), token: bot.verification_token}), {}]],
  ['lark', 'an encrypted push that nobody here can read', bot => unsigned('guess', message(bot))],
  ['bosshi', 'an encrypted event without a signature, for a bot without a token', bot => unsigned(bot.encrypt_key, message(bot))],
  ['bosshi', 'an event in plain text', bot => [message(bot), {}]],
  ['push', 'no signature', () => [friend(), {}]],
  ['push', 'the signature of another secret', () => { const body = friend(); return [body, qqSigned('another', body)]; }],
  ['push', 'the signature of another body', bot => { const body = friend(); return [body, qqSigned(bot.app_secret, body, {signed: '{}'})]; }],
  ['push', 'a push of last year, signed', bot => { const body = friend(); return [body, qqSigned(bot.app_secret, body, {timestamp: year()})]; }],
  ['push', 'the id of another bot, signed', bot => { const body = friend(); return [body, qqSigned(bot.app_secret, body, {id: '102000009'})]; }],
  ['push', 'a signature of zeros', () => [friend(), {'X-Bot-Appid': '102000002', 'X-Signature-Timestamp': now(), 'X-Signature-Ed25519': '0'.repeat(128)}]],
  ['push', 'a time with letters behind it', bot => { const body = friend(); return [body, qqSigned(bot.app_secret, body, {timestamp: `${now()}x`})]; }],
];

// bot, what is pushed by the platform itself: it must go on working beside all that
const taken = [
  ['feishu', 'an encrypted, signed event', bot => sealed(bot.encrypt_key, message(bot))],
  ['lark', 'an event with its token', bot => [message(bot), {}]],
  ['push', 'a signed event', bot => { const body = friend(); return [body, qqSigned(bot.app_secret, body)]; }],
];

test('strangers who push in the name of a platform', async t => {
  const scene = await stage(t);
  const push = async (name, make) => {
    const {bot} = scene[name];
    const [body, headers] = make(bot);
    const answer = await fetch(`http://127.0.0.1:${scene.ports.ingress}/${bot.platform}/${bot.app_id}`,
      {method: 'POST', body, headers: {'Content-Type': 'application/json', ...headers}});
    return {status: answer.status, text: await answer.text()};
  };
  const before = scene.witness.events.length;
  const told = new Map();  // by bot, the one answer that strangers get

  await t.test(`${refused.length} refused pushes`, () => each(refused, async (name, what, make) => {
    const {status, text} = await push(name, make);
    if (status < 400 || status >= 500) return `${status} ${text}`;
    if (text.includes('attack') || scene.secrets.some(secret => text.includes(secret))) return `it tells: ${text}`;
    const answer = `${status} ${text}`;
    if (!told.has(name)) told.set(name, answer);
    return told.get(name) === answer ? '' : `${answer}, where others get ${told.get(name)}`;
  }));
  assert.equal(scene.witness.events.length, before, 'a refused push became an event');

  await t.test(`${taken.length} of the platforms themselves`, () => each(taken, async (name, what, make) => {
    const {status, text} = await push(name, make);
    return status === 200 ? '' : `${status} ${text}`;
  }));
  await until(() => scene.witness.events.length === before + taken.length, 'the events of the platforms themselves');
  await alive(scene);

  const metrics = await (await fetch(`${scene.process.admin}/metrics`, {headers: {Authorization: `Bearer ${scene.secrets[1]}`}})).text();
  const everywhere = {
    log: scene.process.out + scene.process.err, disk: everything(join(scene.process.dir, 'data')), metrics,
    events: JSON.stringify(scene.witness.frames),
  };
  for (const [place, text] of Object.entries(everywhere)) {
    assert.ok(text.length > 0, place);
    for (const secret of scene.secrets) assert.ok(!text.includes(secret), `a secret in ${place}`);
  }
});
