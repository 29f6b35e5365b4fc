export { checkBody, renderBody, type RenderCode, type RenderOutcome } from './body.js';
export {
  bodyFor,
  isSharedText,
  type Campaign,
  type CampaignAttachment,
  type CampaignChannel,
  type CampaignKind,
  type Template,
  type Variant,
} from './campaign.js';
export type { Body } from './compiled-body.js';
export { channelBytes } from './channel-bytes.js';
export { trueOn } from './day-claim.js';
export { templateKey } from './front-matter-schema.js';
export { nameToCall } from './nickname.js';
export type { TemplateProblem } from './problem.js';
export { checkTemplate, type TemplateCheck } from './template-text.js';
export { templateValues, type KnownWords } from './template-values.js';
export {
  exampleValues,
  templateVariables,
  type TemplateValue,
  type TemplateValues,
  type TemplateVariable,
  variablesWith,
  wordVariables,
} from './variables.js';
