import { readConfig, type ReadConfig } from './config.js';

/** Only this file reads the environment of the process. */
export function readEnvironment(): ReadConfig {
  return readConfig(process.env);
}

/** English for an English terminal, otherwise Chinese. */
export function terminalLanguage(): 'zh' | 'en' {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return /^en/i.test((LC_ALL || LC_MESSAGES || LANG) ?? '') ? 'en' : 'zh';
}
