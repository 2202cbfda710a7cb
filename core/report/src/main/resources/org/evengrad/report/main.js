// Puts the page together.

function start() {
  const body = document.querySelector("main");
  const heat = new HeatMap(
    document.getElementById("heat"),
    data,
    document.getElementById("heat-readout"),
    document.getElementById("heat-legend"),
  );
  const everyTensor = document.getElementById("every-tensor");
  const logLoss = document.getElementById("log-loss");
  const explain = document.getElementById("heat-explain");
  const allSteps = document.querySelector(".all-steps");
  const losses = data.loss.median.filter((value) => value != null);
  const charts = [];

  everyTensor.checked = heat.everyTensor;
  everyTensor.closest("label").hidden = data.tensors.every((t) => t.weight) || heat.everyTensor;
  explain.textContent = EXPLANATIONS[heat.measure];
  logLoss.checked = losses.length > 0 && Math.min(...losses) > 0
    && Math.max(...losses) > 100 * Math.min(...losses);

  gutter.measure(body.clientWidth);
  heat.layOut();
  heat.describe();
  const hasAccuracy = data.validation.accuracy.some((value) => value != null);
  document.getElementById("accuracy-section").hidden = !hasAccuracy;
  if (columnCount > 0) {
    charts.push(lossChart(logLoss.checked));
    if (hasAccuracy) {
      charts.push(accuracyChart());
    }
    const timeSteps = document.getElementById("time-steps");
    if (timeSteps != null) {
      charts.push(timeStepChart(timeSteps));
    }
    charts.push(rateChart());
  } else {
    explain.textContent = "No step is recorded yet.";
    const empty =
      "#gradients .controls, #heat-figure, #gradients details, main > section[id$=section]";
    for (const element of document.querySelectorAll(empty)) {
      element.hidden = true;
    }
  }
  drawStrips();

  for (const input of document.querySelectorAll("input[name=measure]")) {
    input.addEventListener("change", () => {
      heat.measure = input.value;
      explain.textContent = EXPLANATIONS[input.value];
      heat.arrange();
      heat.layOut();
      heat.describe();
    });
  }
  everyTensor.addEventListener("change", () => {
    heat.everyTensor = everyTensor.checked;
    heat.arrange();
    heat.layOut();
    heat.describe();
  });
  logLoss.addEventListener("change", () => {
    charts[0].options.log = logLoss.checked;
    charts[0].build();
  });
  allSteps.addEventListener("click", () => view.showAll());

  view.on("range", () => {
    allSteps.hidden = !view.zoomed;
    heat.draw();
    charts.forEach((chart) => chart.followRange());
    drawStrips();
  });
  view.on("column", () => {
    heat.moved();
    charts.forEach((chart) => chart.followColumn());
    drawStrips();
  });

  function redraw() {
    gutter.measure(body.clientWidth);
    heat.layOut();
    charts.forEach((chart) => chart.build());
    drawStrips();
  }
  whenThePageChanges(body, redraw);
}

start();
