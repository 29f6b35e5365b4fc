import type { IdMint } from './ids.js';

/** What new members of a group are greeted with, once its owner has put it to use by hand. */
export interface GroupWelcome {
  readonly templateId: string;
  /** Made by the app: only that it may change. */
  readonly byApp: boolean;
  /** As it was sent. */
  content: Readonly<Record<string, unknown>>;
}

export class GroupWelcomes {
  private readonly byTemplateId = new Map<string, GroupWelcome>();

  constructor(private readonly ids: IdMint) {}

  create(content: GroupWelcome['content'], byApp: boolean): GroupWelcome {
    const welcome: GroupWelcome = { templateId: this.ids.letters('msg-welcome-', 43).slice(12), byApp, content };
    this.byTemplateId.set(welcome.templateId, welcome);
    return welcome;
  }

  get size(): number {
    return this.byTemplateId.size;
  }

  get(templateId: string): GroupWelcome | undefined {
    return this.byTemplateId.get(templateId);
  }

  remove(templateId: string): void {
    this.byTemplateId.delete(templateId);
  }
}
