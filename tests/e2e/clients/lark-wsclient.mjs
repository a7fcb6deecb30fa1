// A bot on the long connection of @larksuiteoapi/node-sdk: says "ready", then each message it hears in one line, and
// each use of a card, which it answers with a toast.
// Usage: node lark-wsclient.mjs BASE APP_ID SECRET. Ends when it is killed.
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const [domain, appId, appSecret] = process.argv.slice(2);
const lark = require('@larksuiteoapi/node-sdk');
const loggerLevel = lark.LoggerLevel.error;
const eventDispatcher = new lark.EventDispatcher({loggerLevel}).register({
  'im.message.receive_v1': async data => { console.log(JSON.stringify({id: data.event_id, content: data.message.content})); },
  'card.action.trigger': async data => {
    console.log(JSON.stringify({card: data.action.tag}));
    return {toast: {type: 'success', content: 'ok'}};
  },
});
const client = new lark.WSClient({appId, appSecret, domain, loggerLevel, onReady: () => console.log('ready')});
await client.start({eventDispatcher});
