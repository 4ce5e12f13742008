import { describe, it } from 'vitest';
import { coveringRows } from './choice.ts';
import { fullMatrix } from './matrix.ts';
import type { ClientPeer, ServerPeer } from './peer.ts';
import { cells, type Row, title } from './row.ts';
import { runClient, runServer } from './run.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** For the printed matrix. */
    interop?: { readonly cells: readonly string[]; readonly peer: string };
  }
}

/** Rows that are run one after another in one test file; the peers' processes would only crowd each other. */
export function describeServer(peer: ServerPeer | null): void {
  if (peer === null) describe.skip('our client', () => void it('needs its peer'));
  else describeRows('client', peer, (row) => runClient(peer, row));
}

export function describeClient(peer: ClientPeer | null): void {
  if (peer === null) describe.skip('our server', () => void it('needs its peer'));
  else describeRows('server', peer, (row) => runServer(peer, row));
}

function describeRows(ours: Row['ours'], peer: ServerPeer | ClientPeer, run: (row: Row) => Promise<void>): void {
  const all = fullMatrix(ours, peer.name, peer.abilities);
  const rows = process.env.SIGNET_INTEROP === 'full' ? all : coveringRows(all);
  describe(`our ${ours} with ${peer.name}`, () => {
    for (const row of rows) {
      it(title(row), async ({ task }) => {
        task.meta.interop = { cells: cells(row), peer: peer.label };
        await run(row);
      });
    }
  });
}
