// What NoneBot's adapter for OneBot 11 does with a reverse WebSocket, in a few lines: one link for each X-Self-ID, events by its
// models, actions with a decimal echo. It answers "ping" where the bot is meant.
import {once} from 'node:events';
import {WebSocketServer} from 'ws';
import {Application11} from './support.mjs';

const integer = value => Number.isInteger(value);
const text = value => typeof value === 'string';
const object = value => value !== null && typeof value === 'object' && !Array.isArray(value);
const segments = value => Array.isArray(value) && value.every(one => text(one.type) && object(one.data));
const models = {
  any: {time: integer, self_id: integer, post_type: text},
  message: {message_type: text, sub_type: text, message_id: integer, user_id: integer, message: segments, raw_message: text, font: integer, sender: object},
  group: {group_id: integer},
  meta_event: {meta_event_type: text},
  lifecycle: {sub_type: text},
  heartbeat: {status: value => typeof value.online === 'boolean' && typeof value.good === 'boolean', interval: integer},
  notice: {notice_type: text},
  request: {request_type: text},
};

// What a model lacks of an event, or has of another kind.
const unfit = (event, model) => Object.entries(models[model] ?? {}).filter(([name, is]) => !is(event[name])).map(([name]) => name);

export function dropped(event) {
  return [...unfit(event, 'any'), ...unfit(event, event.post_type), ...unfit(event, event[`${event.post_type}_type`])];
}

class Bot extends Application11 {
  constructor(socket) {
    super(socket);
    this.wrong = [];
    socket.on('message', bytes => this.hear(JSON.parse(bytes.toString())));
  }
  async hear(frame) {
    if (!frame.post_type) return;
    const lacks = dropped(frame);
    if (lacks.length > 0) return this.wrong.push({lacks, frame});
    const said = frame.message?.filter(one => one.type === 'text').map(one => one.data.text).join('').trim();
    const toMe = frame.message_type === 'private' || frame.message?.some(one => one.type === 'at' && one.data.qq === String(frame.self_id));
    if (!toMe || !said?.startsWith('ping')) return;
    const {message_type, user_id, group_id} = frame;
    const answer = await this.call('send_msg', {message_type, user_id, ...(group_id && {group_id}),
                                                message: [{type: 'text', data: {text: said.replace('ping', 'nonebot')}}], auto_escape: null});
    if (answer.status !== 'ok') this.wrong.push({answer});
  }
}

// bots: the links by the number of their bot; refused: who was turned away, and why.
export async function nonebot(t, port, token) {
  const bots = new Map(), refused = [];
  const server = new WebSocketServer({port, host: '127.0.0.1', path: '/onebot/v11/ws', verifyClient({req}, done) {
    const self = req.headers['x-self-id'];
    const why = !self ? 'Missing X-Self-ID Header' : req.headers.authorization !== `Bearer ${token}` ? 'Invalid Authorization Header' :
      bots.has(self) ? 'Duplicate X-Self-ID' : '';
    if (why) refused.push(why);
    done(!why, 403, why);
  }});
  server.on('connection', (socket, request) => {
    const self = request.headers['x-self-id'];
    bots.set(self, new Bot(socket));
    socket.on('close', () => bots.delete(self));
  });
  t.after(() => { for (const client of server.clients) client.terminate(); server.close(); });
  await once(server, 'listening');
  return {bots, refused};
}
