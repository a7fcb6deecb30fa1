// Bots on node-napcat-ts, which do what they are told in a message, and say on each line what came to pass, as JSON.
// Usage: node node-napcat-ts.mjs TOKEN URL...: an address for each bot. Ends when it is killed.
import {NCWebsocket, Structs} from 'node-napcat-ts';

const say = what => process.stdout.write(`${JSON.stringify(what)}\n`);
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const textOf = message => message.filter(one => one.type === 'text').map(one => one.data.text).join('').trim();

const [accessToken, ...addresses] = process.argv.slice(2);
for (const baseUrl of addresses) {
  const bot = new NCWebsocket({baseUrl, accessToken, reconnection: {enable: true, attempts: 100, delay: 300}});
  let self = '';
  bot.on('meta_event.lifecycle.connect', event => { self = String(event.self_id); say({did: 'online', self}); });
  bot.on('socket.close', () => { if (self) say({did: 'offline', self}); self = ''; });
  bot.on('message', async event => {
    const text = textOf(event.message);
    const at = event.message.filter(one => one.type === 'at').map(one => one.data.qq);
    const reply = event.message.find(one => one.type === 'reply');
    const send = message => event.message_type === 'group' ? bot.send_group_msg({group_id: event.group_id, message})
      : bot.send_private_msg({user_id: event.user_id, message});
    try {
      const quoted = reply && textOf((await bot.get_msg({message_id: Number(reply.data.id)})).message);
      say({did: 'heard', self: String(event.self_id), text, at, user: String(event.user_id),
           chat: String(event.group_id ?? event.user_id), message: String(event.message_id), quoted});
      if (quoted !== undefined) await send([Structs.text(`you quote ${quoted}`)]);
      else if (/^ping/.test(text)) await event.quick_action([Structs.text(text.replace('ping', 'pong'))], false);
      else if (text === 'quote') await send([Structs.reply(event.message_id), Structs.text('quoted')]);
      else if (text === 'picture') await send([Structs.image(picture)]);
      say({did: 'answered', self: String(event.self_id), text});
    } catch (error) {
      say({did: 'failed', self: String(event.self_id), text, error: JSON.stringify(error)});
    }
  });
  bot.connect();
}
