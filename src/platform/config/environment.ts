import { readConfig, type ReadConfig } from './config.js';

/** The only place in the product that looks at the process's environment. */
export function readEnvironment(): ReadConfig {
  return readConfig(process.env);
}

/** The terminal's language, as far as the product speaks it; Chinese where the terminal says nothing. */
export function terminalLanguage(): 'zh' | 'en' {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return /^en/i.test((LC_ALL || LC_MESSAGES || LANG) ?? '') ? 'en' : 'zh';
}
