// The plugin of a Koishi project (frameworks.mjs): a bot that does what it is told in a message, and says on each line what
// came to pass, as JSON. Koishi's worker ends with whoever started it.
const {h} = require('koishi');

const say = what => process.stdout.write(`${JSON.stringify(what)}\n`);
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

exports.name = 'told';
exports.apply = ctx => {
  process.on('disconnect', () => process.exit());
  ctx.on('bot-status-updated', bot => say({did: bot.status === 1 ? 'online' : 'offline', self: bot.selfId}));
  ctx.on('message', async session => {
    const text = session.elements.filter(one => one.type === 'text').map(one => one.attrs.content).join('').trim();
    const at = session.elements.filter(one => one.type === 'at').map(one => one.attrs.id);
    const quoted = session.quote?.elements?.filter(one => one.type === 'text').map(one => one.attrs.content).join('').trim();
    say({did: 'heard', self: session.selfId, text, at, user: session.userId, chat: session.channelId, message: session.messageId, quoted});
    try {
      if (quoted !== undefined) await session.send(`you quote ${quoted}`);
      else if (/^ping/.test(text)) await session.send(text.replace('ping', 'pong'));
      else if (text === 'quote') await session.send(h.quote(session.messageId) + 'quoted');
      else if (text === 'picture') await session.send(h.image(picture, 'image/png'));
      say({did: 'answered', self: session.selfId, text});
    } catch (error) {
      say({did: 'failed', self: session.selfId, text, error: String(error)});
    }
  });
};
