import assert from "node:assert/strict";
import { FakeFileView } from "../files/fake.ts";
import { Premises } from "./premises.ts";

Deno.test("Premises hold until a file differs, and again when it's as before", () => {
  const view = new FakeFileView();
  view.write("/a", "one");
  const premises = new Premises(view, [view.track("/a")]);
  assert.ok(premises.hold(view));
  view.write("/a", "two");
  assert.ok(!premises.hold(view));
  view.write("/a", "one");
  assert.ok(premises.hold(view));
  view.remove("/a");
  assert.ok(!premises.hold(view));
});

Deno.test("Premises fail when a name appears that must be absent", () => {
  const view = new FakeFileView();
  view.write("/bin/cc", "x");
  const premises = new Premises(view, [view.track("/bin/cc")], { absent: ["/first/cc"] });
  assert.ok(premises.hold(view));
  view.write("/first/cc", "y");
  assert.ok(!premises.hold(view));
});
