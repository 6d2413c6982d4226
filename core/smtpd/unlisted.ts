/**
 * Is there such a user? For each address class the tables that list its addresses.
 *
 * ADDRESS_CLASS_README · postconf(5) smtpd_reject_unlisted_recipient · Postfix: src/smtpd/smtpd_check.c
 * check_rcpt_maps
 */
import { takesUnknown } from '../config/overrides.ts';
import { searchAddress } from '../config/search.ts';
import { boolOf, intOf, listOf, type Settings, textOf } from '../config/settings.ts';
import type { Resolution } from '../kernel/notes.ts';
import { splitDsnOr } from '../mail/dsn.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { dsnFor } from './dsn-fit.ts';
import type { Matter, Verdict } from './verdict.ts';

type Who = 'sender' | 'recipient';

const DUNNO: Verdict = { type: 'dunno' };

const WHAT = { sender: 'Sender address', recipient: 'Recipient address' } as const;

interface Listing {
  readonly maps: string;
  readonly table: string;
  readonly code: string;
}

const LISTINGS: ReadonlyMap<Resolution['addressClass'], Listing> = new Map([
  [
    'local',
    {
      maps: 'local_recipient_maps',
      table: 'local recipient table',
      code: 'unknown_local_recipient_reject_code',
    },
  ],
  [
    'relay',
    {
      maps: 'relay_recipient_maps',
      table: 'relay recipient table',
      code: 'unknown_relay_recipient_reject_code',
    },
  ],
  [
    'virtual-mailbox',
    {
      maps: 'virtual_mailbox_maps',
      table: 'virtual mailbox table',
      code: 'unknown_virtual_mailbox_reject_code',
    },
  ],
]);

/** Refuses an address that resolves to nobody. DUNNO for one that exists, or that is none of our business. */
export function unlisted(matter: Matter, who: Who): Verdict {
  const { settings } = matter;
  const party = matter[who];
  const resolution = party?.resolution;
  if (party === undefined || party.given === '' || resolution === undefined) return DUNNO;
  const { given } = party;
  if (takesUnknown(settings)) return DUNNO;
  if (resolution.failed === 'lookup') return failure(given);
  for (const maps of rewritingMaps(who)) {
    const hit = searchAddress(settings, maps, resolution.recipient, 'address');
    if (hit?.type === 'error') return failure(given);
    if (hit !== undefined) return DUNNO;
  }
  if (resolution.transport === 'error' || resolution.transport === 'retry')
    return undeliverable(settings, given, who, resolution);
  const listing = LISTINGS.get(resolution.addressClass);
  if (listing === undefined || listOf(settings, listing.maps).length === 0) return DUNNO;
  if (resolution.addressClass === 'local' && isOurOwn(settings, resolution.recipient)) return DUNNO;
  const hit = searchAddress(settings, listing.maps, resolution.recipient, 'address');
  if (hit?.type === 'error') return failure(given);
  return hit === undefined ? unknownUser(settings, given, who, listing) : DUNNO;
}

function failure(given: string): Verdict {
  const text = `<${given}>: Temporary lookup failure`;
  return { type: 'reject', draft: { code: 451, enhanced: '4.3.0', text, trouble: true } };
}

/** An address that is turned into another one exists. */
function rewritingMaps(who: Who): readonly string[] {
  const own = who === 'sender' ? ['sender_canonical_maps'] : [];
  return ['recipient_canonical_maps', ...own, 'canonical_maps', 'virtual_alias_maps'];
}

/** Addresses that the mail system itself makes and swallows. */
function isOurOwn(settings: Settings, address: string): boolean {
  const local = splitLocalDomain(address).local.toLowerCase();
  const doubleBounce = textOf(settings, 'double_bounce_sender').toLowerCase();
  return [doubleBounce, 'postmaster', 'mailer-daemon'].includes(local);
}

function unknownUser(settings: Settings, given: string, who: Who, listing: Listing): Verdict {
  const table = boolOf(settings, 'show_user_unknown_table_name') ? ` in ${listing.table}` : '';
  const code = intOf(settings, listing.code);
  const enhanced = who === 'sender' ? '5.1.0' : '5.1.1';
  const text = `<${given}>: ${WHAT[who]} rejected: User unknown${table}`;
  return { type: 'reject', draft: { code, enhanced, text, maps: listing.maps } };
}

/**
 * transport(5), relocated(5) or the address class say that this address only gives errors: the reason is
 * the text.
 */
function undeliverable(settings: Settings, given: string, who: Who, resolution: Resolution): Verdict {
  const { transport, nexthop, addressClass, because } = resolution;
  const later = transport === 'retry';
  const { dsn, text } = splitDsnOr(nexthop, `${later ? '4' : '5'}.1.${who === 'sender' ? '0' : '1'}`);
  const aliasCode =
    addressClass === 'virtual-alias' ? intOf(settings, 'unknown_virtual_alias_reject_code') : 550;
  const draft = {
    code: later ? 450 : aliasCode,
    enhanced: dsnFor(WHAT[who], dsn),
    text: `<${given}>: ${WHAT[who]} rejected: ${text}`,
    ...(because === undefined ? {} : { maps: because.parameter }),
    ...(because?.table === undefined ? {} : { table: because.table }),
    ...(because?.key === undefined ? {} : { key: because.key }),
  };
  return { type: 'reject', draft };
}
