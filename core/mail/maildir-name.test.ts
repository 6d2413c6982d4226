import { expect, test } from 'vitest';
import { maildirName, maildirTmpName } from './maildir-name.ts';

test('local(8): names in tmp and new', () => {
  expect(maildirTmpName({ sec: 1202720712, pid: 4711, host: 'mail.gouv.bj' })).toBe(
    '1202720712.P4711.mail.gouv.bj',
  );
  const name = maildirName({
    sec: 1202720712,
    usec: 390151,
    dev: 0xfd01,
    inode: 0x2a3b4c,
    host: 'mail.gouv.bj',
  });
  expect(name).toBe('1202720712.Vfd01I2a3b4cM390151.mail.gouv.bj');
});

test('maildir(5): a host name cannot leave the directory or begin flags', () => {
  expect(maildirTmpName({ sec: 1, pid: 2, host: '../a:2,S' })).toBe('1.P2...\\057a\\0722,S');
});
