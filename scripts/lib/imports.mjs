// What a module imports: declarations, re-exports, type imports, import() and require().
import { builtinModules } from 'node:module';
import path from 'node:path';
import { SyntaxKind } from 'typescript/unstable/ast';
import { lineOf, walk } from './project.mjs';

/**
 * @typedef {object} Import
 * @property {number} line
 * @property {string | null} specifier null where it is not a literal
 * @property {'static' | 'type' | 'dynamic'} kind
 * @property {{ own: string | null } | { builtin: string } | { package: string } | null} target
 *   `own`: a module below src, null where there is none of that name
 */

/** @returns {Import[]} */
export function importsOf(module, known) {
  const found = [];
  walk(module.source, (node) => {
    const hit = importAt(node);
    if (!hit) return;
    const specifier = literal(hit.from);
    const target = specifier === null ? null : resolve(module.path, specifier, known);
    found.push({ line: lineOf(module.source, node), specifier, kind: hit.kind, target });
  });
  return found;
}

function importAt(node) {
  switch (node.kind) {
    case SyntaxKind.ImportDeclaration:
      return { from: node.moduleSpecifier, kind: isTypeOnly(node.importClause) ? 'type' : 'static' };
    case SyntaxKind.ExportDeclaration:
      if (!node.moduleSpecifier) return null;
      return { from: node.moduleSpecifier, kind: node.isTypeOnly ? 'type' : 'static' };
    case SyntaxKind.ImportEqualsDeclaration:
      if (node.moduleReference.kind !== SyntaxKind.ExternalModuleReference) return null;
      return { from: node.moduleReference.expression, kind: 'static' };
    case SyntaxKind.ImportType:
      return { from: node.argument.literal ?? node.argument, kind: 'type' };
    case SyntaxKind.CallExpression: {
      const callee = node.expression;
      const loads =
        callee.kind === SyntaxKind.ImportKeyword ||
        (callee.kind === SyntaxKind.Identifier && callee.text === 'require');
      return loads ? { from: node.arguments[0], kind: 'dynamic' } : null;
    }
    default:
      return null;
  }
}

function isTypeOnly(clause) {
  return clause !== undefined && clause.phaseModifier === SyntaxKind.TypeKeyword;
}

function literal(node) {
  const isText = node?.kind === SyntaxKind.StringLiteral || node?.kind === SyntaxKind.NoSubstitutionTemplateLiteral;
  return isText ? node.text : null;
}

function resolve(from, specifier, known) {
  if (specifier.startsWith('.')) {
    const own = path.posix.join(path.posix.dirname(from), specifier);
    return { own: known.has(own) ? own : null };
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return { builtin: specifier };
  const parts = specifier.split('/');
  return { package: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0] };
}
