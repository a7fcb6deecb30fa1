// What is compared, and how a difference is told: "what: expected X, got Y".
export class NotApplicable extends Error {}
export class Failed extends Error {}

export const show = value => {
  const text = value === undefined ? 'nothing' : value instanceof RegExp ? String(value) : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

// what: a sentence, or a function that makes it, where it is dear.
export function check(condition, what) { if (!condition) throw new Failed(typeof what === 'function' ? what() : what); }
export function equal(actual, expected, what) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Failed(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}
export function matches(actual, pattern, what) {
  if (!pattern.test(String(actual))) throw new Failed(`${what}: expected ${pattern}, got ${show(actual)}`);
}
export function near(actual, expected, share, what) {
  const slack = expected * share;
  if (Math.abs(actual - expected) > slack) {
    throw new Failed(`${what}: expected ${expected} ±${Math.round(share * 100)} %, got ${Math.round(actual * 1000) / 1000}`);
  }
}

// A response with this retcode. "35xxx" stands for a family.
export function retcode(response, expected, what) {
  check(response && typeof response === 'object', `${what}: expected a response, got ${show(response)}`);
  const got = response.retcode;
  const wanted = Array.isArray(expected) ? expected : [expected];
  const hit = wanted.some(code => typeof code === 'string' ? new RegExp(`^${code.replaceAll('x', '\\d')}$`).test(String(got)) : code === got);
  check(hit, `${what}: expected retcode ${wanted.join(' or ')}, got ${show(got)}${response.message ? ` (${response.message})` : ''}`);
  equal(response.status, got === 0 ? 'ok' : 'failed', `${what}: status`);
}
export const ok = (response, what) => { retcode(response, 0, what); return response.data; };

// --- shapes ---

const kinds = {
  string: v => typeof v === 'string', id: v => typeof v === 'string' && v !== '', number: v => typeof v === 'number',
  integer: v => Number.isSafeInteger(v), bool: v => typeof v === 'boolean', list: Array.isArray,
  object: v => v !== null && typeof v === 'object' && !Array.isArray(v), null: v => v === null,
};
// Members that are missing or of another type, as sentences.
export function problems(object, shape, where) {
  if (!kinds.object(object)) return [`${where} is no object: ${show(object)}`];
  return Object.entries(shape).filter(([name, kind]) => !kinds[kind](object[name]))
    .map(([name, kind]) => `${where}.${name} must be ${kind === 'id' ? 'a string that is not empty' : kind}, got ${show(object[name])}`);
}
export function shaped(object, shape, where) {
  const found = problems(object, shape, where);
  check(found.length === 0, found.join('; '));
}

// The standard's events and their members (interface/*/events), all strings but the message.
const message = {message_id: 'id', message: 'list', alt_message: 'string', user_id: 'id'};
const member = {user_id: 'id', operator_id: 'string'};
const channel = {guild_id: 'id', channel_id: 'id'};
export const standardEvents = {
  'meta.connect': {version: 'object'},
  'meta.heartbeat': {interval: 'integer'},
  'meta.status_update': {status: 'object'},
  'message.private': message,
  'message.group': {...message, group_id: 'id'},
  'message.channel': {...message, ...channel},
  'notice.friend_increase': {user_id: 'id'},
  'notice.friend_decrease': {user_id: 'id'},
  'notice.private_message_delete': {message_id: 'id', user_id: 'string'},
  'notice.group_member_increase': {group_id: 'id', ...member},
  'notice.group_member_decrease': {group_id: 'id', ...member},
  'notice.group_message_delete': {group_id: 'id', message_id: 'id', user_id: 'string', operator_id: 'string'},
  'notice.guild_member_increase': {guild_id: 'id', ...member},
  'notice.guild_member_decrease': {guild_id: 'id', ...member},
  'notice.channel_member_increase': {...channel, ...member},
  'notice.channel_member_decrease': {...channel, ...member},
  'notice.channel_message_delete': {...channel, message_id: 'id', user_id: 'string', operator_id: 'string'},
  'notice.channel_create': {...channel, operator_id: 'string'},
  'notice.channel_delete': {...channel, operator_id: 'string'},
};
export const standardSegments = {
  text: {text: 'string'}, mention: {user_id: 'id'}, mention_all: {}, image: {file_id: 'id'}, voice: {file_id: 'id'}, audio: {file_id: 'id'},
  video: {file_id: 'id'}, file: {file_id: 'id'}, location: {latitude: 'number', longitude: 'number', title: 'string', content: 'string'},
  reply: {message_id: 'id', user_id: 'string'},
};
export const eventBase = {id: 'id', time: 'number', type: 'string', detail_type: 'id', sub_type: 'string'};
export const responseBase = {status: 'string', retcode: 'integer', message: 'string'};
export const nameOf = event => `${event.type}.${event.detail_type}`;

export function segmentProblems(segment, where) {
  const found = problems(segment, {type: 'id', data: 'object'}, where);
  if (found.length) return found;
  return problems(segment.data, standardSegments[segment.type] ?? {}, `${where} ${segment.type}.data`);
}

// Every name in a tree of objects, as [name, siblings].
export function* names(value) {
  if (Array.isArray(value)) for (const element of value) yield* names(element);
  else if (value && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) { yield [name, value]; yield* names(inner); }
  }
}
// How the numbers of a member are written in a JSON text.
export const written = (text, name) => [...text.matchAll(new RegExp(`"${name.replaceAll('.', '\\.')}"\\s*:\\s*(-?[0-9][0-9.eE+-]*|"[^"]*"|null)`, 'g'))].map(m => m[1]);
