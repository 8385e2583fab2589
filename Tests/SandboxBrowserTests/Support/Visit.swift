import BrowserSupport
import StrictJSON
import TestSupport
import Testing

/// A fresh sandbox and the browser at its door.
struct Visit: Sendable {
    let browser: Browser
    let sandbox: SandboxProcess

    /// Longer than any machine takes; nothing is judged by it.
    static let patience = Duration.seconds(30)

    /// Starts a sandbox, runs the closure, and stops it. Afterwards nothing but the sandbox may have been asked for
    /// anything, and the console must be empty of errors.
    /// - Parameter tolerating: a part of those errors that the test itself provokes.
    static func with(
        tolerating excuses: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (Visit) async throws -> Void
    ) async throws {
        let browser = try #require(OneBrowser.shared)
        let visit = Visit(browser: browser, sandbox: try await SandboxProcess())
        try await visit.tidyUp()
        do {
            try await body(visit)
        } catch {
            // What the page looked like says more than any message.
            let name = "failed-\(sourceLocation.fileName)-\(sourceLocation.line)"
            _ = try? await browser.screenshot(name)
            try? await visit.tidyUp()
            _ = await visit.sandbox.stop()
            throw error
        }
        let errors = try await browser.console().filter { line in
            line.isError && !excuses.contains { line.message.contains($0) }
        }
        #expect(errors.map(\.description) == [], sourceLocation: sourceLocation)
        let strangers = try await browser.requests().filter {
            !$0.hasPrefix("http://127.0.0.1:") && $0 != "about:blank"
        }
        #expect(strangers == [], sourceLocation: sourceLocation)
        try await visit.tidyUp()
        #expect(await visit.sandbox.stop() == .success, sourceLocation: sourceLocation)
    }

    /// Makes the browser what it was when it was opened.
    private func tidyUp() async throws {
        let tabs = try await browser.tabs
        for tab in tabs.dropFirst() {
            try await browser.turn(to: tab)
            try await browser.closeTab()
        }
        if let first = tabs.first { try await browser.turn(to: first) }
        try await browser.go("about:blank")
        try await browser.allowScripts(true)
        try await browser.prefer(.light)
        try await browser.clearViewport()
        _ = try await browser.console()
        _ = try await browser.requests()
    }

    // What a person does

    /// Opens the page and waits until it is live.
    func open(_ language: String = "en") async throws {
        try await browser.go("\(sandbox.url)/?lang=\(language)")
        try await see("#live.on")
    }

    /// Waits until it is there.
    @discardableResult
    func see(_ css: String) async throws -> Element { try await browser.awaited(css, within: Self.patience) }

    /// Waits until it is gone.
    func gone(_ css: String) async throws {
        try await until("the end of \(css)") { try await browser.all(css).isEmpty }
    }

    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        _ = try await browser.wait(for: what, within: Self.patience) { try await condition() ? true : nil }
    }

    /// Clicks, as soon as it is there, in the middle of the window: the driver would leave it under the bar at the top.
    func press(_ css: String) async throws {
        let element = try await see(css)
        try await browser.script("arguments[0].scrollIntoView({ block: 'center' })", [element.reference])
        try await element.click()
    }

    func type(_ text: String, into css: String) async throws {
        let field = try await see(css)
        try await field.clear()
        try await field.type(text)
    }

    /// What is to be read there.
    func text(_ css: String) async throws -> String {
        try await browser.text(of: css, within: Self.patience)
    }

    /// Waits until an order stands so.
    func order(_ id: String, is status: String) async throws { try await see("#order-\(id)[data-status=\(status)]") }

    /// Waits until the newest receipt of an order stands so.
    /// - Returns: its id.
    func receipt(of order: String, is state: Int) async throws -> String {
        let element = try await see(".receipt[data-order='\(order)'][data-state='\(state)']")
        return String(try await element.attribute("id")?.dropFirst("receipt-".count) ?? "")
    }
}
