// Waiting for conditions, free ports, processes and folders that are gone at the end.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export const seconds = () => performance.now() / 1000;
export const pause = ms => new Promise(done => setTimeout(done, ms));

// Waits until check() gives something true, and returns it; fails with what() after `ms`.
export async function until(check, what, ms = 10000) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited ${ms / 1000} s in vain for ${typeof what === 'function' ? what() : what}`);
    await pause(10);
  }
}

// The promise's value, or a failure that says what was missing.
export function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`waited ${ms / 1000} s in vain for ${what}`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Below the ports that the kernel hands out by itself, so that nobody takes it before the program listens.
const given = new Set();
export async function freePort() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    if (given.has(port)) continue;
    given.add(port);
    const free = await new Promise(done => {
      const server = createServer().once('error', () => done(false)).listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
}

const folders = new Set();
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'onebot-conformance-'));
  folders.add(path);
  return {path, remove() { rmSync(path, {recursive: true, force: true}); folders.delete(path); }};
}

// Starts a program and keeps what it says. stop() waits for its end and returns the exit code.
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const path of folders) rmSync(path, {recursive: true, force: true});
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
export function start(program, args, {env = {}} = {}) {
  const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...env}});
  const self = {child, out: '', err: '', ended: false};
  running.add(child);
  child.on('error', error => { self.err += error.message; self.ended = true; });
  child.stdout.on('data', bytes => { self.out += bytes; });
  child.stderr.on('data', bytes => { self.err += bytes; });
  const end = once(child, 'close').then(([code, signal]) => { self.ended = true; running.delete(child); return code ?? signal; });
  self.stop = (signal = 'SIGTERM') => { if (!self.ended) child.kill(signal); return end; };
  self.exit = () => end;
  return self;
}
