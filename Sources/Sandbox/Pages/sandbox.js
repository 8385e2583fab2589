// Live updates for the sandbox. Without this file every button still works, as a plain form.
"use strict";

(() => {
  const timeline = document.getElementById("timeline");
  const notice = document.getElementById("notice");
  const live = document.getElementById("live");
  const liveText = document.getElementById("live-text");
  const lang = timeline.dataset.lang;
  const entriesMaximum = 200;

  const showEmpty = () => {
    document.getElementById("timeline-empty").hidden = timeline.children.length > 0;
  };

  // The server escapes everything it sends; a template runs no script besides, and neither would the page's policy.
  const parse = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  };

  // Orders, receipts and clock: fetched together after something has happened, without moving focus or losing input.
  let refreshTimer = 0;
  const refreshSoon = () => {
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(refresh, 60);
  };

  const isBusyIn = (slot) => {
    const active = document.activeElement;
    return slot.contains(active) && active.matches("input:not([type=checkbox]), select");
  };

  const refresh = async () => {
    const answer = await fetch("/sandbox/panels?lang=" + encodeURIComponent(lang));
    if (!answer.ok) return;
    const fresh = parse(await answer.text());
    for (const name of ["orders", "receipts"]) {
      const slot = document.getElementById(name + "-slot");
      const section = fresh.querySelector("#" + name);
      if (!section || isBusyIn(slot)) continue;
      const focused = slot.contains(document.activeElement) ? document.activeElement.id : "";
      for (const open of slot.querySelectorAll("details[open][id]")) {
        const same = section.querySelector("#" + CSS.escape(open.id));
        if (same) same.open = true;
      }
      for (const field of slot.querySelectorAll("input[id], select[id]")) {
        const same = section.querySelector("#" + CSS.escape(field.id));
        if (same) same.value = field.value;
      }
      slot.replaceChildren(section);
      if (focused) {
        const again = document.getElementById(focused);
        if (again) again.focus({ preventScroll: true });
        else slot.querySelector("h2").closest("section").focus({ preventScroll: true });
      }
    }
  };

  const addEntry = (message) => {
    const data = JSON.parse(message.data);
    if (document.getElementById("entry-" + data.number)) return;
    timeline.prepend(parse(data.html));
    while (timeline.children.length > entriesMaximum) timeline.lastElementChild.remove();
    showEmpty();
    refreshSoon();
  };

  const source = new EventSource(
    "/sandbox/events?lang=" + encodeURIComponent(lang) + "&after=" + encodeURIComponent(timeline.dataset.last));
  source.addEventListener("open", () => {
    live.classList.add("on");
    liveText.textContent = live.dataset.on;
  });
  source.addEventListener("error", () => {
    live.classList.remove("on");
    liveText.textContent = live.dataset.off;
  });
  source.addEventListener("entry", addEntry);
  source.addEventListener("suite", (message) => {
    document.getElementById("suite").replaceChildren(parse(JSON.parse(message.data).html));
  });
  // The server began anew, or this page slept too long.
  source.addEventListener("reset", () => location.reload());

  const say = (text, tone) => {
    notice.className = "notice " + tone;
    notice.textContent = text;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.hasAttribute("data-live") || (button && button.hasAttribute("data-leave"))) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, button));
    if (button) {
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
    }
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const result = await answer.json();
      say(result.notice, result.tone);
      if (form.hasAttribute("data-reset") && result.tone === "good") form.reset();
      refreshSoon();
    } catch {
      say(live.dataset.off, "refused");
    } finally {
      if (button) button.removeAttribute("aria-busy");
    }
  });

  showEmpty();
})();
