/**
 * test-lab - the lab of one test: gouv.bj in a folder of its own, a server on it, both gone when the test is
 * over.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { prepareLab } from '../../server/cli/lab.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface TestLab {
  /** The folder of this test; `''` before it is made. */
  readonly folder: string;
  /** The server in this process. */
  readonly server: RunningServer | undefined;
  /** The server in a process of its own. */
  readonly process: ServerProcess | undefined;
  /** A path in the folder. */
  path(...parts: readonly string[]): string;
  /**
   * Makes the folder. Port 0: one that is free when the server starts; so is the page's where none is given,
   * because a lab of another test, or a person's, may have the usual one.
   */
  make(port?: number, pagePort?: number): void;
  /** Starts the server in this process, again where it was stopped. Resolves with its SMTP port. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** Starts it in a process of its own, where it is to be killed or needs rights of its own. */
  startProcess(port: number): Promise<void>;
  /** What it has logged. */
  log(): string;
}

/** Call once in a test file. @param name for the folder, so that a person knows whose it is */
export function testLab(name: string): TestLab {
  let folder = '';
  let server: RunningServer | undefined;
  let child: ServerProcess | undefined;
  const path = (...parts: readonly string[]): string => join(folder, ...parts);

  async function stop(): Promise<void> {
    await server?.stop();
    server = undefined;
    await child?.stop();
    child = undefined;
  }

  afterEach(async () => {
    await stop();
    if (folder !== '') fs.rmSync(folder, { recursive: true, force: true });
    folder = '';
  });

  return {
    get folder() {
      return folder;
    },
    get server() {
      return server;
    },
    get process() {
      return child;
    },
    ...{ path, stop },
    make: (port = 0, pagePort = 0) => {
      folder = fs.mkdtempSync(join(tmpdir(), `postscope-${name}-`));
      prepareLab(folder, port, pagePort);
    },
    start: async () => {
      server = await startServer(path('etc'), { logFile: path('maillog') });
      return server.listeners[0]?.port ?? 0;
    },
    startProcess: async (port) => {
      child = await startServerProcess(path('etc'), port);
    },
    log: () => fs.readFileSync(path('maillog'), 'latin1'),
  };
}
