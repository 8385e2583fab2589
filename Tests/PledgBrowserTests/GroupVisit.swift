import BrowserSupport
import Foundation
import Pledg
import PledgSupport
import StrictJSON
import Testing

/// Every test of a group's pages, one after the other, in one browser; each test has a server of its own.
@Suite("A group's pages in a browser", .serialized, GroupBrowser())
enum GroupPages {}

/// Opens the browser before the first test and closes it after the last, whatever happened.
struct GroupBrowser: SuiteTrait, TestScoping {
    @TaskLocal static var shared: Browser?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Browser.with { browser in
            try await Self.$shared.withValue(browser) { try await function() }
        }
    }
}

/// A group's server, and a browser that needs no scripts.
struct GroupVisit: Sendable {
    let browser: Browser
    let host: GroupHost

    /// Longer than any machine takes; nothing is judged by it.
    static let patience = Duration.seconds(30)

    /// Pages run no scripts at all. Afterwards nothing but the server may have been asked for anything, and the console
    /// must be empty of errors.
    ///
    /// - Parameter tolerating: a part of those errors that the test itself provokes.
    static func with(
        tolerating excuses: [String] = [], onFailure: PledgConfiguration.OnFailure = .leaderCovers,
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (GroupVisit) async throws -> Void
    ) async throws {
        let browser = try #require(GroupBrowser.shared)
        try await GroupHost.with(onFailure: onFailure) { host in
            let visit = GroupVisit(browser: browser, host: host)
            try await visit.tidyUp()
            try await browser.allowScripts(false)
            do {
                try await body(visit)
            } catch {
                _ = try? await browser.screenshot("failed-\(sourceLocation.fileName)-\(sourceLocation.line)")
                try? await visit.tidyUp()
                throw error
            }
            let errors = try await browser.console().filter { line in
                line.isError && !excuses.contains { line.message.contains($0) }
            }
            #expect(errors.map(\.description) == [], sourceLocation: sourceLocation)
            let strangers = try await browser.requests().filter {
                !$0.hasPrefix("http://127.0.0.1:") && $0 != "about:blank" && !$0.hasPrefix("data:")
            }
            #expect(strangers == [], sourceLocation: sourceLocation)
            try await visit.tidyUp()
        }
    }

    private func tidyUp() async throws {
        try await browser.go("about:blank")
        try await browser.allowScripts(true)
        try await browser.prefer(.light)
        try await browser.clearViewport()
        _ = try await browser.console()
        _ = try await browser.requests()
    }

    func open(_ path: String, _ language: String = "en") async throws {
        try await browser.go("\(host.url)\(path)?lang=\(language)")
    }

    @discardableResult
    func see(_ css: String) async throws -> Element { try await browser.awaited(css, within: Self.patience) }

    func text(_ css: String) async throws -> String { try await browser.text(of: css, within: Self.patience) }

    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        _ = try await browser.wait(for: what, within: Self.patience) { try await condition() ? true : nil }
    }

    func isThere(_ css: String) async throws -> Bool { try await !browser.all(css).isEmpty }

    /// Presses what leads to another page, and waits for something of it.
    func press(_ css: String, then next: String) async throws {
        let pressed = try await see(css)
        try await pressed.click()
        // Something of that kind may be on this page too.
        try await until("the next page") {
            do {
                _ = try await pressed.text
                return false
            } catch let error as WebDriverError where error.isOfPageThatIsGone {
                return true
            }
        }
        try await see(next)
    }

    func type(_ text: String, into css: String) async throws {
        let field = try await see(css)
        try await field.clear()
        try await field.type(text)
    }
}
