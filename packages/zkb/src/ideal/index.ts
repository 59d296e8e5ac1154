export {
  createIdealFunctionality,
  type IdealLockout,
  type IdealVerdict,
} from './ideal-functionality.ts';
