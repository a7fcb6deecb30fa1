// Section 8: the HTTP webhook.
import {check, equal, matches} from '../../lib/check.mjs';
import {BR, MUST, SHALL, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Webhook');

const settings = {bots: 2, http: [{}], webhook: [{timeout: 500}], heartbeat: {enabled: false, interval: 1000}};
const plain = {bots: 1, http: [{event_enabled: false}], websocket: [{share: 0}], websocket_reverse: [{path: '/', reconnect_interval: 300}], webhook: [{timeout: 3000}],
               heartbeat: {enabled: false, interval: 1000}};
const scripted = {settings, needs: 'inject', alone: true};
const hook = t => t.world.webhook[0];

// Emits one message, whose first push is answered so; other pushes get 204. Nothing else is under way, so the first message that was
// not pushed before is the one.
async function answered(t, answer, {bot = t.causing('message.private')[0]} = {}) {
  const old = new Set(hook(t).events.map(event => event?.message_id));
  let ours = null, times = 0;
  hook(t).answer = event => {
    if (event.type === 'meta' || old.has(event.message_id)) return {status: 204};
    ours ??= event.message_id;
    return event.message_id === ours && times++ === 0 ? answer : {status: 204};
  };
  t.after(() => { hook(t).answer = () => ({status: 204}); });
  const expected = await t.inject(bot, 'message.private');
  const is = event => event?.message_id === expected.find.message_id;
  return {push: await hook(t).event(is, 'the push'), count: () => hook(t).events.filter(is).length};
}
const json = body => ({status: 200, type: 'application/json', body: typeof body === 'string' ? body : JSON.stringify(body)});
// A later event comes: nothing hangs.
async function flows(t, what) {
  const expected = await t.inject(t.causing('message.private')[0], 'message.private');
  await hook(t).event(event => event.message_id === expected.find.message_id, `the next event after ${what}`);
}
// send_message to this bot's private target, with a text by which it is found at the platform.
const send = (bot, text, more = {}) => ({action: 'send_message', params: {...bot.targets.private, message: text}, ...more});
const texts = async bot => (await bot.sent()).map(one => one.text);
const unique = what => `${what} ${Math.random().toString(36).slice(2)}`;

item('C-HOOK-01', SHALL, 'Each event is one POST to the url with one object', {needs: 'webhook'}, async t => {
  const push = await hook(t).event(() => true, 'a push');
  equal(push.request.method, 'POST', 'the method');
  check(push.event && !Array.isArray(push.event) && typeof push.event === 'object', 'the body is no object');
  if (t.world.settings) equal(push.request.url, hook(t).path, 'the path');
});

item('C-HOOK-02', MUST, 'Every push has Content-Type, User-Agent, X-OneBot-Version: 12 and X-Impl', {needs: 'webhook', last: true}, async t => {
  check(hook(t).pushes.length > 0, 'there was no push');
  for (const {request: {headers}} of hook(t).pushes) {
    equal(headers['content-type'], 'application/json', 'Content-Type');
    check(headers['user-agent'], 'there is no User-Agent');
    equal(headers['x-onebot-version'], '12', 'X-OneBot-Version');
    matches(headers['x-impl'], /^[a-z][-a-z0-9.]*$/, 'X-Impl');
    for (const old of ['x-platform', 'x-self-id']) equal(headers[old], undefined, old);
  }
});

item('C-HOOK-03', SHALL, 'A configured token comes as a header', {needs: 'webhook token'}, async t => {
  equal((await hook(t).event(() => true, 'a push')).request.headers.authorization, `Bearer ${t.world.token}`, 'Authorization');
});

item('C-HOOK-03', SHALL, 'Without a token there is no Authorization header', {settings: plain, needs: 'webhook'}, async t => {
  equal((await hook(t).event(() => true, 'a push')).request.headers.authorization, undefined, 'Authorization');
});

item('C-HOOK-04', MUST, 'The body is JSON in UTF-8 with the right length', {needs: 'webhook', last: true}, async t => {
  for (const {bytes, event, request} of hook(t).pushes) {
    check(event !== undefined, `a body is no JSON: ${bytes.toString().slice(0, 80)}`);
    check(Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes), 'a body is no UTF-8');
    if (request.headers['content-length']) equal(Number(request.headers['content-length']), bytes.length, 'Content-Length');
  }
});

item('C-HOOK-05', SHALL, 'A push that takes longer than timeout (ms) has failed, and later events flow', scripted, async t => {
  let release;
  const slow = new Promise(done => { release = done; });
  t.after(() => release());
  const {push} = await answered(t, slow.then(() => ({status: 204})));
  await until(() => push.aborted, 'the end of the request', 3000);
  const waited = push.aborted - push.at;
  check(waited > 350 && waited < 4000, `timeout 500: expected the end after 500 ms, got it after ${Math.round(waited)} ms`);
  release();
  await flows(t, 'a timeout');
});

item('C-HOOK-06', SHALL, '204 is success, and runs nothing', {...scripted, needs: 'inject sent'}, async t => {
  const [bot] = t.bots;
  const text = unique('by 204');
  const {count} = await answered(t, {status: 204, type: 'application/json', body: JSON.stringify([send(bot, text, {self: bot.self})])});
  await flows(t, '204');
  check(!(await texts(bot)).includes(text), 'an action in a 204 ran');
  equal(count(), 1, 'pushes of one event');
});

item('C-HOOK-07', SHALL, 'The list of actions in a 200 runs in order', {...scripted, needs: 'inject sent'}, async t => {
  const [bot] = t.bots;
  const three = [unique('one'), unique('two'), unique('three')];
  const {count} = await answered(t, json(three.map(text => send(bot, text, {self: bot.self}))));
  await until(async () => (await texts(bot)).includes(three[2]), 'the third message at the platform');
  equal((await texts(bot)).filter(text => three.includes(text)), three, 'the messages at the platform');
  await flows(t, '200');
  equal(count(), 1, 'pushes of one event');
});

item('C-HOOK-08', MUST, 'A 200 of another type than JSON is success without actions', {...scripted, needs: 'inject sent'}, async t => {
  const [bot] = t.bots;
  const text = unique('by html');
  const {count} = await answered(t, {status: 200, type: 'text/html', body: JSON.stringify([send(bot, text, {self: bot.self})])});
  await flows(t, 'text/html');
  check(!(await texts(bot)).includes(text), 'an action in text/html ran');
  equal(count(), 1, 'pushes of one event');
});

item('C-HOOK-09', SHALL, 'Another status is failure and runs nothing; redirects are not followed', {...scripted, needs: 'inject sent'}, async t => {
  const [bot] = t.bots;
  for (const status of [201, 202, 206, 302, 400, 500]) {
    const text = unique(`by ${status}`);
    await answered(t, {...json([send(bot, text, {self: bot.self})]), status, headers: {Location: `${hook(t).url}/elsewhere`}});
    await flows(t, status);
    check(!(await texts(bot)).includes(text), `an action in a ${status} ran`);
  }
  equal(hook(t).pushes.filter(push => push.request.url.endsWith('/elsewhere')).length, 0, 'requests to the target of a redirect');
});

item('C-HOOK-10', SHALL, 'What is wrong with a list is not told to the application', scripted, async t => {
  for (const body of ['{"action":"x"}', '[1]', '[{"action":"nope","params":{}}]', '{', '[[[]]]', '"x"']) {
    const {count} = await answered(t, json(body));
    await flows(t, body);
    equal(count(), 1, `pushes of an event answered by ${body}`);
  }
  check(hook(t).events.every(event => event && 'type' in event), 'something else than events was pushed');
});

item('C-HOOK-10', BR, 'A bad element does not stop the good ones after it', {...scripted, needs: 'inject sent'}, async t => {
  const [bot] = t.bots;
  const text = unique('after a bad one');
  await answered(t, json([1, {action: 'nope', params: {}}, send(bot, text, {self: bot.self})]));
  await until(async () => (await texts(bot)).includes(text), 'the message of the third element');
});

item('C-HOOK-11', BR, 'A 200 with an empty body is success, and one object counts as a list of one', {...scripted, needs: 'inject sent'}, async t => {
  const [bot] = t.bots;
  const empty = await answered(t, {status: 200});
  await flows(t, 'an empty 200');
  equal(empty.count(), 1, 'pushes of an event answered by an empty 200');
  const text = unique('by an object');
  await answered(t, json(send(bot, text, {self: bot.self})));
  await until(async () => (await texts(bot)).includes(text), 'the message of a bare object');
  const words = await answered(t, json('{"status":"ok"}'));
  await flows(t, '{"status":"ok"}');
  equal(words.count(), 1, 'pushes of an event answered by {"status":"ok"}');
});

item('C-HOOK-12', BR, 'A listed action without self is of the bot whose event was pushed', {...scripted, needs: 'inject sent'}, async t => {
  t.selves(2);
  for (const bot of t.causing('message.private')) {
    const text = unique(`by ${bot.self.platform}`);
    await answered(t, json([send(bot, text)]), {bot});
    await until(async () => (await texts(bot)).includes(text), `the message at ${bot.self.platform}`);
  }
});

item('C-HOOK-13', SHALL, 'The first push after the start is status_update; connect is not pushed', {needs: 'webhook', last: true}, async t => {
  equal(hook(t).events[0]?.detail_type, 'status_update', 'the first push');
  equal(hook(t).events.filter(event => event?.detail_type === 'connect').length, 0, 'connect events');
  if (t.world.settings?.heartbeat?.enabled) check(hook(t).events.some(event => event?.detail_type === 'heartbeat'), 'no heartbeat was pushed');
});

item('C-HOOK-14', BR, 'One push at a time, in the order of the events; a refused first status comes again with its id', scripted, async t => {
  let open = 0, most = 0;
  hook(t).answer = async () => {
    most = Math.max(most, ++open);
    await new Promise(done => setTimeout(done, 20));  // long enough for a second push to show
    --open;
    return {status: 204};
  };
  t.after(() => { hook(t).answer = () => ({status: 204}); });
  const [bot] = t.causing('message.private');
  const made = [];
  for (let n = 0; n < 20; ++n) made.push((await t.inject(bot, 'message.private')).find.message_id);
  await hook(t).event(event => event.message_id === made[19], 'the last of 20 events');
  equal(hook(t).events.map(event => event?.message_id).filter(id => made.includes(id)), made, 'the order of 20 events');
  equal(most, 1, 'pushes at the same time');
});
