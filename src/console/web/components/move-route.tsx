import { ArrowRightOutlined } from '@ant-design/icons';
import type { Move } from '../api/moves.js';
import { useTexts } from '../i18n/i18n.js';

export function MoveRoute({ move }: { readonly move: Pick<Move, 'from' | 'to'> }) {
  const { t } = useTexts();
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      <span className="faint">{move.from?.name ?? t('moves.fromNowhere')}</span>{' '}
      <ArrowRightOutlined
        style={{ fontSize: 11, color: 'var(--ink-faint)', margin: '0 4px' }}
        aria-label={t('moves.to')}
      />{' '}
      {move.to.name}
    </span>
  );
}
