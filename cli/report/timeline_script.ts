/**
 * What runs in the page: it unpacks the data, draws one build on a canvas and tells what is under the pointer or chosen by
 * the keyboard. Texts of the data get into the page by `textContent` only.
 */
export const TIMELINE_SCRIPT = String.raw`
(async () => {
  const byId = (id) => document.getElementById(id);
  const canvas = byId("timeline"), said = byId("said"), choice = byId("build");
  const fail = (why) => { said.textContent = "The timeline can't be drawn here: " + why; };
  if (typeof DecompressionStream === "undefined") return fail("this browser is too old");
  const bytes = Uint8Array.from(atob(byId("data").textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = await new Response(stream).json();
  const names = ["hit", "miss", "not cached", "error"];
  const ROW = 16, GAP = 2, TOP = 4, AXIS = 22, MOST = 640;
  let build = data.builds.length - 1, from = 0, span = 1, chosen = -1;

  const length = () => {
    const { first, last } = data.builds[build];
    let end = 1;
    for (let i = first; i < last; i++) end = Math.max(end, data.start[i] + data.length[i]);
    return end;
  };
  const rowHeight = () => Math.max(3, Math.min(ROW, Math.floor((MOST - AXIS) / data.builds[build].lanes)));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const left = (i, width) => (data.start[i] - from) / span * width;

  function draw() {
    const { first, last, lanes } = data.builds[build];
    const row = rowHeight(), width = canvas.clientWidth, height = TOP + lanes * row + AXIS;
    const scale = window.devicePixelRatio || 1;
    canvas.style.height = height + "px";
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const g = canvas.getContext("2d");
    g.scale(scale, scale);
    g.clearRect(0, 0, width, height);
    const fills = ["--hit", "--miss", "--plain", "--error"].map(colour);
    for (let i = first; i < last; i++) {
      const x = left(i, width), w = Math.max(1, data.length[i] / span * width - 0.5);
      if (x > width || x + w < 0) continue;
      g.fillStyle = fills[data.outcome[i]];
      g.fillRect(x, TOP + data.lane[i] * row, w, row - GAP);
    }
    if (chosen >= first && chosen < last) {
      g.strokeStyle = colour("--text");
      g.lineWidth = 2;
      g.strokeRect(left(chosen, width) - 1, TOP + data.lane[chosen] * row - 1,
        Math.max(3, data.length[chosen] / span * width + 1), row);
    }
    axis(g, width, TOP + lanes * row);
  }

  function axis(g, width, y) {
    g.fillStyle = g.strokeStyle = colour("--muted");
    g.lineWidth = 1;
    g.font = "12px system-ui, sans-serif";
    let step = 1;
    for (const more of [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 6e4, 12e4, 3e5, 6e5, 36e5, 144e5, 864e5]) {
      step = more * 10;
      if (step / span * width > 70) break;
    }
    for (let t = Math.ceil(from / step) * step; t <= from + span; t += step) {
      const x = (t - from) / span * width;
      g.beginPath(); g.moveTo(x, y); g.lineTo(x, y + 5); g.stroke();
      if (x + 60 < width) g.fillText(time(t), x + 2, y + 17);
    }
  }

  const time = (tenths) => {
    const ms = tenths / 10;
    if (ms < 1000) return Number(ms.toFixed(1)) + " ms";
    if (ms < 60000) return Number((ms / 1000).toFixed(2)) + " s";
    const seconds = Math.floor(ms % 60000 / 1000);
    return Math.floor(ms / 60000) + " min" + (seconds === 0 ? "" : " " + seconds + " s");
  };

  function tell(i) {
    const text = (column) => data.texts[data[column][i]];
    const command = text("command").replaceAll("\u0001", text("source")).replaceAll("\u0002", text("output"));
    const reason = text("reason");
    said.textContent = names[data.outcome[i]] + (reason === "" ? "" : " (" + reason + ")") + ", " +
      time(data.length[i]) + ", from " + time(data.start[i]) + ": " + command;
  }

  function choose(i) {
    const { first, last } = data.builds[build];
    chosen = Math.max(first, Math.min(last - 1, i));
    if (data.start[chosen] < from || data.start[chosen] > from + span) move(data.start[chosen] - span / 2, span);
    tell(chosen);
    draw();
  }

  function move(to, wide) {
    const whole = length();
    span = Math.max(5, Math.min(whole, wide));
    from = Math.max(0, Math.min(whole - span, to));
    draw();
  }

  const zoom = (factor, at = 0.5) => move(from + span * at - span * factor * at, span * factor);
  const pan = (share) => move(from + span * share, span);
  const whole = () => move(0, length());

  function under(event) {
    const box = canvas.getBoundingClientRect(), { first, last } = data.builds[build];
    const lane = Math.floor((event.clientY - box.top - TOP) / rowHeight());
    const at = from + (event.clientX - box.left) / box.width * span, slack = span / box.width * 2;
    let best = -1;
    for (let i = first; i < last; i++) {
      if (data.start[i] > at + slack) break;
      if (data.lane[i] === lane && data.start[i] + data.length[i] >= at - slack) best = i;
    }
    return best;
  }

  canvas.addEventListener("pointermove", (event) => {
    const i = under(event);
    if (i >= 0 && i !== chosen) { chosen = i; tell(i); draw(); }
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, (event.clientX - box.left) / box.width);
  }, { passive: false });
  const keys = {
    ArrowRight: () => choose(chosen < 0 ? data.builds[build].first : chosen + 1),
    ArrowLeft: () => choose(chosen < 0 ? data.builds[build].first : chosen - 1),
    PageDown: () => pan(0.5), PageUp: () => pan(-0.5),
    "+": () => zoom(0.5), "-": () => zoom(2), "0": whole,
    Home: () => choose(data.builds[build].first), End: () => choose(data.builds[build].last - 1),
  };
  canvas.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  for (const [id, act] of [["closer", () => zoom(0.5)], ["wider", () => zoom(2)], ["earlier", () => pan(-0.5)],
    ["later", () => pan(0.5)], ["whole", whole]]) byId(id).addEventListener("click", act);
  choice.addEventListener("change", () => { build = Number(choice.value); chosen = -1; said.textContent = ""; whole(); });
  new ResizeObserver(draw).observe(canvas.parentElement);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("beforeprint", () => { document.documentElement.classList.add("print"); draw(); });
  addEventListener("afterprint", () => { document.documentElement.classList.remove("print"); draw(); });
  choice.value = String(build);
  whole();
  document.documentElement.dataset.drawn = "yes";
})();
`;
