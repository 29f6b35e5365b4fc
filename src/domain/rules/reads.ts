import type { Condition, Value } from './condition.js';
import type { MetricDefinition } from '../metrics/index.js';
import { assertNever } from '../assert-never.js';

export interface Reads {
  readonly metrics: ReadonlySet<MetricDefinition>;
  readonly tags: ReadonlySet<string>;
}

class Reader implements Reads {
  readonly metrics = new Set<MetricDefinition>();
  readonly tags = new Set<string>();

  condition(condition: Condition): this {
    switch (condition.kind) {
      case 'always':
        return this;
      case 'flag':
      case 'empty':
        this.metrics.add(condition.metric);
        return this;
      case 'tagged':
        this.tags.add(condition.tag);
        return this;
      case 'segment':
        return this.condition(condition.segment.condition);
      case 'oneOf':
      case 'text':
        return this.value(condition.value);
      case 'compare':
        return this.value(condition.left).value(condition.right);
      case 'not':
        return this.condition(condition.part);
      case 'all':
      case 'any':
        condition.parts.forEach((part) => this.condition(part));
        return this;
      case 'choose':
        return this.condition(condition.when).condition(condition.then).condition(condition.otherwise);
      default:
        return assertNever(condition);
    }
  }

  value(value: Value): this {
    switch (value.kind) {
      case 'constant':
        return this;
      case 'metric':
        this.metrics.add(value.metric);
        return this;
      case 'arithmetic':
        return this.value(value.left).value(value.right);
      case 'choice':
        return this.condition(value.when).value(value.then).value(value.otherwise);
      default:
        return assertNever(value);
    }
  }
}

/** Metrics and tags that a condition reads, in the order of the text. */
export const readsOf = (condition: Condition): Reads => new Reader().condition(condition);

export function readsNothing(value: Value): boolean {
  const reads = new Reader().value(value);
  return reads.metrics.size === 0 && reads.tags.size === 0;
}
