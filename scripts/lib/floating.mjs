// Finds flows that never run: calls that return a generator which nobody takes up with `yield*`.
import { SyntaxKind } from 'typescript/unstable/ast';
import { SignatureKind, TypeFlags } from 'typescript/unstable/sync';
import { lineOf, walk } from './project.mjs';

const GENERATORS = new Set(['Generator', 'AsyncGenerator']);

/** A function given where nobody looks at its result. */
const IGNORED = TypeFlags.Void | TypeFlags.Unknown | TypeFlags.Any | TypeFlags.Boolean;

export function checkFlows(project, report) {
  for (const module of project.modules) {
    const seen = collect(module.source);
    const add = (node, why) => report.add(module.path, lineOf(module.source, node), 'floating-flow', why);
    for (const node of generatorsAmong(seen.dropped, project.checker)) {
      add(node, `this flow never runs: write "yield* ${brief(node, module.source)}"`);
    }
    for (const node of generatorsAmong(seen.tested, project.checker, isGenerator)) {
      add(node, `a flow is no answer, it is always true: write "yield* ${brief(node, module.source)}"`);
    }
    for (const { variable, value } of unusedVariables(seen.variables, module, project.checker)) {
      add(variable, `the flow in "${variable.name.text}" never runs: write "yield* ${brief(value, module.source)}"`);
    }
    for (const node of ignoredCallbacks(seen.callbacks, project.checker)) {
      add(node, 'whoever is given this function ignores the flow that it returns: loop, and "yield*" each');
    }
  }
}

function brief(node, source) {
  return node.kind === SyntaxKind.CallExpression ? `${node.expression.getText(source)}(...)` : node.getText(source);
}

/** The expressions of a file whose value nobody can run, and those that need a second look. */
function collect(source) {
  const seen = { dropped: [], tested: [], variables: [], callbacks: [] };
  walk(source, (node) => {
    switch (node.kind) {
      case SyntaxKind.ExpressionStatement:
      case SyntaxKind.VoidExpression:
        results(node.expression, seen.dropped);
        break;
      case SyntaxKind.ForStatement:
        for (const part of [node.initializer, node.incrementor]) if (part) results(part, seen.dropped);
        if (node.condition) results(node.condition, seen.tested);
        break;
      case SyntaxKind.IfStatement:
      case SyntaxKind.WhileStatement:
      case SyntaxKind.DoStatement:
        results(node.expression, seen.tested);
        break;
      case SyntaxKind.ConditionalExpression:
        results(node.condition, seen.tested);
        break;
      case SyntaxKind.PrefixUnaryExpression:
        results(node.operand, seen.tested);
        break;
      case SyntaxKind.BinaryExpression:
        collectBinary(node, seen);
        break;
      case SyntaxKind.VariableDeclaration:
        if (node.initializer && node.name.kind === SyntaxKind.Identifier) seen.variables.push(node);
        break;
      case SyntaxKind.CallExpression:
      case SyntaxKind.NewExpression:
        seen.callbacks.push(...(node.arguments ?? []).filter(couldBeFunction));
        break;
      default:
    }
  });
  return seen;
}

function collectBinary(node, seen) {
  switch (node.operatorToken.kind) {
    case SyntaxKind.CommaToken:
      results(node.left, seen.dropped);
      break;
    case SyntaxKind.AmpersandAmpersandToken:
    case SyntaxKind.BarBarToken:
    case SyntaxKind.EqualsEqualsEqualsToken:
    case SyntaxKind.ExclamationEqualsEqualsToken:
      results(node.left, seen.tested);
      break;
    default:
  }
}

/** The expressions whose value an expression may have: behind parentheses, casts, branches and short circuits. */
function results(node, into) {
  switch (node.kind) {
    case SyntaxKind.ParenthesizedExpression:
    case SyntaxKind.AsExpression:
    case SyntaxKind.SatisfiesExpression:
    case SyntaxKind.NonNullExpression:
      results(node.expression, into);
      break;
    case SyntaxKind.ConditionalExpression:
      results(node.whenTrue, into);
      results(node.whenFalse, into);
      break;
    case SyntaxKind.BinaryExpression:
      if (isShortCircuit(node.operatorToken.kind)) results(node.right, into);
      break;
    case SyntaxKind.CallExpression:
    case SyntaxKind.Identifier:
    case SyntaxKind.PropertyAccessExpression:
    case SyntaxKind.ElementAccessExpression:
      into.push(node);
      break;
    default:
  }
}

function isShortCircuit(operator) {
  return (
    operator === SyntaxKind.CommaToken ||
    operator === SyntaxKind.AmpersandAmpersandToken ||
    operator === SyntaxKind.BarBarToken ||
    operator === SyntaxKind.QuestionQuestionToken
  );
}

function generatorsAmong(nodes, checker, matches = mayBeGenerator) {
  if (nodes.length === 0) return [];
  const types = checker.getTypeAtLocation(nodes);
  return nodes.filter((_, index) => types[index] && matches(types[index]));
}

function mayBeGenerator(type) {
  return type.isUnionType() ? type.getTypes().some(isGenerator) : isGenerator(type);
}

/** Not a generator or null: that may well be tested. */
function isGenerator(type) {
  return GENERATORS.has(type.getSymbol()?.name);
}

function unusedVariables(variables, { source }, checker) {
  const values = variables.map((variable) => variable.initializer);
  return generatorsAmong(values, checker)
    .map((value) => ({ value, variable: value.parent }))
    .filter(({ variable }) => {
      const symbol = checker.getSymbolAtLocation(variable.name);
      return symbol && checker.getReferencesToSymbolInFile(source.fileName, symbol).length <= 1;
    });
}

function couldBeFunction(node) {
  return (
    node.kind === SyntaxKind.ArrowFunction ||
    node.kind === SyntaxKind.FunctionExpression ||
    node.kind === SyntaxKind.Identifier ||
    node.kind === SyntaxKind.PropertyAccessExpression
  );
}

function ignoredCallbacks(nodes, checker) {
  if (nodes.length === 0) return [];
  const types = checker.getTypeAtLocation(nodes);
  const known = new Map();
  return nodes.filter((node, index) => {
    const type = types[index];
    if (!type) return false;
    if (!known.has(type.id)) known.set(type.id, returns(type, checker).some(mayBeGenerator));
    return known.get(type.id) && isResultIgnored(checker.getContextualType(node), checker);
  });
}

function isResultIgnored(expected, checker) {
  if (!expected) return false;
  const wanted = returns(expected, checker);
  return wanted.length > 0 && wanted.every((type) => (type.flags & IGNORED) !== 0);
}

/** What a function of this type may return. */
function returns(type, checker) {
  const parts = type.isUnionType() ? type.getTypes() : [type];
  return parts
    .filter((part) => part.isObjectType())
    .flatMap((part) => checker.getSignaturesOfType(part, SignatureKind.Call))
    .map((signature) => checker.getReturnTypeOfSignature(signature))
    .filter(Boolean);
}
