/* Plays an incident minute by minute, as it was seen then. Everything shown is text; nothing is asked of the server. */
(function () {
  "use strict";
  const SEEN = "#8f2a15";
  const KNOWN = "#d9a99c";
  const no = function () {
    return window.dash_clientside.no_update;
  };

  function toggle(_clicks, isPaused, frames) {
    if (!frames) return [no(), no()];
    return [!isPaused, isPaused ? frames.words.pause : frames.words.play];
  }

  function step(_n, minute, frames) {
    if (!frames) return [no(), no(), no()];
    const last = frames.at.length - 1;
    if (minute >= last) return [no(), true, frames.words.play];
    return [Math.min(last, minute + Math.max(1, Math.round(frames.at.length / 600))), no(), no()];
  }

  function thinned(values, until) {
    const stride = Math.max(1, Math.floor(values.length / 500));
    return values.filter(function (_value, n) {
      return n <= until && (n % stride === 0 || n === until);
    });
  }

  function figure(frames, minute) {
    const all = frames.at.length - 1;
    const top = Math.max(4, Math.max.apply(null, frames.known), Math.max.apply(null, frames.seen)) * 1.15;
    const line = function (name, colour, until, width) {
      return {
        type: "scatter",
        mode: "lines",
        x: thinned(frames.at, until),
        y: thinned(frames[name], until),
        line: { color: colour, width: width },
        hoverinfo: "skip",
      };
    };
    return {
      data: [line("known", KNOWN, all, 1.5), line("seen", SEEN, minute, 3)],
      layout: {
        margin: { l: 34, r: 8, t: 8, b: 32 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        showlegend: false,
        font: { family: '"Inter Variable", Inter, system-ui, sans-serif', size: 13, color: "#5c6672" },
        xaxis: { type: "date", showgrid: false, range: [frames.at[0], frames.at[all]], fixedrange: true },
        yaxis: { range: [0, top], gridcolor: "#e3e0da", nticks: 4, zeroline: false, fixedrange: true },
        shapes: [
          {
            type: "line",
            x0: frames.at[minute],
            x1: frames.at[minute],
            y0: 0,
            y1: 1,
            yref: "paper",
            line: { color: "#1c2127", width: 1.5 },
          },
        ],
      },
    };
  }

  function words(frames, name, minute) {
    return frames.words[name].replace("{n}", "").trim();
  }

  function show(minute, frames) {
    if (!frames || !frames.at.length) return Array(12).fill(no());
    const m = Math.max(0, Math.min(frames.at.length - 1, minute || 0));
    const told = [];
    ["seen", "known", "waiting", "blind"].forEach(function (name) {
      told.push(String(frames[name][m]), words(frames, name, m));
    });
    const event = frames.event[m] < 0 ? frames.words.nothing : frames.events[frames.event[m]];
    const post = frames.post[m] < 0 ? frames.words.nopost : frames.posts[frames.post[m]];
    const clock = frames.clock[Math.floor((m * frames.clock.length) / frames.at.length)];
    return [figure(frames, m), clock].concat(told, [event, post]);
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    review: { toggle: toggle, step: step, show: show },
  });
})();
