import { collectDefaultMetrics, Registry } from 'prom-client';

/** The Prometheus registry; give every metric `registers: [registry]`. */
export const METRICS = Symbol('Metrics');

export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
