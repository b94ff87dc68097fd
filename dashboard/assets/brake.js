/* The hashtag, quiet and thanks pages: a press on an item of a list says which one is open. */
(function () {
  "use strict";
  function choose(_clicks, _back, shown) {
    const context = window.dash_clientside.callback_context;
    const id = context.triggered_id;
    const isPressed = context.triggered.some((each) => each.value);
    if (!id || !isPressed) return window.dash_clientside.no_update;
    if (typeof id === "string") return null; // "back to the list"
    const beside = document.querySelector(".two > :last-child");
    if (beside && window.matchMedia("(max-width: 800px)").matches) beside.scrollIntoView({ block: "start" });
    return (shown || [])[id.index] || window.dash_clientside.no_update;
  }

  function empty() {
    window.dash_clientside.set_props("thanks-reply", { value: "" });
    window.dash_clientside.set_props("thanks-kind", { value: [] });
  }

  // Somebody else is open: the box and its tick belong to one person only. At the press and not after it, so that a
  // slow page never takes away what was typed meanwhile.
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#thanks-list .item, #thanks-back")) empty();
  });

  // The words have gone out.
  function sent(done) {
    const box = document.getElementById("thanks-reply");
    if (done && box && box.value === done.words) empty();
    return window.dash_clientside.no_update;
  }
  window.dash_clientside = Object.assign({}, window.dash_clientside, { brake: { choose: choose, sent: sent } });
})();
