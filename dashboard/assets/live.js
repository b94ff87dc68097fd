/* What must go on when the server does not: the clock, the ages, and the honesty about silence. */
(function () {
  "use strict";
  const TRY_AGAIN = 12000; // ms: then see whether the server is back but does not know us any more
  const GRACE = 8000; // ms: a server that has just come back gets a full refresh to reach this page by itself
  const KEPT = 10; // of what Dash remembers and we do not need
  let lastPulse = performance.now();
  let lastTry = performance.now();
  let skew = 0; // server's clock minus ours, ms
  let version = null;
  let isOpen = false;
  const loadedAt = performance.now();

  function now() {
    return Date.now() + skew;
  }

  function two(n) {
    return String(n).padStart(2, "0");
  }

  function days(seconds) {
    return Math.round(seconds / 86400) + (document.documentElement.lang === "fr" ? " j" : " d");
  }

  function minutes(seconds) {
    if (seconds >= 36 * 3600) return days(seconds);
    if (seconds >= 100 * 60) return Math.floor(seconds / 3600) + " h " + two(Math.floor((seconds % 3600) / 60));
    return two(Math.floor(seconds / 60)) + ":" + two(seconds % 60);
  }

  function age(seconds) {
    if (seconds < 90) return seconds + " s";
    if (seconds < 90 * 60) return Math.round(seconds / 60) + " min";
    if (seconds < 36 * 3600) return Math.round(seconds / 3600) + " h";
    return days(seconds);
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  const clocks = {};
  function clock(zone) {
    if (!clocks[zone]) {
      clocks[zone] = new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
      });
    }
    return clocks[zone].format(new Date(now()));
  }

  function ages() {
    document.querySelectorAll("[data-since]").forEach(function (element) {
      const seconds = Math.max(0, Math.floor((now() - Number(element.dataset.since)) / 1000));
      write(element, element.dataset.form === "mm:ss" ? minutes(seconds) : age(seconds));
    });
    document.querySelectorAll("[data-clock]").forEach(function (element) {
      write(element, clock(element.dataset.clock));
    });
  }

  function afresh() {
    if (performance.now() - lastPulse > TRY_AGAIN) location.reload();
  }

  function silence() {
    const silent = performance.now() - lastPulse;
    const lost = document.querySelector("[data-lost]");
    if (!lost) {
      lastPulse = performance.now(); // no live page is shown
      return;
    }
    const isLost = silent > Number(lost.dataset.after);
    document.documentElement.classList.toggle("lost", isLost);
    write(lost, isLost ? lost.dataset.lost.replace("{age}", age(Math.round(silent / 1000))) : "");
    if (silent > TRY_AGAIN && performance.now() - lastTry > TRY_AGAIN) {
      lastTry = performance.now();
      fetch("/api/v1/alive", { cache: "no-store" }).then(
        function (answer) {
          // It lives, and still nothing reaches this page: a new session or a new version. Start afresh.
          if (answer.ok) setTimeout(afresh, GRACE);
        },
        function () {} // still gone: the page says so already
      );
    }
  }

  function fourInTheMorning() {
    const isOld = performance.now() - loadedAt > 20 * 3600 * 1000;
    if (isOld && new Date(now()).getHours() === 4 && !isOpen) location.reload();
  }

  // Dash keeps each change of an input, to undo it, and each failure, to show it to who develops. Here nobody does
  // either, and a page that is open for weeks would only grow. A few stay: Dash goes one back when a part fails.
  function forget() {
    (window.dash_stores || []).forEach(function (store) {
      const state = store.getState();
      const past = state && state.history && state.history.past; // the latest last
      if (Array.isArray(past) && past.length > KEPT) past.splice(0, past.length - KEPT);
      const failed = (state && state.error) || {};
      [failed.frontEnd, failed.backEnd].forEach(function (list) {
        if (Array.isArray(list) && list.length > KEPT) list.length = KEPT; // the latest first
      });
    });
  }

  function pulse(data) {
    if (!data) return window.dash_clientside.no_update;
    lastPulse = performance.now();
    skew = data.at - Date.now();
    isOpen = Boolean(data.open);
    if (version === null) version = data.version;
    // Never in the middle of an incident: it can wait for the calm after it.
    else if (version !== data.version && !isOpen) location.reload();
    silence();
    ages();
    return window.dash_clientside.no_update;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { live: { pulse: pulse } });
  const KEYS = { a: "#inbox-take", h: "#inbox-heard", o: "#inbox-open a", Escape: "#inbox-back" };

  function move(step) {
    const items = Array.from(document.querySelectorAll("#inbox-list .item"));
    if (!items.length) return;
    const at = items.findIndex((each) => each.classList.contains("on"));
    const next = items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + step))];
    next.scrollIntoView({ block: "nearest" });
    next.focus({ preventScroll: true });
    next.click();
  }

  document.addEventListener("keydown", function (event) {
    if (!document.getElementById("inbox-root") || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "radio";
    if (isTyping) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (event.key === "/") document.getElementById("inbox-words").focus();
    else if (event.key === "c") document.getElementById("inbox-label").focus();
    else if (event.key === "r") document.getElementById("inbox-reply").focus();
    else if (KEYS[event.key]) {
      const button = document.querySelector(KEYS[event.key]);
      if (button) button.click();
    } else return;
    event.preventDefault();
  });

  // New elements get their age before they are painted, so that nothing blinks.
  new MutationObserver(ages).observe(document.documentElement, { childList: true, subtree: true });
  setInterval(function () {
    ages();
    silence();
    fourInTheMorning();
    forget();
  }, 500);
})();
