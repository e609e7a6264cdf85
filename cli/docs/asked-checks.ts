// The checks that the specification of operations asks for in its sections 1 to 6 and 11.3: id → levels. Typed by hand.

export const askedChecks: Readonly<Record<string, string>> = {
  ...{ "OPS-1.1": "U", "OPS-1.2": "U", "OPS-1.3": "K", "OPS-1.4": "K", "OPS-1.5": "U" },
  ...{
    "OPS-2.1": "K",
    "OPS-2.2": "U",
    "OPS-2.3": "UK",
    "OPS-2.4": "U",
    "OPS-2.5": "KD",
    "OPS-2.6": "K",
    "OPS-2.7": "K",
  },
  ...{ "OPS-2.8": "DL", "OPS-2.9": "KD", "OPS-2.10": "DL", "OPS-2.11": "UD", "OPS-2.12": "DL", "OPS-2.13": "K" },
  ...{
    "OPS-3.1": "UK",
    "OPS-3.2": "F",
    "OPS-3.3": "LF",
    "OPS-3.4": "F",
    "OPS-3.5": "KL",
    "OPS-3.6": "L",
    "OPS-3.7": "U",
  },
  ...{ "OPS-4.1": "DL", "OPS-4.2": "UM", "OPS-4.3": "UL", "OPS-4.4": "DL", "OPS-4.5": "L", "OPS-4.6": "D" },
  ...{ "OPS-5.1": "UP", "OPS-5.2": "M", "OPS-5.3": "P", "OPS-5.4": "M" },
  ...{ "OPS-6.1": "UP", "OPS-6.2": "M", "OPS-6.3": "U" },
  "OPS-11.4": "UL",
};
