// Puts the page of a repair together: two runs, the same steps across.

const RUNS = [
  { id: "control", label: "before", color: "second", dash: [6, 4] },
  { id: "repaired", label: "after", color: "accent" },
].filter((run) => data[run.id] != null);

// A value for each column of the page; a run that ended earlier has none at the end.
function padded(values) {
  return data.recorded.map((_, column) => values[column] ?? null);
}

function bothLosses(log) {
  const series = RUNS.map((run) => ({
    label: `Training, ${run.label}`,
    values: padded(smoothed(data[run.id].loss.median)),
    color: run.color,
    dash: run.dash,
    width: 2,
  }));
  series.push(...validation("loss", "Validation"));
  const options = { format: formatNumber, log };
  return new Chart(document.getElementById("loss"), 260, series, options);
}

function validation(what, label) {
  return RUNS.filter((run) => data[run.id].validation[what].some((value) => value != null)).map(
    (run) => ({
      label: `${label}, ${run.label}`,
      values: padded(data[run.id].validation[what]),
      color: run.color,
      dash: run.dash,
      width: 1.2,
      points: true,
      spanGaps: true,
    }),
  );
}

function bothAccuracies() {
  const percent = (value) => (value == null ? "–" : `${Number((100 * value).toFixed(1))} %`);
  const options = { format: percent, within: [0, 1] };
  const root = document.getElementById("accuracy");
  return new Chart(root, 200, validation("accuracy", "Validation accuracy"), options);
}

function start() {
  const body = document.querySelector("main");
  for (const id of ["control", "repaired"]) {
    const figure = document.getElementById(`heat-${id}`);
    figure.hidden = data[id] == null || data[id].recorded.length === 0;
  }
  const drawn = RUNS.filter((run) => data[run.id].recorded.length > 0);
  if (drawn.length === 0) {
    for (const id of ["gradients", "loss-section", "accuracy-section"]) {
      document.getElementById(id).hidden = true;
    }
    return;
  }
  const pair = document.querySelector(".pair");
  pair.classList.toggle("single", drawn.length === 1);
  const maps = drawn.map((run) => {
    const figure = document.getElementById(`heat-${run.id}`);
    return new HeatMap(
      figure.querySelector(".heat"),
      data[run.id],
      figure.querySelector(".readout"),
      document.getElementById("heat-legend"),
    );
  });
  // One legend for all: the special cells of each are in it.
  maps.forEach((map) => (map.alike = maps));
  const everyTensor = document.getElementById("every-tensor");
  const logLoss = document.getElementById("log-loss");
  const explain = document.getElementById("heat-explain");
  const allSteps = document.querySelector(".all-steps");
  const losses = drawn.flatMap((run) => data[run.id].loss.median).filter((value) => value != null);
  const charts = [];

  everyTensor.checked = maps.every((map) => map.everyTensor);
  everyTensor.closest("label").hidden = everyTensor.checked;
  logLoss.checked = losses.length > 0 && Math.min(...losses) > 0
    && Math.max(...losses) > 100 * Math.min(...losses);

  function arrange() {
    explain.textContent = EXPLANATIONS[maps[0].measure];
    maps.forEach((map) => map.arrange());
    // The rows of all are known only now.
    maps.forEach((map) => map.spanColors());
    layOut();
    maps.forEach((map) => map.describe());
  }
  function layOut() {
    gutter.measure(pair.querySelector(".heat:not([hidden])").clientWidth || body.clientWidth);
    maps.forEach((map) => map.layOut());
  }
  arrange();
  charts.push(bothLosses(logLoss.checked));
  if (drawn.some((run) => data[run.id].validation.accuracy.some((value) => value != null))) {
    document.getElementById("accuracy-section").hidden = false;
    charts.push(bothAccuracies());
  }

  for (const input of document.querySelectorAll("input[name=measure]")) {
    input.addEventListener("change", () => {
      maps.forEach((map) => (map.measure = input.value));
      arrange();
    });
  }
  everyTensor.addEventListener("change", () => {
    maps.forEach((map) => (map.everyTensor = everyTensor.checked));
    arrange();
  });
  logLoss.addEventListener("change", () => {
    charts[0].options.log = logLoss.checked;
    charts[0].build();
  });
  allSteps.addEventListener("click", () => view.showAll());
  view.on("range", () => {
    allSteps.hidden = !view.zoomed;
    maps.forEach((map) => map.draw());
    charts.forEach((chart) => chart.followRange());
  });
  view.on("column", () => {
    maps.forEach((map) => map.moved());
    charts.forEach((chart) => chart.followColumn());
  });
  whenThePageChanges(body, () => {
    layOut();
    charts.forEach((chart) => chart.build());
  });
}

start();
