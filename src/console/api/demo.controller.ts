import { Controller, Get, Inject } from '@nestjs/common';
import { TemplatesService } from '../../features/templates/templates.service.js';
import { yearSoFar } from '../../insights/year-so-far.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { SETTINGS, type ConsoleSettings } from '../console.tokens.js';

/** The progress of the demo year, and the first steps that the server knows to be done. */
@Controller('console/api')
export class DemoController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: ConsoleSettings,
    @Inject(TemplatesService) private readonly templates: TemplatesService,
  ) {}

  /** The console polls this once a second during the year. `year` is null after the year, and outside a demo. */
  @Get('demo')
  async demo() {
    const { demo } = this.settings;
    if (!demo) return { sandboxUrl: null, year: null, hasEditedText: false };
    return {
      sandboxUrl: demo.sandboxUrl,
      year: await this.year(demo.year),
      hasEditedText: await this.templates.hasEditedText(),
    };
  }

  private async year({ from, until }: { readonly from: number; readonly until: number }) {
    const now = this.clock.now();
    if (now >= until) return null;
    const percent = Math.max(0, Math.floor((100 * (now - from)) / (until - from)));
    return { from, until, now, percent, figures: await yearSoFar(this.db.read) };
  }
}
