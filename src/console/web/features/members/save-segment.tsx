import { Alert, App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useAddSegment } from '../../api/segments.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';

interface Names {
  readonly zh: string;
  readonly en: string;
  readonly key: string;
}

/** Saves the filters of the list as a segment, which comes into force at once. */
export function SaveSegment({ condition }: { readonly condition: string }) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const [form] = Form.useForm<Names>();
  const [open, setOpen] = useState(false);
  const add = useAddSegment();
  const done = (): void => {
    add.reset();
    form.resetFields();
    setOpen(false);
  };
  const save = ({ zh, en, key }: Names): void =>
    add.mutate(
      { key, label: { zh, en }, when: condition, note: t('segments.savedFromList') },
      {
        onSuccess: () => {
          done();
          void message.success(t('segments.saved'));
        },
      },
    );
  const required = [{ required: true, whitespace: true, message: t('segments.missing') }];
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('segments.saveAs')}</Button>
      <Dialog
        open={open}
        title={t('segments.saveAs')}
        okText={t('segments.save')}
        cancelText={t('action.cancel')}
        confirmLoading={add.isPending}
        onCancel={done}
        onOk={() => form.submit()}
        destroyOnHidden
      >
        <p>
          <code>{condition}</code>
        </p>
        <Form<Names> form={form} layout="vertical" onFinish={save}>
          {add.isError && <Alert type="error" showIcon title={faultText(add.error, texts)} />}
          <Form.Item name="zh" label={t('segments.nameZh')} rules={required}>
            <Input maxLength={20} placeholder={t('segments.nameZhHint')} />
          </Form.Item>
          <Form.Item name="en" label={t('segments.nameEn')} rules={required}>
            <Input maxLength={40} placeholder="quiet customers" />
          </Form.Item>
          <Form.Item
            name="key"
            label={t('segments.key')}
            extra={t('segments.keyHint')}
            rules={[...required, { pattern: /^[a-z][a-z0-9_-]*$/, message: t('segments.keyHint') }]}
          >
            <Input maxLength={48} placeholder="quiet_customers" />
          </Form.Item>
        </Form>
      </Dialog>
    </>
  );
}
