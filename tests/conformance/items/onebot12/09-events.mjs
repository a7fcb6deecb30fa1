// Section 9: what every event has.
import {heard} from '../../lib/applications.mjs';
import {check, equal, eventBase, nameOf, near, problems, show, standardEvents} from '../../lib/check.mjs';
import {BR, MUST, SHALL, SHOULD, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Events');

const whole = {last: true};
function events() {
  check(heard.events.length > 0, 'no event was heard');
  return heard.events.map(one => one.value);
}
const all = found => check(found.length === 0, `${found.length} times: ${found[0]}`);

item('C-EVT-01', MUST, 'Every event has id, time, type, detail_type and sub_type of the right types', whole, async () => {
  all(events().flatMap(event => problems(event, eventBase, event ? nameOf(event) : 'an event')));
  return `${events().length} events`;
});

item('C-EVT-02', MUST, 'type is meta, message, notice or request', whole, async () => {
  all(events().filter(event => !['meta', 'message', 'notice', 'request'].includes(event.type)).map(show));
});

item('C-EVT-03', MUST, 'Every event but meta events has the self of its bot', {needs: 'inject'}, async t => {
  for (const bot of t.causing('message.private')) {
    const {event} = await t.heardAs(bot, 'message.private');
    equal([event.self.platform, event.self.user_id], [bot.self.platform, bot.self.user_id], `self of an event of ${bot.self.platform}`);
  }
});

item('C-EVT-03', BR, 'Meta events have no self', whole, async () => all(events().filter(event => event.type === 'meta' && 'self' in event).map(show)));

item('C-EVT-04', SHALL, 'sub_type is there even when it says nothing', whole, async () => {
  all(events().filter(event => typeof event.sub_type !== 'string').map(show));
});

item('C-EVT-05', SHOULD, 'time is that of the platform, in seconds with fraction', {needs: 'inject'}, async t => {
  const time = Math.floor(Date.now() / 1000) - 7 + 0.599;
  const [bot] = t.causing('message.private');
  for (const able of t.causing('message.private')) {
    const {event} = await t.heardAs(able, 'message.private', {time});
    check(Math.abs(event.time - time) < 0.002 || Math.abs(event.time - Math.floor(time)) < 0.002, `time of ${able.self.platform}: expected ${time}, got ${event.time}`);
  }
  const now = Date.now() / 1000;
  near(now, (await t.heardAs(bot, 'message.private')).event.time, 0.001, 'time of an event that happens now');
});

item('C-EVT-06', MUST, 'id identifies the event', whole, async () => {
  const meanings = new Map();
  for (const {channel, value: event} of heard.events.filter(one => one.channel !== 'reverse')) {
    if (event.type === 'meta') continue;
    const meaning = JSON.stringify([event.self, event.type, event.detail_type, event.message_id, event.user_id, event.time]);
    if (!meanings.has(event.id)) meanings.set(event.id, meaning);
    equal(meanings.get(event.id), meaning, `another event with the id ${event.id} (${channel})`);
  }
});

item('C-EVT-06', BR, 'The id is not empty and the same on every way', {needs: 'inject websocket'}, async t => {
  const [bot] = t.causing('message.private');
  const {event, expected} = await t.heardAs(bot, 'message.private');
  const is = one => one.message_id === expected.find.message_id;
  check(event.id.length >= 16, `id: ${show(event.id)}`);
  if (t.world.webhook?.length) equal((await t.world.webhook[0].event(is, 'the push')).event.id, event.id, 'id at the webhook');
  if (t.world.reverse?.length) equal((await (await t.world.reverse[0].link()).event(is, 'the event on the reverse link')).id, event.id, 'id on the reverse link');
  if (t.world.http?.length) {
    const polled = await until(async () => (await t.poll({timeout: 1})).find(is), 'the event by get_latest_events');
    equal(polled.id, event.id, 'id by get_latest_events');
  }
});

item('C-EVT-07', MUST, 'A standard event has all its standard members; what the platform does not tell is "" or []', whole, async () => {
  const seen = new Set();
  for (const event of events()) {
    const shape = standardEvents[nameOf(event)];
    if (!shape) continue;
    seen.add(nameOf(event));
    const found = problems(event, shape, nameOf(event));
    check(found.length === 0, () => `${found.join('; ')} in ${show(event)}`);
  }
  return `${seen.size} kinds of event`;
});

item('C-EVT-08', BR, 'An event is no response and a response no event: no echo here, no type there', whole, async () => {
  all(events().filter(event => 'echo' in event || ('status' in event && 'retcode' in event)).map(show));
  all(heard.responses.filter(({value}) => value && 'type' in value).map(({value}) => show(value)));
});

