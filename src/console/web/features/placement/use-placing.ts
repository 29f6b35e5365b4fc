import { App } from 'antd';
import { useState } from 'react';
import { usePlaceMembers, type MisplacedMember, type PlacingAction } from '../../api/placement.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import type { Reported } from './placing-report.js';

/** The server takes so many members at once. */
const MOST = 200;

export interface Placing {
  /** Ids of the members who can be chosen, and of those who are. */
  readonly shown: readonly number[];
  readonly picked: readonly number[];
  readonly isBusy: boolean;
  readonly report: readonly Reported[] | null;
  readonly choose: (id: number, isChosen: boolean) => void;
  readonly chooseAll: (isChosen: boolean) => void;
  readonly act: (action: PlacingAction) => void;
  readonly closeReport: () => void;
}

/** Who is chosen in the list, and what became of what was done for them. */
export function usePlacing(members: readonly MisplacedMember[]): Placing {
  const texts = useTexts();
  const { message } = App.useApp();
  const placing = usePlaceMembers();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [report, setReport] = useState<readonly Reported[] | null>(null);
  const shown = members.slice(0, MOST).map(({ memberId }) => memberId);
  const picked = shown.filter((id) => chosen.has(id));
  return {
    ...{ shown, picked, report, isBusy: placing.isPending },
    choose: (id, isChosen) =>
      setChosen((before) => new Set(isChosen ? [...before, id] : [...before].filter((other) => other !== id))),
    chooseAll: (isChosen) => setChosen(new Set(isChosen ? shown : [])),
    closeReport: () => setReport(null),
    act: (action) => {
      const names = new Map(members.map(({ memberId, memberName }) => [memberId, memberName]));
      placing.mutate(
        { action, members: picked },
        {
          onSuccess: (items) => {
            setChosen(new Set());
            setReport(items.map((item) => ({ ...item, name: names.get(item.memberId) ?? `#${item.memberId}` })));
          },
          onError: (error) => void message.error(faultText(error, texts)),
        },
      );
    },
  };
}
