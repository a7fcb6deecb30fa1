// Section 5: events are posted, and what the answers ask for.
import {createHmac} from 'node:crypto';
import {heard} from '../../lib/applications.mjs';
import {check, equal, matches, show} from '../../lib/check.mjs';
import {failed, secret, succeeded, unique} from '../../lib/onebot11.mjs';
import {BR, CONV, MUST, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('HTTP POST');

const post = {needs: 'http_post'};
const posted = {needs: 'http_post inject'};
const of = bot => event => event.self_id === bot.self_id;
const said = event => event.post_type !== 'meta_event';
const carries = (expected, event) => expected.marks.some(mark => JSON.stringify(event).includes(mark));

item('O11-POST-01', MUST, 'A post is the event as JSON, with X-Self-ID and nothing odd', posted, async t => {
  const [server] = t.world.http_post;
  const bot = t.causing('message.group');
  const expected = await t.inject(bot, 'message.group');
  const {request, event} = await server.event(event => carries(expected, event), 'the post of the event');
  equal(request.method, 'POST', 'method');
  equal(request.headers['content-type'], 'application/json', 'Content-Type');
  equal(request.headers['x-self-id'], String(bot.self_id), 'X-Self-ID');
  equal(event.post_type, 'message', 'post_type');
  if (t.world.settings) equal(request.url, t.world.settings.http_post[0].path, 'the path');
});
item('O11-POST-01', BR, 'User-Agent begins with OneBot/11', post, async t => {
  matches((await t.world.http_post[0].event(() => true, 'a post')).request.headers['user-agent'], /^OneBot\/11 \S+\/\S+$/, 'User-Agent');
});

item('O11-POST-02', MUST, 'Events of a bot come in order, one at a time, and bots do not wait for each other', {settings: {dialect: '11', bots: 2, http: [{}], http_post: [{timeout: 20}]}, needs: 'http_post inject', alone: true}, async t => {
  const [server] = t.world.http_post;
  const [one, two] = t.bots;
  let release;
  const held = new Promise(done => { release = done; });
  t.after(() => release());
  const first = await (async () => {
    const texts = [unique('first'), unique('second'), unique('third')];
    server.answer = async event => { if (event.raw_message === texts[0]) await held; return {status: 204}; };
    for (const text of texts) await t.inject(one, 'message.private', {text});
    await server.event(event => event.raw_message === texts[0], 'the first event');
    return texts;
  })();
  const other = await t.inject(two, 'message.private');
  await server.event(event => carries(other, event), 'an event of the other bot, while the first one waits');
  equal(server.events.filter(event => event.raw_message === first[1]).length, 0, 'posts of the second event before the first was answered');
  release();
  await server.event(event => event.raw_message === first[2], 'the third event');
  equal(server.events.filter(event => first.includes(event.raw_message)).map(event => event.raw_message), first, 'the order');
  server.answer = () => ({status: 204});
});

item('O11-POST-03', MUST, 'X-Signature is HMAC-SHA1 over the bytes of the body', post, async t => {
  if (!t.secret) t.notApplicable('the run has no secret');
  await t.world.http_post[0].event(() => true, 'a post');
  for (const {request, bytes} of t.world.http_post[0].pushes) {
    equal(request.headers['x-signature'], `sha1=${createHmac('sha1', t.secret).update(bytes).digest('hex')}`, `X-Signature of ${bytes.toString().slice(0, 80)}`);
  }
});
item('O11-POST-03', MUST, 'Bodies are as JavaScript would write them: who signs what it has read gets the same', {needs: 'http_post', last: true}, async t => {
  for (const {bytes} of t.world.http_post[0].pushes) {
    const text = bytes.toString();
    const again = JSON.stringify(JSON.parse(text));
    if (again === text) continue;
    const at = [...again].findIndex((letter, n) => letter !== text[n]);
    check(false, `…${text.slice(Math.max(0, at - 40), at + 40)}… becomes …${again.slice(Math.max(0, at - 40), at + 40)}…`);
  }
  return `${t.world.http_post[0].pushes.length} posts`;
});
item('O11-POST-03', MUST, 'Without a secret there is no X-Signature', {settings: {dialect: '11', bots: 1, http: [{}], websocket: [{}], websocket_reverse: [{path: '/', reconnect_interval: 200}], http_post: [{timeout: 5}]}, needs: 'http_post'}, async t => {
  equal((await t.world.http_post[0].event(() => true, 'a post')).request.headers['x-signature'], undefined, 'X-Signature');
});

const apart = {dialect: '11', bots: 1, http: [{}], http_post: [{path: '/', secret, timeout: 1}]};
item('O11-POST-04', MUST, 'An answer without a quick operation is no failure, whatever its body is', {settings: apart, needs: 'http_post inject sent', alone: true}, async t => {
  const [server] = t.world.http_post;
  const answers = [{status: 204}, {status: 200}, {status: 202, body: 'thanks'}, {status: 200, type: 'application/json', body: '{}'}, {status: 200, type: 'application/json', body: '[]'},
                   {status: 200, type: 'application/json', body: 'null'}, {status: 200, type: 'application/json', body: '5'}, {status: 200, type: 'application/json', body: '{"reply":{"a":1},"delete":"x"}'}];
  const before = (await t.bot.sent()).length;
  for (const answer of answers) {
    const text = unique('answered');
    server.answer = () => answer;
    await t.inject(t.bot, 'message.private', {text});
    await server.event(event => event.raw_message === text, `the event that is answered by ${show(answer)}`);
    server.answer = () => ({status: 204});
    const next = unique('next');
    await t.inject(t.bot, 'message.private', {text: next});
    await server.event(event => event.raw_message === next, `the event behind the answer ${show(answer)}`);
    equal(server.events.filter(event => event.raw_message === text).length, 1, `posts of the event that was answered by ${show(answer)}`);
  }
  equal((await t.bot.sent()).length, before, 'messages sent');
});

item('O11-POST-05', MUST, 'timeout counts seconds, and what is not answered comes again', {settings: apart, needs: 'http_post inject', alone: true}, async t => {
  const [server] = t.world.http_post;
  const text = unique('hangs');
  let hung = 0;
  server.answer = event => event.raw_message === text && hung++ === 0 ? new Promise(() => {}) : {status: 204};
  await t.inject(t.bot, 'message.private', {text});
  const {at, ...first} = await server.event(event => event.raw_message === text, 'the post');
  const push = server.pushes.find(one => one.bytes === first.bytes);
  await until(() => push.aborted, 'the post to be given up', 6000);
  const waited = push.aborted - at;
  check(waited > 700 && waited < 2500, `given up after: expected 1 s, got ${Math.round(waited)} ms`);
  await until(() => server.events.filter(event => event.raw_message === text).length > 1, 'the event again', 8000);
  server.answer = () => ({status: 204});
});

item('O11-POST-06', CONV, 'What nobody takes is kept: once each, in order, when the receiver is back', {settings: apart, needs: 'http_post inject', alone: true, ms: 40000}, async t => {
  const [server] = t.world.http_post;
  server.close();
  const texts = [unique('a'), unique('b'), unique('c')];
  for (const text of texts) await t.inject(t.bot, 'message.private', {text});
  await t.still(1500);
  await server.open();
  await server.event(event => event.raw_message === texts[2], 'the last event', 25000);
  equal(server.events.map(event => event.raw_message).filter(text => texts.includes(text)), texts, 'what came');
});
item('O11-POST-06', CONV, 'A server error is tried again, a refusal is not', {settings: apart, needs: 'http_post inject', alone: true}, async t => {
  const [server] = t.world.http_post;
  const [busy, never, behind] = [unique('busy'), unique('never'), unique('behind')];
  let asked = 0;
  server.answer = event => event.raw_message === busy && asked++ === 0 ? {status: 503} : event.raw_message === never ? {status: 400} : {status: 204};
  for (const text of [busy, never, behind]) await t.inject(t.bot, 'message.private', {text});
  await server.event(event => event.raw_message === behind, 'the event behind', 20000);
  equal(server.events.map(event => event.raw_message).filter(text => [busy, never, behind].includes(text)), [busy, busy, never, behind], 'what came');
  server.answer = () => ({status: 204});
});

const ending = {dialect: '11', bots: 1, http: [{}], websocket: [{}], http_post: [{path: '/', secret, timeout: 2}], websocket_reverse: [{path: '/', reconnect_interval: 100}], heartbeat: {enabled: false, interval: 1000}};
item('O11-POST-07', MUST, 'The first post is lifecycle enable; connect comes on WebSockets alone', post, async t => {
  for (const bot of t.bots) {
    const {event} = await t.world.http_post[0].event(of(bot), `a post of ${bot.self_id}`);
    const {time, ...rest} = event;
    equal(rest, {self_id: bot.self_id, post_type: 'meta_event', meta_event_type: 'lifecycle', sub_type: 'enable'}, 'the first post without time');
  }
  check(!t.world.http_post[0].events.some(event => event?.sub_type === 'connect'), 'lifecycle connect was posted');
});
item('O11-POST-07', MUST, 'The last post before a clean stop is lifecycle disable', {settings: ending, needs: 'http_post restart', alone: true}, async t => {
  const [server] = t.world.http_post;
  const from = server.pushes.length;
  await t.world.restart();
  await until(() => server.events.slice(from).some(event => event?.sub_type === 'enable'), 'enable after the restart');
  equal(server.events.slice(from).filter(event => event?.meta_event_type === 'lifecycle').map(event => event.sub_type), ['disable', 'enable'], 'lifecycles over a restart');
});
item('O11-POST-07', MUST, 'enable and disable never come on a WebSocket', {last: true}, async () => {
  for (const {channel, value} of heard.events) {
    if (value?.meta_event_type === 'lifecycle') equal(value.sub_type === 'connect', channel !== 'http_post', `lifecycle ${value.sub_type} by ${channel}`);
  }
});

section('Quick operations');

// Answers the next post of this event by an operation.
async function operated(t, chat, operation, options = {}) {
  const [server] = t.world.http_post;
  const answer = server.answer;
  t.after(() => { server.answer = answer; });
  const text = unique('operate');
  server.answer = async event => event.raw_message === text ? {status: 200, type: 'application/json', body: JSON.stringify(operation), ...options} : {status: 204};
  await t.inject(chat.bot, `message.${chat.kind}`, {text, user_id: chat.native.user_id, ...(chat.native.group_id && {group_id: chat.native.group_id})});
  await server.event(event => event.raw_message === text, 'the post');
  return {server, text};
}

item('O11-QUICK-01', MUST, 'A reply in the answer to a post is sent', {settings: apart, needs: 'http_post inject sent', alone: true}, async t => {
  const chat = await t.chat(t.bot, 'private');
  await operated(t, chat, {reply: 'hi there'});
  equal((await chat.once())[0].text, 'hi there', 'what was sent');
});
item('O11-QUICK-01', MUST, '.handle_quick_operation does the same with a context that is cut down', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending(), 'private');
  const {post_type, message_type, sub_type, user_id, message_id, self_id} = chat.event;
  const context = {post_type, message_type, sub_type, user_id, message_id, self_id};
  succeeded(await t.call('.handle_quick_operation', {context, operation: {reply: 'one'}, self_id}, chat.bot), '.handle_quick_operation');
  failed(await t.call('.handle_quick_operation_async', {context, operation: {reply: 'two'}}, chat.bot), 1, '.handle_quick_operation_async');
  equal((await chat.once(2)).map(one => one.text).sort(), ['one', 'two'], 'what was sent');
});

item('O11-QUICK-02', MUST, 'Members that are absent, false or null do nothing', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending(), 'group');
  for (const operation of [{}, {reply: null}, {delete: false, kick: false, ban: null}, {unknown: true}]) {
    succeeded(await t.call('.handle_quick_operation', {context: chat.event, operation}, chat.bot), show(operation));
  }
  equal((await chat.sent()).length, 0, 'messages sent');
});
item('O11-QUICK-02', MUST, 'auto_escape sends CQ codes as text', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending(), 'private');
  succeeded(await t.call('.handle_quick_operation', {context: chat.event, operation: {reply: '[CQ:face,id=1]', auto_escape: true}}, chat.bot), 'reply with auto_escape');
  equal((await chat.once())[0].text, '[CQ:face,id=1]', 'what was sent');
});
item('O11-QUICK-02', MUST, 'A request to join is approved and refused', {needs: 'inject'}, async t => {
  const bot = t.causing('request.group questions');
  for (const operation of [{approve: true}, {approve: false, reason: 'full'}]) {
    const {event} = await t.heardAs(bot, 'request.group questions');
    const {post_type, request_type, sub_type, flag} = event;
    succeeded(await t.call('.handle_quick_operation', {context: {post_type, request_type, sub_type, flag}, operation}, bot), show(operation));
  }
});

item('O11-QUICK-03', BR, 'reply quotes nothing', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending(), 'group');
  succeeded(await t.call('.handle_quick_operation', {context: chat.event, operation: {reply: 'no quote', at_sender: false}}, chat.bot), 'reply');
  const [{body}] = await chat.once();
  check(!('message_reference' in (body ?? {})), `there is a message_reference: ${show(body)}`);
});

item('O11-QUICK-04', MUST, 'A reply in a group begins with a mention, unless at_sender is false', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending(), 'group');
  succeeded(await t.call('.handle_quick_operation', {context: chat.event, operation: {reply: 'with'}}, chat.bot), 'reply');
  await chat.once();
  succeeded(await t.call('.handle_quick_operation', {context: chat.event, operation: {reply: 'without', at_sender: false}}, chat.bot), 'reply');
  const [first, second] = await chat.once(2);
  check(JSON.stringify(first.body).includes(chat.native.user_id), `the mention is missing in ${show(first.body)}`);
  equal(second.text, 'without', 'the reply with at_sender false');
});
item('O11-QUICK-04', MUST, 'No mention in a private chat', {needs: 'inject sent'}, async t => {
  const chat = await t.chat(t.sending(), 'private');
  succeeded(await t.call('.handle_quick_operation', {context: chat.event, operation: {reply: 'plain', at_sender: true}}, chat.bot), 'reply');
  equal((await chat.once())[0].text, 'plain', 'what was sent');
});

item('O11-QUICK-05', MUST, 'Over a WebSocket the answer says what failed, over HTTP POST the log', {settings: apart, needs: 'http_post inject refuse', alone: true}, async t => {
  const chat = await t.chat(t.bot, 'private');
  await t.bot.refuse();
  const answer = await t.call('.handle_quick_operation', {context: chat.event, operation: {reply: 'no'}});
  equal(answer.status, 'failed', 'status where the platform refuses');
  check(answer.retcode >= 20000, `retcode: expected the platform's, got ${answer.retcode}`);
  if (!t.world.log) return 'without the log';
  const before = t.world.log().length;
  await t.bot.refuse();
  await operated(t, chat, {reply: 'no'});
  await until(() => /onebot11[^\n]*(quick|refus|reply|fail|send)/i.test(t.world.log().slice(before)), 'a line in the log', 5000);
  return '';
});

item('O11-QUICK-06', BR, 'An event that is posted twice is acted on once', {settings: apart, needs: 'http_post inject sent', alone: true}, async t => {
  const chat = await t.chat(t.bot, 'private');
  const [server] = t.world.http_post;
  const text = unique('twice');
  let asked = 0;
  server.answer = event => event.raw_message === text ? {status: 200, type: 'application/json', body: '{"reply":"once"}', cut: asked++ === 0} : {status: 204};
  await t.inject(t.bot, 'message.private', {text, user_id: chat.native.user_id});
  await until(() => asked >= 2, 'the second post', 15000);
  await chat.once();
  await t.settled(t.bot, server);
  equal((await chat.sent()).map(one => one.text), ['once'], 'what was sent');
  server.answer = () => ({status: 204});
});
