import { Controller, Get, Header } from '@nestjs/common';
import { docsPage } from './docs-page.js';
import { openApiDocument } from './openapi.js';

let cached: ReturnType<typeof openApiDocument> | undefined;
const document = () => (cached ??= openApiDocument());

/** Public: the documents describe the API and contain nothing about the corp. */
@Controller('api')
export class DocsController {
  @Get('openapi.json')
  openApi() {
    return document();
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  )
  @Header('x-content-type-options', 'nosniff')
  docs(): string {
    return docsPage(document());
  }
}
