// A consumer as a process of its own, so that it can be killed:  node consumer.mjs websocket|poll URL FILE [MS]
// Works on each event for MS and then writes its number and id to FILE; prints "open" once, and a dot for each event and each poll.
import {appendFileSync} from 'node:fs';
import WebSocket from 'ws';

const [way, url, file, ms = '0'] = process.argv.slice(2);

function work(event) {
  if (event.type === 'meta') return;
  for (const end = performance.now() + Number(ms); performance.now() < end;);
  appendFileSync(file, `${JSON.stringify(event.message ?? '').match(/flood (\d+)/)?.[1] ?? -1} ${event.id}\n`);
  process.stdout.write('.');
}

async function poll() {
  for (;;) {
    const answer = await fetch(url, {
      method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({action: 'get_latest_events', params: {timeout: 1}}),
    });
    for (const event of (await answer.json()).data) work(event);
    process.stdout.write('.');
  }
}

if (way === 'websocket') {
  const socket = new WebSocket(url);
  socket.on('open', () => process.stdout.write('open\n'));
  socket.on('message', bytes => { const frame = JSON.parse(bytes.toString()); if ('type' in frame) work(frame); });
  socket.on('close', () => process.exit(1));
  socket.on('error', () => process.exit(1));
} else {
  poll().catch(() => process.exit(1));
}
