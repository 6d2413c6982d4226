/**
 * What the server and the process of its delivery agents say to each other: one message a turn of the
 * event loop, lists of what was collected in it, in order.
 */
import type { FileEffect, LogLevel, StepRecord, WorldEvent } from '#core';
import type { JournaledFile } from './journal-record.ts';

/** An event for a process of the other side. */
export interface Forwarded {
  readonly to: string;
  readonly event: WorldEvent;
  readonly cause: number;
}

export interface ToDelivery {
  readonly events: readonly Forwarded[];
  /** Young queue files that the events speak of: no need to ask for them. */
  readonly ahead: readonly (readonly [path: string, file: JournaledFile & { readonly uid: number }])[];
  /** They are not to be had any more, or are files on disk now. */
  readonly gone: readonly string[];
  /** Read the configuration again. */
  readonly reload: boolean;
}

export interface FromDelivery {
  readonly events: readonly Forwarded[];
  /** On files that belong to no user. */
  readonly effects: readonly {
    readonly process: string;
    readonly effect: FileEffect;
    readonly step: number;
  }[];
  readonly logs: readonly {
    readonly service: string;
    readonly pid: number;
    readonly level: LogLevel;
    readonly text: string;
  }[];
  readonly records: readonly StepRecord[];
  /** Bytes for users' files that wait to be written. */
  readonly pendingBytes: number;
}

/** What the process is started with. */
export interface DeliveryStart {
  readonly configDirectory: string;
  /** Steps are to be told. */
  readonly isWatched: boolean;
}

/** Steps of the other process are numbered from here, so that a cause says where it was. */
export const FIRST_STEP_ELSEWHERE = 2 ** 40;

/** The programs of master.cf that need root's rights. local(8) SECURITY, pipe(8) SECURITY */
export const DELIVERY_COMMANDS: readonly string[] = ['local', 'pipe'];

/** Name of the service of a process (`local:7`), or of the service itself. */
export function serviceNameOf(to: string): string {
  const colon = to.indexOf(':');
  return colon < 0 ? to : to.slice(0, colon);
}
