/* Names and roles for the parts of Dash that come without: a slider's handle, a group of radio buttons, an upload. */
(function () {
  "use strict";
  function set(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  function nameOf(element) {
    const named = element.closest("[data-name]");
    const heading = document.querySelector("main h2");
    return (named && named.dataset.name) || (heading && heading.textContent) || document.title;
  }

  function mend() {
    document.querySelectorAll(".dash-slider-thumb:not([aria-label])").forEach(function (thumb) {
      set(thumb, "aria-label", nameOf(thumb));
    });
    document.querySelectorAll(".dash-radioitems").forEach(function (group) {
      // Dash calls it a listbox whose options hold inputs; it is what it looks like.
      set(group, "role", "radiogroup");
      if (!group.hasAttribute("aria-label")) set(group, "aria-label", nameOf(group));
      group.querySelectorAll("label[role]").forEach(function (label) {
        label.removeAttribute("role");
        label.removeAttribute("aria-selected");
      });
    });
    document.querySelectorAll("input[type=file]:not([aria-label])").forEach(function (input) {
      set(input, "aria-label", (input.parentElement && input.parentElement.textContent.trim()) || nameOf(input));
    });
  }

  new MutationObserver(mend).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["role", "aria-selected"],
  });
})();
