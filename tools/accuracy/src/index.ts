export { detPlot, probit } from './det-plot.ts';
export { bootstrapIntervals, errorCurves, errorFigures } from './error-rates.ts';
export { listFaceSets, UsageError } from './faces-folder.ts';
export { checkProtocol, choosePairs } from './protocol-check.ts';
