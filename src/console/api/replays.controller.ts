import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { replayBody } from './requests.js';
import { RuleDryRuns } from './rule-dry-runs.js';

/** Rules that are played over the last days from stored facts. They change nothing. */
@Controller('api/v1/replays')
export class ReplaysController {
  constructor(@Inject(RuleDryRuns) private readonly runs: RuleDryRuns) {}

  @Post()
  @HttpCode(200)
  start(@Body() body: unknown, @Who() who: Principal) {
    return this.runs.startReplay(parseInput(replayBody, body ?? {}), who.name);
  }

  @Get()
  list(@Query() query: unknown) {
    return this.runs.list('replay', query);
  }

  @Get(':id')
  one(@Param() params: unknown) {
    return this.runs.one('replay', params);
  }

  /** Stops a replay that is under way. */
  @Delete(':id')
  @HttpCode(200)
  cancel(@Param() params: unknown) {
    return this.runs.cancel('replay', params);
  }
}
