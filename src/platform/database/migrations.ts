import type { MigrationInterface } from 'typeorm';

/** Migration classes, in the order in which they run. */
export type Migrations = readonly (new () => MigrationInterface)[];
