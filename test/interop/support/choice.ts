import type { Row } from './row.ts';

/**
 * A few rows in which everything still occurs that occurs in `rows`: each suite, group, signature, kind of client
 * authentication, way of resumption, HelloRetryRequest and topic, in each version. Greedy: always the row that adds
 * most, the first of equals, so that the choice is the same each time.
 */
export function coveringRows(rows: readonly Row[]): Row[] {
  const chosen: Row[] = [];
  const missing = new Set(rows.flatMap(traits));
  while (missing.size > 0) {
    let best: Row | null = null;
    let most = 0;
    for (const row of rows) {
      const gain = traits(row).filter((trait) => missing.has(trait)).length;
      if (gain > most) [best, most] = [row, gain];
    }
    if (best === null) break;
    chosen.push(best);
    for (const trait of traits(best)) missing.delete(trait);
  }
  return chosen;
}

function traits(row: Row): string[] {
  const { ours, version, suite, group, key, scheme, clientKey, resumption, retry, topic } = row;
  const list = [
    `suite ${suite}`,
    `group ${group}`,
    `signature ${key} ${scheme}`,
    `topic ${topic}`,
    `client key ${clientKey}`,
    `resumption ${resumption} ${clientKey !== null} ${retry}`,
    `retry ${retry}`,
  ];
  return list.map((trait) => `${ours} ${version} ${trait}`);
}
