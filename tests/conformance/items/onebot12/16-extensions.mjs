// Section 16: extensions and return codes. Section 18: what well-known applications need.
import {heard} from '../../lib/applications.mjs';
import {check, equal, eventBase, nameOf, names, problems, retcode, show, standardEvents, standardSegments} from '../../lib/check.mjs';
import {BR, MUST, SHALL, SHOULD, item, section} from '../../lib/suite.mjs';

section('Extensions');

const whole = {last: true};
const events = () => heard.events.map(one => one.value).filter(Boolean);
const responses = () => heard.responses.map(one => one.value).filter(value => value && typeof value === 'object');
const prefixed = /^[_a-z]+\../;

item('C-EXT-01', SHOULD, 'Names that the standard does not have begin with a prefix', whole, async () => {
  for (const event of events()) {
    const shape = standardEvents[nameOf(event)];
    check(shape || prefixed.test(event.detail_type), `detail_type ${show(event.detail_type)}`);
    for (const name of Object.keys(event)) {
      const standard = name in eventBase || name === 'self' || (shape ? name in shape : idLike.test(name));
      check(standard || prefixed.test(name), `member ${show(name)} of ${nameOf(event)}`);
    }
    for (const segment of event.message ?? []) {
      check(segment.type in standardSegments || prefixed.test(segment.type), `segment ${show(segment.type)}`);
      const known = standardSegments[segment.type];
      if (known) for (const name of Object.keys(segment.data)) check(name in known || prefixed.test(name), `member ${show(name)} of a ${segment.type} segment`);
    }
  }
});
const idLike = /^(user|group|guild|channel|message|operator)_id$|^message$|^alt_message$/;  // in events of our own

item('C-EXT-02', MUST, 'No event has a type of its own', whole, async () => {
  for (const event of events()) check(['meta', 'message', 'notice', 'request'].includes(event.type), show(event));
});

item('C-EXT-03', MUST, 'Extension events have every base member', whole, async () => {
  const own = events().filter(event => !standardEvents[nameOf(event)]);
  for (const event of own) equal(problems(event, eventBase, nameOf(event)), [], `members of ${nameOf(event)}`);
  for (const event of own) if (event.type !== 'meta') equal(problems(event.self, {platform: 'id', user_id: 'id'}, 'self'), [], `self of ${nameOf(event)}`);
  return `${own.length} extension events`;
});

item('C-EXT-04', MUST, 'No segment has a member "type" in data', whole, async () => {
  for (const event of events()) for (const segment of event.message ?? []) check(!('type' in segment.data), show(segment));
});

// What an application that nests dotted names would trip over.
const fields = ['self', 'status', 'data', 'message', 'id', 'time', 'type', 'detail_type', 'sub_type', 'echo', 'retcode', 'version', 'params', 'action'];
item('C-EXT-05', BR, 'No object has "x" beside "x.y", and no prefix is a name of the standard', whole, async () => {
  for (const value of [...events(), ...responses()]) {
    for (const [name, siblings] of names(value)) {
      const dot = name.indexOf('.');
      if (dot < 0) continue;
      const prefix = name.slice(0, dot);
      check(!fields.includes(prefix), `the prefix of ${show(name)} is a name of the standard`);
      check(!(prefix in siblings), () => `${show(prefix)} beside ${show(name)} in ${show(siblings)}`);
    }
  }
});

item('C-EXT-06', MUST, 'Actions of our own are listed, with a prefix, and work as listed', async t => {
  for (const bot of t.bots) {
    for (const action of (await t.actions(bot.self)).filter(name => name.includes('.'))) {
      check(prefixed.test(action), `action ${show(action)}`);
      const response = await t.call(action, {}, bot.self);
      check(response.retcode !== 10002, `${action} is listed by ${bot.self.platform}, and is 10002`);
    }
  }
});

const codes = [0, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10101, 10102, 20001, 20002];
item('C-EXT-07', SHALL, 'Return codes are of the free families, never negative, never 4xxxx or 5xxxx', whole, async () => {
  for (const response of responses()) {
    const code = response.retcode;
    check(code === 0 || codes.includes(code) || (code >= 31000 && code < 37000) || (code >= 60000 && code < 100000), () => `retcode ${code} in ${show(response)}`);
  }
});

item('C-RET-01', SHALL, 'Codes of 1xxxx and 2xxxx are those of the standard', whole, async () => {
  const seen = new Map();
  for (const {retcode: code} of responses()) seen.set(code, (seen.get(code) ?? 0) + 1);
  for (const code of seen.keys()) check(codes.includes(code) || code >= 30000, `retcode ${code}`);
  return [...seen.keys()].sort((a, b) => a - b).join(' ');
});

item('C-RET-02', BR, 'Nothing that was sent made the implementation fail inside (20001, 20002)', whole, async () => {
  const failed = responses().find(response => response.retcode === 20001 || response.retcode === 20002);
  check(!failed, show(failed));
});

section('Applications');

// What one client of a large framework sends and expects: everything in one link.
item('C-IOP-06', BR, 'The calls of a well-known framework work: decimal echo, self on every action, escaped text', {needs: 'websocket'}, async t => {
  const link = await t.connect();
  const self = t.bots[0]?.self;
  const ask = async (action, params, echo) => {
    link.send(JSON.stringify({action, params, self, echo}).replace(/[\u0080-\uffff]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
    return link.call('get_version').then(() => link.responses.find(response => response.echo === echo));
  };
  for (const [n, action] of ['get_status', 'get_version', 'get_supported_actions'].entries()) {
    const response = await ask(action, {}, String(n + 1));
    retcode(response, 0, `${action} with self and echo "${n + 1}"`);
    equal(response.echo, String(n + 1), 'echo');
  }
  retcode(await ask('nope', {text: '你好 😀'}, '9'), 10002, 'an unknown action with escaped text');
});

item('C-IOP-09', BR, 'No event has what costs a strict application its link', whole, async () => {
  for (const event of events()) {
    for (const name of ['user_id', 'group_id', 'message_id', 'guild_id', 'channel_id', 'operator_id']) {
      check(!(name in event) || typeof event[name] === 'string', () => `${name} of ${show(event)}`);
    }
    if (event.type === 'message') check(typeof event.alt_message === 'string', () => `alt_message of ${show(event)}`);
  }
});

item('C-IOP-10', BR, 'Answering a notice, whose detail_type is none of a message, is 10004', async t => {
  for (const bot of await t.doing('send_message')) {
    retcode(await t.call('send_message', {detail_type: 'group_member_increase', user_id: 'u', group_id: 'g', message: 'welcome'}, bot.self), 10004, `detail_type group_member_increase (${bot.self.platform})`);
  }
});

item('C-IOP-22', BR, 'A response has no member that a strict application takes for its own', whole, async () => {
  for (const response of responses()) {
    for (const name of ['self', 'type']) check(!(name in response), () => `"${name}" in ${show(response)}`);
    check(response.retcode >= 0, `retcode ${response.retcode}`);
  }
});
