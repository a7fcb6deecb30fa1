// Section 5: get_latest_events.
import {check, equal, retcode} from '../../lib/check.mjs';
import {BR, MAY, MUST, SHALL, item, section} from '../../lib/suite.mjs';
import {pause, until} from '../../lib/wait.mjs';

section('Polling');

// Two endpoints: one that keeps three events, one that keeps all. Each item drains what was before.
const settings = {bots: 2, http: [{event_buffer_size: 3}, {event_buffer_size: 0}], websocket: [{}], heartbeat: {enabled: true, interval: 100}};
const off = {bots: 1, http: [{event_enabled: false}], websocket: [{share: 0}], websocket_reverse: [{path: '/', reconnect_interval: 300}], webhook: [{timeout: 3000}],
             heartbeat: {enabled: false, interval: 1000}};
const polling = {settings, needs: 'inject', alone: true};

const small = t => ({url: t.httpUrl(0)});
const whole = t => ({url: t.httpUrl(1)});
async function drain(t) {
  for (const at of [small(t), whole(t)]) while ((await t.poll({}, at)).length);
}
// Emits `count` messages one after another; each has arrived before the next.
async function emit(t, count, bot = t.causing('message.private')[0]) {
  const link = await t.listening();
  const all = [];
  for (let n = 0; n < count; ++n) {
    const expected = await t.inject(bot, 'message.private', {text: `event ${n}`});
    await t.arrival(link, expected);
    all.push(expected.find.message_id);
  }
  return all;
}
const ids = events => events.map(event => event.message_id);
const timed = async promise => {
  const began = performance.now();
  return [await promise, (performance.now() - began) / 1000];
};

item('C-POLL-01', MUST, 'With event_enabled the action works over HTTP', {settings, anywhere: true, needs: 'http', alone: true}, async t => {
  check(Array.isArray(await t.poll()), 'data is no list');
});

item('C-POLL-01', BR, 'Without event_enabled the action is 10002', {settings: off}, async t => {
  retcode((await t.post({action: 'get_latest_events', params: {}})).value, 10002, 'get_latest_events');
});

item('C-POLL-02', MUST, 'At least event_buffer_size events wait, the newest; 0 keeps all', {...polling, ms: 60000}, async t => {
  await drain(t);
  const all = await emit(t, 5);
  equal(ids(await t.poll({}, small(t))).slice(-3), all.slice(-3), 'the last three at the endpoint of size 3');
  equal(ids(await t.poll({}, whole(t))), all, 'the events at the endpoint of size 0');
  const [bot] = t.bots;
  if (!bot.flood) return 'without the flood of 5,000';
  await bot.flood(5000, 5000, 20);
  let total = 0;
  await until(async () => (total += (await t.poll({timeout: 1}, whole(t))).length) >= 5000, () => `5000 events (had ${total})`, 40000);
  equal(total, 5000, 'events of a flood');
});

item('C-POLL-03', MUST, 'The list is in order and without meta events', polling, async t => {
  await drain(t);
  const link = await t.listening();
  const beats = link.meta.length;
  await until(() => link.meta.length >= beats + 3, 'three heartbeats on the WebSocket');
  equal(await t.poll({}, whole(t)), [], 'the list after three heartbeats');
  const all = await emit(t, 3);
  equal(ids(await t.poll({}, whole(t))), all, 'three events in order');
});

item('C-POLL-04', SHALL, 'limit caps the list; the rest comes next time', polling, async t => {
  await drain(t);
  const all = await emit(t, 5);
  equal(ids(await t.poll({limit: 2}, whole(t))), all.slice(0, 2), 'limit 2');
  equal(ids(await t.poll({limit: 2}, whole(t))), all.slice(2, 4), 'limit 2 again');
  equal(ids(await t.poll({limit: 0}, whole(t))), all.slice(4), 'limit 0');
});

item('C-POLL-05', SHALL, 'timeout counts seconds, and waits only while there is no event', polling, async t => {
  await drain(t);
  const [none, waited] = await timed(t.poll({timeout: 2}, whole(t)));
  equal(none, [], 'an empty poll');
  check(waited > 1.8 && waited < 6, `timeout 2: expected an answer after 2 s, got it after ${waited.toFixed(1)} s`);  // a busy machine adds to it
  const [, atOnce] = await timed(t.poll({timeout: 0}, whole(t)));
  check(atOnce < 1.8, `timeout 0: expected an answer at once, got it after ${atOnce.toFixed(1)} s`);
  const all = await emit(t, 1);
  const [events, quick] = await timed(t.poll({timeout: 10}, whole(t)));
  equal(ids(events), all, 'the event that waited');
  check(quick < 4, `timeout 10 with an event: expected an answer at once, got it after ${quick.toFixed(1)} s`);
});

item('C-POLL-06', BR, 'A waiting call returns with the first event', polling, async t => {
  await drain(t);
  const waiting = timed(t.poll({timeout: 30, limit: 5}, whole(t)));
  await pause(300);  // the call must be waiting
  const all = await emit(t, 1);
  const [events, waited] = await waiting;
  equal(ids(events), all, 'the events');
  check(waited < 10, `expected the answer with the first event, got it after ${waited.toFixed(1)} s`);
});

item('C-POLL-07', BR, 'An event stays until the answer was written', polling, async t => {
  await drain(t);
  const gone = new AbortController();
  const waiting = t.post({action: 'get_latest_events', params: {timeout: 30}}, {...whole(t), signal: gone.signal}).catch(() => {});
  await pause(300);  // the call must be waiting
  gone.abort();
  await waiting;
  const all = await emit(t, 1);
  equal(ids(await t.poll({timeout: 2}, whole(t))), all, 'the event after a client that went away');
  equal(await t.poll({}, whole(t)), [], 'the list afterwards');
});

item('C-POLL-08', MAY, 'Of two waiting calls the newer gets the events, the older ends', polling, async t => {
  await drain(t);
  const older = timed(t.poll({timeout: 20}, whole(t)));
  await pause(300);  // the call must be waiting
  const newer = t.poll({timeout: 20}, whole(t));
  const [first, waited] = await older;
  equal(first, [], 'the older call');
  check(waited < 10, `the older call: expected its end when the newer came, got it after ${waited.toFixed(1)} s`);
  const all = await emit(t, 1);
  equal(ids(await newer), all, 'the newer call');
});

item('C-POLL-09', SHALL, 'Each endpoint has its own events, whatever other ways did', polling, async t => {
  await drain(t);
  const all = await emit(t, 2);  // a WebSocket had them already
  equal(ids(await t.poll({}, whole(t))), all, 'the one endpoint');
  equal(ids(await t.poll({}, small(t))), all, 'the other endpoint');
});

item('C-POLL-10', SHALL, 'The events of all bots come in one list, and the action needs no self', polling, async t => {
  await drain(t);
  const [a, b] = t.causing('message.private');
  if (!b) t.notApplicable('needs two bots whose platforms emit messages');
  await emit(t, 1, a);
  await emit(t, 1, b);
  const events = await t.poll({}, whole(t));
  equal(events.map(event => event.self.platform), [a.self.platform, b.self.platform], 'self.platform of the events');
});

item('C-POLL-11', BR, 'A negative or mistyped limit or timeout is 10003', {settings, anywhere: true, needs: 'http', alone: true}, async t => {
  for (const params of [{limit: -1}, {timeout: -1}, {limit: '1'}, {timeout: 1.5}, {timeout: true}]) {
    retcode((await t.post({action: 'get_latest_events', params})).value, 10003, JSON.stringify(params));
  }
});

item('C-POLL-12', BR, 'Over a WebSocket the action is 10002', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  retcode(await link.call('get_latest_events'), 10002, 'get_latest_events on a WebSocket');
});
