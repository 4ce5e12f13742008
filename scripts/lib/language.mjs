// What source may not say: the language rules of docs/architecture.md, found in the syntax tree.
import { SyntaxKind } from 'typescript/unstable/ast';
import { lineOf, walk } from './project.mjs';
import { isCore, roomOf } from './rooms.mjs';

/** Source files past this are usually two. */
const MAX_LINES = 400;

/** Longer files, each with the reason why it is one: 'wire/registry.ts': 'one table of code points'. */
const LONG_FILES = {};

/** What a host may lack, or what only the configuration may hand in. */
const CORE_GLOBALS = new Set([
  'AbortController',
  'AbortSignal',
  'Buffer',
  'Date',
  'FinalizationRegistry',
  'Intl',
  'SharedArrayBuffer',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'WeakRef',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'structuredClone',
]);

const BIG_INTEGERS = new Set(['BigInt', 'BigInt64Array', 'BigUint64Array']);
const BIG_ACCESSORS = new Set(['getBigInt64', 'getBigUint64', 'setBigInt64', 'setBigUint64', 'asIntN', 'asUintN']);

export function checkLanguage(project, report) {
  for (const module of project.modules) {
    const { path, source } = module;
    const globals = [];
    const add = (node, rule, why) => report.add(path, lineOf(source, node), rule, why);
    checkLength(module, report);
    walk(source, (node) => {
      checkAnywhere(path, node, add);
      if (!isCore(path)) return;
      checkCore(node, add);
      if (mayBeGlobal(node)) globals.push(node);
    });
    for (const node of withoutOwn(globals, project)) {
      if (BIG_INTEGERS.has(node.text)) add(node, 'bigint', `${node.text} is for providers alone`);
      else
        add(
          node,
          'global',
          `${node.text} is not part of the language; the core gets it by configuration or not at all`,
        );
    }
  }
}

function checkLength({ path, source }, report) {
  const lines = source.text.replace(/\n$/, '').split('\n').length;
  if (lines > MAX_LINES && !(path in LONG_FILES)) {
    report.add(path, lines, 'length', `${lines} lines, more than ${MAX_LINES}: usually two files`);
  }
}

function checkAnywhere(path, node, add) {
  switch (node.kind) {
    case SyntaxKind.AnyKeyword:
      return add(node, 'any', 'write the type, or "unknown"');
    case SyntaxKind.EnumDeclaration:
      return add(node, 'enum', 'write a union of literals');
    case SyntaxKind.PropertyAccessExpression:
      if (node.name.text === 'random' && node.expression.text === 'Math') {
        add(node, 'random', 'randomness comes from the provider');
      }
      return;
    default:
      if (isDefaultExport(node) && roomOf(path) !== 'faces' && path !== 'index.ts') {
        add(node, 'default-export', 'only faces have default exports');
      }
  }
}

function isDefaultExport(node) {
  if (node.kind === SyntaxKind.ExportAssignment) return true;
  if (node.kind === SyntaxKind.ExportSpecifier) return node.name.text === 'default';
  return node.modifiers?.some((modifier) => modifier.kind === SyntaxKind.DefaultKeyword) === true;
}

function checkCore(node, add) {
  switch (node.kind) {
    case SyntaxKind.PrivateIdentifier:
      return add(node, 'private-name', 'small engines lack #names: use TypeScript\'s "private"');
    case SyntaxKind.ClassStaticBlockDeclaration:
      return add(node, 'static-block', 'newer than ES2020');
    case SyntaxKind.InstanceOfKeyword:
      return add(node, 'instanceof', 'small engines break it: look at a property such as "code" or "need"');
    case SyntaxKind.BigIntLiteral:
    case SyntaxKind.BigIntKeyword:
      return add(node, 'bigint', 'big integers are for providers alone');
    case SyntaxKind.AsyncKeyword:
    case SyntaxKind.AwaitExpression:
    case SyntaxKind.AwaitKeyword:
      return add(node, 'async', 'the core never awaits: yield a task');
    case SyntaxKind.RegularExpressionLiteral:
      return checkPattern(node, node.text, add);
    case SyntaxKind.CallExpression:
    case SyntaxKind.NewExpression:
      if (node.expression.text === 'RegExp') checkPattern(node, node.arguments?.[0]?.text ?? '', add);
      return;
    case SyntaxKind.PropertyAccessExpression:
      if (BIG_ACCESSORS.has(node.name.text)) add(node, 'bigint', `${node.name.text} is for providers alone`);
      return;
    case SyntaxKind.TryStatement:
      if (node.finallyBlock && isInGenerator(node)) {
        add(node.finallyBlock, 'finally', 'an abandoned flow never gets there: clean up where the connection ends');
      }
      return;
    case SyntaxKind.ModuleDeclaration:
      if (node.name.text === 'global') add(node, 'global', 'declares globals that the core may not use');
      return;
    default:
  }
}

function checkPattern(node, pattern, add) {
  const bare = pattern.replace(/\\./g, '');
  if (/\(\?<[=!]/.test(bare)) add(node, 'lookbehind', 'small engines lack it');
  else if (/\(\?</.test(bare)) add(node, 'named-group', 'small engines lack it: count the groups');
}

function isInGenerator(node) {
  for (let at = node.parent; at; at = at.parent) {
    if (at.asteriskToken) return true;
    if (at.body && at.parameters) return false;
  }
  return false;
}

/** An identifier of a forbidden name that is used, not one that only names a member or something declared here. */
function mayBeGlobal(node) {
  if (node.kind !== SyntaxKind.Identifier) return false;
  if (!CORE_GLOBALS.has(node.text) && !BIG_INTEGERS.has(node.text)) return false;
  const { parent } = node;
  switch (parent.kind) {
    case SyntaxKind.ImportSpecifier:
    case SyntaxKind.ExportSpecifier:
      return false;
    case SyntaxKind.ShorthandPropertyAssignment:
      return true;
    case SyntaxKind.VariableDeclaration:
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.ClassDeclaration:
      return parent.name !== node || isAmbient(parent);
    case SyntaxKind.QualifiedName:
      return parent.right !== node;
    default:
      return parent.name !== node && parent.propertyName !== node;
  }
}

function isAmbient(declaration) {
  for (let at = declaration; at && at.kind !== SyntaxKind.SourceFile; at = at.parent) {
    if (at.modifiers?.some((modifier) => modifier.kind === SyntaxKind.DeclareKeyword)) return true;
  }
  return false;
}

function withoutOwn(nodes, { checker, isOwn }) {
  return nodes.filter((node) => {
    if (node.parent.name === node && node.parent.kind !== SyntaxKind.ShorthandPropertyAssignment) return true;
    const isShorthand = node.parent.kind === SyntaxKind.ShorthandPropertyAssignment;
    const symbol = isShorthand
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return symbol?.declarations?.some(isOwn) !== true;
  });
}
