// Defects that implementations of OneBot 11 are known for, each as a change of what passes on the wire, and the items that
// must notice. planted.mjs stands between the implementation and the suite and makes the change.
//   trap   what went wrong, in one line      items  every one of these must fail      also  items that make it say what those look at
//   event(event, way)   changes an event, wherever it comes; false: it does not come. way: websocket, reverse or http_post
//   answer(answer)      changes an answer to a request; a second one in `answer.again` is sent behind it
//   http(response)      {status, headers}, of HTTP          post(request)   {headers, body}, of HTTP POST
//   dial(request)       {path, headers}, of whoever asks the implementation        call(request)   ... of whom it calls
const messages = change => event => { if (event.post_type === 'message') change(event); };
const each = (event, change) => { if (Array.isArray(event.message)) event.message.forEach(change); };

export const defects = [
  {name: 'other-self', trap: 'self_id is another number than that of the link', items: ['O11-META-01', 'O11-BOT-01'], event: event => { ++event.self_id; }},
  {name: 'text-self', trap: 'self_id is text', items: ['O11-META-01', 'O11-EVT-07'], event: event => { event.self_id = String(event.self_id); }},
  {name: 'text-message-id', trap: 'message_id is text', items: ['O11-EVT-01'], also: ['O11-GEN-02'], event: messages(event => { event.message_id = String(event.message_id); })},
  {name: 'wide-message-id', trap: 'message_id is beyond int32', items: ['O11-MID-01'], also: ['O11-GEN-02'], event: messages(event => { event.message_id += 2 ** 31; })},
  {name: 'text-user-id', trap: 'user_id is the native id', items: ['O11-EVT-01', 'O11-ID-01'], also: ['O11-GEN-02'], event: messages(event => { event.user_id = event.real_user_id; })},
  {name: 'no-lifecycle', trap: 'nothing comes before the first event', items: ['O11-WS-03', 'O11-RWS-04', 'O11-POST-07'], event: event => event.meta_event_type !== 'lifecycle'},
  {name: 'connect-posted', trap: 'connect is posted instead of enable', items: ['O11-POST-07'], event: (event, way) => { if (way === 'http_post' && event.sub_type === 'enable') event.sub_type = 'connect'; }},
  {name: 'null-status', trap: 'a heartbeat does not know whether the bot is online', items: ['O11-META-02'], event: event => { if (event.status) event.status.online = null; }},
  {name: 'float-time', trap: 'time has a fraction', items: ['O11-EVT-03', 'O11-EVT-07', 'O11-META-01'], event: event => { event.time += 0.5; }},
  {name: 'echo-in-events', trap: 'events have an echo', items: ['O11-RSP-03'], also: ['O11-GEN-02'], event: event => { event.echo = 'event'; }},
  {name: 'unknown-post-type', trap: 'an event of a kind of its own', items: ['O11-EVT-07', 'O11-EVT-09'], also: ['O11-GEN-02'], event: event => { if (event.post_type !== 'meta_event') event.post_type = 'message_sent'; }},
  {name: 'group-in-private', trap: 'a private message has a group_id', items: ['O11-EVT-04'], also: ['O11-STORE-01'], event: messages(event => { event.group_id ??= 0; })},
  {name: 'group-notice', trap: 'sub_type of a group message is notice', items: ['O11-EVT-02', 'O11-MAPE-01'], also: ['O11-GEN-02'], event: messages(event => { if (event.message_type === 'group') event.sub_type = 'notice'; })},
  {name: 'no-sender', trap: 'a message has no sender', items: ['O11-EVT-01', 'O11-STORE-07'], also: ['O11-GEN-02'], event: messages(event => { delete event.sender; })},
  {name: 'no-nickname', trap: 'a nickname is empty', items: ['O11-STORE-07'], also: ['O11-GEN-02'], event: messages(event => { event.sender.nickname = ''; })},
  {name: 'role-of-another', trap: 'role is always member', items: ['O11-EVT-05'], event: messages(event => { if (event.sender.role) event.sender.role = 'member'; })},
  {name: 'text-format', trap: 'messages are CQ strings by default', items: ['O11-MSG-02'], event: messages(event => { event.message = event.raw_message; event.message_format = 'string'; })},
  {name: 'unescaped', trap: 'what somebody types is not escaped', items: ['O11-CQ-02'], event: messages(event => { event.raw_message = event.raw_message.replaceAll('&#91;', '[').replaceAll('&#93;', ']').replaceAll('&amp;', '&'); })},
  {name: 'number-at', trap: 'qq of a mention is a number', items: ['O11-MSG-01', 'O11-SEG-02'], event: event => each(event, ({type, data}) => { if (type === 'at') data.qq = Number(data.qq); })},
  {name: 'own-segment', trap: 'a segment that no application knows', items: ['O11-SEG-01'], also: ['O11-GEN-02'], event: event => each(event, segment => { if (segment.type === 'text') segment.type = 'markdown'; })},
  {name: 'kick-for-kick-me', trap: 'the bot is thrown out as anybody', items: ['O11-MAPE-01'], event: event => { if (event.sub_type === 'kick_me') event.sub_type = 'kick'; }},
  {name: 'null-operator', trap: 'whom nobody names is null', items: ['O11-ID-05'], event: event => { if (event.operator_id === 0) event.operator_id = null; }},
  {name: 'echo-as-text', trap: 'echo comes back as text', items: ['O11-RSP-02', 'O11-WS-08'], answer: answer => { if ('echo' in answer) answer.echo = String(answer.echo); }},
  {name: 'echo-null', trap: 'an answer without echo has echo null', items: ['O11-RSP-02', 'O11-REQ-01', 'O11-WS-08'], answer: answer => { answer.echo ??= null; }},
  {name: 'no-data', trap: 'a failed answer has no data', items: ['O11-RSP-01'], also: ['O11-ACT-02'], answer: answer => { if (answer.data === null) delete answer.data; }},
  {name: 'no-wording', trap: 'an answer has no wording', items: ['O11-RSP-01'], also: ['O11-ACT-02'], answer: answer => { delete answer.wording; }},
  {name: 'null-lists', trap: 'an empty list is null', items: ['O11-ACT-04', 'O11-ACT-20'], answer: answer => { if (Array.isArray(answer.data) && !answer.data.length) answer.data = null; }},
  {name: 'fake-ok', trap: 'what no platform has succeeds', items: ['O11-ACT-02', 'O11-ACT-01'], answer: answer => { if (answer.retcode === 1404) Object.assign(answer, {status: 'ok', retcode: 0}); }},
  {name: 'twelve-codes', trap: 'retcodes are those of OneBot 12', items: ['O11-RSP-05', 'O11-ID-08', 'O11-WS-08'], answer: answer => { if (answer.retcode === 1400) answer.retcode = 10003; }},
  {name: 'double-answer', trap: 'an answer is sent twice', items: ['O11-RSP-04'], answer: answer => { answer.again = true; }},
  {name: 'not-its-own', trap: 'what the bot sent is told as another\'s', items: ['O11-STORE-02'], answer: answer => { if (answer.data?.sender) answer.data.sender.user_id = 10000000001; }},
  {name: 'unknown-200', trap: 'an unknown action is HTTP 200', items: ['O11-HTTP-04', 'O11-ACT-11'], http: response => { if (response.status === 404) response.status = 200; }},
  {name: 'failed-400', trap: 'an action that failed is HTTP 400', items: ['O11-HTTP-04'], http: (response, answer) => { if (response.status === 200 && answer?.status === 'failed') response.status = 400; }},
  {name: 'wrong-401', trap: 'a wrong token is 401', items: ['O11-AUTH-01', 'O11-AUTH-03', 'O11-WS-09'], http: response => { if (response.status === 403) response.status = 401; }},
  {name: 'charset', trap: 'Content-Type has a charset', items: ['O11-HTTP-06'], http: response => { response.headers['content-type'] += '; charset=utf-8'; }},
  {name: 'cors', trap: 'every web page may ask', items: ['O11-AUTH-06'], http: response => { response.headers['access-control-allow-origin'] = '*'; }},
  {name: 'query-rescues', trap: 'a wrong header is not looked at where there is a query', items: ['O11-AUTH-03'], dial: request => { if (request.path.includes('access_token=')) delete request.headers.authorization; }},
  {name: 'bearer-alone', trap: 'the scheme must be Bearer', items: ['O11-AUTH-02'], dial: request => { if (request.headers.authorization && !request.headers.authorization.startsWith('Bearer ')) request.headers.authorization = 'Bearer not'; }},
  {name: 'events-on-api', trap: 'events come on /api', items: ['O11-WS-03', 'O11-WS-04'], dial: request => { request.path = request.path.replace(/\/api(?=\/?(\?|$))/, '/'); }},
  {name: 'any-path', trap: 'events come on any path', items: ['O11-WS-01'], dial: request => { request.path = request.path.replace(/\/(x|ws|apis|event\/x|api\/x)$/, '/'); }},
  {name: 'no-x-self-id', trap: 'X-Self-ID is missing', items: ['O11-RWS-01'], call: request => { delete request.headers['x-self-id']; }},
  {name: 'role-lower-case', trap: 'the role is written in lower case', items: ['O11-RWS-01'], call: request => { if (request.headers['x-client-role']) request.headers['x-client-role'] = request.headers['x-client-role'].toLowerCase(); }},
  {name: 'token-scheme', trap: 'a reverse link says Token', items: ['O11-AUTH-04'], call: request => { if (request.headers.authorization) request.headers.authorization = request.headers.authorization.replace('Bearer', 'Token'); }},
  {name: 'post-bearer', trap: 'posts bring the token', items: ['O11-AUTH-05'], post: request => { request.headers.authorization = 'Bearer s3cret'; }},
  {name: 'post-charset', trap: 'Content-Type of a post has a charset', items: ['O11-POST-01'], post: request => { request.headers['content-type'] = 'application/json; charset=utf-8'; }},
  {name: 'other-bytes', trap: 'the signature is over other bytes than those that are sent', items: ['O11-POST-03'], post: request => { request.body = JSON.stringify(JSON.parse(request.body), null, 1); }},
];
