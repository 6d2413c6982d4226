/**
 * Whether the session has milters, and they want to hear of a step: asked in every session. What they are
 * told, and what they answer, is in filters.ts.
 *
 * postconf(5) smtpd_milters, smtpd_milter_maps
 */
import { noMilters } from '../config/overrides.ts';
import { searchTables } from '../config/search.ts';
import { listOf, type Settings } from '../config/settings.ts';
import { milterItems, milterList } from '../kernel/milter-list.ts';
import type { Args } from './say.ts';

/** Whom the tables choose for a client, or the list for all; DISABLE: nobody. */
export function itemsFor(settings: Settings, address: string): readonly string[] {
  const tables = settings.profile === '2.3' ? [] : listOf(settings, 'smtpd_milter_maps');
  if (tables.length > 0) {
    const found = searchTables(settings, tables, address, false);
    if (found?.type === 'found')
      return /^disable$/i.test(found.value) ? [] : milterItems(settings, found.value);
  }
  return listOf(settings, 'smtpd_milters');
}

/** There are milters for this client. */
export function filtersWantClient({ context }: Args): boolean {
  const { settings, client, stdin, filters } = context;
  if (stdin || filters.process !== '' || noMilters(settings)) return false;
  const items = itemsFor(settings, client.address);
  return items.length > 0 && milterList(settings, items).servers.length > 0;
}

/** They want to hear of what is being done; at RCPT, MAIL, DATA and HELO after the lists. */
export function filtersWantMore({ context }: Args): boolean {
  return context.filters.process !== '';
}

/** The lists have nothing against this step, of which milters hear. */
export function filtersWantStage(args: Args): boolean {
  const { stage } = args.context;
  if (stage === 'connect') return filtersWantClient(args);
  return ['helo', 'mail', 'rcpt', 'data'].includes(stage) && filtersWantMore(args);
}

/** They hear of the first chunk, as of DATA. */
export function filtersWantChunk({ context }: Args): boolean {
  return context.filters.process !== '' && context.extras.chunks === undefined;
}
