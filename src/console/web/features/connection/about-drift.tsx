import type { Drift } from '../../api/reconciliations.js';
import { MemberLink } from '../../components/member-link.js';

/** The subject of a difference; somebody who is not known yet has WeCom's name. */
export function AboutDrift({ drift: { about, subject, ours, theirs } }: { readonly drift: Drift }) {
  switch (about.is) {
    case 'member':
      return <MemberLink id={about.id} name={about.name} />;
    case 'group':
      return <span>{about.name}</span>;
    case 'library':
      return <span>{ours || theirs}</span>;
    case 'unknown':
      return <code>{subject}</code>;
  }
}
