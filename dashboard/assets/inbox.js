/* Marks the open mention in the list, without asking the server for the list again. */
(function () {
  "use strict";
  const PLAIN = { className: "item", "aria-current": null };
  const OPEN = { className: "item on", "aria-current": "true" };

  function set(index, props) {
    const id = { type: "inbox-item", index: index };
    const key = JSON.stringify({ index: index, type: "inbox-item" });
    if (document.getElementById(key)) window.dash_clientside.set_props(id, props);
  }

  // `marked`: the place that is marked now, and which list it was marked in.
  function mark(items, chosen, shown, marked) {
    const context = window.dash_clientside.callback_context;
    const isNewList = context.triggered.some((each) => each.prop_id === "inbox-list.children");
    const place = shown && chosen ? shown.indexOf(chosen) : -1;
    if (!isNewList && marked !== null && marked !== undefined && marked >= 0 && marked !== place) set(marked, PLAIN);
    if (place >= 0) requestAnimationFrame(() => set(place, OPEN));
    return place;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { inbox: { mark: mark } });
})();
