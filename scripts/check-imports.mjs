// Holds src/ against the rules of docs/architecture.md: who imports whom, and which language the core speaks.
// Usage: node scripts/check-imports.mjs [project folder]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkImports } from './lib/import-rules.mjs';
import { importsOf } from './lib/imports.mjs';
import { checkLanguage } from './lib/language.mjs';
import { openProject } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { roomOf } from './lib/rooms.mjs';

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));
const report = new Report('check-imports');
const project = openProject(root);
report.addUnread(project);

const known = new Set(project.modules.map((module) => module.path));
const graph = new Map(project.modules.map((module) => [module.path, importsOf(module, known)]));
checkImports(graph, packagesForUsers(), report);
checkLanguage(project, report);
project.close();

const imports = [...graph.values()].reduce((sum, list) => sum + list.length, 0);
const rooms = new Set([...known].map(roomOf));
report.finish(`${known.size} modules in ${rooms.size} rooms, ${imports} imports`);

function packagesForUsers() {
  const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  return new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
}
