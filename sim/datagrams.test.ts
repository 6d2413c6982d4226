/** Zone files of a scenario's machines, before anything runs. */
import { expect, test } from 'vitest';
import { zoneRecords } from './datagrams.ts';

const HOST = { name: 'm', address: '192.0.2.1', mainCf: '', masterCf: '', tables: {}, passwd: '' };

test('RFC 1035 §5: a zone file that cannot be read stops the world, and says where and what to do', () => {
  const zones = { '/etc/a.zone': 'a.example. A 192.0.2.1\n', '/etc/b.zone': '\nb.example. MX mail\n' };
  expect(() => zoneRecords({ ...HOST, zones })).toThrow(
    /^\/etc\/b\.zone:2: the MX record of “b\.example” cannot be read\. Write it like this: MX 10 /,
  );
  expect(zoneRecords({ ...HOST, zones: { '/etc/a.zone': 'a.example. A 192.0.2.1\n' } })).toHaveLength(1);
  expect(zoneRecords(HOST)).toEqual([]);
});
