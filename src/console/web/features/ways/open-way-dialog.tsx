import { Alert, Form, Input, Select, Switch } from 'antd';
import { useOpenContactWay, type NewContactWay } from '../../api/ways.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';

/** Creates a QR code for a channel: its name, its staff, and the tags of the contacts who use it. */
export function OpenWayDialog({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  const [form] = Form.useForm<NewContactWay>();
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
        initialValues={{ staff: [], tags: [], skipVerify: true }}
        onFinish={(way) => add.mutate(way, { onSuccess: done })}
      >
        {add.isError && <Alert type="error" showIcon title={faultText(add.error, texts)} />}
        <Form.Item name="name" label={t('ways.name')} rules={[{ required: true, message: t('ways.nameMissing') }]}>
          <Input maxLength={30} placeholder={t('ways.nameHint')} />
        </Form.Item>
        <Form.Item name="staff" label={t('ways.staffOf')} rules={[{ required: true, message: t('ways.staffMissing') }]}>
          <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', '，', ' ', '、']} />
        </Form.Item>
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
