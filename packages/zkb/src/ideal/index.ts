export {
  createIdealFunctionality,
  type IdealFunctionality,
  type IdealLockout,
  type IdealVerdict,
} from './ideal-functionality.ts';
