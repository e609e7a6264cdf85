// Loans.
import type { Questions } from "./question.js";

export const loanpoolQuestions: Questions = () => [];
