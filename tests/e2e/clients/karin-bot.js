// The plugin of a Karin project (frameworks.mjs): a bot that does what it is told in a message, and says on each line what
// came to pass, as JSON.
import {karin, segment} from 'node-karin';

const say = what => process.stdout.write(`${JSON.stringify(what)}\n`);
const picture = 'base64://iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const textOf = elements => elements.filter(one => one.type === 'text').map(one => one.text).join('').trim();

// Karin tells plugins of a new bot, but not of one that is gone.
let known = new Set();
setInterval(() => {
  const now = new Set(karin.getAllBotID().filter(id => /^\d+$/.test(id)));
  for (const self of now) if (!known.has(self)) say({did: 'online', self});
  for (const self of known) if (!now.has(self)) say({did: 'offline', self});
  known = now;
}, 20);

export const told = karin.command(/[^]*/, async event => {
  const text = textOf(event.elements);
  const at = event.elements.filter(one => one.type === 'at').map(one => String(one.targetId));
  const reply = event.elements.find(one => one.type === 'reply');
  try {
    const quoted = reply && textOf((await event.bot.getMsg(event.contact, reply.messageId)).elements);
    say({did: 'heard', self: event.selfId, text, at, user: event.userId, chat: event.contact.peer, message: event.messageId, quoted});
    if (quoted !== undefined) await event.reply(`you quote ${quoted}`);
    else if (/^ping/.test(text)) await event.reply(text.replace('ping', 'pong'));
    else if (text === 'quote') await event.reply('quoted', {reply: true});
    else if (text === 'picture') await event.reply(segment.image(picture));
    say({did: 'answered', self: event.selfId, text});
  } catch (error) {
    say({did: 'failed', self: event.selfId, text, error: String(error)});
  }
  return true;
});
