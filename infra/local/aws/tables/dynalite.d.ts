/** The parts of dynalite 4.0.0's inside that are in use; the package is pinned to that version. */
declare module 'dynalite/db/index.js' {
  export interface Store {
    db: { open(options: { maxOpenFiles: number; maxFileSize: number }): Promise<void>; close(): Promise<void> };
    tableDb: {
      awsRegion: string;
      awsAccountId: string;
      put(key: string, table: object, done: (error: unknown) => void): void;
    };
  }
  const db: {
    create(options: { path?: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store;
    /** The refusal, or nothing where the condition of the checked input holds for the item. */
    checkConditional(checked: object, item: object | undefined): Error | null | undefined;
  };
  export default db;
}

declare module 'dynalite/actions/*.js' {
  import type { Store } from 'dynalite/db/index.js';

  const act: (store: Store, checked: object, done: (error: unknown, answer: unknown) => void) => void;
  export default act;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';
  import type { Rules } from 'dynalite/validations/*.js';

  const validations: {
    /** Removes unknown fields from `input` itself. */
    checkTypes(input: Record<string, unknown>, types: Rules['types']): object;
    checkValidations(checked: object, types: Rules['types'], custom: Rules['custom'], store: Store): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*.js' {
  export interface Rules {
    types: Record<string, object>;
    custom?: (checked: object, store: unknown) => string | undefined;
  }
  const rules: Rules;
  export default rules;
}
