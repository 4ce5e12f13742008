// Opens a project with TypeScript's own parser and checker, the one way that TypeScript 7 offers (no classic compiler API).
import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { API } from 'typescript/unstable/sync';

/**
 * @typedef {object} Module
 * @property {string} path relative to src, with forward slashes: 'wire/alert.ts'
 * @property {import('typescript/unstable/ast').SourceFile} source
 */

/** Parses every src/**\/*.ts of the project in `root`. The caller closes it. */
export function openProject(root) {
  const top = realpathSync(root);
  const src = path.join(top, 'src');
  const api = new API({ cwd: top });
  const snapshot = api.updateSnapshot({ openProjects: [path.join(top, 'tsconfig.json')] });
  const project = snapshot.getProjects()[0];
  const modules = [];
  const unseen = [];
  for (const name of sourcesUnder(src)) {
    const source = project?.program.getSourceFile(path.join(src, name));
    if (source) modules.push({ path: name, source });
    else unseen.push(name);
  }
  return {
    modules,
    /** Files that lie in src but that the project does not include: nothing would check them. */
    unseen,
    checker: project?.checker,
    /** Errors that stop the parser; a tree with holes proves nothing. */
    syntaxErrors: project?.program.getSyntacticDiagnostics() ?? [],
    /** Whether a declaration lies in src itself, not in a library. Node handles carry a path that may be lower case. */
    isOwn: (handle) => handle.path.toLowerCase().startsWith(`${src.split(path.sep).join('/')}/`.toLowerCase()),
    close: () => api.close(),
  };
}

function sourcesUnder(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** Calls `visit` on a node and everything below it, parents first. */
export function walk(node, visit) {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

export function lineOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
