/* Draws the still parts of a page: elements and texts by name, never markup. See dashboard/still.py. */
(function () {
  "use strict";
  const TAGS = new Set(
    ("a article b bdi blockquote br button code dd details div dl dt em h2 h3 h4 i li mark ol p section span summary " +
      "table tbody td th thead time tr ul").split(" ")
  );
  const NAMES = /^(class|title|role|scope|colspan|open|tabindex|target|rel|id|data-[a-z]+|aria-[a-z]+)$/;
  const NARROW = window.matchMedia("(max-width: 800px)");
  const WAY = /^(https?:\/\/|\/(?![\/\\]))/; // a browser reads "/\" as "//", which leads to another host

  function add(parent, part) {
    if (Array.isArray(part)) part.forEach((each) => add(parent, each));
    else if (typeof part === "string") parent.append(part);
    else if (part && TAGS.has(part.t)) {
      const element = document.createElement(part.t);
      Object.entries(part.a || {}).forEach(function (each) {
        if (NAMES.test(each[0]) || (each[0] === "href" && WAY.test(each[1]))) element.setAttribute(each[0], each[1]);
      });
      if (part.t === "button") element.type = "button";
      if (element.dataset.fold && NARROW.matches) element.open = false;
      if (part.c !== undefined) add(element, part.c);
      parent.append(element);
    }
  }

  // What somebody has opened or folded, by its page, its place and its heading: it is drawn anew with other numbers.
  const chosen = new Map();
  function key(fold) {
    const summary = fold.querySelector("summary");
    const around = fold.closest("[id]");
    const heading = summary.querySelector("h3, b") || summary;
    return [location.pathname, around ? around.id : "", heading.textContent].join(" ");
  }

  document.addEventListener(
    "click",
    function (event) {
      const fold = event.target.closest && event.target.closest("[data-still] summary");
      if (fold) chosen.set(key(fold.parentElement), !fold.parentElement.open);
    },
    true
  );

  // Whom or what a stop of the keyboard is about, wherever it stands.
  function about(stop) {
    const own = stop.dataset.mention || stop.getAttribute("href");
    return own || (stop.matches("summary") ? key(stop.parentElement) : stop.textContent);
  }

  // What somebody has folded or stands on stays so. With the keyboard on Leah, Leah keeps it when others come before
  // her; when she is gone, whatever took her place has it.
  function keep(place) {
    const stops = Array.from(place.querySelectorAll("button, a, summary"));
    const at = stops.indexOf(document.activeElement);
    const who = at >= 0 && about(stops[at]);
    return function () {
      place.querySelectorAll("details").forEach(function (each) {
        const was = chosen.get(key(each));
        if (was !== undefined) each.open = was;
      });
      if (at < 0) return;
      const now = Array.from(place.querySelectorAll("button, a, summary"));
      const same = now[at] && about(now[at]) === who ? now[at] : now.find((each) => about(each) === who);
      const stop = same || now[at];
      if (stop) stop.focus({ preventScroll: true });
    };
  }

  function draw(place) {
    const words = place.dataset.still;
    if (place.drawn === words) return;
    const again = keep(place);
    const all = document.createDocumentFragment();
    add(all, JSON.parse(words));
    place.replaceChildren(all);
    place.drawn = words;
    again();
  }

  // On a telephone what is not needed first comes folded; what somebody opens stays open.
  function fold(part) {
    if (NARROW.matches && !part.closest("[data-still]")) part.open = false;
  }

  function drawAll(root) {
    if (root.matches && root.matches("details[data-fold]")) fold(root);
    if (root.querySelectorAll) root.querySelectorAll("details[data-fold]").forEach(fold);
    if (root.matches && root.matches("[data-still]")) draw(root);
    if (root.querySelectorAll) root.querySelectorAll("[data-still]").forEach(draw);
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") draw(change.target);
      else change.addedNodes.forEach(drawAll);
    });
  }).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-still"],
  });

  // A way to another of our pages, as dcc.Link goes it: without loading everything again.
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("[data-still] a[data-way=inside]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    window.history.pushState({}, "", link.getAttribute("href"));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  });
})();
