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
  const ownAttributes = new Set(["open", "aria-busy", "aria-invalid"]);

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

  // What has the focus may go, as "Pay now" does once the order is paid. Then the nearest thing around it that is
  // still there takes the focus, so that the next Tab goes on from the same place.
  const keepingFocus = (section, title, change) => {
    const around = [];
    for (let at = document.activeElement; at && section.contains(at); at = at.parentElement) around.push(at.id);
    change();
    if (around.length === 0 || section.contains(document.activeElement)) return;
    const next = around.map((id) => id && document.getElementById(id)).find((one) => one && one.hasAttribute("tabindex"));
    (next || document.getElementById(title)).focus({ preventScroll: true });
  };

  // Orders, receipts and clock: fetched together after something has happened, one request at a time, so that an older
  // answer never comes after a newer one.
  let refreshTimer = 0;
  let isRefreshing = false;
  const refreshSoon = () => {
    if (!refreshTimer) refreshTimer = setTimeout(refresh, 60);
  };

  const panels = async () => {
    try {
      const answer = await fetch("/sandbox/panels?lang=" + encodeURIComponent(lang));
      return answer.ok ? parse(await answer.text()) : null;
    } catch {
      // No connection. The stream of events notices it too, and asks again when it is back.
      return null;
    }
  };

  const refresh = async () => {
    refreshTimer = 0;
    if (isRefreshing) {
      refreshSoon();
      return;
    }
    isRefreshing = true;
    const fresh = await panels();
    isRefreshing = false;
    if (!fresh) return;
    for (const name of ["orders", "receipts", "click", "pix", "yookassa", "groups", "mailbox", "telegram"]) {
      const section = document.getElementById(name);
      if (!section) continue;
      keepingFocus(section, name + "-title", () => update(section, fresh.getElementById(name)));
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

  const showSuite = (message) => {
    const suite = document.getElementById("suite");
    const fresh = parse(JSON.parse(message.data).html);
    keepingFocus(suite, "suite-title", () => update(suite.firstElementChild, fresh.firstElementChild));
  };

  const showLive = (isOn) => {
    live.classList.toggle("on", isOn);
    liveText.textContent = isOn ? live.dataset.on : live.dataset.off;
  };

  let seen = timeline.dataset.last;
  const connect = () => {
    const source = new EventSource(
      "/sandbox/events?lang=" + encodeURIComponent(lang) + "&after=" + encodeURIComponent(seen));
    source.addEventListener("open", () => {
      showLive(true);
      // Something may have changed that no entry tells of.
      refreshSoon();
    });
    source.addEventListener("error", () => {
      showLive(false);
      // A lost connection comes back by itself; an answer that is no stream of events ends it for good.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
    });
    source.addEventListener("entry", (message) => {
      seen = message.lastEventId;
      addEntry(message);
    });
    source.addEventListener("suite", showSuite);
    // What no entry tells of, such as a message in the chat.
    source.addEventListener("news", refreshSoon);
    // The server began anew, or this page slept too long.
    source.addEventListener("reset", () => location.reload());
  };

  // Seen wherever the page is scrolled to. Good news goes away again, the timeline keeps what matters; a refusal stays
  // until the next action.
  let noticeTimer = 0;
  const say = (text, tone) => {
    notice.className = "notice floating " + tone;
    notice.textContent = text;
    clearTimeout(noticeTimer);
    if (tone === "good") noticeTimer = setTimeout(hush, 8000);
  };
  const hush = () => { notice.textContent = ""; };

  const point = (form, name) => {
    const field = name && form.elements.namedItem(name);
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    field.addEventListener("input", () => field.removeAttribute("aria-invalid"), { once: true });
    field.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hush();
  });

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
    hush();
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const result = await answer.json();
      say(result.notice, result.tone);
      point(form, result.field);
      if (form.hasAttribute("data-reset") && result.tone === "good") form.reset();
      refreshSoon();
    } catch {
      say(live.dataset.off, "refused");
    } finally {
      if (button) button.removeAttribute("aria-busy");
    }
  });

  showEmpty();
  connect();
})();
