// Numbers: how they come in, and how they are read.

const data = JSON.parse(document.getElementById("run-data").textContent);
const columnCount = data.recorded.length;

// The codes of NormCode.java.
const MISSING = -32768;
const ZERO = -32767;
const NON_FINITE = 32767;

function decodeCodes(base64) {
  const text = atob(base64);
  const bytes = new DataView(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i++) {
    bytes.setUint8(i, text.charCodeAt(i));
  }
  const codes = new Int16Array(text.length / 2);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = bytes.getInt16(2 * i, true);
  }
  return codes;
}

function isFiniteCode(code) {
  return code > ZERO && code < NON_FINITE;
}

function wordOf(code) {
  switch (code) {
    case MISSING:
      return "not measured";
    case ZERO:
      return "exactly 0";
    case NON_FINITE:
      return "not finite";
    default:
      return formatNumber(10 ** (code / data.norms.perDecade));
  }
}

function formatNumber(value) {
  if (value == null) {
    return "–";
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  }
  return size >= 1000 ? formatWhole(Math.round(value)) : String(Number(value.toPrecision(4)));
}

function formatWhole(value) {
  return value.toLocaleString("en-US");
}

// Steps count from 1; column c spans the steps firstStep(c) to lastStep(c).
function firstStep(column) {
  return column * data.stepsPerColumn + 1;
}

function lastStep(column) {
  return Math.min(data.steps, (column + 1) * data.stepsPerColumn);
}

function middleStep(column) {
  return (firstStep(column) + lastStep(column)) / 2;
}

function columnOf(step) {
  const column = Math.floor((Math.round(step) - 1) / data.stepsPerColumn);
  return Math.max(0, Math.min(columnCount - 1, column));
}

function stepText(column) {
  const first = firstStep(column);
  const last = lastStep(column);
  return first === last
    ? `step ${formatWhole(first)}`
    : `steps ${formatWhole(first)}–${formatWhole(last)}`;
}

// About `count` round numbers from `low` to `high`, whole ones.
function wholeTicks(low, high, count) {
  const rough = Math.max(1, (high - low) / count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const increment = [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough);
  const ticks = [];
  for (let tick = Math.ceil(low / increment) * increment; tick <= high; tick += increment) {
    ticks.push(tick);
  }
  return ticks;
}
