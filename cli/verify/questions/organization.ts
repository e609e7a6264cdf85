// Organizations and their multi-signature transactions.
import type { Questions } from "./question.js";

export const organizationQuestions: Questions = () => [];
