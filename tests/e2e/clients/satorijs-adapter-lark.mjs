// A bot on @satorijs/adapter-lark over the long connection: says "online", hears messages, says each in one line, and
// answers it in its chat.
// Usage: node satorijs-adapter-lark.mjs BASE APP_ID SECRET PLATFORM. Ends when it is killed.
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const [base, appId, appSecret, platform] = process.argv.slice(2);
const {Context} = require('@satorijs/core');
const {LarkBot} = require('@satorijs/adapter-lark');
const app = new Context();
const http = require('@cordisjs/plugin-http');
app.plugin(http.default ?? http);
app.plugin(LarkBot, {platform, appId, appSecret, protocol: 'ws', endpoint: `${base}/open-apis`});
app.on('message', async session => {
  console.log(JSON.stringify({content: session.content, user: session.userId, channel: session.channelId}));
  await session.bot.sendMessage(session.channelId, 'pong');
});
await app.start?.();
const waiting = setInterval(() => {
  if (!app.bots?.some(bot => bot.status === 1 && bot.selfId)) return;
  clearInterval(waiting);
  console.log('online');
}, 20);
