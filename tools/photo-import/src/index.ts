export { exitCodes, type PhotoImportContext, runPhotoImport } from './run-photo-import.ts';
