import { Type } from 'typebox';

/** Name of a person on the demo page; also the name of a folder, hence lower case and no dots. */
export const PersonName = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' });

/** True for what `PersonName` accepts. */
export const isPersonName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,31}$/.test(text);

export const PersonParams = Type.Object({ name: PersonName });
