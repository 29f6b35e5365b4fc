import { Select } from 'antd';
import { useState } from 'react';
import { useMember, useMemberSearch } from '../api/members.js';
import { useTexts } from '../i18n/i18n.js';
import { TierPill } from './tier-pill.js';
import { useSettled } from './use-settled.js';

interface Props {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  readonly className?: string;
}

function Picked({ id }: { readonly id: string }) {
  const member = useMember(id);
  return <>{member.data?.name ?? id}</>;
}

/** Selects one member by name or id. */
export function MemberPicker({ value, onChange, className = '' }: Props) {
  const { t } = useTexts();
  const [typed, setTyped] = useState('');
  const found = useMemberSearch(useSettled(typed.trim(), 250));
  return (
    <Select
      className={className}
      style={{ minWidth: 160 }}
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={t('member.pick')}
      aria-label={t('member.pick')}
      value={value}
      onChange={(id: string | null | undefined) => onChange(id ?? null)}
      notFoundContent={found.isPending ? t('list.loading') : t('members.noneMatch')}
      labelRender={({ value: id }) => <Picked id={String(id)} />}
      options={(found.data ?? []).map((member) => ({
        value: String(member.id),
        label: (
          <span style={{ display: 'flex', justifyContent: 'space-between', gap: 10, alignItems: 'center' }}>
            <span>{member.name}</span>
            <TierPill tier={member.tier} />
          </span>
        ),
      }))}
    />
  );
}
