import { type Static, type TProperties, Type } from 'typebox';
import { AuditEntry } from './administration.ts';
import { OperatorName } from './administration-operators.ts';

const strict = { additionalProperties: false } as const;

/** Who changes something, for the audit trail. */
export const AdministrativeAct = Type.Object(
  {
    actor: Type.Object(
      {
        kind: AuditEntry.properties.actor.properties.kind,
        id: Type.String({ minLength: 1, maxLength: 64 }),
        name: Type.Optional(OperatorName),
      },
      strict,
    ),
    requestId: Type.String({ minLength: 1, maxLength: 128 }),
  },
  strict,
);
export type AdministrativeAct = Static<typeof AdministrativeAct>;

/** Body of a change that is audited. */
export const actBody = <P extends TProperties>(properties: P) =>
  Type.Object({ act: AdministrativeAct, ...properties }, strict);
