import type { ASTNode } from '@marcbachmann/cel-js';
import { calculate, magnitude } from './arithmetic.js';
import { complaints } from './complaints.js';
import type { ArithmeticOp, CompareOp, Condition, KnownSegment, TextOp, Value } from './condition.js';
import { editDistance, nearestMetric, nearestName } from './nearest-name.js';
import { problemAt, type Complaint, type RuleProblem } from './problem.js';
import { readsNothing } from './reads.js';
import { sliceOf } from './source-slice.js';
import type { Vocabulary } from './vocabulary.js';
import { cutToCharacters } from '../cut-text.js';

/** SQLite rejects expressions nested more than 1000 deep; people cannot follow far less. */
const DEEPEST = 40;
/** Longest quotation of the rule's text in a problem, in characters. */
const MOST_QUOTED = 60;
const flipped: Readonly<Record<CompareOp, CompareOp>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const literalWords: Readonly<Record<string, string>> = {
  True: 'true',
  TRUE: 'true',
  False: 'false',
  FALSE: 'false',
  NULL: 'null',
  Null: 'null',
  None: 'null',
  nil: 'null',
};

/** A part of the syntax tree with its value; undefined when it has a mistake of its own. */
interface Operand {
  readonly node: ASTNode;
  readonly value: Value | undefined;
}

const isNull = (node: ASTNode): boolean => node.op === 'value' && node.args === null;
const isTags = (node: ASTNode): boolean => node.op === 'id' && node.args === 'tags';
const isTest = (node: ASTNode): boolean => ['==', '!=', '<', '<=', '>', '>=', 'in', '&&', '||', '!_'].includes(node.op);

/**
 * Turns the parser's tree into a `Condition` and checks types. It collects every mistake with its place. Constructs that are
 * not listed here (macros, maps, fields, indexes, other functions) are rejected, so that every rule works in all backends.
 */
export class RuleResolver {
  readonly problems: RuleProblem[] = [];
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly vocabulary: Vocabulary,
  ) {}

  condition(node: ASTNode): Condition | undefined {
    return this.deeper(node, () => this.conditionHere(node));
  }

  private conditionHere(node: ASTNode): Condition | undefined {
    const range = { start: node.start, end: node.end };
    switch (node.op) {
      case '&&':
      case '||':
        return this.group(node, node.op);
      case '!_': {
        const part = this.condition(node.args);
        return part && { kind: 'not', part, range };
      }
      case '?:': {
        const [when, then, otherwise] = node.args.map((part) => this.condition(part));
        return when && then && otherwise && { kind: 'choose', when, then, otherwise, range };
      }
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.comparison(node, node.op, node.args[0], node.args[1]);
      case 'in':
        return this.membership(node, node.args[0], node.args[1]);
      case 'rcall':
        return this.textTest(node, node.args[0], node.args[1], node.args[2]);
      case 'call':
        return node.args[0] === 'in_segment'
          ? this.segment(node, node.args[1])
          : this.refuse(node, complaints.functionCall(node.args[0]));
      default: {
        if (node.op === 'value' && typeof node.args === 'boolean') return { kind: 'always', holds: node.args, range };
        const value = this.value(node);
        if (!value) return undefined;
        if (value.kind === 'metric' && value.type === 'bool') return { kind: 'flag', metric: value.metric, range };
        return this.refuse(node, complaints.notACondition(this.slice(node), value.type));
      }
    }
  }

  /** `a && b && c` parses as a left-leaning chain. It is walked in a loop, because recursion would count as nesting. */
  private group(node: ASTNode, op: '&&' | '||'): Condition | undefined {
    const nodes: ASTNode[] = [];
    let left = node;
    while (left.op === op) {
      nodes.unshift(left.args[1]);
      left = left.args[0];
    }
    nodes.unshift(left);
    const parts = nodes.map((part) => this.condition(part));
    if (!parts.every((part) => part !== undefined)) return undefined;
    return { kind: op === '&&' ? 'all' : 'any', parts, range: { start: node.start, end: node.end } };
  }

  private comparison(node: ASTNode, op: CompareOp, leftNode: ASTNode, rightNode: ASTNode): Condition | undefined {
    const range = { start: node.start, end: node.end };
    if (isNull(leftNode) || isNull(rightNode)) {
      const value = isNull(leftNode) ? (isNull(rightNode) ? undefined : this.value(rightNode)) : this.value(leftNode);
      if (!value)
        return isNull(leftNode) && isNull(rightNode) ? this.refuse(node, complaints.misplacedNull()) : undefined;
      if (value.kind !== 'metric' || (op !== '==' && op !== '!=')) return this.refuse(node, complaints.misplacedNull());
      if (!value.metric.nullable) return this.refuse(node, complaints.neverEmpty(value.metric));
      return { kind: 'empty', metric: value.metric, empty: op === '==', range };
    }
    const left = this.value(leftNode);
    const right = this.value(rightNode);
    if (!left || !right) return undefined;
    if (left.type !== right.type)
      return this.refuse(
        node,
        complaints.differentTypes(this.slice(leftNode), left.type, this.slice(rightNode), right.type),
      );
    if (left.type !== 'int' && op !== '==' && op !== '!=')
      return this.refuse(node, complaints.noOrder(this.slice(leftNode), left.type, op));
    if (!this.valuesAreKnown(left, [[rightNode, right]]) || !this.valuesAreKnown(right, [[leftNode, left]]))
      return undefined;
    if (readsNothing(left) && readsNothing(right)) return this.refuse(node, complaints.nothingRead(this.slice(node)));
    // A constant always stands on the right, so that backends and trace handle one shape.
    return left.kind === 'constant'
      ? { kind: 'compare', op: flipped[op], left: right, right: left, range }
      : { kind: 'compare', op, left, right, range };
  }

  private membership(node: ASTNode, item: ASTNode, container: ASTNode): Condition | undefined {
    const range = { start: node.start, end: node.end };
    if (isTags(container)) {
      if (item.op !== 'value' || typeof item.args !== 'string') return this.refuse(node, complaints.tagsUse());
      const tag = this.value(item);
      return tag && { kind: 'tagged', tag: item.args, range };
    }
    if (container.op === 'id' && editDistance(container.args, 'tags') <= 2)
      return this.refuse(container, complaints.tagsUse());
    if (container.op !== 'list') return this.refuse(container, complaints.listUse());
    const value = this.value(item);
    const list = container.args.map((element) => this.value(element));
    if (!value || !list.every((element) => element !== undefined)) return undefined;
    if (list.length === 0) return this.refuse(container, complaints.listUse());
    const constants: (number | string)[] = [];
    for (const [index, element] of list.entries()) {
      const at = container.args[index]!;
      if (element.kind !== 'constant' || typeof element.value === 'boolean')
        return this.refuse(at, complaints.listUse());
      if (element.type !== value.type)
        return this.refuse(at, complaints.differentTypes(this.slice(item), value.type, this.slice(at), element.type));
      constants.push(element.value);
    }
    if (
      !this.valuesAreKnown(
        value,
        list.map((element, index) => [container.args[index]!, element]),
      )
    )
      return undefined;
    if (readsNothing(value)) return this.refuse(node, complaints.nothingRead(this.slice(node)));
    return { kind: 'oneOf', value, list: [...new Set(constants)], range };
  }

  private segment(node: ASTNode, args: readonly ASTNode[]): Condition | undefined {
    const [argument, ...more] = args;
    if (more.length > 0 || argument?.op !== 'value' || typeof argument.args !== 'string')
      return this.refuse(node, complaints.segmentUse());
    const { args: key } = argument;
    const segments = this.vocabulary.segments ?? new Map<string, KnownSegment>();
    const segment = segments.get(key);
    if (segment) return { kind: 'segment', segment, range: { start: node.start, end: node.end } };
    const near = [...segments.values()].find(({ label }) => label.zh === key)?.key ?? nearestName(key, segments.keys());
    return this.refuse(argument, complaints.unknownSegment(key, near, [...segments.keys()]));
  }

  private textTest(node: ASTNode, name: string, receiver: ASTNode, args: readonly ASTNode[]): Condition | undefined {
    if (isTags(receiver)) return this.refuse(node, complaints.tagsUse());
    if (name !== 'contains' && name !== 'startsWith') return this.refuse(node, complaints.functionCall(name));
    const op: TextOp = name;
    const value = this.value(receiver);
    const part = args.length === 1 ? this.value(args[0]!) : undefined;
    if (!value || (args.length === 1 && !part)) return undefined;
    if (value.type !== 'string') return this.refuse(node, complaints.notText(this.slice(receiver), value.type, op));
    if (part?.kind !== 'constant' || typeof part.value !== 'string' || part.value === '')
      return this.refuse(node, complaints.textArgument(op));
    if (readsNothing(value)) return this.refuse(node, complaints.nothingRead(this.slice(node)));
    return { kind: 'text', op, value, part: part.value, range: { start: node.start, end: node.end } };
  }

  private value(node: ASTNode): Value | undefined {
    return this.deeper(node, () => this.valueHere(node));
  }

  private valueHere(node: ASTNode): Value | undefined {
    if (isTest(node)) return this.refuse(node, complaints.conditionAsValue(this.slice(node)));
    switch (node.op) {
      case 'value':
        return this.constant(node, node.args);
      case 'id':
        return this.metric(node, node.args);
      case '-_':
        return this.arithmetic(
          node,
          '-',
          { node, value: { kind: 'constant', type: 'int', value: 0 } },
          this.operand(node.args),
        );
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return this.arithmetic(node, node.op, this.operand(node.args[0]), this.operand(node.args[1]));
      case '?:': {
        const [whenNode, thenNode, otherwiseNode] = node.args;
        const [when, then, otherwise] = [this.condition(whenNode), this.value(thenNode), this.value(otherwiseNode)];
        if (!when || !then || !otherwise) return undefined;
        if (then.type !== otherwise.type) return this.refuse(node, complaints.differentBranches());
        return { kind: 'choice', type: then.type, when, then, otherwise };
      }
      case 'list':
        return this.refuse(node, complaints.listUse());
      case 'call':
        return this.refuse(
          node,
          node.args[0] === 'in_segment'
            ? complaints.conditionAsValue(this.slice(node))
            : complaints.functionCall(node.args[0]),
        );
      case 'rcall': {
        const isTextTest = node.args[0] === 'contains' || node.args[0] === 'startsWith';
        return this.refuse(
          node,
          isTextTest ? complaints.conditionAsValue(this.slice(node)) : complaints.functionCall(node.args[0]),
        );
      }
      default:
        return this.refuse(node, isTags(node) ? complaints.tagsUse() : complaints.construct(this.slice(node)));
    }
  }

  private constant(node: ASTNode, literal: unknown): Value | undefined {
    switch (typeof literal) {
      case 'bigint': {
        const value = Number(literal);
        return Number.isSafeInteger(value)
          ? { kind: 'constant', type: 'int', value }
          : this.refuse(node, complaints.tooBig());
      }
      case 'string': {
        // PostgreSQL cannot store NUL, and half a surrogate pair has no UTF-8 encoding.
        const storable = !literal.includes('\0') && !/\p{Surrogate}/u.test(literal);
        return storable
          ? { kind: 'constant', type: 'string', value: literal }
          : this.refuse(node, complaints.strangeText());
      }
      case 'boolean':
        return { kind: 'constant', type: 'bool', value: literal };
      case 'number':
        return this.refuse(node, complaints.decimal());
      default:
        return this.refuse(node, literal === null ? complaints.misplacedNull() : complaints.strangeLiteral());
    }
  }

  private metric(node: ASTNode, name: string): Value | undefined {
    if (name === 'tags') return this.refuse(node, complaints.tagsUse());
    const metric = this.vocabulary.metrics.get(name);
    if (metric) return { kind: 'metric', type: metric.type, metric };
    if (Object.hasOwn(literalWords, name)) return this.refuse(node, complaints.literalCase(name, literalWords[name]!));
    return this.refuse(node, complaints.unknownMetric(name, nearestMetric(name, this.vocabulary.metrics.values())));
  }

  private operand(node: ASTNode): Operand {
    return { node, value: this.value(node) };
  }

  private arithmetic(node: ASTNode, op: ArithmeticOp, ...operands: readonly [Operand, Operand]): Value | undefined {
    const [left, right] = operands.map(({ value }) => value);
    if (!left || !right) return undefined;
    for (const { node: part, value } of operands)
      if (value!.type !== 'int') return this.refuse(part, complaints.notANumber(this.slice(part), value!.type, op));
    if ((op === '/' || op === '%') && right.kind === 'constant' && right.value === 0)
      return this.refuse(operands[1].node, complaints.divisionByZero());
    const value: Value = { kind: 'arithmetic', type: 'int', op, left, right };
    if (magnitude(value) > Number.MAX_SAFE_INTEGER) return this.refuse(node, complaints.tooBig());
    if (left.kind !== 'constant' || right.kind !== 'constant') return value;
    return { kind: 'constant', type: 'int', value: calculate(op, Number(left.value), Number(right.value)) ?? 0 };
  }

  private valuesAreKnown(value: Value, compared: readonly (readonly [ASTNode, Value])[]): boolean {
    const values = value.kind === 'metric' ? this.vocabulary.values?.[value.metric.name] : undefined;
    if (value.kind !== 'metric' || !values) return true;
    let known = true;
    for (const [node, other] of compared) {
      if (other.kind !== 'constant' || Object.hasOwn(values, String(other.value))) continue;
      const word = String(other.value);
      const near = Object.keys(values).find((key) => values[key] === word) ?? nearestName(word, Object.keys(values));
      this.refuse(node, complaints.unknownValue(value.metric, word, near, values));
      known = false;
    }
    return known;
  }

  private deeper<T>(node: ASTNode, resolve: () => T | undefined): T | undefined {
    if (this.depth >= DEEPEST) return this.refuse(node, complaints.tooComplex());
    this.depth += 1;
    try {
      return resolve();
    } finally {
      this.depth -= 1;
    }
  }

  private slice(node: ASTNode): string {
    const slice = sliceOf(this.text, node);
    return cutToCharacters(slice, MOST_QUOTED, '…');
  }

  private refuse(node: ASTNode, complaint: Complaint): undefined {
    this.problems.push(problemAt(this.text, node.start, complaint));
    return undefined;
  }
}
