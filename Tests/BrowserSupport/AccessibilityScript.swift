/// The parts of the check that run in the page. Each is the body of a function.
enum AccessibilityScript {
    /// All that can be seen without touching the page.
    static let still = tools + names + structure + colors + "\nreturn faults;"

    /// What every part needs: the list of faults, where an element is, whether it is to be seen.
    private static let tools = #"""
        const faults = [];
        function path(element) {
          const steps = [];
          for (let at = element; at && at.nodeType === 1 && steps.length < 6; at = at.parentElement) {
            let step = at.localName;
            if (at.id) { steps.unshift(step + '#' + at.id); break; }
            const twins = at.parentElement
              ? [...at.parentElement.children].filter((child) => child.localName === at.localName) : [];
            if (twins.length > 1) step += ':nth-of-type(' + (twins.indexOf(at) + 1) + ')';
            steps.unshift(step);
          }
          return steps.join(' > ');
        }
        function fault(rule, element, problem) {
          faults.push({ rule, element: typeof element === 'string' ? element : path(element), problem });
        }
        function isShown(element) {
          if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
          const box = element.getBoundingClientRect();
          return box.width > 1 && box.height > 1;
        }
        // Hidden from readers of the screen: it, or something around it.
        function isSilent(element) { return element.closest('[aria-hidden="true"], [inert]') !== null; }
        function shown(css) {
          return [...document.querySelectorAll(css)].filter((one) => isShown(one) && !isSilent(one));
        }
        const usable = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, ' +
          '[tabindex]:not([tabindex="-1"]), [contenteditable=""], [contenteditable="true"]';

        """#

    private static let names = #"""
        function words(text) { return (text || '').replace(/\s+/g, ' ').trim(); }
        // What an element says inside, with the texts of images in it.
        function content(element) {
          let text = '';
          for (const node of element.childNodes) {
            if (node.nodeType === 3) text += node.data;
            if (node.nodeType !== 1 || node.getAttribute('aria-hidden') === 'true') continue;
            if (node.getAttribute('aria-label')) text += ' ' + node.getAttribute('aria-label');
            else if (node.localName === 'img') text += ' ' + (node.getAttribute('alt') || '');
            else if (node.localName === 'svg') {
              const title = node.querySelector(':scope > title');
              text += title ? ' ' + title.textContent : '';
            } else if (!['script', 'style', 'template'].includes(node.localName)) text += ' ' + content(node);
          }
          return words(text);
        }
        function given(element) {
          const by = (element.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean)
            .map((id) => document.getElementById(id)).filter(Boolean).map(content).join(' ');
          return words(by) || words(element.getAttribute('aria-label'));
        }
        function isButton(element) {
          return element.localName === 'input' && ['submit', 'reset', 'button', 'image'].includes(element.type);
        }
        for (const control of shown('input:not([type=hidden]), select, textarea')) {
          if (isButton(control)) continue;
          const labels = [...(control.labels || [])].map(content).join(' ');
          if (!given(control) && !words(labels) && !words(control.title))
            fault('control-name', control, 'no label says what it is for');
        }
        for (const action of shown('a[href], button, summary, [role=button], [role=link], input')) {
          if (action.localName === 'input' && !isButton(action)) continue;
          const own = action.localName === 'input'
            ? (action.type === 'image' ? action.alt : action.value ||
               (['submit', 'reset'].includes(action.type) ? action.type : ''))
            : content(action);
          if (!given(action) && !words(own) && !words(action.title))
            fault('action-name', action, 'nothing says what it does');
        }
        for (const image of document.querySelectorAll('img, svg[role=img], [role=img]:not(img, svg)')) {
          if (isSilent(image) || ['presentation', 'none'].includes(image.getAttribute('role'))) continue;
          if (image.localName === 'img' ? image.hasAttribute('alt') || given(image)
              : given(image) || image.querySelector(':scope > title')) continue;
          fault('image-text', image, 'it has no text in its place');
        }

        """#

    private static let structure = #"""
        const language = document.documentElement.lang;
        if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language))
          fault('language', document.documentElement, 'lang is "' + language + '"');
        if (!words(document.title)) fault('title', 'head', 'the page has no title');
        const ids = new Set();
        for (const element of document.querySelectorAll('[id]')) {
          if (ids.has(element.id)) fault('unique-id', element, 'the id "' + element.id + '" is given already');
          ids.add(element.id);
        }
        const headings = shown('h1, h2, h3, h4, h5, h6');
        const first = headings.filter((heading) => heading.localName === 'h1');
        if (first.length !== 1) fault('one-h1', first[1] || 'body', 'there are ' + first.length + ' headings h1');
        let level = 0;
        for (const heading of headings) {
          const next = Number(heading.localName[1]);
          if (next > level + 1) fault('heading-order', heading, 'h' + next + ' comes after h' + level);
          level = next;
        }
        const mains = shown('main, [role=main]');
        if (mains.length !== 1) fault('landmarks', mains[1] || 'body', 'there are ' + mains.length + ' main');
        const navs = shown('nav, [role=navigation]');
        if (arguments[0] && navs.length === 0) fault('landmarks', 'body', 'there is no nav');
        if (navs.length > 1) {
          const called = new Set();
          for (const nav of navs) {
            if (!given(nav) || called.has(given(nav)))
              fault('landmarks', nav, 'one of several nav, and no name of its own tells which');
            called.add(given(nav));
          }
        }
        for (const element of document.querySelectorAll('[tabindex]'))
          if (element.tabIndex > 0) fault('tab-index', element, 'tabindex is ' + element.tabIndex);
        // A link in a sentence is as high as its line; everything else can be made larger.
        function isInText(element) {
          if (element.localName !== 'a' || getComputedStyle(element).display !== 'inline') return false;
          return words(element.parentElement.textContent).length > words(element.textContent).length;
        }
        for (const target of shown(usable + ', [role=button], [role=link]')) {
          if (isInText(target) || target.disabled) continue;
          const boxes = [target, ...(target.labels || [])].map((one) => one.getBoundingClientRect());
          const isLarge = boxes.some((box) => box.width >= 23.99 && box.height >= 23.99);
          if (!isLarge) fault('target-size', target,
            'it is ' + Math.round(boxes[0].width) + ' by ' + Math.round(boxes[0].height) + ' pixels');
        }

        """#

    /// Contrast as WCAG 2.2 defines it, over what really lies behind the text.
    private static let colors = #"""
        const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 })
          .getContext('2d', { willReadFrequently: true });
        function color(text) {
          const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
          if (plain) return [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]];
          // Any other notation: the browser itself paints it.
          pen.clearRect(0, 0, 1, 1);
          pen.fillStyle = text;
          pen.fillRect(0, 0, 1, 1);
          const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
          return [red, green, blue, alpha / 255];
        }
        function over(top, below) {
          const mix = (index) => top[index] * top[3] + below[index] * (1 - top[3]);
          return [mix(0), mix(1), mix(2), 1];
        }
        function luminance(rgb) {
          const [red, green, blue] = rgb.slice(0, 3).map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        }
        function ratio(one, other) {
          const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
          return (light + 0.05) / (dark + 0.05);
        }
        // The page itself, where nothing is painted: dark if the page says that it can be.
        const scheme = getComputedStyle(document.documentElement).colorScheme;
        const isDark = scheme.includes('dark') &&
          (!scheme.includes('light') || matchMedia('(prefers-color-scheme: dark)').matches);
        const paper = isDark ? [18, 18, 18, 1] : [255, 255, 255, 1];
        // Every color that may lie behind an element; null if a picture does.
        function behind(element) {
          if (!element) return [paper];
          const style = getComputedStyle(element);
          const own = color(style.backgroundColor);
          let layers = [own];
          if (style.backgroundImage !== 'none') {
            if (!/gradient\(/.test(style.backgroundImage) || /url\(/.test(style.backgroundImage)) return null;
            const stops = style.backgroundImage.match(/(?:rgba?|color|oklch|oklab|lab|lch|hsla?)\([^()]*\)/g) || [];
            layers = stops.map((stop) => {
              const parsed = color(stop);
              return own[3] > 0 ? over(parsed, own).slice(0, 3).concat(Math.max(parsed[3], own[3])) : parsed;
            });
          }
          if (layers.every((layer) => layer[3] >= 1)) return layers;
          const below = behind(element.parentElement);
          return below && layers.flatMap((layer) => below.map((base) => over(layer, base)));
        }
        function fade(element) {
          let opacity = 1;
          for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
          return opacity;
        }
        function judge(element) {
          if (!isShown(element) || element.closest(':disabled, [aria-disabled="true"]')) return;
          const style = getComputedStyle(element);
          const grounds = behind(element);
          if (!grounds) return fault('contrast', element, 'a picture lies behind the text, so nobody can tell');
          const ink = color(style.color);
          ink[3] *= fade(element);
          const size = parseFloat(style.fontSize);
          const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
          const worst = Math.min(...grounds.map((ground) => ratio(over(ink, ground), ground)));
          if (worst < wanted - 0.005)
            fault('contrast', element, worst.toFixed(2) + ' to 1 where ' + wanted + ' is needed');
        }
        const written = new Set();
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const parent = walker.currentNode.parentElement;
          if (words(walker.currentNode.data) && !['script', 'style', 'noscript', 'template', 'option']
              .includes(parent.localName)) written.add(parent);
        }
        for (const field of shown('input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea'))
          written.add(field);
        for (const element of written) judge(element);

        """#

    static let reflow =
        tools + #"""
            const root = document.scrollingElement;
            const width = root.clientWidth;
            if (root.scrollWidth > width) {
              const widest = [...document.body.querySelectorAll('*')].filter(isShown)
                .sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)[0];
              fault('reflow', widest || 'body', 'the page is ' + root.scrollWidth + ' wide in a window of ' + width);
            }
            return faults;
            """#

    // The focus walk. Its memory is a member of the window, since each step is a call of its own.

    /// Notes how everything looks without the focus.
    /// - Returns: how many stops there are.
    static let beginFocus =
        tools + #"""
            // Not an element: a page's policy may forbid styles that stand in it.
            const still = new CSSStyleSheet();
            still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important; ' +
              'caret-color: transparent !important; }');
            document.adoptedStyleSheets.push(still);
            getSelection().removeAllRanges();
            if (document.activeElement) document.activeElement.blur();
            const looks = (element) => [element, element.parentElement, ...(element.labels || [])].filter(Boolean)
              .map((one) => ['', '::before', '::after'].map((part) => {
                const style = getComputedStyle(one, part || null);
                return [
                  style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0 ? ''
                    : style.outline, style.boxShadow, style.backgroundColor, style.backgroundImage,
                  style.borderTopColor, style.borderBottomColor, style.borderTopWidth, style.borderBottomWidth,
                  style.textDecorationLine, style.color, style.content,
                ].join('|');
              }).join('||')).join('|||');
            const stops = shown(usable).filter((one) => !one.disabled && one.tabIndex >= 0);
            window.tiyinFocus = {
              still, looks, before: new Map(stops.map((stop) => [stop, looks(stop)])), seen: new Set(), isOut: false,
              // Where somebody pressed something last, the Tab key goes on from there: what lies before it comes after
              // the end of the page.
              isDone() { return this.rounds++ > 0 || stops.every((stop) => this.seen.has(stop)); }, rounds: 0,
            };
            return stops.length;
            """#

    /// After a press of the Tab key.
    /// - Returns: whether the focus has gone round, or out of the page.
    static let visitFocus =
        tools + #"""
            const walk = window.tiyinFocus;
            const active = document.activeElement;
            if (!active || active === document.body || active === document.documentElement) {
              walk.isOut = true;
              return walk.isDone();
            }
            if (walk.seen.has(active)) {
              // Back at the first is round; the same again and again is a trap.
              if (active === [...walk.seen][0] && walk.seen.size > 1) { walk.isOut = true; return true; }
              return false;
            }
            walk.seen.add(active);
            walk.faults = walk.faults || [];
            if (walk.before.has(active) && walk.looks(active) === walk.before.get(active))
              walk.faults.push({
                rule: 'focus-visible', element: path(active), problem: 'it looks the same with the focus as without',
              });
            return false;
            """#

    static let endFocus =
        tools + #"""
            const walk = window.tiyinFocus;
            faults.push(...(walk.faults || []));
            if (!walk.isOut && walk.before.size > 0)
              fault('focus-reach', document.activeElement || 'body', 'the Tab key does not get away from here');
            for (const stop of walk.before.keys()) {
              if (walk.seen.has(stop)) continue;
              // Of a group of radio buttons one is a stop; the arrows lead to the others.
              const isGrouped = stop.type === 'radio' &&
                [...walk.seen].some((other) => other.type === 'radio' && other.name === stop.name);
              if (!isGrouped) fault('focus-reach', stop, 'the Tab key does not get there');
            }
            document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== walk.still);
            delete window.tiyinFocus;
            if (document.activeElement) document.activeElement.blur();
            return faults;
            """#
}
