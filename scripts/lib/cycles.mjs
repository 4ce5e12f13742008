// Cycles in a directed graph given as Map<name, Set<name>>.

/** One shortest cycle for each knot of names that reach each other, as [a, b, ..., a]. */
export function cycles(graph) {
  const found = [];
  const known = new Set();
  for (const start of [...graph.keys()].sort()) {
    if (known.has(start)) continue;
    const cycle = shortestCycle(graph, start);
    if (!cycle) continue;
    found.push(cycle);
    for (const name of cycle) known.add(name);
  }
  return found;
}

function shortestCycle(graph, start) {
  const cameFrom = new Map();
  const queue = [start];
  for (const name of queue) {
    for (const next of graph.get(name) ?? []) {
      if (next === start) return unwind(cameFrom, start, name);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, name);
      queue.push(next);
    }
  }
  return null;
}

function unwind(cameFrom, start, last) {
  const way = [start];
  for (let name = last; name !== start; name = cameFrom.get(name)) way.push(name);
  way.push(start);
  return way.reverse();
}

/** Everything reachable from `start`, itself included, each with the name it was reached from. */
export function reach(graph, start) {
  const cameFrom = new Map([[start, null]]);
  for (const name of cameFrom.keys()) {
    for (const next of graph.get(name) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, name);
  }
  return cameFrom;
}
