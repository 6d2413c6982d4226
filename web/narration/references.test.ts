import { expect, test } from 'vitest';
import { chartModels } from '../drawer/chart-models.ts';
import { referencesIn, referencesOf } from './references.ts';

test('RFC 5321 §4.1.1.2: an RFC section becomes a link to its anchor', () => {
  expect(referencesIn('RFC 5321 §4.1.1.2')).toEqual([
    { text: 'RFC 5321 §4.1.1.2', href: 'https://www.rfc-editor.org/rfc/rfc5321.html#section-4.1.1.2' },
  ]);
});

test('style 13: every part of a description is told apart', () => {
  const parts = referencesIn('RFC 3461 §4.1, §4.2 · postconf(5) smtpd_delay_reject · cleanup(8) DIAGNOSTICS');
  expect(parts.map(({ text }) => text)).toEqual([
    'RFC 3461 §4.1',
    'RFC 3461 §4.2',
    'postconf(5) smtpd_delay_reject',
    'cleanup(8) DIAGNOSTICS',
  ]);
  expect(parts.map(({ href }) => href?.replace(/^https:\/\/www\./, ''))).toEqual([
    'rfc-editor.org/rfc/rfc3461.html#section-4.1',
    'rfc-editor.org/rfc/rfc3461.html#section-4.2',
    'postfix.org/postconf.5.html#smtpd_delay_reject',
    'postfix.org/cleanup.8.html',
  ]);
});

test('style 13: an RFC alone, a README, a page of another package, and words', () => {
  expect(referencesIn('RFC 4155 · XCLIENT_README · maildir(5) · The first scan will see it.')).toEqual([
    { text: 'RFC 4155', href: 'https://www.rfc-editor.org/rfc/rfc4155.html' },
    { text: 'XCLIENT_README', href: 'https://www.postfix.org/XCLIENT_README.html' },
    { text: 'maildir(5)', href: 'https://cr.yp.to/proto/maildir.html' },
    { text: 'The first scan will see it.' },
  ]);
});

test('style 13: what several rows cite stands once', () => {
  expect(
    referencesOf(['RFC 5321 §3.1', 'qmgr(8) · Words.', 'RFC 5321 §3.1']).map(({ text }) => text),
  ).toEqual(['RFC 5321 §3.1', 'qmgr(8)']);
});

test('style 13: every row of every chart cites something that can be opened', () => {
  const models = Object.values(chartModels);
  const rows = models.flatMap(({ edges, anywhere }) => [...edges.flatMap((edge) => edge.rows), ...anywhere]);
  expect(rows.length).toBeGreaterThan(300);
  const silent = rows.filter(({ description }) => referencesOf([description ?? '']).length === 0);
  expect(silent).toEqual([]);
});
