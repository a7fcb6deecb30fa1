// Section 10: action requests and responses.
import {heard} from '../../lib/applications.mjs';
import {check, equal, ok, problems, responseBase, retcode, show} from '../../lib/check.mjs';
import {BR, MAY, MUST, SHALL, SHOULD, item, section} from '../../lib/suite.mjs';

section('Requests');

const responses = () => heard.responses.map(one => one.value).filter(value => value && typeof value === 'object');
const version = {action: 'get_version', params: {}};
const all = found => check(found.length === 0, `${found.length} times: ${found[0]}`);

item('C-REQ-01', MUST, 'Without an action, or with a mistyped one or mistyped params, a request is 10001', async t => {
  const wrong = [{action: 'get_version', params: 'x'}, {action: 'get_version', params: [1]},
                 {action: '', params: {}}, {action: 7, params: {}}, {params: {}}, {action: null, params: {}}];
  for (const request of wrong) retcode(await t.ask(JSON.stringify(request)), 10001, JSON.stringify(request));
});

item('C-REQ-01', BR, 'Params that are missing are 10001, as the standard says, or count as empty', async t => {
  for (const request of [{action: 'get_version'}, {action: 'get_version', params: null}]) {
    const response = await t.ask(JSON.stringify(request));
    check([0, 10001].includes(response.retcode), `${show(request)}: expected retcode 0 or 10001, got ${show(response.retcode)}`);
  }
});

item('C-REQ-01', BR, 'An empty list counts as empty params', async t => {
  ok(await t.ask(JSON.stringify({action: 'get_version', params: []})), 'params []');
});

item('C-REQ-02', MAY, 'echo may be left out, and then the response has none', async t => {
  const response = await t.ask(JSON.stringify(version));
  ok(response, 'without echo');
  check(!('echo' in response), `expected no echo in the response, got ${show(response.echo)}`);
});

item('C-REQ-02', BR, 'An echo that is no string comes back, whether it is 10001 or taken; null may be left out', async t => {
  for (const echo of [5, 1.5, true, {seq: 1}, [1], null]) {
    const response = await t.ask(JSON.stringify({...version, echo}));
    check([0, 10001].includes(response.retcode), `echo ${show(echo)}: expected retcode 0 or 10001, got ${show(response.retcode)}`);
    equal(response.echo ?? null, echo, 'echo of the response');
  }
});

item('C-REQ-03', SHALL, 'self is optional', async t => { ok(await t.ask(JSON.stringify(version)), 'without self'); });

item('C-REQ-03', BR, 'self: null counts as absent; another type is 10001', async t => {
  ok(await t.ask(JSON.stringify({...version, self: null})), 'self null');
  for (const self of ['x', 1, [], {}, {platform: 'a'}, {platform: 1, user_id: '2'}, {platform: 'a', user_id: 2}]) {
    retcode(await t.ask(JSON.stringify({...version, self})), 10001, `self ${show(self)}`);
  }
});

item('C-REQ-04', BR, 'Members that nobody knows are ignored', async t => {
  ok(await t.ask(JSON.stringify({...version, foo: 1, 'a.b': {c: []}})), 'a request with foo and a.b');
});

item('C-REQ-05', BR, 'Parameters that nobody knows are ignored', async t => {
  ok(await t.call('get_version', {_timeout: 5.0, foo: null}), 'get_version with _timeout');
  for (const bot of await t.doing('send_message')) {
    if (!bot.targets) return 'without send_message: no known target';
    const extra = {...bot.targets.group, user_id: bot.targets.private.user_id, _timeout: 5.0, message: 'extra'};
    ok(await t.call('send_message', extra, bot.self), `send_message to a group with user_id and _timeout (${bot.self.platform})`);
  }
});

item('C-RSP-01', MUST, 'Every response has status, retcode, data and message', {last: true}, async () => {
  check(responses().length > 0, 'no response was heard');
  all(responses().flatMap(response => [...problems(response, responseBase, 'response'), ...('data' in response ? [] : [`response.data is missing: ${show(response)}`])]));
  return `${responses().length} responses`;
});

item('C-RSP-02', SHALL, 'status is ok exactly when retcode is 0, else failed', {last: true}, async () => {
  all(responses().filter(response => response.status !== (response.retcode === 0 ? 'ok' : 'failed')).map(show));
});

item('C-RSP-03', SHALL, 'message is empty on success', {last: true}, async () => {
  all(responses().filter(response => response.retcode === 0 && response.message !== '').map(show));
});

item('C-RSP-03', SHOULD, 'message says what failed', {last: true}, async () => {
  all(responses().filter(response => response.retcode !== 0 && !response.message).map(show));
});

item('C-RSP-04', SHALL, 'An action without a result gives data: null', async t => {
  const bots = await t.doing('delete_message');
  for (const bot of bots.filter(one => one.targets)) {
    const sent = ok(await t.call('send_message', {...bot.targets.private, message: 'to be deleted'}, bot.self), 'send_message');
    equal(ok(await t.call('delete_message', {message_id: sent.message_id}, bot.self), `delete_message (${bot.self.platform})`), null, 'data of delete_message');
  }
  if (!bots.some(bot => bot.targets)) t.notApplicable('no known target');
});

// The standard's result members in a failure would be taken for a result; what a platform adds has a prefix. The id of a
// message that was sent in part is the exception.
const extra = data => data && typeof data === 'object' && !Array.isArray(data) && Object.keys(data).every(name => name.includes('.') || name === 'message_id');
item('C-RSP-04', BR, 'A failure gives data: null, or extension members alone', {last: true}, async () => {
  all(responses().filter(response => response.status === 'failed' && response.data !== null && !extra(response.data)).map(show));
});

item('C-RSP-05', BR, 'Exactly one response for each request', {needs: 'websocket', ms: 60000}, async t => {
  const link = await t.connect();
  const count = 3000, seen = new Map();
  for (let n = 0; n < count; ++n) {
    const self = n % 5 === 0 ? {platform: 'no', user_id: 'body'} : t.bots[0]?.self;
    link.send({action: ['get_status', 'nope', 'get_self_info', 'send_message'][n % 4], params: {}, echo: `n${n}`, ...(self && {self})});
    if (n % 100 === 99) await link.call('get_version');
  }
  await link.call('get_version');
  const deadline = performance.now() + 20000;
  const tally = () => { seen.clear(); for (const {echo} of link.responses) if (/^n\d+$/.test(echo)) seen.set(echo, (seen.get(echo) ?? 0) + 1); return seen.size; };
  while (tally() < count && performance.now() < deadline) await link.call('get_version');
  equal(seen.size, count, 'requests with a response');
  equal([...seen].filter(([, times]) => times !== 1).map(([echo, times]) => `${echo}: ${times}`).slice(0, 3), [], 'requests with several responses');
});

item('C-RSP-06', SHALL, 'An echo comes back unchanged', async t => {
  for (const echo of ['007', '😀 e\u0301', 'x'.repeat(10000), '"\\\u0001\n']) {
    equal((await t.ask(JSON.stringify({...version, echo}))).echo, echo, 'echo');
  }
});

item('C-RSP-06', BR, 'An empty echo is left out, or comes back empty', async t => {
  equal((await t.ask(JSON.stringify({...version, echo: ''}))).echo ?? '', '', 'echo');
});

item('C-RSP-07', BR, 'A refused request gets its echo back too', async t => {
  const refused = [[{action: 'get_version', params: 'x', echo: 'kept'}, 10001], [{action: 7, params: {}, echo: 'kept'}, 10001], [{action: 'nope', params: {}, echo: 'kept'}, 10002],
                   [{action: 'get_self_info', params: {}, self: {platform: 'no', user_id: 'body'}, echo: 'kept'}, 10102]];
  if (t.bots.length > 1) refused.push([{action: 'get_self_info', params: {}, echo: 'kept'}, 10101]);
  for (const [request, code] of refused) {
    const response = await t.ask(JSON.stringify(request));
    retcode(response, code, JSON.stringify(request));
    equal(response.echo, 'kept', `echo of the response to ${JSON.stringify(request)}`);
  }
});

item('C-RSP-08', BR, 'An action whose platform does not answer ends within 30 s', {settings: {bots: 1, http: [{}], websocket: [{}], heartbeat: {enabled: false, interval: 1000}}, alone: true, ms: 40000}, async t => {
  const slow = t.bots.find(bot => bot.stall);
  if (!slow) t.notApplicable('needs a driver that can stall the platform');
  const release = await slow.stall();
  t.after(release);
  const began = performance.now();
  const response = await t.call('send_message', {...slow.targets.private, message: 'slow'}, slow.self);
  const took = (performance.now() - began) / 1000;
  retcode(response, ['33xxx', '34xxx'], 'send_message to a platform that does not answer');
  check(took < 30, `the answer came after ${took.toFixed(1)} s`);
  return `answered after ${took.toFixed(1)} s`;
});
