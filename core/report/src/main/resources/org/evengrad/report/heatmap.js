// The heat map: rows are layers, the first on top; columns are steps; color is the power of ten.

const EXPLANATIONS = {
  gradientNorm:
    "Each row is a layer, the input on top; each column is a step. Color is the size (L2 norm) of " +
    "the gradient as it came out of the backward pass. Even color down a column means that the " +
    "gradient reaches every layer.",
  gradientNormAfterGuards:
    "The size (L2 norm) of the gradient as the optimizer saw it, after the guards have scaled, " +
    "rewritten or dropped it. Same colors as before the guards.",
  updateRatio:
    "How far each step moves a layer: the size of the update against the size of the weights. " +
    "Zero where a step was not applied.",
};

class HeatMap {
  // run: whose gradients; its columns are the first of the page's, which may have more.
  constructor(root, run, readout, legend) {
    this.root = root;
    this.run = run;
    this.columnCount = run.recorded.length;
    [this.base, this.overlay] = root.querySelectorAll("canvas");
    this.readout = readout;
    this.legend = legend;
    this.codes = {};
    for (const measure of Object.keys(EXPLANATIONS)) {
      this.codes[measure] = decodeCodes(run.norms[measure]);
    }
    this.measure = "gradientNorm";
    this.everyTensor = !run.tensors.some((tensor) => tensor.weight);
    this.row = null;
    this.dragFrom = null;
    this.alike = [this];
    this.arrange();
    this.listen();
  }

  // Which rows there are and what they are called, and the colors with them.
  arrange() {
    const shown = this.run.tensors
      .map((tensor, index) => ({ ...tensor, index }))
      .filter((tensor) => this.everyTensor || tensor.weight);
    this.rows = shown.map((tensor) => {
      const alone = shown.filter((other) => other.layer === tensor.layer).length === 1;
      return { index: tensor.index, label: alone ? tensor.layer : tensor.name };
    });
    this.row = this.row == null ? null : Math.min(this.row, this.rows.length - 1);
    this.spanColors();
  }

  // Which powers of ten the colors span: those of all maps that share their colors.
  spanColors() {
    // Before and after the guards share their colors, so that they can be compared.
    const measures =
      this.measure === "updateRatio"
        ? ["updateRatio"]
        : ["gradientNorm", "gradientNormAfterGuards"];
    const values = [];
    this.special = new Set();
    for (const map of this.alike) {
      for (const measure of measures) {
        for (const row of map.rows) {
          for (let column = 0; column < map.columnCount; column++) {
            const code = map.codes[measure][row.index * map.columnCount + column];
            if (isFiniteCode(code)) {
              values.push(code);
            } else if (measure === this.measure) {
              this.special.add(code);
            }
          }
        }
      }
      if (map.columnCount < columnCount) {
        this.special.add(MISSING);
      }
    }
    values.sort((a, b) => a - b);
    const at = (share) => values[Math.round(share * (values.length - 1))] / data.norms.perDecade;
    // A few outliers must not take the colors from all others; they get the color of the end.
    let low = values.length ? Math.floor(at(0.005) + 0.05) : -4;
    let high = values.length ? Math.ceil(at(0.995) - 0.05) : 0;
    // An even picture shall look even: never fewer than four powers of ten.
    for (let up = true; high - low < 4; up = !up) {
      up ? high++ : low--;
    }
    this.low = low;
    this.high = high;
    this.below = values.length > 0 && at(0) < low;
    this.above = values.length > 0 && at(1) > high;
  }

  code(row, column) {
    return column < this.columnCount
      ? this.codes[this.measure][this.rows[row].index * this.columnCount + column]
      : MISSING;
  }

  layOut() {
    const width = this.root.clientWidth;
    const rows = Math.max(1, this.rows.length);
    this.rowHeight = Math.max(3, Math.min(34, Math.floor(520 / rows)));
    if (this.rowHeight * rows < 120) {
      this.rowHeight = Math.min(44, Math.floor(120 / rows));
    }
    this.plot = {
      left: gutter.width,
      top: 10,
      width: Math.max(40, width - gutter.width - gutter.right),
      height: this.rowHeight * rows,
    };
    this.width = width;
    this.height = this.plot.height + 34;
    this.draw();
    this.drawLegend();
  }

  x(step) {
    return this.plot.left + ((step - view.low) / (view.high - view.low)) * this.plot.width;
  }

  stepAt(x) {
    const share = (x - this.plot.left) / this.plot.width;
    return view.low + Math.max(0, Math.min(1, share)) * (view.high - view.low);
  }

  draw() {
    const context = prepare(this.base, this.width, this.height);
    const ratio = window.devicePixelRatio || 1;
    const { left, top, width, height } = this.plot;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.fillStyle = hatch(context, color("hatch"), 1, false);
    context.fillRect(left, top, width, height);
    if (this.columnCount > 0 && this.rows.length > 0) {
      this.drawCells(context, ratio);
    }
    if (this.rowHeight >= 14) {
      context.globalAlpha = 0.7;
      context.fillStyle = color("paper");
      for (let r = 1; r < this.rows.length; r++) {
        context.fillRect(left, top + r * this.rowHeight - 0.5, width, 1);
      }
    }
    context.restore();
    this.drawRowLabels(context);
    this.drawStepAxis(context);
    this.drawVerdicts(context);
    this.drawCursor();
  }

  drawCells(context, ratio) {
    const cells = document.createElement("canvas");
    const broken = document.createElement("canvas");
    cells.width = broken.width = this.columnCount;
    cells.height = broken.height = this.rows.length;
    const image = cells.getContext("2d").createImageData(this.columnCount, this.rows.length);
    const mask = broken.getContext("2d").createImageData(this.columnCount, this.rows.length);
    const zero = rgbOf(color("zero"));
    const nonFinite = rgbOf(color("non-finite"));
    let anyBroken = false;
    for (let row = 0; row < this.rows.length; row++) {
      for (let column = 0; column < this.columnCount; column++) {
        const code = this.code(row, column);
        const at = 4 * (row * this.columnCount + column);
        if (code === MISSING) {
          continue;
        }
        const rgb =
          code === ZERO ? zero : code === NON_FINITE ? nonFinite : scale[this.shade(code)];
        image.data.set([...rgb, 255], at);
        if (code === NON_FINITE) {
          mask.data.set([0, 0, 0, 255], at);
          anyBroken = true;
        }
      }
    }
    cells.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    const from = this.x(0.5);
    const to = this.x(this.columnCount * data.stepsPerColumn + 0.5);
    const { top, height } = this.plot;
    context.drawImage(cells, from, top, to - from, height);
    if (anyBroken) {
      broken.getContext("2d").putImageData(mask, 0, 0);
      const layer = document.createElement("canvas");
      layer.width = this.base.width;
      layer.height = this.base.height;
      const pen = layer.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(broken, from, top, to - from, height);
      pen.globalCompositeOperation = "source-in";
      pen.fillStyle = hatch(pen, color("non-finite-hatch"), 1, true);
      pen.fillRect(0, 0, this.width, this.height);
      context.drawImage(layer, 0, 0, this.width, this.height);
    }
  }

  shade(code) {
    const share = (code / data.norms.perDecade - this.low) / (this.high - this.low);
    return Math.round(Math.max(0, Math.min(1, share)) * (SCALE_SIZE - 1));
  }

  drawRowLabels(context) {
    context.font = labelFont();
    context.fillStyle = color("soft");
    context.textAlign = "right";
    context.textBaseline = "middle";
    const every = Math.ceil(15 / this.rowHeight);
    const last = this.rows.length - 1;
    for (let r = 0; r <= last; r++) {
      // The first and the last layer are always named.
      if (r === last || (r % every === 0 && (r === 0 || last - r >= every))) {
        const y = this.plot.top + (r + 0.5) * this.rowHeight;
        const label = fit(context, this.rows[r].label, gutter.width - 10);
        context.fillText(label, gutter.width - 8, y);
      }
    }
  }

  drawStepAxis(context) {
    const y = this.plot.top + this.plot.height;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillStyle = color("soft");
    context.strokeStyle = color("line");
    for (const tick of wholeTicks(Math.max(1, view.low), view.high, this.plot.width / 64)) {
      const x = this.x(tick);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x, y + 4);
      context.stroke();
      context.fillText(formatWhole(tick), Math.min(x, this.width - 16), y + 7);
    }
  }

  // A small triangle above the column in which a verdict was made.
  drawVerdicts(context) {
    context.fillStyle = color("bad");
    for (const { step } of this.run.verdicts) {
      const x = this.x(step);
      if (step > 0 && x >= this.plot.left && x <= this.plot.left + this.plot.width) {
        context.beginPath();
        context.moveTo(x - 5, 0);
        context.lineTo(x + 5, 0);
        context.lineTo(x, 8);
        context.fill();
      }
    }
  }

  drawCursor() {
    const context = prepare(this.overlay, this.width, this.height);
    const { left, top, width, height } = this.plot;
    if (this.dragFrom != null && this.dragTo != null) {
      context.globalAlpha = 0.3;
      context.fillStyle = color("accent");
      const [from, to] = [this.dragFrom, this.dragTo].sort((a, b) => a - b);
      context.fillRect(from, top, to - from, height);
      context.globalAlpha = 1;
    }
    if (view.column == null) {
      return;
    }
    context.save();
    context.beginPath();
    context.rect(left - 2, top - 2, width + 4, height + 4);
    context.clip();
    const from = this.x(firstStep(view.column) - 0.5);
    const cell = Math.max(3, this.x(lastStep(view.column) + 0.5) - from);
    const boxes = [[from, top, cell, height]];
    if (this.row != null) {
      boxes.push([left, top + this.row * this.rowHeight, width, this.rowHeight]);
    }
    for (const [stroke, line] of [["#000a", 2.5], ["#fff", 1]]) {
      context.strokeStyle = stroke;
      context.lineWidth = line;
      boxes.forEach((box) => context.strokeRect(...box));
    }
    context.restore();
  }

  drawLegend() {
    this.legend.replaceChildren();
    const ramp = document.createElement("div");
    ramp.className = "ramp";
    const canvas = document.createElement("canvas");
    ramp.append(canvas);
    this.legend.append(ramp);
    const width = ramp.clientWidth;
    const context = prepare(canvas, width, 32);
    const margin = 24;
    const length = width - 2 * margin;
    context.drawImage(scaleStrip(), margin, 0, length, 12);
    context.font = labelFont();
    context.fillStyle = color("soft");
    context.textAlign = "center";
    context.textBaseline = "top";
    const inner = wholeTicks(this.low, this.high, length / 44);
    const room = 0.6 * (inner[1] - inner[0] || 1);
    const ticks = [
      this.low,
      ...inner.filter((tick) => tick - this.low >= room && this.high - tick >= room),
      this.high,
    ];
    for (const tick of ticks) {
      const x = margin + ((tick - this.low) / (this.high - this.low)) * length;
      context.fillRect(x - 0.5, 12, 1, 3);
      const sign =
        tick === this.low && this.below ? "≤" : tick === this.high && this.above ? "≥" : "";
      context.fillText(`${sign}1e${tick}`, x, 17);
    }
    const texts = [`colors from 1e${this.low} (dark) to 1e${this.high} (light)`];
    this.addKey(ZERO, "zero", "exactly 0", texts);
    this.addKey(NON_FINITE, "non-finite", "not finite", texts);
    this.addKey(MISSING, "paper", "not measured", texts);
    this.legend.setAttribute("aria-label", `Legend: ${texts.join(", ")}`);
  }

  // A swatch for cells that have no place on the scale, if there are any.
  addKey(code, fill, label, texts) {
    if (!this.special.has(code)) {
      return;
    }
    const item = document.createElement("span");
    item.className = "key";
    const canvas = document.createElement("canvas");
    item.append(canvas, label);
    this.legend.append(item);
    const context = prepare(canvas, 22, 12);
    context.fillStyle = color(fill);
    context.fillRect(0, 0, 22, 12);
    if (code !== ZERO) {
      const lines = code === MISSING ? "hatch" : "non-finite-hatch";
      context.fillStyle = hatch(context, color(lines), 1, code === NON_FINITE);
      context.fillRect(0, 0, 22, 12);
    }
    texts.push(`${code === MISSING ? "hatched" : code === ZERO ? "gray" : "red"} ${label}`);
  }

  describe() {
    const what = this.measure === "updateRatio" ? "update ratio" : "gradient norm";
    this.readout.replaceChildren();
    if (view.column == null || this.rows.length === 0) {
      const rest = document.createElement("span");
      rest.className = "what";
      rest.textContent =
        columnCount > 0 ? "Point at a cell to read its value." : "No step is recorded yet.";
      this.readout.append(rest);
      return;
    }
    const step = stepText(view.column);
    if (this.row == null) {
      this.readout.textContent = step[0].toUpperCase() + step.slice(1);
      return;
    }
    const value = document.createElement("b");
    value.textContent = wordOf(this.code(this.row, view.column));
    const median = data.stepsPerColumn > 1 ? "median " : "";
    this.readout.append(`${this.rows[this.row].label}, ${step}: ${median}${what} `, value);
  }

  listen() {
    const root = this.root;
    const place = (event) => {
      const box = root.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    root.addEventListener("pointermove", (event) => {
      const [x, y] = place(event);
      if (this.dragFrom != null && Math.abs(x - this.dragFrom) > 4) {
        this.dragTo = Math.max(this.plot.left, Math.min(x, this.plot.left + this.plot.width));
        this.drawCursor();
      }
      this.pointAt(x, y);
    });
    root.addEventListener("pointerdown", (event) => {
      const [x, y] = place(event);
      this.pointAt(x, y);
      if (event.button === 0 && event.pointerType === "mouse" && x >= this.plot.left) {
        this.dragFrom = x;
        this.dragTo = null;
        root.setPointerCapture(event.pointerId);
      }
    });
    root.addEventListener("pointerup", () => {
      if (this.dragFrom != null && this.dragTo != null) {
        const steps = [this.stepAt(this.dragFrom), this.stepAt(this.dragTo)];
        view.show(Math.min(...steps), Math.max(...steps));
      }
      this.dragFrom = this.dragTo = null;
      this.drawCursor();
    });
    root.addEventListener("pointercancel", () => {
      this.dragFrom = this.dragTo = null;
    });
    root.addEventListener("pointerleave", () => {
      if (this.dragFrom == null) {
        this.leave();
      }
    });
    root.addEventListener("dblclick", () => view.showAll());
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("focus", () => {
      if (view.column == null && columnCount > 0 && root.matches(":focus-visible")) {
        this.row = 0;
        view.point(columnOf(view.low + 0.5));
        this.moved();
      }
    });
    root.addEventListener("blur", () => this.leave());
  }

  leave() {
    this.row = null;
    view.point(null);
    this.moved();
  }

  moved() {
    this.drawCursor();
    this.describe();
  }

  pointAt(x, y) {
    if (columnCount === 0 || this.rows.length === 0) {
      return;
    }
    const row = Math.floor((y - this.plot.top) / this.rowHeight);
    this.row = row >= 0 && row < this.rows.length ? row : null;
    view.point(columnOf(this.stepAt(x)));
    this.moved();
  }

  onKey(event) {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (columnCount === 0 || this.rows.length === 0 || modified) {
      return;
    }
    const jump = event.shiftKey ? 10 : 1;
    const column = view.column ?? columnOf(view.low + 0.5);
    const row = this.row ?? 0;
    const columns = {
      ArrowLeft: column - jump,
      ArrowRight: column + jump,
      Home: 0,
      End: columnCount - 1,
    };
    const rows = {
      ArrowUp: row - 1,
      ArrowDown: row + 1,
      PageUp: 0,
      PageDown: this.rows.length - 1,
    };
    if (event.key in columns || event.key in rows) {
      this.row = Math.max(0, Math.min(this.rows.length - 1, rows[event.key] ?? row));
      view.point(Math.max(0, Math.min(columnCount - 1, columns[event.key] ?? column)));
      this.keepInView();
      this.moved();
    } else if (event.key === "+" || event.key === "=") {
      view.zoom(0.5);
    } else if (event.key === "-") {
      view.zoom(2);
    } else if (event.key === "0") {
      view.showAll();
    } else if (event.key === "Escape") {
      this.leave();
    } else {
      return;
    }
    event.preventDefault();
  }

  keepInView() {
    const half = (view.high - view.low) / 2;
    if (firstStep(view.column) < view.low || lastStep(view.column) > view.high) {
      view.show(middleStep(view.column) - half, middleStep(view.column) + half);
    }
  }
}

// A label that is too long loses its middle: the ends tell layers apart.
function fit(context, text, width) {
  if (context.measureText(text).width <= width) {
    return text;
  }
  let keep = text.length - 1;
  while (keep > 2) {
    const head = Math.ceil(keep / 2);
    const short = `${text.slice(0, head)}…${text.slice(text.length - (keep - head))}`;
    if (context.measureText(short).width <= width) {
      return short;
    }
    keep--;
  }
  return "…";
}
