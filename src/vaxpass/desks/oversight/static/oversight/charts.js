// Draws a chart from each `<table data-chart>` and puts it before the table. Without this file the table says it all.
// ECharts is asked for only where such a table stands; its own HTML tooltips would need inline styles, which the
// content policy forbids, so everything, tooltips too, is drawn on the canvas.
(() => {
  "use strict";
  const words = document.currentScript.dataset;
  // Told apart by the colour-blind and in grey print: Okabe and Ito's order, darkened, with dashes and marks besides.
  const COLOURS = ["#0a5a50", "#c0500c", "#1f66a8", "#8a3f7b", "#7a6a00", "#3a3a3a", "#2b93b8"];
  const DASHES = ["solid", [7, 4], [2, 3], [10, 3, 2, 3], [4, 4], [12, 5], [1, 2]];
  const MARKS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle"];
  const STEPS = ["#eef5f1", "#c3ded3", "#86bcae", "#3f8f81", "#06453d"]; // one hue, light to dark
  const ZERO = "#fbfaf5";
  const UNKNOWN = "#dcdad0";
  const HIDDEN = -1; // drawn in its own colour; a square without a value would not be drawn at all
  const INK = "#14211f";
  const SOFT = "#45534f";
  const LINE = "#d8d4c6";
  const PICTURE_WIDTH = 1200;
  const PAPER_WIDTH = 680; // A4 upright between its margins, in CSS pixels
  const WIDE_TILE = 62;
  const LANGUAGE = document.documentElement.lang === "en" ? "en" : "vi-VN";
  const thousands = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
  const show = (value, percent) => (value === null ? "–" : thousands.format(value) + (percent ? " %" : ""));

  // Reading the table -------------------------------------------------------------------------------------------------

  const valueOf = (cell) => (cell && cell.dataset.value !== undefined && cell.dataset.value !== "" ? Number(cell.dataset.value) : null);

  const readTable = (table) => {
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const columns = heads.map((head, index) => ({ head, index })).filter(({ head }) => "series" in head.dataset);
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !("total" in row.dataset));
    return {
      kind: table.dataset.chart,
      title: table.dataset.title || table.caption?.textContent.trim() || "",
      unit: table.dataset.unit || "",
      asOf: table.dataset.asOf || "",
      source: table.dataset.source || words.source,
      png: table.dataset.png || "chart",
      stacked: "stacked" in table.dataset,
      series: columns.map(({ head }) => ({ label: head.textContent.trim(), percent: "percent" in head.dataset })),
      rows: rows.map((row) => ({
        label: row.dataset.name || row.cells[0].textContent.trim(),
        short: row.dataset.short || "",
        url: row.cells[0].querySelector("a[href]")?.href || "",
        x: Number(row.dataset.x),
        y: Number(row.dataset.y),
        placed: row.dataset.x !== undefined && row.dataset.x !== "",
        values: columns.map(({ index }) => valueOf(row.cells[index])),
        texts: columns.map(({ index }) => row.cells[index]?.textContent.trim() || ""),
      })),
    };
  };

  // What each kind looks like -------------------------------------------------------------------------------------------

  const text = { color: INK, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
  const base = () => ({ animation: false, textStyle: text, color: COLOURS, aria: { enabled: false } });
  const tooltip = (formatter) => ({ renderMode: "richText", confine: true, backgroundColor: "#fff", borderColor: LINE, textStyle: text, formatter });
  const legend = (data, room) => (data.series.length < 2 ? { show: false } : { type: "plain", top: 0, left: 0, width: room, icon: undefined, textStyle: text });
  const legendHeight = (data, room) => {
    if (data.series.length < 2) return 8;
    const widths = data.series.map((one) => 48 + one.label.length * 7.4);
    let lines = 1;
    let left = room;
    for (const width of widths) {
      if (width > left && left < room) [lines, left] = [lines + 1, room];
      left -= width;
    }
    return 14 + lines * 24;
  };
  const axisLabel = { color: SOFT, fontSize: 12 };
  const valueAxis = (data) => ({
    type: "value", minInterval: 1, splitNumber: 4, ...(data.series.every((one) => one.percent) ? { max: ({ max }) => Math.max(100, max), interval: 25 } : {}), splitLine: { lineStyle: { color: LINE } },
    axisLabel: { ...axisLabel, hideOverlap: true, formatter: (value) => show(value, data.series.every((one) => one.percent)) },
  });
  const rowTip = (data) => (points) => {
    const row = data.rows[points[0].dataIndex];
    return [row.label, ...data.series.map((one, index) => `${one.label}: ${row.texts[index] || "–"}`)].join("\n");
  };

  const drawLine = (data, room) => ({
    ...base(),
    legend: legend(data, room),
    grid: { left: 8, right: 20, top: legendHeight(data, room) + 8, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", ...tooltip(rowTip(data)) },
    xAxis: { type: "category", boundaryGap: data.rows.length < 2, data: data.rows.map((row) => row.label), axisLabel: { ...axisLabel, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" } },
    yAxis: valueAxis(data),
    series: data.series.map((one, index) => ({
      type: "line", name: one.label, data: data.rows.map((row) => row.values[index]),
      lineStyle: { width: 2.5, type: DASHES[index % DASHES.length] }, symbol: MARKS[index % MARKS.length],
      symbolSize: 7, showSymbol: data.rows.length < 40,
    })),
  });

  const drawBar = (data, room) => {
    const gap = Math.min(room * 0.4, 330);
    return {
      ...base(),
      legend: legend(data, room),
      grid: { left: 16, right: 56, top: legendHeight(data, room), bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, ...tooltip(rowTip(data)) },
      xAxis: valueAxis(data),
      yAxis: { type: "category", inverse: true, data: data.rows.map((row) => row.label), axisLabel: { ...axisLabel, color: INK, width: gap, overflow: "truncate", interval: 0 }, axisTick: { show: false } },
      series: data.series.map((one, index) => ({
        type: "bar", name: one.label, data: data.rows.map((row) => row.values[index]), stack: data.stacked ? "all" : undefined, barMaxWidth: 22,
        itemStyle: { borderColor: "#fff", borderWidth: data.stacked ? 1 : 0, decal: index ? decal(index) : undefined },
        label: { show: !data.stacked, position: "right", color: INK, fontSize: 12, formatter: ({ value }) => (value === null || value === undefined ? "" : show(value, one.percent)) },
      })),
    };
  };
  const decal = (index) => ({ symbol: "rect", color: "rgba(255,255,255,.45)", dashArrayX: [1, 0], dashArrayY: [2, 4 + index], rotation: (index * Math.PI) / 5 });

  // The steps as bars from one side: the drawn-in sides of a funnel say less than their lengths do.
  const drawFunnel = (data, room) => {
    const first = data.rows[0]?.values[0] || 0;
    const share = (value) => (first ? ` · ${show(Math.floor((100 * value) / first), true)}` : "");
    return {
      ...base(),
      grid: { left: 8, right: 16, top: room >= 560 ? 4 : 20, bottom: 4, containLabel: room >= 560 },
      tooltip: { trigger: "item", ...tooltip(({ dataIndex }) => `${data.rows[dataIndex].label}: ${data.rows[dataIndex].texts[0]}`) },
      xAxis: { type: "value", show: false, max: Math.max(1, ...data.rows.map((row) => row.values[0] || 0)) * 1.28 },
      yAxis: { type: "category", inverse: true, show: room >= 560, data: data.rows.map((row) => row.label), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: INK, fontSize: 13, interval: 0 } },
      series: [{
        type: "bar", barWidth: room >= 560 ? "68%" : "46%", cursor: "default",
        data: data.rows.map((row, index) => ({ value: row.values[0], itemStyle: { color: index ? "#3f8f81" : "#06453d", borderRadius: [0, 4, 4, 0] } })),
        label: { show: true, position: room >= 560 ? "right" : [2, -18], color: INK, fontSize: 13, fontWeight: 600,
          formatter: ({ dataIndex }) => {
            const { values, label } = data.rows[dataIndex];
            const number = show(values[0]) + (values[0] === null ? "" : share(values[0]));
            return room >= 560 ? number : `${label}: ${number}`;
          } },
      }],
    };
  };

  // Five steps of one colour, bounds on round numbers near the quarters, so that one giant does not bleach the others;
  // a hidden number is told apart from nothing at all.
  const pieces = (values, percent, narrow) => {
    const sorted = values.filter((value) => value > 0).sort((one, other) => one - other);
    const most = sorted[sorted.length - 1] || 0;
    const bounds = percent ? [20, 40, 60, 80] : [0.25, 0.5, 0.75, 0.92].map((part) => round(sorted[Math.floor(part * sorted.length)]));
    const edges = [...new Set(bounds.filter((bound) => bound > 1 && bound < Math.max(most, percent ? 100 : 0)))];
    const steps = STEPS.slice(STEPS.length - edges.length - 1).map((color, index) => {
      const from = index ? edges[index - 1] : percent ? 0 : 1;
      const to = index < edges.length ? edges[index] : null;
      const label = to === null || narrow ? `≥ ${show(from, percent)}` : `${show(from)}–${show(to - 1, percent)}`;
      return { gte: from, ...(to === null ? {} : { lt: to }), color, label };
    }).filter((step) => step.lt !== step.gte);
    return percent ? steps : [{ gte: 0, lt: 1, color: ZERO, label: "0" }, ...steps];
  };
  const round = (value) => {
    const size = 10 ** Math.max(0, Math.floor(Math.log10(value || 1)));
    return Math.max(1, Math.round(value / size) * size);
  };
  const isDark = (value, steps) => {
    const step = steps.find((one) => value >= one.gte && (one.lt === undefined || value < one.lt));
    return Boolean(step) && STEPS.indexOf(step.color) > 2;
  };
  const scaleOf = (steps) => ({ type: "piecewise", pieces: steps, orient: "horizontal", top: 0, left: 0, itemWidth: 18, itemHeight: 14, itemGap: 8, textGap: 5, textStyle: { ...text, fontSize: 12 }, hoverLink: false, selectedMode: false, outOfRange: { color: UNKNOWN } });

  const drawHeat = (data, room) => {
    const percent = data.series.every((one) => one.percent);
    const narrow = room < 560;
    const steps = pieces(data.rows.flatMap((row) => row.values), percent, narrow);
    const cells = data.rows.flatMap((row, y) => row.values.map((value, x) => ({
      value: [x, y, value ?? HIDDEN],
      label: { color: value !== null && isDark(value, steps) ? "#fff" : INK },
    })));
    const slant = { fontSize: 11, rotate: 55, color: INK, interval: 0 };
    const upright = { color: INK, fontSize: 12, interval: 0, width: (room - Math.min(room * 0.3, 300)) / data.series.length - 6, overflow: "break", lineHeight: 14 };
    return {
      ...base(),
      visualMap: { ...scaleOf(steps), ...(narrow ? { itemWidth: 11, itemGap: 5, textGap: 3, padding: [5, 0], textStyle: { ...text, fontSize: 10.5 } } : {}) },
      grid: { left: 12, right: narrow ? 34 : 8, top: 44, bottom: 4, containLabel: true },
      tooltip: { trigger: "item", ...tooltip(({ value: [x, y] }) => `${data.rows[y].label}\n${data.series[x].label}: ${data.rows[y].texts[x] || "–"}`) },
      xAxis: { type: "category", position: "top", data: data.series.map((one) => one.label), axisTick: { show: false }, axisLine: { show: false }, axisLabel: narrow ? slant : upright },
      yAxis: { type: "category", inverse: true, data: data.rows.map((row) => (narrow ? plain(row.label) : row.label)), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: INK, fontSize: 12, interval: 0, width: Math.min(room * 0.3, 300), overflow: "truncate" } },
      series: [{ type: "heatmap", progressive: 0, data: cells, itemStyle: { borderColor: "#fff", borderWidth: 2 }, label: { show: true, fontSize: narrow ? 10.5 : 12, formatter: ({ value: [x, y] }) => data.rows[y].texts[x] || "–" } }],
    };
  };

  const size = (data) => ({ across: 1 + Math.max(0, ...data.rows.map((row) => (row.placed ? row.x : 0))), down: 1 + Math.max(0, ...data.rows.map((row) => (row.placed ? row.y : 0))) });
  const tileSide = (data, room) => Math.min(74, Math.floor(room / size(data).across));
  const brief = (value, percent) => (value === null ? "" : percent || value < 10000 ? show(value, percent) : new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value).replace(".", LANGUAGE === "en" ? "." : ","));

  const plain = (label) => label.replace(/^(Tỉnh|Thành phố) | (Province|City)$/g, "");
  const stacked = (label) => plain(label).split(" ").reduce((lines, word) => {
    const last = lines[lines.length - 1];
    return last && last.length + word.length < 9 ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word];
  }, []).join("\n");

  const drawTiles = (data, room) => {
    const side = tileSide(data, room);
    const { across, down } = size(data);
    const percent = data.series[0]?.percent;
    const placed = data.rows.filter((row) => row.placed);
    const steps = pieces(placed.map((row) => row.values[0]), percent);
    const cells = placed.map((row) => ({
      row, value: [row.x, row.y, row.values[0] ?? HIDDEN],
      label: { color: row.values[0] !== null && isDark(row.values[0], steps) ? "#fff" : INK },
    }));
    const axis = (count, extra) => ({ type: "category", show: false, data: [...Array(count).keys()], ...extra });
    return {
      ...base(),
      visualMap: { ...scaleOf(steps), orient: "vertical", top: side < WIDE_TILE ? side * 5.4 : side * 5.2, left: 0 },
      grid: { left: 0, top: 0, width: side * across, height: side * down },
      tooltip: { trigger: "item", ...tooltip(({ data: { row } }) => [row.label, ...data.series.map((one, index) => `${one.label}: ${row.texts[index] || "–"}`)].join("\n")) },
      xAxis: axis(across),
      yAxis: axis(down, { inverse: true }),
      series: [{ type: "heatmap", progressive: 0, data: cells, itemStyle: { borderColor: "#fff", borderWidth: 2 },
        label: { show: true, fontSize: side < WIDE_TILE ? 10 : 11.5, lineHeight: side < WIDE_TILE ? 13 : 14, formatter: ({ data: { row } }) => `${side < WIDE_TILE ? row.short : stacked(row.label)}\n${row.values[0] === null ? row.texts[0] || "–" : brief(row.values[0], percent)}` } }],
    };
  };

  const KINDS = { line: drawLine, bar: drawBar, funnel: drawFunnel, heat: drawHeat, tiles: drawTiles };
  const heightOf = (data, room) => ({
    line: () => 340 + legendHeight(data, room) - 8,
    bar: () => 44 + legendHeight(data, room) + data.rows.length * (data.stacked ? 26 : Math.max(26, 6 + 20 * data.series.length)),
    funnel: () => (room >= 560 ? 12 : 28) + data.rows.length * (room >= 560 ? 40 : 50),
    heat: () => 52 + (room < 560 ? Math.max(...data.series.map((one) => one.label.length)) * 5.6 : 44) + data.rows.length * 30,
    tiles: () => tileSide(data, room) * size(data).down,
  })[data.kind]();

  // The picture to keep: title, unit, time and source belong to it -----------------------------------------------------

  const pictureWidth = (data) => (data.kind === "tiles" ? 640 : PICTURE_WIDTH);
  const drawPicture = (data) => {
    const width = pictureWidth(data);
    const height = heightOf(data, width - 48);
    const holder = document.createElement("div");
    const chart = echarts.init(holder, null, { renderer: "canvas", width: width - 48, height });
    chart.setOption(KINDS[data.kind](data, width - 48));
    const drawn = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: "#fff" });
    chart.dispose();
    return framed(data, drawn, width, height);
  };
  const framed = (data, drawn, width, height) => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const title = wrapped(pen, data.title, `600 22px ${text.fontFamily}`, width - 48);
    const about = [data.unit, data.kind === "tiles" ? data.series[0]?.label : ""].filter(Boolean).join(" · ");
    const top = 28 + title.length * 28 + (about ? 24 : 0);
    [canvas.width, canvas.height] = [width * 2, (top + height + 56) * 2];
    pen.scale(2, 2);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, top + height + 56);
    const write = (line, y, font, colour) => { pen.font = `${font} ${text.fontFamily}`; pen.fillStyle = colour; pen.fillText(line, 24, y); };
    title.forEach((line, index) => write(line, 38 + index * 28, "600 22px", INK));
    if (about) write(about, 36 + title.length * 28, "15px", SOFT);
    pen.drawImage(drawn, 24, top, width - 48, height);
    const foot = [data.asOf ? `${words.asOf} ${data.asOf}` : "", data.source].filter(Boolean).join(" · ");
    write(foot, top + height + 36, width < 800 ? "12px" : "14px", SOFT);
    return canvas;
  };
  const wrapped = (pen, line, font, width) => {
    pen.font = font;
    const lines = [""];
    for (const word of line.split(" ")) {
      const longer = `${lines[lines.length - 1]} ${word}`.trim();
      if (pen.measureText(longer).width > width && lines[lines.length - 1]) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  };
  const savePicture = (data) => drawPicture(data).toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${data.png}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }, "image/png");

  // On the page -----------------------------------------------------------------------------------------------------

  const button = (label, press) => {
    const one = document.createElement("button");
    Object.assign(one, { type: "button", className: "btn btn-secondary chart-button", textContent: label });
    one.addEventListener("click", press);
    return one;
  };

  const place = (table) => {
    const figure = document.createElement("figure");
    figure.className = `chart chart-${table.dataset.chart}`;
    const holder = document.createElement("div");
    holder.className = "chart-holder";
    holder.setAttribute("role", "img");
    holder.setAttribute("aria-label", `${table.dataset.title || ""}. ${words.described}`);
    figure.append(holder);
    const region = table.closest(".table-scroll") || table;
    region.before(figure);
    if ("folded" in table.dataset) fold(region);
    return { table, figure, holder };
  };
  const fold = (region) => {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = words.numbers;
    details.className = "chart-numbers";
    region.before(details);
    details.append(summary, region);
    addEventListener("beforeprint", () => { details.open = true; });
  };

  const draw = (spot, paper = 0) => {
    const data = readTable(spot.table);
    const room = paper || Math.floor(spot.holder.clientWidth);
    if (!room || room === spot.room) return;
    spot.room = room;
    const width = data.kind === "tiles" ? tileSide(data, room) * size(data).across : room;
    spot.chart?.dispose();
    spot.chart = echarts.init(spot.holder, null, { renderer: "canvas", width, height: heightOf(data, room) });
    spot.chart.setOption(KINDS[data.kind](data, room));
    spot.chart.on("click", ({ data: cell, dataIndex, value }) => {
      const row = cell?.row || data.rows[data.kind === "heat" ? value[1] : dataIndex];
      if (row?.url && data.kind !== "line") location.assign(row.url);
    });
    if (!spot.saver) {
      spot.saver = button(words.save, () => savePicture(readTable(spot.table)));
      spot.figure.append(spot.saver);
    }
  };

  let asked;
  const readECharts = () => (asked ??= new Promise((good, bad) => {
    const script = document.createElement("script");
    Object.assign(script, { src: words.echarts, onload: good, onerror: bad });
    document.head.append(script);
  }));

  const begin = (spots) => readECharts()
    .then(() => document.fonts.ready)
    .then(() => {
      const drawAll = () => spots.forEach((spot) => draw(spot));
      drawAll();
      const watch = new ResizeObserver(() => requestAnimationFrame(drawAll));
      spots.forEach((spot) => watch.observe(spot.figure));
      // A canvas as wide as the window would run off the sheet; squares are scaled by the style sheet instead.
      const redrawn = spots.filter(({ table }) => !["heat", "tiles"].includes(table.dataset.chart));
      addEventListener("beforeprint", () => redrawn.forEach((spot) => draw(spot, PAPER_WIDTH)));
      addEventListener("afterprint", drawAll);
    })
    .catch(() => spots.forEach((spot) => { spot.figure.textContent = words.failed; }));

  const start = () => {
    const tables = [...document.querySelectorAll("table[data-chart]")].filter((table) => KINDS[table.dataset.chart] && table.tBodies[0]?.rows.length && !table.dataset.placed);
    tables.forEach((table) => { table.dataset.placed = "yes"; });
    if (!tables.length) return;
    // Pages for everybody are light: the drawing is fetched when somebody asks for it.
    if (!("onPress" in words)) { begin(tables.map(place)); return; }
    const spots = tables.map(place);
    const uncover = (shown) => spots.forEach(({ figure }) => { figure.hidden = !shown; });
    const opener = button(words.draw, () => { opener.remove(); uncover(true); begin(spots); });
    uncover(false);
    spots[0].figure.before(opener);
  };
  document.addEventListener("htmx:afterSettle", start);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
