// Section 11: several bots on one connection.
import {check, equal, ok, retcode, shaped, show} from '../../lib/check.mjs';
import {BR, MAY, SHALL, item, section} from '../../lib/suite.mjs';
import {until} from '../../lib/wait.mjs';

section('Self');

const one = {bots: 1, http: [{event_enabled: false}], websocket: [{share: 0}], websocket_reverse: [{path: '/', reconnect_interval: 300}], webhook: [{timeout: 3000}],
             heartbeat: {enabled: false, interval: 1000}};
export const fragile = {bots: 2, http: [{}], websocket: [{}], heartbeat: {enabled: false, interval: 1000}};

item('C-SELF-01', SHALL, 'An action is of the bot that self names', async t => {
  t.selves(2);
  for (const bot of await t.doing('get_self_info')) {
    equal(ok(await t.call('get_self_info', {}, bot.self), `get_self_info (${bot.self.platform})`).user_id, bot.self.user_id, 'user_id');
  }
});

item('C-SELF-02', MAY, 'With several bots a missing self is 10101', async t => {
  t.selves(2);
  await t.doing('get_self_info');
  retcode(await t.call('get_self_info'), 10101, 'get_self_info without self');
});

item('C-SELF-02', BR, 'With one bot a missing self means that bot', {settings: one}, async t => {
  await t.doing('get_self_info');
  equal(ok(await t.call('get_self_info'), 'get_self_info without self').user_id, t.bots[0].self.user_id, 'user_id');
});

item('C-SELF-03', SHALL, 'A self that names no bot is 10102; both members count', async t => {
  const [a] = t.selves(1);
  await t.doing('get_self_info');
  const wrong = [{platform: a.platform, user_id: 'nobody'}, {platform: 'nowhere', user_id: a.user_id}, {platform: 'nowhere', user_id: 'nobody'}];
  if (t.bots.length > 1 && t.bots[1].self.platform !== a.platform) wrong.push({platform: a.platform, user_id: t.bots[1].self.user_id});
  for (const self of wrong) retcode(await t.call('get_self_info', {}, self), 10102, `self ${show(self)}`);
});

item('C-SELF-03', SHALL, 'Also where there is only one bot', {settings: one}, async t => {
  await t.doing('get_self_info');
  retcode(await t.call('get_self_info', {}, {platform: t.bots[0].self.platform, user_id: 'nobody'}), 10102, 'an unknown self');
});

item('C-SELF-04', MAY, 'Meta actions need no self', async t => {
  for (const action of ['get_status', 'get_version', 'get_supported_actions']) ok(await t.call(action), `${action} without self`);
});

item('C-SELF-04', BR, 'Meta actions ignore self; get_supported_actions lists that of the bot, or all', async t => {
  for (const action of ['get_status', 'get_version']) ok(await t.call(action, {}, {platform: 'no', user_id: 'body'}), `${action} with an unknown self`);
  const union = await t.actions();
  const each = new Set();
  for (const bot of t.bots) for (const action of await t.actions(bot.self)) each.add(action);
  equal([...each].filter(action => !union.includes(action)), [], 'actions of a bot that are not in the list without self');
});

item('C-SELF-05', BR, 'A bot that is offline is 34xxx, not 10102', {settings: fragile, needs: 'offline', alone: true}, async t => {
  const bot = t.bots.find(able => able.offline);
  const link = await t.connect();
  const change = online => until(() => link.meta.find(event => event.detail_type === 'status_update' && event.status.bots.some(one => one.self.user_id === bot.self.user_id && one.online === online)),
    `status_update with online ${online}`, 20000);
  await bot.offline();
  const going = await change(false);
  const response = await link.call('send_message', {...bot.targets.private, message: 'to nowhere'}, {self: bot.self, ms: 35000});
  retcode(response, ['34xxx', '33xxx'], 'send_message as a bot that is offline');
  link.frames.length = 2;
  await bot.online();
  const coming = await change(true);
  t.world.updates = {going, coming, bot};
});

item('C-META-06', SHALL, 'A change of one bot is told, and the others are not told to be offline', {settings: fragile, needs: 'offline', alone: true}, async t => {
  if (!t.world.updates) t.notApplicable('C-SELF-05 could not take a bot offline');
  const {going, coming, bot} = t.world.updates;
  for (const {status} of [going, coming]) {
    check(status.bots.every(one => one.self.user_id === bot.self.user_id || one.online), `another bot is told to be offline: ${show(status)}`);
    for (const one of status.bots) shaped(one, {self: 'object', online: 'bool'}, 'status.bots[]');
  }
});

item('C-SELF-06', SHALL, 'get_status lists every account with self and online', async t => {
  const {bots} = ok(await t.call('get_status'), 'get_status');
  for (const bot of bots) {
    shaped(bot, {self: 'object', online: 'bool'}, 'bots[]');
    shaped(bot.self, {platform: 'id', user_id: 'id'}, 'bots[].self');
  }
  if (t.world.settings) equal(bots.length, t.world.settings.bots, 'bots');
  equal(new Set(bots.map(bot => JSON.stringify([bot.self.platform, bot.self.user_id]))).size, bots.length, 'different bots');
});

item('C-SELF-07', BR, 'No two bots of a connection have one user_id', async t => {
  const {bots} = ok(await t.call('get_status'), 'get_status');
  equal(new Set(bots.map(bot => bot.self.user_id)).size, bots.length, 'different user_ids');
});

item('C-SELF-08', BR, 'Checked in this order: request, action, self, params', async t => {
  retcode(await t.ask(JSON.stringify({action: 'nope', params: 1})), 10001, 'a bad request with an unknown action');
  retcode(await t.call('nope'), 10002, 'an unknown action without self');
  retcode(await t.call('nope', {}, {platform: 'no', user_id: 'body'}), 10002, 'an unknown action with an unknown self');
  await t.doing('send_message');
  retcode(await t.call('send_message', {}, {platform: 'no', user_id: 'body'}), 10102, 'an unknown self without parameters');
  if (t.bots.length > 1) retcode(await t.call('send_message'), 10101, 'no self and no parameters');
});

item('C-SELF-09', BR, "An id of another bot is 35xxx", {needs: 'sent'}, async t => {
  t.selves(2);
  const bots = (await t.doing('delete_message')).filter(bot => bot.targets);
  if (bots.length < 2) t.notApplicable('needs two bots that send and delete');
  const {message_id} = ok(await t.call('send_message', {...bots[0].targets.private, message: 'mine'}, bots[0].self), 'send_message');
  retcode(await t.call('delete_message', {message_id}, bots[1].self), '35xxx', "delete_message with another bot's message_id");
});
