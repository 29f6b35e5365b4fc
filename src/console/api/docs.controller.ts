import { Controller, Get, Header } from '@nestjs/common';
import { docsPage } from './docs-page.js';
import { openApiDocument } from './openapi.js';

let made: ReturnType<typeof openApiDocument> | undefined;
const document = () => (made ??= openApiDocument());

/** Open to everybody: it tells how to ask, and nothing of the corp. */
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
