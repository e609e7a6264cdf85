// Errors decide whether a change lands; size warnings are an aim (function <= 40 lines, file <= 200).
import tseslint from "typescript-eslint";

const size = {
  "max-lines": ["warn", { max: 200, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["warn", { max: 40, skipBlankLines: true, skipComments: true }],
};

export default tseslint.config(
  { ignores: ["dist", "generated", "node_modules", ".gx", "schema", "client/dist"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.check.json", "./tsconfig.browser.json", "./client/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      complexity: ["error", 12],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: ["error", "smart"],
      "no-console": "error",
      ...size,
    },
  },
  {
    files: ["cli/**/*.ts", "bench/**/*.ts", "chaos/**/*.ts", "images/**/*.ts", "test/**/*.ts", "examples/pay/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts", "chaos/**/*.ts"],
    rules: { "max-lines-per-function": "off", "max-lines": "off" },
  },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    // Every peer must reach the same result: no clock, no randomness, no environment, no floats for money.
    files: ["catalogue/**/*.ts", "chaincode/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        "Date",
        "process",
        "setTimeout",
        "setInterval",
        "fetch",
        "performance",
        "crypto",
        "Intl",
        "parseFloat",
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Peers must agree: no randomness." },
        { object: "Number", property: "parseFloat", message: "Money is BigInt." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "Literal[raw=/^\\d+\\.\\d+$/]", message: "Money is BigInt: no fractional literals." },
        {
          selector:
            "BinaryExpression[operator='/']:not(:has(> Literal[bigint], > CallExpression[callee.name='BigInt']))",
          message: "Division of numbers gives floats: use BigInt, visible in the division.",
        },
        { selector: "ForInStatement", message: "Iterate over an explicit order." },
      ],
    },
  },
);
