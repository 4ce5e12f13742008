// Who may import whom. Each rule looks at one import; cycles and reach look at the whole graph.
import { cycles, reach } from './cycles.mjs';
import { isCore, isNodeFreeEntry, LEVELS, levelOf, roleOf, roomOf, versionOf } from './rooms.mjs';

/** `graph`: Map<module path, Import[]>. `packages`: what package.json declares as dependencies of users. */
export function checkImports(graph, packages, report) {
  for (const [file, imports] of graph) {
    if (levelOf(file) === undefined)
      report.add(file, 1, 'room', `"${roomOf(file)}" is no room of scripts/lib/rooms.mjs`);
    for (const item of imports) {
      const add = (rule, why) => report.add(file, item.line, rule, why);
      if (item.target === null) add('literal', 'the imported module is not named by a literal');
      else if ('own' in item.target) checkOwn(file, item, add);
      else if ('builtin' in item.target) checkBuiltin(file, item, add);
      else checkPackage(file, item, packages, add);
    }
  }
  checkCycles(graph, report);
  checkNodeFree(graph, report);
}

function checkOwn(file, item, add) {
  const to = item.target.own;
  if (to === null) {
    add('unresolved', `"${item.specifier}" names no module of src (relative, with its .ts extension)`);
    return;
  }
  if (levelOf(to) > levelOf(file)) add('level', `${name(file)} may not import ${name(to)}: imports point downwards`);
  if (['explain', 'cli'].includes(roomOf(to)) && roomOf(file) !== roomOf(to) && roomOf(file) !== 'cli') {
    add('bystander', `nobody imports ${roomOf(to)}/ but the command line`);
  }
  if (roomOf(to) === 'providers' && ['handshake', 'record'].includes(roomOf(file))) {
    add('provider', `${roomOf(file)}/ gets its cryptography by configuration, never from a provider`);
  }
  if (roleOf(file) && roleOf(to) && roleOf(file) !== roleOf(to)) {
    add('role', `the ${roleOf(file)} never imports the ${roleOf(to)} (${to}): each is bundled without the other`);
  }
  if (versionOf(file) === '1.3' && versionOf(to) === '1.2') add('version', `TLS 1.3 never imports TLS 1.2 (${to})`);
}

function name(file) {
  return `${roomOf(file)} (L${Math.trunc(LEVELS[roomOf(file)])})`;
}

function checkBuiltin(file, item, add) {
  if (!item.specifier.startsWith('node:')) add('node-prefix', `write "node:${item.specifier}"`);
  if (isCore(file)) add('node', `${roomOf(file)}/ uses the language alone; "${item.specifier}" belongs above config/`);
}

function checkPackage(file, item, packages, add) {
  const wanted = item.target.package;
  const room = roomOf(file);
  if (isCore(file)) add('package', `${room}/ uses the language alone; "${wanted}" belongs in providers/`);
  else if (room !== 'providers' && item.kind !== 'dynamic') {
    add('package', `only providers/ imports packages; elsewhere "${wanted}" is loaded when it is used`);
  }
  if (!packages.has(wanted)) add('undeclared', `package.json does not declare "${wanted}" for users`);
}

function checkCycles(graph, report) {
  const files = new Map();
  const rooms = new Map();
  const where = new Map();
  for (const [file, imports] of graph) {
    for (const item of imports) {
      const to = item.target?.own;
      if (!to) continue;
      link(files, where, file, to, { file, line: item.line });
      const climbs = levelOf(to) > levelOf(file);
      if (roomOf(to) !== roomOf(file) && !climbs)
        link(rooms, where, roomOf(file), roomOf(to), { file, line: item.line });
    }
  }
  for (const [rule, nodes] of [
    ['file-cycle', files],
    ['room-cycle', rooms],
  ]) {
    for (const cycle of cycles(nodes)) {
      const at = where.get(`${cycle[0]} ${cycle[1]}`);
      report.add(at.file, at.line, rule, cycle.join(' -> '));
    }
  }
}

function link(nodes, where, from, to, at) {
  if (!nodes.has(from)) nodes.set(from, new Set());
  nodes.get(from).add(to);
  if (!where.has(`${from} ${to}`)) where.set(`${from} ${to}`, at);
}

/** Pure JavaScript entries may not reach a Node module, not even for a type: users without @types/node compile them. */
function checkNodeFree(graph, report) {
  const own = new Map();
  for (const [file, imports] of graph) own.set(file, new Set(imports.map((item) => item.target?.own).filter(Boolean)));
  const told = new Set();
  for (const entry of [...graph.keys()].filter(isNodeFreeEntry)) {
    const cameFrom = reach(own, entry);
    for (const file of cameFrom.keys()) {
      const item = graph.get(file)?.find((candidate) => candidate.target && 'builtin' in candidate.target);
      if (!item || told.has(file)) continue;
      told.add(file);
      const way = [];
      for (let at = file; at !== null; at = cameFrom.get(at)) way.unshift(at);
      report.add(file, item.line, 'node-free', `${way.join(' -> ')} -> ${item.specifier}: must run without Node`);
    }
  }
}
