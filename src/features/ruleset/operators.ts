import { z } from 'zod';
import { userid } from './fields.js';

export const operatorsFile = z.strictObject({ operators: z.array(userid) });
