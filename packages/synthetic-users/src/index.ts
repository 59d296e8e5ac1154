export { atDistance } from './probe-code.ts';
export {
  connectSyntheticUsers,
  type SyntheticAuthentication,
  type SyntheticDevice,
  type SyntheticUser,
  type SyntheticUserOptions,
  type SyntheticUsers,
  type SyntheticUsersOptions,
} from './synthetic-users.ts';
