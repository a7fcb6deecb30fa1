// The dialects that can be checked, and what differs between their runs.
//   items     folder of the items and of what cannot be tested from outside
//   main      what the whole run uses, unless an item asks for something else
//   Running   what an item is given as `t`
//   end       the id of "It ends when it is asked to"
//   who       how an implementation says its name: {impl, version}
//   attached  completes the world of an implementation that runs already
import {MainOneBot11, RunningOneBot11} from './onebot11.mjs';
import {speaksMsgpack} from './runner.mjs';
import {Running, completeTargets, mainSettings} from './suite.mjs';

async function ask({Running: Asking}, world, action) {
  const asking = new Asking({}, world);
  const response = await asking.call(action).catch(() => null);
  await asking.finish();
  return response?.data;
}

export const dialects = [
  {
    name: '12', title: 'OneBot 12', items: 'onebot12', main: mainSettings, Running, end: 'C-END',
    async who(world) { return await ask(this, world, 'get_version') ?? {impl: 'unknown', version: ''}; },
    async attached(world) {
      if (!world.bots.length) world.bots = (await ask(this, world, 'get_status'))?.bots?.map(({self}) => ({self})) ?? [];
      completeTargets(world.bots);
      world.msgpack = await speaksMsgpack(world);
    },
  },
  {
    name: '11', title: 'OneBot 11', items: 'onebot11', main: MainOneBot11, Running: RunningOneBot11, end: 'O11-END',
    async who(world) {
      const version = await ask(this, world, 'get_version_info');
      return {impl: version?.app_name ?? 'unknown', version: version?.app_version ?? ''};
    },
    // One bot: a link of OneBot 11 is of one.
    async attached(world) {
      if (!world.bots.length) world.bots = [{}];
      const [bot] = world.bots;
      bot.http ??= world.http;
      bot.websocket ??= world.websocket;
      bot.self_id ??= (await ask(this, world, 'get_login_info'))?.user_id;
      completeTargets(world.bots);
    },
  },
];
