import { Rig, testWith } from "../rig.ts";
import { eachInput, type InputCase } from "../rig/input_cases.ts";

const SOURCES = {
  "f.c": "int f(void) { return 1; }\n",
  "main.c": "int f(void);\nint main(void) { return f() - 1; }\n",
  "start.s": ".globl _start\n_start: nop\n",
  "plugin.c": "int onload(void *tv) { return 0; }\n",
  "version.map": "{ global: f; local: *; };\n",
  "dynamic.list": "{ f; };\n",
  "order.txt": "f\nmain\n",
  "keep.txt": "f\n",
  "script.ld": "SECTIONS { .text : { *(.text*) } }\n",
  "libscript.so": "INPUT(f.o)\n",
  "args.rsp": "f.o main.o\n",
  "crt/.keep": "",
  "first/.keep": "",
  "second/.keep": "",
};

const OTHER_F = "echo 'int f(void) { return 22; }' > f.c && gcc -fPIC -c f.c";
const SHARED_F = "gcc -shared -fPIC f.c -o";

const CASES: readonly InputCase[] = [
  { name: "an object", run: "gcc f.o main.o -o p", edit: OTHER_F },
  {
    name: "a version script",
    run: "gcc -shared f.o main.o -o l.so -Wl,--version-script=version.map",
    edit: "echo '{ global: main; local: *; };' > version.map",
  },
  {
    name: "a dynamic list",
    run: "gcc f.o main.o -o p -Wl,--dynamic-list=dynamic.list",
    edit: "echo '{ main; };' > dynamic.list",
  },
  {
    name: "a list of symbols to be kept",
    run: "gcc f.o main.o -o p -Wl,--retain-symbols-file=keep.txt",
    edit: "echo main > keep.txt",
  },
  {
    name: "an order of sections",
    run: "gcc f.o main.o -o p -fuse-ld=gold -Wl,--section-ordering-file=order.txt",
    edit: "echo '.text' > order.txt",
  },
  {
    name: "a linker script by -T",
    run: "ld -r -T script.ld f.o main.o -o t.o",
    edit: "echo 'SECTIONS { .words : { *(.text*) } }' > script.ld",
  },
  {
    name: "a script in a library's place",
    run: "gcc main.o -L. -lscript -o p",
    edit: "echo 'INPUT(f.o g.o)' > libscript.so",
    made: "echo 'int g;' > g.c && gcc -c g.c",
  },
  {
    name: "what a script in a library's place names",
    run: "gcc main.o -L. -lscript -o p",
    edit: OTHER_F,
  },
  {
    name: "a linker's response file",
    run: "ld -r @args.rsp -o t.o",
    edit: "echo f.o > args.rsp",
  },
  {
    name: "a start file",
    made: "cp $(gcc -print-file-name=Scrt1.o) crt/Scrt1.o",
    run: "gcc -Bcrt f.o main.o -o p",
    edit:
      "echo '.globl extra; extra: nop' > x.s && as x.s -o x.o && ld -r crt/Scrt1.o x.o -o y.o && mv y.o crt/Scrt1.o",
  },
  {
    name: "a start file that appears",
    run: "gcc -Bcrt f.o main.o -o p",
    edit:
      "cp $(gcc -print-file-name=Scrt1.o) x1.o && echo '.globl extra; extra: nop' > x.s && as x.s -o x.o && ld -r x1.o x.o -o crt/Scrt1.o",
  },
  {
    name: "a spec file that appears",
    run: "gcc -Bcrt f.o main.o -o p",
    edit: "printf '*link:\\n+ --build-id=none\\n' > crt/specs",
  },
  {
    name: "an object for link-time optimisation",
    made: "gcc -flto -O2 -c f.c main.c",
    run: "gcc -flto -O2 f.o main.o -o p",
    edit: "echo 'int f(void) { return 22; }' > f.c && gcc -flto -O2 -c f.c",
  },
  {
    name: "an archive of objects for link-time optimisation",
    made: ["gcc -flto -O2 -c f.c main.c", "gcc-ar rcs libf.a f.o"].join(" && "),
    run: "gcc -flto -O2 main.o -L. -lf -o p",
    edit: "echo 'int f(void) { return 22; }' > f.c && gcc -flto -O2 -c f.c && gcc-ar rcs libf.a f.o",
  },
  {
    name: "a plug-in",
    made: "gcc -shared -fPIC plugin.c -o plugin.so",
    run: "gcc -fno-use-linker-plugin -fno-lto f.o main.o -o p -Wl,-plugin,./plugin.so",
    edit: "echo 'int extra;' >> plugin.c && gcc -shared -fPIC plugin.c -o plugin.so",
  },
  {
    name: "an archive",
    made: "ar rcs libf.a f.o",
    run: "gcc main.o -L. -lf -o p",
    edit: `${OTHER_F} && ar rcs libf.a f.o`,
  },
  {
    name: "a member of a thin archive",
    made: "ar rcsT libf.a f.o",
    run: "gcc main.o -L. -lf -o p",
    edit: OTHER_F,
  },
  {
    name: "a library that appears in an earlier folder",
    made: "ar rcs second/libf.a f.o",
    run: "gcc main.o -Lfirst -Lsecond -lf -o p",
    edit: `${OTHER_F} && ar rcs first/libf.a f.o`,
  },
  {
    name: "a folder of libraries that appears",
    made: "ar rcs second/libf.a f.o",
    run: "gcc main.o -Lnone -Lsecond -lf -o p",
    edit: `${OTHER_F} && mkdir none && ar rcs none/libf.a f.o`,
  },
  {
    name: "a shared library that appears before an archive",
    made: "ar rcs second/libf.a f.o",
    run: "gcc main.o -Lsecond -lf -o p",
    edit: `${SHARED_F} second/libf.so`,
  },
  {
    name: "a library's link that leads elsewhere",
    made: [
      `${SHARED_F} libf.so.1 -Wl,-soname,libf.so.1`,
      `${SHARED_F} libf.so.2 -Wl,-soname,libf.so.2`,
      "ln -s libf.so.1 libf.so",
    ].join(" && "),
    run: "gcc main.o -L. -lf -o p",
    edit: "ln -sfn libf.so.2 libf.so",
  },
  {
    name: "a library in LIBRARY_PATH",
    made: "ar rcs second/libf.a f.o",
    run: "gcc main.o -lf -o p",
    env: { LIBRARY_PATH: "first:second" },
    edit: `${OTHER_F} && ar rcs first/libf.a f.o`,
  },
  {
    name: "a library that a library needs, in LD_LIBRARY_PATH",
    made: [
      `${SHARED_F} second/libf.so`,
      "echo 'int f(void); int g(void) { return f(); }' > g.c && gcc -shared -fPIC g.c -Lsecond -lf -o libg.so",
      "echo 'int g(void); int main(void) { return g(); }' > m.c && gcc -c m.c",
    ].join(" && "),
    run: "gcc m.o -L. -lg -o p",
    env: { LD_LIBRARY_PATH: "first:second" },
    edit: "gcc -shared -fPIC f.c -o first/libf.so -Wl,-soname,another.so",
  },
  {
    name: "a library that the linker itself runs with, in LD_LIBRARY_PATH",
    run: "gcc f.o main.o -o p",
    env: { LD_LIBRARY_PATH: "first" },
    edit: "cp $(ldd /usr/bin/ld | sed -n 's/.*=> \\(.*libz[^ ]*\\) .*/\\1/p') first/",
  },
  {
    name: "a program of -fuse-ld=, found on PATH",
    made: "mkdir tools && cp /usr/bin/ld.gold tools/ld.mold",
    run: "gcc -fuse-ld=mold f.o main.o -o p",
    env: { PATH: "WORK/none:WORK/tools:/usr/bin:/bin" },
    edit: "mkdir none && cp /usr/bin/ld.bfd none/ld.mold",
  },
  {
    name: "a linker that is replaced in place",
    made: "mkdir tools && cp /usr/bin/ld.gold tools/ld.gold",
    run: "gcc -Btools -fuse-ld=gold f.o main.o -o p",
    edit: "cp /usr/bin/ld.bfd tools/ld.gold",
  },
  {
    name: "a linker called by its path that is replaced in place",
    made: "mkdir tools && cp /usr/bin/ld.gold tools/ld",
    run: "tools/ld -r f.o main.o -o t.o",
    edit: "cp /usr/bin/ld.bfd tools/ld.new && mv tools/ld.new tools/ld",
  },
  {
    name: "a plug-in in the archiver's own folder",
    made:
      "mkdir -p tools/bin tools/lib/bfd-plugins && cp /usr/bin/ar tools/bin/ar && gcc -shared -fPIC plugin.c -o plugin.so",
    run: "tools/bin/ar rcs l.a f.o",
    edit: "cp plugin.so tools/lib/bfd-plugins/a.so",
  },
  {
    name: "a plug-in in the linker's own folder, which appears with it",
    made: "mkdir -p tools/bin && cp /usr/bin/ar tools/bin/ar && gcc -shared -fPIC plugin.c -o plugin.so",
    run: "tools/bin/ar rcs l.a f.o",
    edit: "mkdir -p tools/lib/bfd-plugins && cp plugin.so tools/lib/bfd-plugins/a.so",
  },
  {
    name: "a script by which lld is given a library",
    run: "clang -fuse-ld=lld main.o -L. -lscript -o p",
    edit: OTHER_F,
  },
  {
    name: "an object for clang's link-time optimisation",
    made: "clang -flto -O2 -c f.c main.c",
    run: "clang -flto -O2 -fuse-ld=lld f.o main.o -o p",
    edit: "echo 'int f(void) { return 22; }' > f.c && clang -flto -O2 -c f.c",
  },
  {
    name: "a library that appears for lld",
    made: "ar rcs second/libf.a f.o",
    run: "clang -fuse-ld=lld main.o -Lfirst -Lsecond -lf -o p",
    edit: `${OTHER_F} && ar rcs first/libf.a f.o`,
  },
];

testWith(
  ["gcc", "clang", "ld.gold", "ld.lld"],
  "a link runs again when any of its inputs is another",
  async (t) => {
    await using rig = await Rig.open();
    await eachInput(t, { rig, files: () => SOURCES, before: "gcc -fPIC -c f.c main.c" }, CASES);
  },
);
