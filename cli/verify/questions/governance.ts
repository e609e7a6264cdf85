// Proposals and votes.
import type { Questions } from "./question.js";

export const governanceQuestions: Questions = () => [];
