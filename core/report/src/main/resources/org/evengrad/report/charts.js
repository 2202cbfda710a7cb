// The charts over the steps, drawn by uPlot, and the strips of guard actions.

const WHOLE_INCREMENTS = Array.from(
  { length: 39 },
  (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3),
);
const middles = data.recorded.map((_, column) => middleStep(column));

// A mean over the neighbors on both sides, the near ones weighing more, so that the smooth line
// does not lag behind as a running mean does.
function smoothed(values) {
  const reach = Math.ceil(values.length / 80);
  return values.map((value, column) => {
    if (value == null) {
      return null;
    }
    let sum = 0;
    let weights = 0;
    for (let d = -reach; d <= reach; d++) {
      const neighbor = values[column + d];
      if (neighbor != null) {
        const weight = reach + 1 - Math.abs(d);
        sum += weight * neighbor;
        weights += weight;
      }
    }
    return sum / weights;
  });
}

class Chart {
  // series: { label, values, color, ... }; a hidden one carries a band's edge. options.across: the
  // places of the values where they are not columns of training steps.
  constructor(root, height, series, options) {
    this.root = root;
    this.height = height;
    this.series = series;
    this.options = options;
    this.build();
  }

  build() {
    this.plot?.destroy();
    const axis = {
      stroke: () => color("soft"),
      font: labelFont(),
      grid: { stroke: () => color("faint"), width: 1 },
      ticks: { stroke: () => color("line"), width: 1, size: 4 },
    };
    const options = {
      width: Math.max(120, this.root.clientWidth),
      height: this.height,
      padding: [8, gutter.right, 0, 0],
      scales: {
        x: { time: false, range: () => this.across() },
        y: this.options.log
          ? {
              distr: 3,
              range: (plot, low, high) =>
                low == null ? [0.1, 10] : uPlot.rangeLog(low, high, 10, false),
            }
          : { range: (plot, low, high) => this.range(low, high) },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 4,
          space: 64,
          incrs: WHOLE_INCREMENTS,
          values: (plot, ticks) => ticks.map((tick) => (tick >= 1 ? formatWhole(tick) : "")),
        },
        {
          ...axis,
          size: () => gutter.width,
          gap: 8,
          space: 34,
          values: (plot, ticks) =>
            ticks.map((tick) => (tick == null ? "" : this.options.format(tick))),
        },
      ],
      series: [
        { label: "At", value: (plot, step) => (step == null ? "–" : this.placeText(step)) },
        ...this.series.map((line) => ({
          label: line.label,
          stroke: () => (line.hidden ? "transparent" : color(line.color) + (line.alpha ?? "")),
          width: line.width ?? 1.6,
          dash: line.dash,
          spanGaps: line.spanGaps ?? false,
          points: line.points
            ? { show: true, size: 5, stroke: () => color(line.color), fill: () => color("paper") }
            : { show: isolated(line.values), size: 4 },
          value: (plot, value) => this.options.format(value),
        })),
      ],
      bands: this.options.band
        ? [{ series: this.options.band, fill: () => color("accent") + "2b" }]
        : [],
      legend: { markers: { width: 0, fill: (plot, i) => this.marker(i) } },
      cursor: {
        y: false,
        points: { size: 6 },
        drag: { x: !this.options.across, y: false, setScale: false },
      },
      hooks: this.options.across
        ? { setCursor: [(plot) => plot.cursor.idx == null && this.followColumn()] }
        : {
            setCursor: [(plot) => view.point(plot.cursor.idx ?? null)],
            setSelect: [(plot) => this.select(plot)],
          },
    };
    const values = this.series.map((line) =>
      this.options.log ? line.values.map((v) => (v > 0 ? v : null)) : line.values,
    );
    this.plot = new uPlot(options, [this.options.across ?? middles, ...values], this.root);
    this.root.querySelectorAll(".u-legend .u-series").forEach((row, i) => {
      row.hidden = i > 0 && Boolean(this.series[i - 1].hidden);
    });
    // uPlot finishes its first drawing in a microtask of its own.
    queueMicrotask(() => this.followColumn());
  }

  // From the first place to the last.
  across() {
    const { across } = this.options;
    return across ? [across[0], across[across.length - 1]] : [view.low, view.high];
  }

  placeText(place) {
    return this.options.across ? `time step ${formatWhole(place)}` : stepText(columnOf(place));
  }

  marker(i) {
    if (i === 0) {
      return "transparent";
    }
    const line = this.series[i - 1];
    return color(line.color) + (line.alpha ?? "");
  }

  range(low, high) {
    if (low == null) {
      return [0, 1];
    }
    const [least, most] = this.options.within ?? [-Infinity, Infinity];
    const pad = high > low ? 0.06 * (high - low) : Math.abs(low) * 0.1 || 1;
    const floor = low >= 0 && low < 0.4 * high ? 0 : low - pad;
    return [Math.max(least, floor), Math.min(most, high + pad)];
  }

  select(plot) {
    const { left, width } = plot.select;
    if (width > 3) {
      view.show(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    }
  }

  followRange() {
    if (this.options.across) {
      return;
    }
    this.plot.setScale("x", { min: view.low, max: view.high });
    this.followColumn();
  }

  followColumn() {
    if (this.options.across) {
      this.plot.setLegend({ idx: this.options.across.length - 1 }, false);
      return;
    }
    const column = view.column;
    if (column == null) {
      this.plot.setCursor({ left: -10, top: -10 }, false);
      this.plot.setLegend({ idx: lastWithValue(this.series) }, false);
    } else {
      this.plot.setCursor({ left: this.plot.valToPos(middles[column], "x"), top: 0 }, false);
    }
  }
}

// Whether there is a value with a gap on both sides: it would not show as a line.
function isolated(values) {
  return values.some(
    (value, i) => value != null && values[i - 1] == null && values[i + 1] == null,
  );
}

function lastWithValue(series) {
  for (let column = columnCount - 1; column >= 0; column--) {
    if (series[0].values[column] != null) {
      return column;
    }
  }
  return columnCount - 1;
}

function lossChart(log) {
  const binned = data.stepsPerColumn > 1;
  const series = [
    { label: "Training, smoothed", values: smoothed(data.loss.median), color: "accent", width: 2 },
    {
      label: binned ? "median" : "each step",
      values: data.loss.median,
      color: "accent",
      alpha: "70",
      width: 1,
    },
  ];
  if (data.validation.loss.some((value) => value != null)) {
    series.push({
      label: "Validation",
      values: data.validation.loss,
      color: "second",
      points: true,
      spanGaps: true,
    });
  }
  let band = null;
  if (binned) {
    series.push({ label: "greatest", values: data.loss.greatest, color: "accent", hidden: true });
    series.push({ label: "least", values: data.loss.least, color: "accent", hidden: true });
    band = [series.length - 1, series.length];
  }
  const options = { format: formatNumber, log, band };
  return new Chart(document.getElementById("loss"), 240, series, options);
}

function accuracyChart() {
  const percent = (value) => (value == null ? "–" : `${Number((100 * value).toFixed(1))} %`);
  const series = [
    {
      label: "Validation accuracy",
      values: data.validation.accuracy,
      color: "second",
      points: true,
      spanGaps: true,
    },
  ];
  const options = { format: percent, within: [0, 1] };
  return new Chart(document.getElementById("accuracy"), 180, series, options);
}

function rateChart() {
  const series = [{ label: "Learning rate", values: data.learningRate, color: "accent", width: 2 }];
  return new Chart(document.getElementById("rate"), 140, series, { format: formatNumber });
}

function timeStepChart(root) {
  const parts = [
    { label: "Test", values: data.timeSteps.test, color: "accent", width: 2 },
    { label: "Validation", values: data.timeSteps.validation, color: "second" },
  ].filter((part) => part.values.length > 0);
  const longest = Math.max(...parts.map((part) => part.values.length));
  const across = Array.from({ length: longest }, (_, i) => i + 1);
  for (const part of parts) {
    part.values = across.map((_, i) => part.values[i] ?? null);
  }
  return new Chart(root, 180, parts, { format: formatNumber, across });
}

const STRIP_COLORS = { scale: "accent", transform: "accent" };

function drawStrips() {
  for (const canvas of document.querySelectorAll("[data-strip]")) {
    const index = Number(canvas.dataset.strip);
    const counts = index < 0 ? data.nonFinite : data.guards[index].perColumn;
    const fill = index < 0 ? "bad" : STRIP_COLORS[data.guards[index].action] ?? "bad";
    const width = canvas.parentElement.clientWidth;
    const context = prepare(canvas, width, 20);
    const span = width - gutter.width - gutter.right;
    const x = (step) => gutter.width + ((step - view.low) / (view.high - view.low)) * span;
    context.beginPath();
    context.rect(gutter.width, 0, span, 20);
    context.clip();
    context.fillStyle = color("faint");
    context.fillRect(gutter.width, 0, span, 20);
    context.fillStyle = color(fill);
    counts.forEach((count, column) => {
      if (count > 0) {
        // A single skipped step in a long run must be seen: no thinner and no paler than this.
        // Whole pixels, or neighbors would show a seam.
        const from = Math.round(x(firstStep(column) - 0.5));
        const to = Math.max(from + 1, Math.round(x(lastStep(column) + 0.5)));
        context.globalAlpha = 0.5 + 0.5 * (count / Math.max(1, data.recorded[column]));
        context.fillRect(from, 0, to - from, 20);
      }
    });
    context.globalAlpha = 1;
    if (view.column != null) {
      context.fillStyle = color("ink");
      context.fillRect(x(middleStep(view.column)) - 0.5, 0, 1, 20);
    }
  }
}
