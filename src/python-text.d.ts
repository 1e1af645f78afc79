// Python that is shipped lies in files of its own, which the build takes in as text.
declare module "*.py" {
  const text: string;
  export default text;
}
