// A bot on qq-official-bot: hears one message in a group, says so in one line, and answers it.
// Usage: node qq-official-bot.mjs BASE APP_ID SECRET. Ends when it is killed: the library keeps its timers.
import {createRequire} from 'node:module';

const [base, appid, secret] = process.argv.slice(2);
const {Bot, ReceiverMode} = createRequire(import.meta.url)('qq-official-bot');
const bot = new Bot({appid, secret, sandbox: false, logLevel: 'off', intents: ['GROUP_AND_C2C_EVENT'],
                     mode: ReceiverMode?.WEBSOCKET ?? 'websocket'});
bot.request.interceptors.request.use(config => {  // its hosts are fixed; point them at loopback
  config.baseURL = base;
  config.url = config.url.replace('https://bots.qq.com', base);
  return config;
});
bot.on('message.group', async event => {
  console.log(JSON.stringify({group: event.group_id}));
  await bot.sendGroupMessage(event.group_id, 'pong', {id: event.id ?? event.message_id});
});
await bot.start();
