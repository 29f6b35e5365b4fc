import { Alert, Form, Input, Radio, Select, Switch } from 'antd';
import { useOpenContactWay, type NewContactWay } from '../../api/ways.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';

/** Creates a QR code or a link for a channel: its name, its staff, and the tags of the contacts who use it. */
export function OpenWayDialog({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  const [form] = Form.useForm<NewContactWay>();
  const kind = Form.useWatch('kind', form);
  const add = useOpenContactWay();
  const done = (): void => {
    add.reset();
    form.resetFields();
    close();
  };
  return (
    <Dialog
      open={open}
      title={t('ways.openTitle')}
      okText={t('ways.open')}
      cancelText={t('action.cancel')}
      confirmLoading={add.isPending}
      onCancel={done}
      onOk={() => form.submit()}
      destroyOnHidden
    >
      <Form<NewContactWay>
        form={form}
        layout="vertical"
        initialValues={{ kind: 'channel', staff: [], tags: [], priority: [], skipVerify: true }}
        onFinish={(way) => add.mutate(way, { onSuccess: done })}
      >
        {add.isError && <Alert type="error" showIcon title={faultText(add.error, texts)} />}
        <Form.Item name="kind" label={t('ways.kind')} extra={kind === 'link' ? t('ways.linkHint') : undefined}>
          <Radio.Group
            options={(['channel', 'link'] as const).map((value) => ({ value, label: t(`ways.kind.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="name" label={t('ways.name')} rules={[{ required: true, message: t('ways.nameMissing') }]}>
          <Input maxLength={30} placeholder={t('ways.nameHint')} />
        </Form.Item>
        <Form.Item name="staff" label={t('ways.staffOf')} rules={[{ required: true, message: t('ways.staffMissing') }]}>
          <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', '，', ' ', '、']} />
        </Form.Item>
        {kind === 'link' && (
          <Form.Item name="priority" label={t('ways.priorityOf')} extra={t('ways.priorityHint')}>
            <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', '，', ' ', '、']} />
          </Form.Item>
        )}
        <Form.Item name="tags" label={t('ways.tagsOf')}>
          <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', '，', ' ', '、']} />
        </Form.Item>
        <Form.Item name="skipVerify" label={t('ways.skipVerify')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
