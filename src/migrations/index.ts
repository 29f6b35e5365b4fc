import { Spine1763700000000 } from './1-spine.js';
import { Wecom1763760000000 } from './2-wecom.js';
import { CallQuotas1763900000000 } from './3-call-quotas.js';
import { ComparisonLease1763910000000 } from './4-comparison-lease.js';
import { StorableRows1763925000000 } from './5-storable-rows.js';
import { OrderBook1763927000000 } from './7-order-book.js';
import { CheckedAgain1763928000000 } from './8-checked-again.js';
import { RollingCaps1763929000000 } from './9-rolling-caps.js';
import { Exchanges1763930000000 } from './10-exchanges.js';
import { Hearing1763931000000 } from './11-hearing.js';
import { Doors1763932000000 } from './12-doors.js';
import { UnreachedStaff1763934000000 } from './14-unreached-staff.js';
import { KeptWords1763935000000 } from './15-kept-words.js';
import { SourceTimes1763936000000 } from './16-source-times.js';
import { HeardOfficially1763937000000 } from './17-heard-officially.js';
import { CustomerService1763938000000 } from './18-customer-service.js';
import { MembersWishes1763939000000 } from './19-members-wishes.js';
import { MemberPage1763940000000 } from './20-member-page.js';
import { Links1763941000000 } from './21-links.js';
import { AcquisitionLinks1763942000000 } from './22-acquisition-links.js';
import { DecisionCodes1763943000000 } from './23-decision-codes.js';
import { WordsKept1763944000000 } from './24-words-kept.js';
import { RuleDocuments1763945000000 } from './25-rule-documents.js';
import { MetricWindows1763946000000 } from './26-metric-windows.js';
import { KeyedCounts1763947000000 } from './27-keyed-counts.js';
import { Layers1763948000000 } from './28-layers.js';
import { DryRuns1763949000000 } from './29-dry-runs.js';
import { RunBrakes1763950000000 } from './30-run-brakes.js';
import { RanksAndTalk1763951000000 } from './31-ranks-and-talk.js';
import { OwnMetrics1763952000000 } from './32-own-metrics.js';
import { MessageStages1763953000000 } from './33-message-stages.js';
import { InvitedPeople1763954000000 } from './34-invited-people.js';
import { DueDays1763955000000 } from './35-due-days.js';
import { MovesCompleted1763956000000 } from './36-moves-completed.js';
import { TierChanges1763957000000 } from './37-tier-changes.js';
import { MemberSearch1763958000000 } from './38-member-search.js';
import { PartsOfNames1763959000000 } from './39-parts-of-names.js';
import { ActiveHours1763960000000 } from './40-active-hours.js';
import { Broadcasts1763961000000 } from './41-broadcasts.js';
import { MemberSeries1763962000000 } from './42-member-series.js';
import { GroupPosts1763963000000 } from './43-group-posts.js';
import { TemplateDrafts1763964000000 } from './44-template-drafts.js';
import { Experiments1763965000000 } from './45-experiments.js';
import { PastCaps1763967000000 } from './47-past-caps.js';
import { TemplateArchive1763969000000 } from './49-template-archive.js';
import { BroadcastsAtATime1763970000000 } from './50-broadcasts-at-a-time.js';
import { WatchedLaunches1763971000000 } from './51-watched-launches.js';

/** In order. Change the tables with a new file; never edit a released one. */
export const migrations = [
  Spine1763700000000,
  Wecom1763760000000,
  CallQuotas1763900000000,
  ComparisonLease1763910000000,
  StorableRows1763925000000,
  OrderBook1763927000000,
  CheckedAgain1763928000000,
  RollingCaps1763929000000,
  Exchanges1763930000000,
  Hearing1763931000000,
  Doors1763932000000,
  UnreachedStaff1763934000000,
  KeptWords1763935000000,
  SourceTimes1763936000000,
  HeardOfficially1763937000000,
  CustomerService1763938000000,
  MembersWishes1763939000000,
  MemberPage1763940000000,
  Links1763941000000,
  AcquisitionLinks1763942000000,
  DecisionCodes1763943000000,
  WordsKept1763944000000,
  RuleDocuments1763945000000,
  MetricWindows1763946000000,
  KeyedCounts1763947000000,
  Layers1763948000000,
  DryRuns1763949000000,
  RunBrakes1763950000000,
  RanksAndTalk1763951000000,
  OwnMetrics1763952000000,
  MessageStages1763953000000,
  InvitedPeople1763954000000,
  DueDays1763955000000,
  MovesCompleted1763956000000,
  TierChanges1763957000000,
  MemberSearch1763958000000,
  PartsOfNames1763959000000,
  ActiveHours1763960000000,
  Broadcasts1763961000000,
  MemberSeries1763962000000,
  GroupPosts1763963000000,
  TemplateDrafts1763964000000,
  Experiments1763965000000,
  PastCaps1763967000000,
  TemplateArchive1763969000000,
  BroadcastsAtATime1763970000000,
  WatchedLaunches1763971000000,
];
