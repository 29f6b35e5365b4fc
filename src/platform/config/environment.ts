import { readConfig, type ReadConfig } from './config.js';

/** The only place in the product that looks at the process's environment. */
export function readEnvironment(): ReadConfig {
  return readConfig(process.env);
}
