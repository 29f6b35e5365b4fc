import { seconds } from '../../calendar.js';
import type { Corp } from '../../corp/corp.js';
import type { Person } from '../../corp/person.js';
import type { Lateness, Relation } from '../../corp/relations.js';
import { get, post, Refused, type Call, type Endpoint } from './endpoint.js';
import { page } from './paging.js';
import { customerNamed, pairOf, servingStaff, staffNamed } from './people-of.js';

export const contactEndpoints: readonly Endpoint[] = [
  get('externalcontact/get_follow_user_list', { follow_user: [] }, ({ corp }) => ({
    follow_user: servingStaff(corp).map((staff) => staff.userid),
  })),

  get('externalcontact/list', { external_userid: [] }, (call) => {
    const { corp, params } = call;
    const userid = params.text('userid');
    if (userid === '') throw new Refused(60111, 'userid not found');
    const staff = staffNamed(corp, userid);
    // Contract §4.2: staff who may not have customers get the same answer as staff without any.
    const relations = staff.followsCustomers ? corp.relations.ofStaff(staff.userid, lateIn(call)) : [];
    if (relations.length === 0) throw new Refused(84061, 'not external contact');
    return { external_userid: relations.map((relation) => relation.person.externalUserId) };
  }),

  get('externalcontact/get', { external_contact: {}, follow_user: [] }, (call) => {
    const { corp, params } = call;
    const person = customerNamed(corp, params.text('external_userid'));
    const all = corp.relations.ofPerson(person.externalUserId, lateIn(call));
    // Contract §1.2: 40096 also when everybody who has them is outside the visible scope.
    if (all.length > 0 && !all.some((relation) => corp.sees(relation.userid)))
      throw new Refused(40096, 'invalid external userid');
    const relations = all.filter((relation) => corp.serves(relation.userid));
    if (relations.length === 0) throw new Refused(84061, 'not external contact');
    return {
      external_contact: profileOf(person),
      follow_user: relations.map((relation) => ({ ...followOf(relation), tags: tagsOf(corp, relation) })),
    };
  }),

  post(
    'externalcontact/batch/get_by_user',
    { external_contact_list: [], next_cursor: '', fail_info: { unlicensed_userid_list: [] } },
    (call) => {
      const { corp, params } = call;
      const userids = params.texts('userid_list');
      if (userids.length === 0) throw new Refused(40063, 'some parameters are empty');
      if (userids.length > 100) throw new Refused(40032, 'invalid userid list size');
      const serving = userids.map((userid) => staffNamed(corp, userid)).filter((staff) => staff.followsCustomers);
      const relations = serving.flatMap((staff) => corp.relations.ofStaff(staff.userid, lateIn(call)));
      const { items, nextCursor } = page(call, relations, `by_user ${userids.join()}`, { usual: 50, most: 100 });
      return {
        external_contact_list: items.map((relation) => ({
          external_contact: profileOf(relation.person),
          follow_info: { ...followOf(relation), tag_id: [...relation.tags] },
        })),
        next_cursor: nextCursor,
        fail_info: { unlicensed_userid_list: [] },
      };
    },
  ),

  post('externalcontact/remark', {}, ({ corp, params }) => {
    const relation = pairOf(corp, params.text('userid'), params.text('external_userid'));
    const asked = ['remark', 'description', 'remark_company', 'remark_mobiles', 'remark_pic_mediaid'];
    if (!asked.some((name) => params.has(name))) throw new Refused(40063, 'some parameters are empty');
    if ([...params.text('remark')].length > 20 || [...params.text('description')].length > 150) {
      throw new Refused(40058, 'remark or description too long');
    }
    if (params.has('remark')) relation.remark = params.text('remark');
    if (params.has('description')) relation.description = params.text('description');
    if (params.has('remark_company')) relation.company = params.text('remark_company');
    // The documents say "an empty string" clears the mobiles; `[""]` is how it is commonly read.
    if (params.has('remark_mobiles'))
      relation.mobiles = params.texts('remark_mobiles').filter((mobile) => mobile !== '');
    return {};
  }),
];

const lateIn = ({ now, manners }: Call): Lateness => ({ now, lateMs: manners.lateContactReadMs });

const profileOf = (person: Person): Record<string, unknown> => ({
  external_userid: person.externalUserId,
  name: person.name,
  type: 1,
  avatar: `https://wx.qlogo.example.invalid/mmhead/${person.unionid.slice(-8)}/0`,
  gender: person.gender,
  unionid: person.unionid,
});

const followOf = (relation: Relation): Record<string, unknown> => ({
  userid: relation.userid,
  remark: relation.remark,
  description: relation.description,
  createtime: seconds(relation.createdAt),
  remark_corp_name: relation.company,
  remark_mobiles: relation.mobiles,
  add_way: relation.addWay,
  oper_userid: relation.addWay === 201 ? relation.userid : relation.person.externalUserId,
  ...(relation.state === undefined ? {} : { state: relation.state }),
});

const tagsOf = (corp: Corp, relation: Relation): Record<string, unknown>[] =>
  [...relation.tags].flatMap((id) => {
    const tag = corp.tags.tag(id);
    return tag && !tag.deleted ? [{ group_name: tag.group.name, tag_name: tag.name, type: 1, tag_id: tag.id }] : [];
  });
