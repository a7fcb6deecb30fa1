// A bot on @satorijs/adapter-qq: says "online", hears one message in a group, says so in one line, and answers it.
// Usage: node satorijs-adapter-qq.mjs BASE APP_ID SECRET. Ends when it is killed: a stopped adapter dials for ever.
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const [base, id, secret] = process.argv.slice(2);
const {Context} = require('@satorijs/core');
const {QQBot} = require('@satorijs/adapter-qq');
const realFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {  // the token host is fixed; point it at loopback
  const url = String(input?.url ?? input);
  return url.startsWith('https://bots.qq.com') ? realFetch(url.replace('https://bots.qq.com', base), init) : realFetch(input, init);
};
const app = new Context();
for (const name of ['@cordisjs/plugin-http', '@satorijs/plugin-http', 'undios']) {
  let plugin;
  try { plugin = require(name); } catch { continue; }
  app.plugin(plugin.default ?? plugin);
}
app.plugin(QQBot, {id, secret, type: 'public', endpoint: `${base}/`, sandbox: false, authType: 'bearer', intents: 1 << 25,
                   protocol: 'websocket', retryWhen: []});
app.on('message', async session => {
  console.log(JSON.stringify({content: session.content}));
  await session.bot.sendMessage(session.channelId, 'pong', session.guildId, {session});
});
await app.start?.();
const waiting = setInterval(() => {
  if (!app.bots?.some(bot => bot.status === 1)) return;
  clearInterval(waiting);
  console.log('online');
}, 20);
