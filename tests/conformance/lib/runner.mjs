// Runs items: one instance for each different set of settings, several instances and several items at a time.
import {NotApplicable} from './check.mjs';
import {completeTargets, items} from './suite.mjs';
import {ReverseServer, WebhookServer, http} from './applications.mjs';
import {encode} from '@msgpack/msgpack';
import {freePort, within} from './wait.mjs';

const kItemMs = 45000;

// Runs tasks, `width` at a time.
async function together(tasks, width) {
  const queue = [...tasks];
  await Promise.all(Array.from({length: width}, async () => { while (queue.length) await queue.shift()(); }));
}

// The servers that an implementation shall call, and the settings that name them.
export async function callees(settings) {
  const reverse = [], pushed = {webhook: [], http_post: []};
  for (const {path, api_path, event_path, down, ...rest} of settings.websocket_reverse ?? []) {
    const server = new ReverseServer(await freePort(), path);
    if (!down) await server.open();
    const at = path => `ws://127.0.0.1:${server.port}${path}`;
    reverse.push({server, rest: {...(api_path && {api_url: at(api_path)}), ...(event_path && {event_url: at(event_path)}), ...rest}});
  }
  for (const [way, list] of Object.entries(pushed)) {
    for (const {path, answer, ...rest} of settings[way] ?? []) {
      const server = new WebhookServer(await freePort(), path, way);
      if (answer) server.answer = answer;
      await server.open();
      list.push({server, rest});
    }
  }
  const urls = list => list.map(({server, rest}) => ({url: server.url, ...rest}));
  const servers = list => list.map(one => one.server);
  return {reverse: servers(reverse), webhook: servers(pushed.webhook), http_post: servers(pushed.http_post),
          settings: {...settings, websocket_reverse: urls(reverse), webhook: urls(pushed.webhook), http_post: urls(pushed.http_post)}};
}

// An instance for the settings: what the driver started, and the servers that it calls.
export async function startWorld(driver, settings) {
  const {reverse, webhook, http_post, settings: complete} = await callees(settings);
  const instance = await driver.start(complete);
  const world = {http: [], websocket: [], bots: [], token: settings.http?.[0]?.access_token ?? settings.websocket?.[0]?.access_token ?? '',
                 settings, ...instance, reverse, webhook, http_post, driver};
  completeTargets(world.bots);
  world.close = async () => {
    for (const server of [...reverse, ...webhook, ...http_post]) server.close();
    await instance.stop?.();
  };
  if (settings.dialect !== '11') world.msgpack = await speaksMsgpack(world);
  return world;
}

export async function speaksMsgpack(world) {
  if (!world.http?.length) return true;
  const headers = {'Content-Type': 'application/msgpack', ...(world.token && {Authorization: `Bearer ${world.token}`})};
  const answer = await http(world.http[0], {headers, body: encode({action: 'get_version', params: {}})}).catch(() => null);
  return answer?.status === 200;
}

async function runItem({Running}, item, world, done) {
  const began = performance.now();
  const t = new Running(item, world);
  let result = 'pass', reason = '';
  try {
    t.require(item.needs);
    const note = await within(item.ms ?? kItemMs, item.run(t), 'the end of the item');
    if (typeof note === 'string') reason = note;
  } catch (error) {
    result = error instanceof NotApplicable ? 'n/a' : 'fail';
    reason = error.message;
  }
  await t.finish().catch(() => {});
  done(item, {result, reason, ms: Math.round(performance.now() - began)});
}

async function runGroup(dialect, world, group, done) {
  await together(group.filter(one => !one.alone).map(one => () => runItem(dialect, one, world, done)), 6);
  for (const one of group.filter(one => one.alone)) await runItem(dialect, one, world, done);
}

export const wantedOf = (dialect, only) => items.filter(one => one.dialect === dialect.name && (!only.length || only.some(prefix => one.id.startsWith(prefix))));

// main: the instance of items without settings of their own. driver: starts others, or null.
export async function runAll({dialect, main, driver, only, width = 3}, done) {
  const wanted = wantedOf(dialect, only);
  const apart = one => one.settings && (driver?.start || !one.anywhere);
  const groups = new Map();
  for (const one of wanted.filter(apart)) {
    const key = JSON.stringify(one.settings);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  const own = wanted.filter(one => !apart(one) && !one.last);
  const tasks = [() => own.length ? runGroup(dialect, main, own, done) : undefined];
  for (const group of groups.values()) {
    tasks.push(async () => {
      if (!driver?.start) return group.forEach(one => done(one, {result: 'n/a', reason: 'needs a driver that starts the implementation with other settings', ms: 0}));
      let world;
      try { world = await startWorld(driver, group[0].settings); }
      catch (error) { return group.forEach(one => done(one, {result: 'fail', reason: `it did not start: ${error.message}`, ms: 0})); }
      await runGroup(dialect, world, group, done);
      await world.close().catch(error => done({...group[0], id: dialect.end, strength: 'BR', title: 'It ends when it is asked to'}, {result: 'fail', reason: error.message, ms: 0}));
    });
  }
  await together(tasks, width);
  for (const one of wanted.filter(one => one.last)) await runItem(dialect, one, main, done);
  return wanted;
}
