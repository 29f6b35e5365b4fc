import { DecisionStore } from '../audit/decision.store.js';
import { EventCountStore } from '../audit/event-count.store.js';
import { setAside } from '../audit/set-aside.store.js';
import { ContactWayStore } from '../groups/contact-way.store.js';
import { GroupStore } from '../groups/group.store.js';
import { MoveStore } from '../groups/move.store.js';
import { TaskStore } from '../groups/task.store.js';
import { BucketStore } from '../members/bucket.store.js';
import { ExchangeStore } from '../members/exchange.store.js';
import { FollowStore } from '../members/follow.store.js';
import { IdentityStore } from '../members/identity.store.js';
import { MemberStore } from '../members/member.store.js';
import { OrderStore } from '../members/order.store.js';
import { StaffStore } from '../members/staff.store.js';
import { TagStore } from '../members/tag.store.js';
import { OutboxStore } from '../outbox/outbox.store.js';
import { FactStore } from './fact.store.js';

/** Everything the engine writes, in one hand: stores have no state of their own. */
export const stores = {
  facts: new FactStore(),
  identities: new IdentityStore(),
  members: new MemberStore(),
  buckets: new BucketStore(),
  orders: new OrderStore(),
  tags: new TagStore(),
  exchanges: new ExchangeStore(),
  follows: new FollowStore(),
  staff: new StaffStore(),
  groups: new GroupStore(),
  ways: new ContactWayStore(),
  moves: new MoveStore(),
  tasks: new TaskStore(),
  outbox: new OutboxStore(),
  decisions: new DecisionStore(),
  eventCounts: new EventCountStore(),
  setAside,
};
