/** How sure the SDK wants to be that a person is there; each level asks for more than the one before. */
export type LivenessLevel = 'DEVELOPMENT' | 'LEVEL_1' | 'LEVEL_2';

/** Names of releases before the levels, still understood. */
export type LegacyLivenessName =
  | 'PASSIVE_STANDALONE_MEDIUM'
  | 'PASSIVE_STANDALONE_HIGH'
  | 'PASSIVE_STANDALONE_HIGHEST';

export type LivenessConfiguration = LivenessLevel | LegacyLivenessName;

const levelOfName: Readonly<Record<LivenessConfiguration, LivenessLevel>> = {
  DEVELOPMENT: 'DEVELOPMENT',
  LEVEL_1: 'LEVEL_1',
  LEVEL_2: 'LEVEL_2',
  PASSIVE_STANDALONE_MEDIUM: 'DEVELOPMENT',
  PASSIVE_STANDALONE_HIGH: 'LEVEL_1',
  PASSIVE_STANDALONE_HIGHEST: 'LEVEL_2',
};

/** The level behind a name; undefined for a name nobody knows. */
export const livenessLevelOf = (name: string): LivenessLevel | undefined =>
  Object.hasOwn(levelOfName, name) ? levelOfName[name as LivenessConfiguration] : undefined;
