import { expect, test } from 'vitest';
import { templateOf } from '../kernel/words.ts';
import { type Play, play } from './play.ts';
import { words as english } from './words.en.ts';
import { words as french } from './words.fr.ts';

const ESPERA = 'espera@gouv.bj';
const one = (story: Omit<Play, 'recipients'>, address = ESPERA) => play({ ...story, recipients: [address] });
const said = (text: string, to = ESPERA) => `to=<${to}>, relay=local, dsn=${text}`;
const member = (to: string, text: string, from: string) =>
  `to=<${to}@gouv.bj>, orig_to=<${from}@gouv.bj>, relay=local, dsn=${text}`;
const SENT = '2.0.0, status=sent (delivered to maildir)';

test('maildir(5): a message is written in tmp/, made durable, then moved to new/, and only then sent', () => {
  const { effects, files, log, steps } = one({});
  const disk = effects.map(({ type }) => type).filter((type) => type.startsWith('file.') || type === 'send');
  expect(disk).toEqual([
    ...['file.read', 'file.read', 'file.create', 'file.read', 'file.append', 'file.sync', 'file.close'],
    ...['file.rename', 'send'],
  ]);
  expect(effects).toContainEqual(expect.objectContaining({ type: 'file.rename', durable: true }));
  const [[path, text] = ['', '']] = [...files];
  expect(path).toBe('/home/espera/Maildir/new/1202720712.V8I65M250000.mail.gouv.bj');
  expect(text).toBe(
    'Return-Path: <ann@far.example>\n' +
      `X-Original-To: ${ESPERA}\nDelivered-To: ${ESPERA}\nSubject: x\n\nFrom here\n`,
  );
  expect(log).toEqual([said(SENT)]);
  expect(steps).toBe(7);
});

test('local(8) SECURITY: every touch of the mailbox is with the rights of the recipient', () => {
  const touches = one({}).effects.filter((effect) => 'path' in effect && effect.path?.startsWith('/home'));
  expect(touches.length).toBeGreaterThan(3);
  for (const effect of touches) expect(effect).toMatchObject({ as: { uid: 1001, gid: 1001 } });
});

test('RFC 4155: mbox gets a From line, > before "From ", and a blank line at the end', () => {
  const { files, log } = one({ mainCf: 'home_mailbox =\nmail_spool_directory = /var/mail\n', sender: '' });
  expect(files.get('/var/mail/espera')).toBe(
    'From MAILER-DAEMON  Mon Feb 11 10:05:12 2008\nReturn-Path: <>\n' +
      `X-Original-To: ${ESPERA}\nDelivered-To: ${ESPERA}\nSubject: x\n\n>From here\n\n`,
  );
  expect(log).toEqual([said('2.0.0, status=sent (delivered to mailbox)')]);
});

test('postconf(5) mail_spool_directory: with a / at the end it holds Maildirs; home_mailbox beats it', () => {
  const spool = one({ mainCf: 'home_mailbox =\nmail_spool_directory = /var/mail/\n' });
  expect([...spool.files.keys()][0]).toContain('/var/mail/espera/new/');
  const both = one({ mainCf: 'home_mailbox = mbox\nmail_spool_directory = /var/mail/\n' });
  expect([...both.files.keys()]).toEqual(['/home/espera/mbox']);
});

test('local(8): names that are nobody are returned, postmaster is thrown away with a warning', () => {
  expect(one({}, 'ghost+x@gouv.bj').log).toEqual([
    said('5.1.1, status=bounced (unknown user: "ghost")', 'ghost+x@gouv.bj'),
  ]);
  expect(one({}, 'postmaster@gouv.bj').log).toEqual([
    'required alias not found: postmaster',
    said('2.0.0, status=sent (discarded)', 'postmaster@gouv.bj'),
  ]);
});

test('aliases(5): members on this machine are delivered in place, each mailbox once', () => {
  const aliases = { all: 'espera, alexandre, espera+x, team', team: 'alexandre, ghost, ghost' };
  const { log, files } = one({ aliases }, 'all@gouv.bj');
  expect(log).toEqual([
    member('espera', SENT, 'all'),
    member('alexandre', SENT, 'all'),
    member('ghost', '5.1.1, status=bounced (unknown user: "ghost")', 'all'),
  ]);
  expect([...files.values()][0]).toContain('Delivered-To: all@gouv.bj\n');
});

test('aliases(5): the whole name is tried before the name without its extension', () => {
  const aliases = { 'info+urgent': 'espera', info: 'alexandre' };
  expect(one({ aliases }, 'Info+Urgent@gouv.bj').log[0]).toContain('to=<espera@gouv.bj>');
  expect(one({ aliases }, 'info+other@gouv.bj').log[0]).toContain('to=<alexandre@gouv.bj>');
});

test('aliases(5): a name in its own list, and one after a backslash, go straight to the mailbox', () => {
  const aliases = { espera: 'espera, alexandre', alexandre: 'ghost', x: '\\alexandre' };
  expect(one({ aliases }).log.slice(0, 1)).toEqual([said(SENT)]);
  expect(one({ aliases }, 'x@gouv.bj').log).toEqual([member('alexandre', SENT, 'x')]);
});

test('aliases(5): aliases without end are found out as in Postfix, at the 25th', () => {
  const aliases = { root: 'postmaster', postmaster: 'root' };
  expect(one({ aliases }, 'root@gouv.bj').log).toEqual([
    'alias database loop for postmaster',
    member('postmaster', '5.4.6, status=bounced (alias database loop for postmaster)', 'root'),
  ]);
  const five = { d1: 'd2', d2: 'd3', d3: 'd4', d4: 'd5', d5: 'd1' };
  expect(one({ aliases: five }, 'd1@gouv.bj').log[0]).toBe('alias database loop for d1');
});

test('RFC 5321 §3.9: other addresses travel on as one new message, marked with Delivered-To:', () => {
  const { log, effects, results } = one(
    { aliases: { far: 'a@x.example, espera, b@y.example' } },
    'far@gouv.bj',
  );
  expect(log).toEqual([
    member('espera', SENT, 'far'),
    said('2.0.0, status=sent (forwarded as B)', 'far@gouv.bj'),
  ]);
  const notes = effects.flatMap((effect) => (effect.type === 'send' ? [effect.note] : []));
  expect(notes).toContainEqual(expect.objectContaining({ type: 'cleanup.open', sender: 'ann@far.example' }));
  const to = notes.flatMap((note) =>
    note.type === 'cleanup.recipient' ? [`${note.address} ${note.original}`] : [],
  );
  expect(to).toEqual(['a@x.example far@gouv.bj', 'b@y.example far@gouv.bj']);
  const head = notes.find((note) => note.type === 'cleanup.prepend')?.bytes ?? new Uint8Array();
  expect(String.fromCharCode(...head)).toBe(
    'Received: by mail.gouv.bj (Postfix)\n\tid B; Mon, 11 Feb 2008 10:05:12 +0100 (WAT)\n' +
      'Delivered-To: far@gouv.bj\n',
  );
  expect(results).toMatchObject([{ status: 'sent', recipient: { address: 'far@gouv.bj' } }]);
});

test('aliases(5) owner-: the list sends on under its owner, who gets its problems', () => {
  const aliases = { list: 'espera, a@x.example', 'owner-list': 'alexandre' };
  const { log, effects } = one({ aliases }, 'list@gouv.bj');
  expect(log).toEqual([said('2.0.0, status=sent (forwarded as B)', 'list@gouv.bj')]);
  const notes = effects.flatMap((effect) => (effect.type === 'send' ? [effect.note] : []));
  expect(notes).toContainEqual(
    expect.objectContaining({ type: 'cleanup.open', sender: 'owner-list@gouv.bj' }),
  );
  expect(notes).toContainEqual(
    expect.objectContaining({ type: 'cleanup.recipient', address: ESPERA, original: ESPERA }),
  );
});

test('security 22: RFC 5321 §6.3: a message that was delivered to this address before is returned', () => {
  const { log, results } = one({ message: `Delivered-To: ESPERA@gouv.bj\nSubject: x\n\nhi\n` });
  expect(log).toEqual([said(`5.4.6, status=bounced (mail forwarding loop for ${ESPERA})`)]);
  expect(results?.[0]).toMatchObject({ status: 'bounced', dsn: '5.4.6' });
});

test('aliases(5) /file: written as default_privs; not where allow_mail_to_files forbids it', () => {
  const aliases = { log: '/var/log/mail-in, /dev/null', dir: '/srv/box/' };
  const { log, files, effects } = one({ aliases }, 'log@gouv.bj');
  expect(log).toEqual([
    said('2.0.0, status=sent (delivered to file: /var/log/mail-in)', 'log@gouv.bj'),
    said('2.0.0, status=sent (delivered to file: /dev/null)', 'log@gouv.bj'),
  ]);
  expect([...files.keys()]).toEqual(['/var/log/mail-in']);
  expect(effects).toContainEqual(
    expect.objectContaining({ type: 'file.open', as: { uid: 65534, gid: 65534 } }),
  );
  expect([...one({ aliases }, 'dir@gouv.bj').files.keys()][0]).toContain('/srv/box/new/');
  expect(one({ aliases, mainCf: 'allow_mail_to_files =\n' }, 'dir@gouv.bj').log).toEqual([
    said('5.7.1, status=bounced (mail to file is restricted)', 'dir@gouv.bj'),
  ]);
});

test.each([
  ['"|/usr/bin/vacation espera"', 'to command: /usr/bin/vacation espera'],
  [':include:/etc/list', 'to :include:/etc/list'],
])('aliases(5) %s: waits, with a warning, because it is not supported yet', (rhs, what) => {
  const text = `delivery ${what} is not supported yet`;
  expect(one({ aliases: { x: rhs } }, 'x@gouv.bj').log).toEqual([
    text,
    said(`4.3.0, status=deferred (${text})`, 'x@gouv.bj'),
  ]);
});

test.each([
  ['mailbox_command = /usr/bin/procmail\n', ESPERA, 'mailbox_command'],
  ['mailbox_transport = lmtp:x\n', ESPERA, 'mailbox_transport'],
  ['mailbox_transport = lmtp:x\n', 'ghost@gouv.bj', 'mailbox_transport'],
  ['luser_relay = root\n', 'ghost@gouv.bj', 'luser_relay'],
  ['fallback_transport = lmtp:x\nluser_relay = root\n', 'ghost@gouv.bj', 'fallback_transport'],
])('postconf(5) %s: mail waits rather than go silently to another place', (mainCf, to, name) => {
  const { log, files } = one({ mainCf }, to);
  expect(log[1]).toContain(`status=deferred (delivery by ${name} is not supported yet)`);
  expect(files.size).toBe(0);
});

test('forward(5): its lines take the place of the mailbox; the user can be one of them', () => {
  const files = { '/home/espera/.forward': { text: '# away\na@x.example, \\espera\n', uid: 1001 } };
  expect(one({ files }).log).toEqual([said(SENT), said('2.0.0, status=sent (forwarded as B)')]);
  const other = { '/home/espera/.forward': { text: 'alexandre\n', uid: 1001 } };
  expect(one({ files: other }).log).toEqual([said('2.0.0, status=sent (forwarded as B)')]);
  const mine = { '/home/espera/.forward+lists': { text: '/home/espera/lists\n', uid: 1001 } };
  expect([...one({ files: mine }, 'espera+lists@gouv.bj').files.keys()]).toContain('/home/espera/lists');
});

test.each([
  [{ text: 'a@x.example\n', uid: 1002 }, 'has bad owner'],
  [{ text: 'a@x.example\n', uid: 1001, mode: 0o666 }, 'is world writable'],
])('security 49: local(8) SECURITY: an unsafe .forward is ignored, with a warning', (file, why) => {
  expect(one({ files: { '/home/espera/.forward': file } }).log).toEqual([
    `file /home/espera/.forward ${why}`,
    said(SENT),
  ]);
});

test('local(8): a broken table of aliases puts the mail off', () => {
  expect(one({ mainCf: 'alias_maps = fail:x\n' }).log).toEqual([
    said('4.3.0, status=deferred (alias database unavailable)'),
  ]);
});

const TMP = '/home/espera/Maildir/tmp/1202720712.P4711.mail.gouv.bj.250000';

test.each([
  [
    'file.create',
    'ENOSPC',
    '4.3.0',
    `maildir delivery failed: create maildir file ${TMP}: No space left on device`,
  ],
  [
    'file.create',
    'EACCES',
    '5.2.0',
    `maildir delivery failed: create maildir file ${TMP}: Permission denied`,
  ],
  ['file.sync', 'EDQUOT', '5.2.2', 'maildir delivery failed: error writing message: Disk quota exceeded'],
  ['file.rename', 'EIO', '4.3.0', 'maildir delivery failed: error writing message: Input/output error'],
])('local(8) DIAGNOSTICS: %s fails with %s', (operation, code, dsn, text) => {
  const { log, files, exited } = one({ failures: { [operation]: code } });
  const status = dsn.startsWith('4') ? 'deferred' : 'bounced';
  expect(log.at(-1)).toBe(said(`${dsn}, status=${status} (${text})`));
  expect([files.size, exited]).toEqual([0, true]);
});

test('local(8): what the disk says of cur/ and of a delivery that was given up does no harm', () => {
  const failures = { 'dir.make': 'EACCES', 'file.append': 'ENOSPC', 'file.sync': 'ENOSPC' };
  const { log, results } = play({ failures, recipients: [ESPERA, 'alexandre@gouv.bj'] });
  expect(log.map((line) => line.includes('status=deferred'))).toEqual([true, true]);
  expect(results?.map(({ status }) => status)).toEqual(['deferred', 'deferred']);
});

test('local(8): a half-written mbox is cut back to its old length, a busy lock puts the mail off', () => {
  const mainCf = 'home_mailbox =\nmail_spool_directory = /var/mail\n';
  const files = { '/var/mail/espera': { text: 'From old\n\n', uid: 1001 } };
  const broken = one({ mainCf, files, failures: { 'file.sync': 'ENOSPC' } });
  expect(broken.files.get('/var/mail/espera')).toBe('From old\n\n');
  const busy = one({ mainCf, failures: { 'file.open': 'EAGAIN' } });
  expect(busy.log[0]).toContain('unable to create lock file /var/mail/espera.lock: File exists)');
  expect(busy.log[0]).toContain(
    '4.2.0, status=deferred (cannot update mailbox /var/mail/espera for user espera. ',
  );
});

test('postconf(5) mailbox_size_limit: what does not fit is returned; too small, all mail waits', () => {
  const small = 'message_size_limit = 20\nmailbox_size_limit = 20\n';
  expect(one({ mainCf: small }).log[0]).toContain('5.2.2, status=bounced (maildir delivery failed: ');
  expect(one({ mainCf: 'mailbox_size_limit = 20\n' }).log).toEqual([
    'main.cf configuration error: mailbox_size_limit is smaller than message_size_limit',
    said('4.3.5, status=deferred (mail system configuration error)'),
  ]);
});

test('bounce(8): a failure that cannot be written down is put off; soft_bounce puts all of them off', () => {
  const lost = one({ broken: 'bounce' }, 'ghost@gouv.bj');
  expect(lost.results).toMatchObject([{ status: 'deferred' }]);
  const soft = one({ mainCf: 'soft_bounce = yes\n' }, 'ghost@gouv.bj');
  expect(soft.results).toMatchObject([{ status: 'deferred', dsn: '4.1.1' }]);
  expect(soft.effects).toContainEqual(expect.objectContaining({ type: 'send', to: 'defer' }));
});

test('local(8): a neighbour that fails puts the mail off', () => {
  const aliases = { x: 'a@x.example', y: 'a@bad.example' };
  expect(one({ aliases, broken: 'cleanup' }, 'x@gouv.bj').log[0]).toContain(
    '4.3.0, status=deferred (unable to forward',
  );
  expect(one({ aliases, broken: 'rewrite' }, 'x@gouv.bj').log[0]).toContain(
    '4.3.0, status=deferred (address resolver',
  );
  expect(one({ aliases }, 'y@gouv.bj').log[0]).toContain('5.1.3, status=bounced (bad address syntax)');
});

test('words: every row taken here has its sentence in both languages', () => {
  const aliases = { all: 'espera, a@x.example, all2, ghost', all2: 'all' };
  const files = { '/home/espera/.forward': { text: '\\espera\n', uid: 1001 } };
  for (const row of one({ aliases, files }, 'all@gouv.bj').rows)
    for (const words of [english, french]) expect(templateOf(words, row), JSON.stringify(row)).toBeTruthy();
});
