import type { IdMint } from './ids.js';

/** A welcome for new members of a group. It takes effect when the group's owner selects it by hand. */
export interface GroupWelcome {
  readonly templateId: string;
  /** Created by the app, which may change only its own. */
  readonly byApp: boolean;
  /** The content, as the app sent it. */
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
