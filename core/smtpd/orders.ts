/**
 * What is to become of the whole message, as access(5) entries order it one after the other.
 *
 * access(5) "OTHER ACTIONS" · Postfix: src/smtpd/smtpd_check.c check_table_result
 */
import type { MessageOrders } from '../kernel/notes.ts';

/** What smtpd does itself comes on top of what cleanup is asked for. */
export interface Orders extends MessageOrders {
  /** Header lines, put before the message in this order. */
  readonly prepend: readonly string[];
  readonly bcc: readonly string[];
}

/** One action. */
export type Order =
  | { readonly type: 'hold' | 'discard' }
  | { readonly type: 'filter' | 'redirect' | 'prepend' | 'bcc'; readonly value: string };

export const NO_ORDERS: Orders = {
  ...{ hold: false, discard: false, filter: '', redirect: '', prepend: [], bcc: [] },
};

/** One more: of FILTER and REDIRECT the last counts, PREPEND and BCC add up. */
export function withOrder(orders: Orders, order: Order): Orders {
  switch (order.type) {
    case 'hold':
    case 'discard':
      return { ...orders, [order.type]: true };
    case 'filter':
    case 'redirect':
      return { ...orders, [order.type]: order.value };
    case 'prepend':
    case 'bcc':
      return { ...orders, [order.type]: [...orders[order.type], order.value] };
    default:
      return order satisfies never;
  }
}

/** Whether cleanup has to know. */
export function ordersForCleanup({ hold, discard, filter, redirect }: Orders): MessageOrders | undefined {
  if (!hold && !discard && filter === '' && redirect === '') return undefined;
  return { hold, discard, filter, redirect };
}
