import assert from "node:assert/strict";
import { rewriteArtifacts, rewriteDepInfo } from "./common_form.ts";

const rewriting = {
  path: (path: string) => path.replace(/^\/here\//, "/there/"),
  text: (text: string) => text.replaceAll("/here/", "/there/"),
};

Deno.test("rewriteDepInfo() writes each path anew, and the values of variables", () => {
  const text = [
    "/here/t/x.d: src/lib.rs /here/t/out/made.rs src/a\\ /here/odd.rs",
    "",
    "/here/t/out/made.rs:",
    "",
    "# env-dep:OUT_DIR=/here/t/out:/here/u",
    "# env-dep:UNSET",
    "",
  ];
  assert.deepEqual(rewriteDepInfo(text.join("\n"), rewriting).split("\n"), [
    "/there/t/x.d: src/lib.rs /there/t/out/made.rs src/a\\ /here/odd.rs",
    "",
    "/there/t/out/made.rs:",
    "",
    "# env-dep:OUT_DIR=/there/t/out:/there/u",
    "# env-dep:UNSET",
    "",
  ]);
});

Deno.test("rewriteArtifacts() writes the paths of outputs anew and leaves what the compiler says of sources", () => {
  const said = `{"$message_type":"diagnostic","message":"/here/src/lib.rs","artifact":"/here/x"}`;
  const text = (root: string) =>
    `${said}\n{"$message_type":"artifact","artifact":"${root}/libx.rmeta","emit":"metadata"}\n{"artifact":"${root}/y","emit":"link"}\n`;
  assert.equal(rewriteArtifacts(text("/here"), rewriting), text("/there"));
});
