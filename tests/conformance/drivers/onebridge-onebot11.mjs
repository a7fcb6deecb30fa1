// What onebridge's driver does besides for OneBot 11: its sections, which bot is where, and native events from the fixtures.
import {readFileSync, readdirSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {randomBytes} from 'node:crypto';
import {http} from '../lib/applications.mjs';
import {freePort, until} from '../lib/wait.mjs';

const adapters = resolve(dirname(fileURLToPath(import.meta.url)), '../../../adapters');
const folders = {qq: 'qq', feishu: 'feishu', bosshi: 'feishu'};
export const own = 'the-drivers-own';  // token of sections that nobody else uses

// --- sections ---

// What has to be asked for: everything that bots of guilds may hear.
export const botOptions = {
  qq: {intents: ['GUILDS', 'GUILD_MEMBERS', 'GUILD_MESSAGE_REACTIONS', 'DIRECT_MESSAGE', 'OPEN_FORUM_EVENT', 'AUDIO_OR_LIVE_CHANNEL_MEMBER', 'ENTER_AIO', 'GROUP_MEMBER_EVENT', 'GROUP_AND_C2C_EVENT',
                 'INTERACTION', 'MESSAGE_AUDIT', 'AUDIO_ACTION', 'PUBLIC_GUILD_MESSAGES']},
};

export async function sections(settings, ports, boxes, section) {
  const names = which => which.map(n => `${boxes[n].name}:${boxes[n].section.app_id}`);
  const made = ({bots, ...one}) => ({...(bots && {bots: names(bots)}), ...one});
  ports.own = await freePort();
  let text = settings.defaults ? section('[onebot11]', '', settings.defaults) : '';
  text += section('[onebot11.media]', '', {port: settings.media === false ? 0 : await freePort(), ...(settings.media || {})});
  if (settings.heartbeat) text += section('[onebot11.heartbeat]', '', settings.heartbeat);
  text += section('[[onebot11.http]]', '', {port: ports.own, access_token: own});
  text += section('[[onebot.http]]', '', {port: ports.status = await freePort(), access_token: own, event_enabled: false});
  for (const way of ['http', 'websocket']) {
    for (const one of settings[way] ?? []) {
      ports[way].push(one.port ?? await freePort());
      text += section(`[[onebot11.${way}]]`, '', {port: ports[way].at(-1), ...made(one)});
    }
  }
  for (const way of ['http_post', 'websocket_reverse']) for (const one of settings[way] ?? []) text += section(`[[onebot11.${way}]]`, '', made(one));
  return text;
}

// --- bots ---

// With several bots a path begins with one's number: the answer to a path without says which there are.
async function numbers(ask, count) {
  if (count === 1) {
    const login = await until(async () => (await ask('get_login_info')).value?.data, 'the bot to be known', 20000);
    return [login.user_id];
  }
  return until(async () => {
    const {value} = await ask('get_status');
    return value?.bots?.length === count && value.bots;
  }, 'all bots to be known', 20000);
}

// Where each section has the bot: undefined where it is not one of the section's.
function addresses(scheme, ports, list, n, self_id, count) {
  return ports.map((port, i) => {
    const bots = list[i].bots ?? Array.from({length: count}, (_, k) => k);
    if (!bots.includes(n)) return undefined;
    return `${scheme}://127.0.0.1:${port}/${bots.length > 1 ? `${self_id}/` : ''}`;
  });
}

// bots: as OneBot 12 has them, all online.
export async function loggedIn(ports, settings, bots) {
  const ask = path => http(`http://127.0.0.1:${ports.own}/${path}`, {method: 'GET', headers: {Authorization: `Bearer ${own}`}});
  const known = await numbers(ask, bots.length);
  return bots.map((bot, n) => withFixtures(Object.assign(bot, {
    self_id: known[n],
    http: addresses('http', ports.http, settings.http ?? [], n, known[n], bots.length),
    websocket: addresses('ws', ports.websocket, settings.websocket ?? [], n, known[n], bots.length),
  }), bot.self.platform));
}

// --- fixtures ---

const hex = bytes => randomBytes(bytes).toString('hex');
const digits = () => String(BigInt(`0x${hex(7)}`) + 10n ** 17n);
const kinds = [  // how a native id looks, and another one of its kind
  [/ROBOT1\.0_[^"]+/g, () => `ROBOT1.0_${hex(16)}!`],
  [/\b[0-9A-F]{32}\b/g, () => hex(16).toUpperCase()],
  [/\b[0-9a-f]{40,}\b/g, () => hex(22)],
  [/\b(?:om|oc|ou|on|omt)_[0-9a-f]{6,}/g, id => `${id.split('_')[0]}_${hex(16)}`],
  [/(?<=")\d{17,20}(?=")/g, digits],
  [/REFIDX_[A-Za-z0-9+/]+=*/g, () => `REFIDX_${hex(8)}==`],
];

// The native event of a fixture, as if it happened now with other people: {frame, marks}.
function fresh(text, self) {
  const selves = Object.values(JSON.parse(readFileSync(join(adapters, self.platform === 'qq' ? 'qq' : 'feishu', 'fixtures/self.json'), 'utf8')));
  const made = new Map(selves.map(id => [id, self.user_id]));
  for (const [pattern, make] of kinds) {
    text = text.replace(pattern, id => {
      if (!made.has(id)) made.set(id, [...made.values()].includes(id) ? id : make(id));
      return made.get(id);
    });
  }
  const frame = JSON.parse(text);
  for (const object of [frame, frame.header ?? {}]) for (const name of ['id', 's', 'event_id', 'token', 'app_id', 'create_time', 'tenant_key', 'uuid', 'ts']) delete object[name];
  if (frame.event) delete frame.event.app_id;
  if (typeof frame.d?.timestamp === 'string') frame.d.timestamp = new Date().toISOString();
  const message = frame.d?.id && String(frame.t).includes('MESSAGE') ? frame.d.id : frame.event?.message?.message_id ?? frame.event?.open_message_id;
  if (self.platform === 'qq' && frame.d?.data?.type !== undefined && frame.d.id) frame.d.id = `${hex(4)}-${hex(2)}-${hex(2)}-${hex(2)}-${hex(6)}`;
  const others = [...made.values()].filter(id => id !== self.user_id);
  return {frame, marks: message && String(message).length > 12 ? [message] : others};
}

const unplayable = /^(malformed|ready|resumed|hello|heartbeat|invalid_session|reconnect|server_heartbeat|webhook_|feishu\.v2\.encrypted|feishu\.malformed|.*app_ticket|.*url_preview|.*course_registration)/;
const list = platform => {
  const folder = join(adapters, folders[platform], 'fixtures');
  const names = readdirSync(folder).filter(file => file.endsWith('.native.json')).map(file => file.slice(0, -'.native.json'.length));
  return names.filter(name => !unplayable.test(name) && (platform === 'qq' || name.startsWith(`${platform}.`))).map(name => ({name, path: join(folder, `${name}.native.json`)}));
};

// Causes besides those of OneBot 12: [fixture, what the options change in its frame].
const roles = {member: ['1'], admin: ['2', '1'], owner: ['4']};
const indexOf = expected => /\bmsg_idx=(REFIDX_[^"]+)/.exec(JSON.stringify(expected.frame))[1];
const named = {
  qq: {
    'message.private guild': ['direct_message_create'],
    'message.private faces': ['c2c_message_faces'],
    'message.private card': ['c2c_message_ark'],
    'notice.private_message_delete': ['direct_message_delete'],
    'notice.channel_update': ['channel_update'],
    'message.private quoted': ['c2c_message_text'],
    'message.private quoting': ['c2c_message_quote', ({d}, {quotes}) => {
      d.message_scene.ext = [`ref_msg_idx=${indexOf(quotes)}`, `msg_idx=REFIDX_${hex(8)}==`];
      d.msg_elements[0].msg_idx = indexOf(quotes);
    }],
    'message.group role': ['group_at_message_text', ({d}, {role}) => { d.author.member_role = role; }],
    'message.channel role': ['at_message_create', ({d}, {role}) => { d.member.roles = roles[role]; }],
    'notice.group_member_decrease unknown': ['group_member_remove'],
    'notice.reaction': ['message_reaction_add'],
    'notice.reaction removed': ['message_reaction_remove'],
    'notice.interaction button': ['interaction_button_group'],
    'request.group': ['group_join_request_self'],
    'request.group invited': ['group_join_request_invited'],
    'request.group questions': ['group_join_request_questions'],
    'request.group decided': ['group_join_request_auto_approved'],
    'other group_push_reject': ['group_msg_reject'], 'other private_push_receive': ['c2c_msg_receive'], 'other enter': ['enter_aio'], 'other guild_member_update': ['guild_member_update'],
    'other microphone': ['audio_on_mic'], 'other forum': ['forum_post_create'], 'other audit': ['message_audit_pass'],
  },
  feishu: {
    'message.group forward': ['feishu.v2.message.merge_forward'],
    'message.group card': ['feishu.v2.message.interactive'],
    'notice.group_member_decrease kick': ['feishu.chat_user_deleted_kick'],
    'notice.group_member_decrease withdrawn': ['feishu.v2.chat.user.withdrawn'],
    'notice.group_member_decrease disbanded': ['feishu.v2.chat.disbanded'],
    'notice.group_member_increase several': ['feishu.v2.chat.user.added.invite'],
    'notice.group_message_delete unseen': ['feishu.v2.recalled.by_group_owner'],
    'notice.group_name': ['feishu.v2.chat.updated'],
    'notice.interaction card': ['feishu.v2.card_action.button'],
    'notice.interaction menu': ['feishu.v2.bot_menu'],
    'other read': ['feishu.v2.message_read'], 'other enter': ['feishu.p2p_chat_entered'],
  },
  bosshi: {},
};
// What must become of some of them.
const expects = {
  'notice.interaction button': ({d}) => ({text: 'eyJjbWQiOiJzaWduIn0=', data: {id: d.id, type: 11, button_id: '', button_data: 'eyJjbWQiOiJzaWduIn0=', message_id: '', kind: 'button'}}),
  'notice.interaction menu': () => ({text: 'daily_report', data: {event_key: 'daily_report'}}),
  'notice.group_name': ({event}) => ({name_new: event.after_change.name}),
  'notice.group_member_increase several': ({event}) => ({users: event.users.map(one => one.user_id.open_id)}),
  'request.group questions': () => ({comment: 'Which class?: 2211\nWho invited you?: Lin'}),
};
// How the platforms are: drivers/README.md.
const traits = {
  qq: {
    self_is_app: true, removes_members: true, refuses_segments: true, quote_text: 'see', own_action: ['qq.get_reply_credits', {detail_type: 'group'}], push_notice: 'qq_group_push_reject',
    avatar: (bot, user_id) => `https://q.qlogo.cn/qqapp/${bot.app_id}/${user_id}/640`,
    vectors: [['message.private', {user_id: '7C1D4E9A2B5F48C09D3E6A7B8C9D0E1F'}, {user_id: 20651482992}], ['message.group', {group_id: '5F1E9C7A3B8D42604E7A9B1C2D3F5A68'}, {group_id: 86275274321}],
              ['message.channel', {guild_id: '4812990731550026613', channel_id: '2210437', user_id: '12876043318290471155'}, {group_id: 93847867376, user_id: 32565330465}]],
  },
  feishu: {
    renames_groups: true, reacts: true, keeps_files: true, fractions: true,
    vectors: [['message.private', {user_id: 'ou_26bbd28933d4134ed80af3ece3aeccb7'}, {user_id: 13548968442}], ['message.group', {group_id: 'oc_6549b3a4f8e34d6a2fa62545a0b09a77'}, {group_id: 82587887516}]],
  },
  bosshi: {vectors: [['message.group', {group_id: '45f7deaaaad1e79d6aN~'}, {group_id: 51407256248}]]},
};

function withFixtures(bot, platform) {
  const fixtures = list(platform);
  const {inject} = bot;
  const others = named[platform];
  const play = async (path, cause, edit, options) => {
    const {frame, marks} = fresh(readFileSync(path, 'utf8'), bot.self);
    edit?.(frame, options);
    await bot.play(frame);
    return {cause, self: bot.self, self_id: bot.self_id, marks, frame, find: {}, expect: expects[cause]?.(frame) ?? {}};
  };
  return Object.assign(bot, {
    traits: traits[platform],
    causes: [...bot.causes, ...Object.keys(others)],
    async inject(cause, options = {}) {
      if (others[cause]) {
        const [name, edit] = others[cause];
        return play(fixtures.find(one => one.name === name).path, cause, edit, options);
      }
      const expected = await inject(cause, options);
      const who = options.user_id ? [] : [expected.expect.user_id ?? ''];
      return {...expected, self_id: bot.self_id, marks: [...Object.values(expected.find), ...who].filter(value => String(value).length >= 6 && value !== expected.frame.t && value !== bot.self.user_id)};
    },
    // One of everything that the platform is known to say.
    async everything() {
      let played = 0;
      for (const {name, path} of fixtures) played += await play(path, name).then(() => 1, () => 0);
      return played;
    },
  });
}
