/** What the server and the process for users' files say to each other: lists, in order, one message a turn. */
import type { FileEffect, WorldEvent } from '#core';

/** To do: an effect of a process, or (without one) close what the process left open. */
export interface ToUsersDisk {
  readonly process: string;
  readonly effect?: FileEffect;
  readonly step: number;
}

/** What came of it, and the bytes that wait to be written. */
export interface FromUsersDisk {
  readonly events: readonly { readonly process: string; readonly event: WorldEvent; readonly step: number }[];
  readonly pendingBytes: number;
}

/** An effect and its answer have the same key; undefined where there is no answer, or none is to be waited for. */
export function keyOf(process: string, said: FileEffect | WorldEvent): string | undefined {
  switch (said.type) {
    case 'file.create':
    case 'file.open':
    case 'file.sync':
    case 'file.read':
      return `${process} ${said.type} ${said.file}`;
    case 'file.rename':
      return `${process} ${said.type} ${said.from}`;
    case 'file.remove':
    case 'dir.list':
      return `${process} ${said.type} ${said.path}`;
    case 'file.created':
      return `${process} file.create ${said.file}`;
    case 'file.opened':
      return `${process} file.open ${said.file}`;
    case 'file.synced':
      return `${process} file.sync ${said.file}`;
    case 'file.loaded':
      return `${process} file.read ${said.file}`;
    case 'file.renamed':
      return `${process} file.rename ${said.from}`;
    case 'file.removed':
      return `${process} file.remove ${said.path}`;
    case 'dir.listed':
      return `${process} dir.list ${said.path}`;
    case 'file.failed':
      return `${process} ${said.operation} ${said.file ?? said.path}`;
    default:
      return undefined;
  }
}
