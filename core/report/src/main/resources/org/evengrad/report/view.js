// What all pictures share: the steps that are shown, and the column under the cursor.

const view = {
  low: 0.5,
  high: data.steps + 0.5,
  column: null,
  listeners: { range: [], column: [] },

  on(what, listener) {
    this.listeners[what].push(listener);
  },

  get zoomed() {
    return this.low > 0.5 || this.high < data.steps + 0.5;
  },

  // Shows the steps between two, at least four columns of them.
  show(low, high) {
    const least = Math.min(data.steps, 4 * data.stepsPerColumn);
    const middle = (low + high) / 2;
    const half = Math.max(high - low, least) / 2;
    this.low = Math.max(0.5, Math.min(middle - half, data.steps + 0.5 - 2 * half));
    this.high = Math.min(data.steps + 0.5, this.low + 2 * half);
    this.listeners.range.forEach((listener) => listener());
  },

  showAll() {
    this.show(0.5, data.steps + 0.5);
  },

  zoom(factor) {
    const center = this.column == null ? (this.low + this.high) / 2 : middleStep(this.column);
    const half = ((this.high - this.low) * factor) / 2;
    this.show(center - half, center + half);
  },

  point(column) {
    if (column !== this.column) {
      this.column = column;
      this.listeners.column.forEach((listener) => listener());
    }
  },
};

// The space left of every picture, so that a step stands at the same place in all of them.
const gutter = {
  width: 64,
  right: 24,

  measure(width) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = labelFont();
    const names = data.tensors.map((tensor) => context.measureText(tensor.name).width);
    const most = Math.max(64, width * 0.26);
    this.width = Math.ceil(Math.max(56, Math.min(most, Math.max(0, ...names) + 12)));
  },
};

function labelFont() {
  return `12px ${color("sans")}`;
}

// Calls back when pictures must be drawn again: another width, other colors, paper.
function whenThePageChanges(body, redraw) {
  let width = body.clientWidth;
  new ResizeObserver(() => {
    // A page in the background or on its way to paper has no width.
    if (body.clientWidth !== width && body.clientWidth > 0) {
      width = body.clientWidth;
      redraw();
    }
  }).observe(body);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // Paper is light.
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.print = "";
    redraw();
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.print;
    redraw();
  });
}
