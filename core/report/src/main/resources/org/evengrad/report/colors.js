// Colors: those of the style sheet, and the scale of the heat map.

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// The scale runs through these OKLCH colors (lightness, chroma, hue), dark to light. It is then cut
// into steps of equal length in OKLab, so that equal factors look equally far apart; lightness only
// rises, so that it also reads in gray and without red or green.
const SCALE_STOPS = [
  [0.27, 0.1, 285],
  [0.42, 0.13, 268],
  [0.56, 0.11, 232],
  [0.69, 0.11, 190],
  [0.81, 0.13, 145],
  [0.95, 0.13, 105],
];
const SCALE_SIZE = 256;
const scale = buildScale();

function buildScale() {
  const points = [];
  const fine = 64;
  for (let s = 0; s + 1 < SCALE_STOPS.length; s++) {
    for (let i = 0; i < fine; i++) {
      points.push(toLab(mix(SCALE_STOPS[s], SCALE_STOPS[s + 1], i / fine)));
    }
  }
  points.push(toLab(SCALE_STOPS[SCALE_STOPS.length - 1]));
  const length = [0];
  for (let i = 1; i < points.length; i++) {
    const d = points[i].map((v, k) => v - points[i - 1][k]);
    length.push(length[i - 1] + Math.hypot(...d));
  }
  const colors = [];
  let i = 0;
  for (let n = 0; n < SCALE_SIZE; n++) {
    const wanted = (n / (SCALE_SIZE - 1)) * length[length.length - 1];
    while (i + 2 < points.length && length[i + 1] < wanted) {
      i++;
    }
    const share = (wanted - length[i]) / (length[i + 1] - length[i]);
    colors.push(toRgb(mix(points[i], points[i + 1], share)));
  }
  return colors;
}

function mix(from, to, share) {
  return from.map((v, k) => v + (to[k] - v) * share);
}

function toLab([lightness, chroma, hue]) {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
}

// OKLab to sRGB, by its definition (Ottosson 2020).
function toRgb([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((linear) => {
    const v = Math.max(0, Math.min(1, linear));
    return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
  });
}

// The scale as a picture, one pixel a color, dark on the left.
function scaleStrip() {
  const strip = document.createElement("canvas");
  strip.width = SCALE_SIZE;
  strip.height = 1;
  const pen = strip.getContext("2d");
  const pixels = pen.createImageData(SCALE_SIZE, 1);
  scale.forEach((rgb, i) => pixels.data.set([...rgb, 255], 4 * i));
  pen.putImageData(pixels, 0, 0);
  return strip;
}

function rgbOf(cssColor) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = cssColor;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

// Diagonal lines, for cells without a value; `down` leans the other way.
function hatch(context, stroke, ratio, down) {
  const size = Math.max(4, Math.round(5 * ratio));
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext("2d");
  pen.strokeStyle = stroke;
  pen.lineWidth = ratio;
  pen.beginPath();
  for (const offset of [-size, 0, size]) {
    pen.moveTo(offset - 1, down ? -1 : size + 1);
    pen.lineTo(offset + size + 1, down ? size + 1 : -1);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

// A canvas of a size in CSS pixels, sharp on this screen, ready to be drawn in CSS pixels.
function prepare(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
