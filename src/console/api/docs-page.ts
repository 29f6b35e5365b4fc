import type { openApiDocument } from './openapi.js';

interface Operation {
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }
    >
  >;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);

const schemaBox = (title: string, schema: unknown): string =>
  `<details><summary>${escaped(title)}</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`;

/** The OpenAPI document as a self-contained HTML page. */
export function docsPage(document: ReturnType<typeof openApiDocument>): string {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => routeBox(method, path, operation)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>群阶 Qunjie API</title><style>${style}</style></head>
<body><h1>群阶 Qunjie API</h1>
<p>Send <code>Authorization: Bearer &lt;token&gt;</code>. Errors are <code>{"code","message","where"?}</code>. Lists are
<code>{"items","next"}</code>; <code>next</code> is the <code>cursor</code> of the following page. Times are epoch milliseconds, money is in cents.
The same as <a href="/api/openapi.json">OpenAPI</a>.</p>
${routes.join('\n')}
</body></html>`;
}

function routeBox(method: string, path: string, operation: Operation): string {
  const parameters = operation.parameters.map(
    ({ name, in: where, description }) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${where}</td><td>${escaped(description ?? '')}</td></tr>`,
  );
  const body = operation.requestBody?.content['application/json']?.schema;
  const answer = operation.responses['200']?.content?.['application/json']?.schema;
  const refusals = Object.entries(operation.responses).filter(([status]) => status !== '200');
  return `<section><h2><b>${method.toUpperCase()}</b> ${escaped(path)}</h2><p>${escaped(operation.summary)}</p>
${parameters.length > 0 ? `<table>${parameters.join('')}</table>` : ''}
${body === undefined ? '' : schemaBox('body', body)}${answer === undefined ? '' : schemaBox('answer', answer)}
<p class="refusals">${refusals.map(([status, { description }]) => `${status} ${escaped(description)}`).join(' · ')}</p></section>`;
}

const style = `body{font:15px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2b25}
h2{font-size:1rem;font-family:ui-monospace,monospace;border-top:1px solid #d8dfdb;padding-top:1.2rem}h2 b{color:#0f766e}
table{border-collapse:collapse}td{padding:.15rem .8rem .15rem 0;vertical-align:top}pre{background:#f4f6f5;padding:.8rem;overflow:auto}
.refusals{color:#5b6b64;font-size:.85rem}`;
