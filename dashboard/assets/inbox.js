/* Opens what is pressed in the list and marks it, without asking the server for the list again. */
(function () {
  "use strict";
  let chosen = null;

  function set(element, name, value) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  function draw() {
    document.querySelectorAll("#inbox-list .item").forEach(function (item) {
      const isOpen = chosen !== null && item.dataset.mention === chosen;
      item.classList.toggle("on", isOpen);
      set(item, "aria-current", isOpen ? "true" : null);
    });
  }

  function choose(id) {
    chosen = id;
    draw();
    window.dash_clientside.set_props("inbox-chosen", { data: id });
  }

  // One listener for all, so that the page need not know each of a hundred.
  document.addEventListener("click", function (event) {
    const pressed = event.target.closest && event.target.closest("#inbox-list .item, #inbox-back");
    if (pressed) choose(pressed.id === "inbox-back" ? null : pressed.dataset.mention);
  });

  // The list is new, or something was chosen by the address.
  function mark(_items, id) {
    chosen = id || null;
    requestAnimationFrame(draw);
    setTimeout(draw, 100); // a long list may be drawn later than that
    return chosen;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { inbox: { mark: mark } });
})();
