import { errorTexts } from './error-sentences.ts';
import type { LocaleTexts } from './locale-texts.ts';
import { type LocalizationPack, type LocalizationTexts, mergeTexts } from './localization-pack.ts';

/** Lays the texts of a language out as the public key tree. */
export function buildPack(language: string, texts: LocaleTexts): LocalizationPack {
  const steps = texts.steps as unknown as LocalizationTexts;
  const withFilters = { SERVER_RECOGNITION_FAILED: texts.serverTips };
  return {
    language,
    data: {
      auth: { step: mergeTexts(steps, texts.auth) },
      enroll: { step: mergeTexts(steps, texts.enroll) },
      camera_instructions: texts.instructions,
      camera_select: { headline: texts.cameraSelect.headline, text: texts.cameraSelect.text },
      camera_tip: texts.clientTips,
      error: { ...errorTexts(texts.errors), ...withFilters },
      controls: texts.controls,
    },
  };
}
