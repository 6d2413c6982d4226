/**
 * gate - no more clients of a service at once than master.cf allows; those who come later wait in turn.
 *
 * master(5) maxproc · STRESS_README
 */
import type net from 'node:net';
import { admit, crowdWarnings, depart, EMPTY_CROWD, hasRoom } from '#core';

/** So many may wait; Postfix leaves it to the kernel, which has such a limit too. */
const WAITING_LIMIT = 511;

export interface GateOptions {
  readonly name: string;
  /** Address and port, for the log. */
  readonly place: string;
  /** 0: no limit. */
  readonly limit: () => number;
  /** Postfix 2.3 knows no stress and says nothing. */
  readonly knowsStress: () => boolean;
  readonly warn: (text: string) => void;
}

/** Promises nothing, or to say when the client is gone. */
export type Serve = (stressed: boolean) => Promise<void> | void;

export interface Gate {
  /**
   * Serves a client at once or when others have gone; one who leaves before is not served. It is gone when
   * its socket closes, or when the promise of `serve` is kept.
   */
  enter(socket: net.Socket, serve: Serve): void;
}

/** Makes the gate of one service, which may listen on several addresses. */
export function makeGate({ name, place, limit, knowsStress, warn }: GateOptions): Gate {
  let crowd = EMPTY_CROWD;
  const waiting: { readonly socket: net.Socket; readonly serve: Serve }[] = [];

  function take(socket: net.Socket, serve: Serve): void {
    const most = limit();
    const { crowd: more, stressed, isNews } = admit(crowd, most, Date.now());
    crowd = more;
    if (isNews && knowsStress()) for (const text of crowdWarnings(name, place, most)) warn(text);
    const leave = (): void => {
      crowd = depart(crowd);
      callNext();
    };
    const done = serve(stressed && knowsStress());
    if (done === undefined) socket.once('close', leave);
    else void done.then(leave);
  }

  function callNext(): void {
    while (waiting.length > 0 && hasRoom(crowd, limit())) {
      const next = waiting.shift();
      if (next !== undefined && !next.socket.destroyed) take(next.socket, next.serve);
    }
  }

  return {
    enter: (socket, serve) => {
      if (hasRoom(crowd, limit())) take(socket, serve);
      else if (waiting.length < WAITING_LIMIT) waiting.push({ socket, serve });
      else socket.destroy();
    },
  };
}
