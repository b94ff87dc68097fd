/* Draws the still parts of a page: elements and texts by name, never markup. See dashboard/still.py. */
(function () {
  "use strict";
  const TAGS = new Set(
    ("a article b bdi blockquote br button code dd details div dl dt em h2 h3 h4 i li mark ol p section span summary " +
      "table tbody td th thead time tr ul").split(" ")
  );
  const NAMES = /^(class|title|role|scope|colspan|open|tabindex|target|rel|id|data-[a-z]+|aria-[a-z]+)$/;
  const WAY = /^(https?:\/\/|\/(?!\/))/;

  function add(parent, part) {
    if (Array.isArray(part)) part.forEach((each) => add(parent, each));
    else if (typeof part === "string") parent.append(part);
    else if (part && TAGS.has(part.t)) {
      const element = document.createElement(part.t);
      Object.entries(part.a || {}).forEach(function (each) {
        if (NAMES.test(each[0]) || (each[0] === "href" && WAY.test(each[1]))) element.setAttribute(each[0], each[1]);
      });
      if (part.t === "button") element.type = "button";
      if (part.c !== undefined) add(element, part.c);
      parent.append(element);
    }
  }

  // What somebody has folded or stands on stays so, as long as the part has the same shape.
  function keep(place) {
    const folds = Array.from(place.querySelectorAll("details"));
    const stops = Array.from(place.querySelectorAll("button, a, summary"));
    const at = stops.indexOf(document.activeElement);
    const were = folds.map((each) => [each.textContent.length > 0 && each.querySelector("summary").textContent, each.open]);
    return function () {
      const known = new Map(were);
      place.querySelectorAll("details").forEach(function (each) {
        const was = known.get(each.querySelector("summary").textContent);
        if (was !== undefined) each.open = was;
      });
      const stop = at >= 0 && place.querySelectorAll("button, a, summary")[at];
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

  function drawAll(root) {
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
