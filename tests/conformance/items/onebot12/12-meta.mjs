// Section 12: meta events. Their order is also in 06-websocket and 07-reverse.
import {heard} from '../../lib/applications.mjs';
import {check, equal, near, ok, shaped, show} from '../../lib/check.mjs';
import {BR, MUST, SHALL, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Meta events');

const kind = name => heard.events.map(one => one.value).filter(event => event?.type === 'meta' && event.detail_type === name);

item('C-META-01', MUST, 'connect carries version, which is the data of get_version', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  const data = ok(await t.call('get_version'), 'get_version');
  equal(link.frames[0].detail_type, 'connect', 'the first frame');
  shaped(link.frames[0].version, {impl: 'id', version: 'string', onebot_version: 'id'}, 'version');
  for (const member of ['impl', 'version', 'onebot_version']) equal(link.frames[0].version[member], data[member], `version.${member}`);
});

// When each heartbeat came.
function beats(link) {
  link.beats ??= [];
  link.socket.on('message', (bytes, binary) => { if (!binary && JSON.parse(bytes).detail_type === 'heartbeat') link.beats.push(performance.now()); });
  return link.beats;
}

item('C-META-02', SHALL, 'heartbeat comes every interval on every way that pushes', {needs: 'websocket', ms: 50000}, async t => {
  const link = await t.connect();
  const times = beats(link);
  await until(() => times.length >= 4, 'four heartbeats', 48000);
  const {interval} = link.meta.find(event => event.detail_type === 'heartbeat');
  if (t.world.settings) equal(interval, t.world.settings.heartbeat.interval, 'interval');
  near((times[3] - times[0]) / 3, interval, 0.25, 'ms between heartbeats');
  if (t.world.reverse?.length) await until(async () => (await t.world.reverse[0].link()).meta.some(event => event.detail_type === 'heartbeat'), 'a heartbeat on the reverse link');
  if (t.world.webhook?.length) await until(() => t.world.webhook[0].events.some(event => event?.detail_type === 'heartbeat'), 'a heartbeat at the webhook');
});

item('C-META-03', SHALL, 'The first status_update of a connection lists all bots', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  const first = await until(() => link.meta.find(event => event.detail_type === 'status_update'), 'status_update');
  shaped(first.status, {good: 'bool', bots: 'list'}, 'status');
  for (const bot of first.status.bots) shaped(bot, {self: 'object', online: 'bool'}, 'status.bots[]');
  equal(first.status.bots.length, t.bots.length, 'bots');
});

item('C-META-05', BR, 'The second frame is status_update', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  await until(() => link.frames.length >= 2, 'two frames');
  equal(link.frames.slice(0, 2).map(frame => frame.detail_type), ['connect', 'status_update'], 'the first two frames');
});

item('C-META-08', SHALL, 'status_update and get_status say the same', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  const {status} = await until(() => link.meta.find(event => event.detail_type === 'status_update'), 'status_update');
  const data = ok(await link.call('get_status'), 'get_status');
  const told = list => list.map(bot => JSON.stringify([bot.self.platform, bot.self.user_id, bot.online])).sort();
  equal(told(status.bots), told(data.bots), 'the bots');
  equal(status.good, data.good, 'good');
});

item('C-META-09', BR, 'heartbeat has no status, and its interval is in milliseconds', {last: true}, async () => {
  for (const event of kind('heartbeat')) {
    check(!('status' in event), () => `a heartbeat with status: ${show(event)}`);
    check(Number.isInteger(event.interval) && event.interval >= 50, `interval: ${show(event.interval)}`);
  }
});

item('C-META-10', SHALL, 'connect is for WebSockets alone, and no meta event is polled', {last: true}, async () => {
  const meta = heard.events.filter(one => one.value?.type === 'meta');
  equal(meta.filter(one => one.channel === 'http').length, 0, 'meta events by get_latest_events');
  equal(meta.filter(one => one.channel === 'webhook' && one.value.detail_type === 'connect').length, 0, 'connect events at a webhook');
});

item('C-META-11', BR, 'A fast heartbeat does not come before connect', {settings: {bots: 2, http: [{event_buffer_size: 3}, {event_buffer_size: 0}], websocket: [{}], heartbeat: {enabled: true, interval: 100}}, anywhere: true, needs: 'websocket'}, async t => {
  for (let n = 0; n < 30; ++n) equal((await t.connect()).frames[0].detail_type, 'connect', `the first frame of connection ${n + 1}`);
});
