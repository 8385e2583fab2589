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

  // What the visitor or this script has set and the server knows nothing of.
  const ownAttributes = new Set(["open", "aria-busy"]);

  const copyAttributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !ownAttributes.has(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };

  // Makes an element like a fresh one and leaves alone what is the same in both: what is being typed, pressed or read
  // stays where it is. Elements with an id are recognised by it, the others by their place.
  const update = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.nodeValue = fresh.nodeValue;
      return;
    }
    copyAttributes(old, fresh);
    const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
    let place = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const inPlace = place && place.nodeName === child.nodeName && !place.id ? place : null;
      const same = child.id ? known.get(child.id) : inPlace;
      if (!same) {
        old.insertBefore(child, place);
        continue;
      }
      if (same === place) place = place.nextSibling;
      else old.insertBefore(same, place);
      update(same, child);
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  };

  // Orders, receipts and clock: fetched together after something has happened.
  let refreshTimer = 0;
  const refreshSoon = () => {
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(refresh, 60);
  };

  const refresh = async () => {
    const answer = await fetch("/sandbox/panels?lang=" + encodeURIComponent(lang));
    if (!answer.ok) return;
    const fresh = parse(await answer.text());
    for (const name of ["orders", "receipts"]) {
      const section = document.getElementById(name);
      const hadFocus = section.contains(document.activeElement);
      update(section, fresh.getElementById(name));
      // What had the focus may be gone, as "Pay now" is once the order is paid.
      if (hadFocus && !section.contains(document.activeElement)) {
        document.getElementById(name + "-title").focus({ preventScroll: true });
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

  // Seen wherever the page is scrolled to. It goes away again; the timeline keeps what matters.
  let noticeTimer = 0;
  const say = (text, tone) => {
    notice.className = "notice floating " + tone;
    notice.textContent = text;
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(() => { notice.textContent = ""; }, 8000);
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
