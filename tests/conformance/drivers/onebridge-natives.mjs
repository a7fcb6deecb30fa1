// What the platforms of onebridge can be made to say, and what must become of it: cause -> {frame, find, expect}.
//   frame   the native event      find    members by which the event is recognised      expect  further members
import {randomBytes} from 'node:crypto';

const hex = (bytes = 16) => randomBytes(bytes).toString('hex');
const openid = () => hex().toUpperCase();
const digits = () => String(BigInt(`0x${hex(7)}`) + 10n ** 17n);
const iso = time => new Date((time ?? Date.now() / 1000) * 1000).toISOString();

// --- QQ: payloads of a gateway ---

const qqMessage = (fields, options) => ({id: `ROBOT1.0_${hex(12)}!`, content: options.text ?? 'hello', message_type: 0, timestamp: iso(options.time), ...fields});
const qqPrivate = (options, more = {}) => {
  const user = options.user_id ?? openid();
  const d = qqMessage({author: {id: user, user_openid: user, union_openid: '', username: '', bot: false}, ...more}, options);
  return {frame: {t: 'C2C_MESSAGE_CREATE', d}, find: {message_id: d.id}, expect: {user_id: user}};
};
const qqAttachment = attachment => (self, options) => qqPrivate({...options, text: ''}, {attachments: [{...attachment, ...(options.url && {url: options.url})}]});
const qqGroup = (options, more = {}) => {
  const member = options.user_id ?? openid(), group = options.group_id ?? openid();
  const d = qqMessage({author: {id: member, member_openid: member, username: 'Lin', bot: false}, group_openid: group, group_id: group, ...more}, options);
  return {frame: {t: 'GROUP_AT_MESSAGE_CREATE', d}, find: {message_id: d.id}, expect: {user_id: member, group_id: group}};
};
const qqNotice = (t, d, find, expect, options) => ({frame: {t, d: {timestamp: Math.floor(options.time ?? Date.now() / 1000), ...d}, id: `${t}:${hex()}`}, find, expect});
const robot = t => (self, options) => {
  const group = openid(), operator = openid();
  return qqNotice(t, {group_openid: group, op_member_openid: operator}, {group_id: group},
    {user_id: self.user_id, operator_id: operator, sub_type: t === 'GROUP_ADD_ROBOT' ? 'invite' : 'kick'}, options);
};
const groupMember = t => (self, options) => {
  const group = openid(), member = openid();
  return qqNotice(t, {group_openid: group, member_openid: member, user_openid: openid()}, {group_id: group}, {user_id: member, operator_id: '', sub_type: ''}, options);
};
const friend = t => (self, options) => {
  const user = openid();
  return qqNotice(t, {openid: user}, {user_id: user}, {}, options);
};
const guildMember = (t, sub_type) => (self, options) => {
  const guild = digits(), user = digits(), operator = sub_type === 'kick' || sub_type === 'invite' ? digits() : user;
  return qqNotice(t, {guild_id: guild, joined_at: iso(options.time), nick: '', op_user_id: operator, roles: ['1'], user: {avatar: '', bot: false, id: user, username: 'Amy'}},
    {guild_id: guild, user_id: user}, {operator_id: operator, sub_type}, options);
};
const channelChange = t => (self, options) => {
  const guild = digits(), channel = digits(), operator = digits();
  return qqNotice(t, {id: channel, guild_id: guild, name: 'general', type: 0, sub_type: 0, position: 1, owner_id: operator, op_user_id: operator},
    {guild_id: guild, channel_id: channel}, {operator_id: operator}, options);
};
const channelDeletion = sub_type => (self, options) => {
  const {guild_id: guild = digits(), channel_id: channel = digits(), message_id: message = hex(), user_id: user = digits()} = options.of ?? {};
  const operator = sub_type === 'recall' ? user : digits();
  return qqNotice('PUBLIC_MESSAGE_DELETE', {message: {author: {bot: false, id: user, username: 'Amy'}, channel_id: channel, guild_id: guild, id: message}, op_user: {id: operator}},
    {message_id: message}, {guild_id: guild, channel_id: channel, user_id: user, operator_id: operator, sub_type}, options);
};

const qq = {
  causes: {
    'message.private': (self, options) => qqPrivate(options),
    'message.group': (self, options) => qqGroup(options),
    'message.group mention self': (self, options) => qqGroup({text: ' ping', ...options}),
    'message.group reply and mention': (self, options) => {
      const quoted = openid();
      const made = qqGroup({...options, text: ' agreed'}, {message_type: 103,
        mentions: [{scope: 'single', bot: false, id: quoted, is_you: false, member_openid: quoted, username: 'Zhao'}],
        msg_elements: [{msg_idx: 'REFIDX_b==', message_type: 0, content: 'see', author: {member_openid: quoted, username: 'Zhao'}}],
        message_scene: {source: 'default', ext: ['ref_msg_idx=REFIDX_b==', 'msg_idx=REFIDX_c==']}});
      return {...made, expect: {...made.expect, replied: {message_id: 'REFIDX_b==', user_id: quoted}}};
    },
    'message.channel': (self, options) => {
      const {guild_id: guild = digits(), channel_id: channel = digits(), user_id: user = digits()} = options;
      const id = hex();
      return {frame: {t: 'AT_MESSAGE_CREATE', d: {author: {bot: false, id: user, username: 'Amy'}, channel_id: channel, guild_id: guild, id,
        content: options.text ?? 'hello', member: {nick: 'Amy', roles: ['1']}, timestamp: iso(options.time), seq: 101, seq_in_channel: '101'}},
        find: {message_id: id}, expect: {guild_id: guild, channel_id: channel, user_id: user}};
    },
    'message.private image': qqAttachment({content_type: 'image/png', filename: 'a.png', height: 7, width: 12, size: 183, url: 'https://multimedia.nt.qq.com.cn/a'}),
    'message.private voice': qqAttachment({content_type: 'voice', filename: 'b.amr', size: 471, url: 'https://grouptalk.c2c.qq.com/b', voice_wav_url: 'https://multimedia.nt.qq.com.cn/b.wav'}),
    'message.private video': qqAttachment({content_type: 'video/mp4', filename: 'c.mp4', size: 471, url: 'https://multimedia.nt.qq.com.cn/c'}),
    'message.private file': qqAttachment({content_type: 'file', filename: 'report (final).pdf', size: 48, url: 'https://multimedia.nt.qq.com.cn/d'}),
    'message.private file at url': qqAttachment({content_type: 'file', filename: 'report.bin', size: 3000, url: 'https://multimedia.nt.qq.com.cn/e'}),
    'message.private image between texts': (self, options) => {
      const made = qqPrivate({...options, text: 'a [x] '}, {attachments: [{content_type: 'image/png', filename: 'a.png', size: 1, url: 'https://multimedia.nt.qq.com.cn/a'}]});
      return {...made, expect: {...made.expect, alt: /^a \[x\] \[image\]$/}};
    },
    'notice.friend_increase': friend('FRIEND_ADD'),
    'notice.friend_decrease': friend('FRIEND_DEL'),
    'notice.group_member_increase': groupMember('GROUP_MEMBER_ADD'),
    'notice.group_member_increase self': robot('GROUP_ADD_ROBOT'),
    'notice.group_member_decrease': groupMember('GROUP_MEMBER_REMOVE'),
    'notice.group_member_decrease self': robot('GROUP_DEL_ROBOT'),
    'notice.guild_member_increase': guildMember('GUILD_MEMBER_ADD', 'invite'),
    'notice.guild_member_increase join': guildMember('GUILD_MEMBER_ADD', 'join'),
    'notice.guild_member_increase self': (self, options) => {
      const guild = digits(), operator = digits();
      return qqNotice('GUILD_CREATE', {id: guild, name: 'Tech corner', owner_id: operator, joined_at: iso(options.time), op_user_id: operator}, {guild_id: guild},
        {user_id: self.user_id, operator_id: operator, sub_type: 'invite'}, options);
    },
    'notice.guild_member_decrease': guildMember('GUILD_MEMBER_REMOVE', 'kick'),
    'notice.guild_member_decrease leave': guildMember('GUILD_MEMBER_REMOVE', 'leave'),
    'notice.channel_create': channelChange('CHANNEL_CREATE'),
    'notice.channel_delete': channelChange('CHANNEL_DELETE'),
    'notice.channel_message_delete': channelDeletion('recall'),
    'notice.channel_message_delete delete': channelDeletion('delete'),
    'unknown': (self, options) => {
      const user = openid();
      return {frame: {t: 'NOT_YET_INVENTED', d: {openid: user}, id: `NOT_YET_INVENTED:${user}`}, find: {'qq.event': 'NOT_YET_INVENTED'}, expect: {}};
    },
  },
  targets: {
    private: {detail_type: 'private', user_id: 'E4F4AEA33253A2797FB897C50B81D701'},
    group: {detail_type: 'group', group_id: '5F1E9C7A3B8D42604E7A9B1C2D3F5A68'},
    channel: {detail_type: 'channel', guild_id: '4512783600129038475', channel_id: '98234017'},
  },
  sent: one => ({id: one.id, text: one.body.content ?? '', body: one.body, path: one.path, deleted: one.recalled}),
};

// --- Feishu and BOSSHI: bodies of pushes ---

function pushing({event, privateChat, groupChat, user, content}) {
  const person = id => ({open_id: id, union_id: `on_${hex(8)}`, user_id: ''});
  const received = (type, value, more, options) => {
    const id = `om_${hex()}`, sender = options.user_id ?? user();
    const group = more.group ?? options.group_id ?? null;
    const time = options.time ? {create_time: String(Math.round(options.time * 1000))} : {};
    const frame = {schema: event === 'im.message.receive' ? '1.0' : '2.0', header: {event_type: event, event_id: hex()}, event: {
      sender: {sender_id: person(sender), sender_type: more.sender_type ?? 'user'},
      message: {message_id: id, ...time, chat_id: group ?? privateChat(), chat_type: group ? 'group' : 'p2p', message_type: type,
                content: JSON.stringify(value), ...more.message}}};
    return {frame, find: {message_id: id}, expect: {user_id: sender, ...(group && {group_id: group})}};
  };
  const text = (self, options, more = {}) => received('text', {text: options.bytes ? 'BYTES' : options.text ?? 'hello'}, more, options);
  return {person, received, text, group: groupChat, content};
}

const feishuParts = pushing({event: 'im.message.receive_v1', privateChat: () => `oc_${hex()}`, groupChat: () => `oc_${hex()}`, user: () => `ou_${hex()}`});
const bosshiParts = pushing({event: 'im.message.receive', privateChat: () => `${hex(9)}~`, groupChat: () => `${hex(9)}~`, user: () => `ou_${hex(15)}`});

const feishuEvent = (event_type, event, find, expect) => ({frame: {schema: '2.0', header: {event_type, event_id: hex()}, event}, find, expect});
const feishuMember = (event_type, {own = false, alone = false, sub_type}) => self => {
  const group = `oc_${hex()}`, actor = `ou_${hex()}`, user = alone ? actor : `ou_${hex()}`;
  const event = {chat_id: group, operator_id: feishuParts.person(actor), external: false, name: 'Project',
                 ...(!own && {users: [{name: 'Marco', user_id: feishuParts.person(user)}]})};
  return feishuEvent(event_type, event, {group_id: group}, {user_id: own ? self.user_id : user, operator_id: actor, sub_type});
};

const feishu = {
  causes: {
    'message.private': (self, options) => feishuParts.text(self, options),
    'message.group': (self, options) => feishuParts.text(self, options, {group: options.group_id ?? feishuParts.group()}),
    'message.group mention self': (self, options) => feishuParts.received('text', {text: '@_user_1 ping'}, {group: feishuParts.group(), message: {
      mentions: [{key: '@_user_1', id: {open_id: self.user_id, union_id: '', user_id: ''}, mentioned_type: 'bot', name: 'Bridge'}]}}, options),
    'message.group mention_all': (self, options) => feishuParts.received('text', {text: '@_all meeting'}, {group: feishuParts.group()}, options),
    'message.group reply and mention': (self, options) => {
      const parent = `om_${hex()}`;
      const made = feishuParts.received('text', {text: 'agreed'}, {group: feishuParts.group(), message: {parent_id: parent, root_id: parent}}, options);
      return {...made, expect: {...made.expect, replied: {message_id: parent}}};
    },
    'message.private image': (self, options) => feishuParts.received('image', {image_key: `img_v3_${hex(8)}`}, {}, options),
    'message.private voice': (self, options) => feishuParts.received('audio', {file_key: `file_v3_${hex(8)}`, duration: 4380}, {}, options),
    'message.private video': (self, options) => feishuParts.received('media', {file_key: `file_v3_${hex(8)}`, image_key: 'img_v3_m', file_name: 'demo.mp4', duration: 6100}, {}, options),
    'message.private file': (self, options) => feishuParts.received('file', {file_key: `file_v3_${hex(8)}`, file_name: 'budget.xlsx'}, {}, options),
    'message.private location': (self, options) => {
      const made = feishuParts.received('location', {name: 'Square', longitude: '121.475164', latitude: '31.228833'}, {}, options);
      return {...made, expect: {...made.expect, place: {latitude: 31.228833, longitude: 121.475164}}};
    },
    'message.group own': (self, options) => feishuParts.received('text', {text: 'own words'}, {group: feishuParts.group(), sender_type: 'bot'}, {...options, user_id: self.user_id}),
    'notice.group_member_increase': feishuMember('im.chat.member.user.added_v1', {sub_type: 'invite'}),
    'notice.group_member_increase join': feishuMember('im.chat.member.user.added_v1', {alone: true, sub_type: 'join'}),
    'notice.group_member_increase self': feishuMember('im.chat.member.bot.added_v1', {own: true, sub_type: 'invite'}),
    'notice.group_member_decrease': feishuMember('im.chat.member.user.deleted_v1', {sub_type: 'kick'}),
    'notice.group_member_decrease leave': feishuMember('im.chat.member.user.deleted_v1', {alone: true, sub_type: 'leave'}),
    'notice.group_member_decrease self': feishuMember('im.chat.member.bot.deleted_v1', {own: true}),
    'notice.group_message_delete': () => {
      const message = `om_${hex()}`, group = `oc_${hex()}`;
      return feishuEvent('im.message.recalled_v1', {message_id: message, chat_id: group, recall_time: String(Date.now()), recall_type: 'group_owner'},
        {message_id: message}, {group_id: group, sub_type: 'delete'});
    },
    'notice.group_message_delete recall': () => {
      const message = `om_${hex()}`, group = `oc_${hex()}`;
      return feishuEvent('im.message.recalled_v1', {message_id: message, chat_id: group, recall_time: String(Date.now()), recall_type: 'message_owner'},
        {message_id: message}, {group_id: group, sub_type: 'recall'});
    },
    'notice.friend_increase': () => {
      const user = `ou_${hex()}`;
      return {frame: {uuid: hex(), type: 'event_callback', event: {type: 'p2p_chat_create', chat_id: `oc_${hex()}`, operator: {open_id: user, user_id: ''},
        user: {name: 'Lin', open_id: user, user_id: ''}}}, find: {user_id: user}, expect: {}};
    },
  },
  targets: {
    private: {detail_type: 'private', user_id: 'ou_26bbd28933d4134ed80af3ece3aeccb7'},
    group: {detail_type: 'group', group_id: 'oc_6549b3a4f8e34d6a2fa62545a0b09a77'},
  },
  drops: ['lost reply'],  // the message goes out without the quote
  sent: one => ({id: one.message_id, text: one.text, body: one.body, path: one.path, deleted: one.deleted}),
};

const bosshi = {
  causes: {
    'message.private': (self, options) => bosshiParts.text(self, options),
    'message.group': (self, options) => bosshiParts.text(self, options, {group: options.group_id ?? bosshiParts.group()}),
    'message.private bytes': (self, options) => bosshiParts.text(self, {...options, bytes: true}),
  },
  targets: {
    private: {detail_type: 'private', user_id: 'ou_84aad35d084aa403a838cf73ee18467'},
    group: {detail_type: 'group', group_id: '5ce6d572455d361153b7xN~'},
  },
  drops: ['reply'],  // the platform has no call for it
  sent: feishu.sent,
};

export const natives = {qq, feishu, bosshi};
