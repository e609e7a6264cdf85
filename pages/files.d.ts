// Files that the bundler takes besides code.
declare module "*.css";
