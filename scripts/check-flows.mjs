// Rejects floating flows: a handshake step that is called without `yield*` does nothing, and no type error says so.
// Usage: node scripts/check-flows.mjs [project folder]
import path from 'node:path';
import { checkFlows } from './lib/floating.mjs';
import { openProject, walk } from './lib/project.mjs';
import { Report } from './lib/report.mjs';

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));
const report = new Report('check-flows');
const project = openProject(root);
report.addUnread(project);
checkFlows(project, report);

let generators = 0;
for (const { source } of project.modules)
  walk(source, (node) => (generators += node.asteriskToken && node.body ? 1 : 0));
const written = project.modules.some(({ source }) => /\bfunction\s*\*/.test(source.text));
if (written && generators === 0)
  report.addGeneral('nothing-seen', 'sources say "function*", but no generator was found');
project.close();

report.finish(`${generators} generator functions in ${project.modules.length} modules`);
