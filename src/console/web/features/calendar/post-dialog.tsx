import { Alert, App, Button, Form, Input, Radio, Select } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea.js';
import { useRef } from 'react';
import { useRemovePost, useSavePost, type PlanContent, type PlanMonth, type PlanNode } from '../../api/plan.js';
import { dangerous } from '../../components/confirm-danger.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';
import { isMovable } from './days-of.js';
import { PostPreviewBox } from './post-preview-box.js';
import { PostResult } from './post-result.js';

/** The post that is open; without a node a new one on that day. */
export interface OpenPost {
  readonly node: PlanNode | null;
  readonly day: string;
}

interface Props {
  readonly plan: PlanMonth;
  readonly open: OpenPost;
  readonly close: () => void;
}

/** Plans a post, changes or takes back one that is planned, and shows what became of one that has gone. */
export function PostDialog({ plan, open: { node, day }, close }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const [form] = Form.useForm<PlanContent>();
  const save = useSavePost(node);
  const isEditable = node === null || isMovable(node, plan.today);
  return (
    <Dialog
      open
      width={640}
      title={node === null ? t('calendar.add') : node.name}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      confirmLoading={save.isPending}
      onCancel={close}
      onOk={() => form.submit()}
      footer={(_, { OkBtn, CancelBtn }) => (
        <span className={styles.buttons}>
          {node && <RemovePost node={node} today={plan.today} close={close} />}
          <CancelBtn />
          {isEditable && <OkBtn />}
        </span>
      )}
    >
      {node && node.state !== 'planned' && <PostResult node={node} />}
      {isEditable ? (
        <Form<PlanContent>
          form={form}
          layout="vertical"
          initialValues={node ?? blank(plan, day)}
          onFinish={(content) => save.mutate(content, { onSuccess: close })}
        >
          {save.isError && <Alert type="error" showIcon title={faultText(save.error, texts)} />}
          <PostFields plan={plan} />
        </Form>
      ) : (
        <p className={styles.said}>{node.text}</p>
      )}
    </Dialog>
  );
}

const blank = ({ rules }: PlanMonth, day: string): PlanContent => ({
  ...{ day, time: rules.quiet.to > '10:00' ? rules.quiet.to : '10:00', name: '', text: '' },
  ...{ tiers: [], groups: [], exceptDays: ['weekends', 'holidays'], onFreeDay: 'move' },
});

function PostFields({ plan }: { readonly plan: PlanMonth }) {
  const { t, say } = useTexts();
  const { tiers, groups, days, variables } = plan.options;
  const form = Form.useFormInstance<PlanContent>();
  const post = {
    text: '',
    tiers: [],
    groups: [],
    ...definedOf(Form.useWatch([], form) as Partial<PlanContent> | undefined),
  };
  return (
    <>
      <Form.Item
        name="name"
        label={t('calendar.name')}
        rules={[{ required: true, message: t('calendar.nameMissing') }]}
      >
        <Input maxLength={40} placeholder={t('calendar.nameHint')} />
      </Form.Item>
      <div className={styles.pair}>
        <Form.Item name="day" label={t('calendar.day')} rules={[{ required: true, message: t('calendar.dayMissing') }]}>
          <Input type="date" min={plan.today} />
        </Form.Item>
        <Form.Item
          name="time"
          label={t('calendar.time')}
          rules={[{ required: true, message: t('calendar.dayMissing') }]}
        >
          <Input type="time" />
        </Form.Item>
      </div>
      <Form.Item name="tiers" label={t('calendar.tiers')}>
        <Select
          mode="multiple"
          placeholder={t('calendar.tiersHint')}
          options={tiers.map(({ key, label }) => ({ value: key, label: say(label) }))}
        />
      </Form.Item>
      <Form.Item name="groups" label={t('calendar.groups')}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('calendar.groupsHint')}
          options={groups.map(({ id, name }) => ({ value: id, label: name || id }))}
        />
      </Form.Item>
      <TextField variables={variables} />
      <PostPreviewBox post={{ text: post.text, tiers: post.tiers, groups: post.groups }} />
      <FreeDays days={days} />
    </>
  );
}

/** The text, with the variables that it may name. */
function TextField({ variables }: Pick<PlanMonth['options'], 'variables'>) {
  const { t, say } = useTexts();
  const form = Form.useFormInstance<PlanContent>();
  const area = useRef<TextAreaRef>(null);
  const insert = (name: string): void => {
    const text = form.getFieldValue('text') as string;
    const { selectionStart: at = text.length } = area.current?.resizableTextArea?.textArea ?? {};
    form.setFieldValue('text', `${text.slice(0, at)}{{ ${name} }}${text.slice(at)}`);
    area.current?.focus();
  };
  return (
    <Form.Item
      name="text"
      label={t('calendar.text')}
      rules={[{ required: true, message: t('calendar.textMissing') }]}
      extra={
        <span className={styles.variables}>
          {t('calendar.variables')}
          {variables.map(({ name, label }) => (
            <button key={name} type="button" title={`{{ ${name} }}`} onClick={() => insert(name)}>
              {say(label)}
            </button>
          ))}
        </span>
      }
    >
      <Input.TextArea ref={area} autoSize={{ minRows: 4, maxRows: 12 }} maxLength={4_000} />
    </Form.Item>
  );
}

/** Which days it leaves out, and what happens on such a day. */
function FreeDays({ days }: Pick<PlanMonth['options'], 'days'>) {
  const { t, say } = useTexts();
  return (
    <>
      <Form.Item name="exceptDays" label={t('calendar.exceptDays')}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={days.map(({ key, label }) => ({ value: key, label: say(label) }))}
        />
      </Form.Item>
      <Form.Item name="onFreeDay" label={t('calendar.onFreeDay')}>
        <Radio.Group
          options={(['move', 'skip'] as const).map((value) => ({ value, label: t(`calendar.onFreeDay.${value}`) }))}
        />
      </Form.Item>
    </>
  );
}

/** Fields that are not mounted yet are undefined. */
const definedOf = (values: Partial<PlanContent> = {}): Partial<PlanContent> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function RemovePost({
  node,
  today,
  close,
}: {
  readonly node: PlanNode;
  readonly today: string;
  readonly close: () => void;
}) {
  const texts = useTexts();
  const { t } = texts;
  const { modal, message } = App.useApp();
  const remove = useRemovePost();
  if (node.state === 'cancelled' || (node.state === 'posted' && node.day < today)) return null;
  const isGoing = node.progress.waiting + node.progress.sent > 0;
  const confirm = (): void =>
    void modal.confirm({
      ...dangerous(),
      title: t('calendar.removeTitle', { name: node.name }),
      content: t(isGoing ? 'calendar.removeGoing' : 'calendar.removeHint'),
      okText: t('calendar.remove'),
      cancelText: t('action.cancel'),
      onOk: () => remove.mutateAsync(node).then(close, (error: unknown) => void message.error(faultText(error, texts))),
    });
  return (
    <Button danger className={styles.remove ?? ''} onClick={confirm} loading={remove.isPending}>
      {t('calendar.remove')}
    </Button>
  );
}
