import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Tables have owners: a statement stands in the store of the table that it is about. `insights` only reads. */
const noSqlHere = [
  {
    selector:
      'CallExpression[callee.property.name=/^(all|one|run|insert|insertReturning)$/]:matches([callee.object.name=/^(sql|tx|read)$/], [callee.object.property.name=/^(sql|tx|read)$/])',
    message: 'a statement belongs into the *.store.ts of its table',
  },
  {
    selector:
      ':matches(Literal[value=/^\\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\\s/], TemplateElement[value.raw=/^\\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\\s/])',
    message: 'SQL belongs into the *.store.ts of its table',
  },
];

/** Functions above 60 lines, by file, each kind with its reason. A new one needs a place here. */
const longFunctions = [
  // One case for each kind of fact, act or mistake: to part them would only hide that the list is complete.
  'src/domain/evolve.ts',
  'src/domain/rules/syntax-problem.ts',
  'src/sandbox/doors/acts.ts',
  // Statements and options that are written down once, in order.
  'src/migrations/*.ts',
  'src/console/web/features/home/week-chart.tsx',
  // Put a program together, step after step.
  'src/sandbox/sandbox.ts',
  'src/sandbox/doors/chat-door.ts',
  'src/demo/demo.ts',
  // A page or a form: its columns or fields and their markup, in the order in which they are seen.
  'src/console/web/features/{audit/audit,connection/reconciliation-page,deliveries/deliveries,login/login,moves/moves}.tsx',
  'src/console/web/features/members/{condition-box,member-filters,tier-ladder}.tsx',
  'src/console/web/features/tasks/tasks.tsx',
  'src/console/web/features/templates/{enabled-switch,save-dialog,templates,editor/template-editor}.tsx',
];

export default defineConfig(
  { ignores: ['dist/**', 'node_modules/**', 'data/**', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Off, because they forbid ways of writing that say what they mean.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-extraneous-class': 'off', // Nest's modules
      '@typescript-eslint/no-non-null-assertion': 'off', // with noUncheckedIndexedAccess it marks what is known
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-misused-spread': 'off', // [...text] counts characters as people do, and that is wanted
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off', // takes `row[0]!` for unneeded where the compiler needs it
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // Nest's options are typed as classes
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/require-await': 'off', // a port's method is asynchronous even where one implementation is not
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'max-params': ['error', 4],
    },
  },
  {
    // Nest hands each of its parts to a constructor as an argument of its own.
    files: ['src/**/*.{controller,module}.ts'],
    rules: { 'max-params': ['error', 6] },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    // The pretend corp has no database; the rules of domain stand below, with these among them.
    ignores: [
      '**/*.spec.ts',
      '**/*.store.ts',
      'src/insights/**',
      'src/migrations/**',
      'src/platform/database/**',
      'src/sandbox/**',
      'src/domain/**',
    ],
    rules: { 'no-restricted-syntax': ['error', ...noSqlHere] },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts', ...longFunctions],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    // Deciding takes its "now" as an argument and its chance from a stable hash.
    files: ['src/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...noSqlHere,
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'now is an argument here',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'now is an argument here' },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'chance comes from a stable hash',
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off', // expect.any(…) and friends
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    // These talk to a terminal.
    files: ['src/main.ts', 'src/demo/**/*.ts', 'src/doctor.ts', 'src/sandbox/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // The pages of the sandbox and of members run in a browser.
    files: ['src/sandbox/page/assets/*.js', 'src/member-page/assets/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'document',
          'location',
          'history',
          'localStorage',
          'confirm',
          'addEventListener',
          'Node',
          'Event',
          'HTMLFormElement',
          'FormData',
          'URLSearchParams',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'module',
          'require',
          'fetch',
          'performance',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'URL',
          'URLSearchParams',
          'structuredClone',
          'Buffer',
          'AbortSignal',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
