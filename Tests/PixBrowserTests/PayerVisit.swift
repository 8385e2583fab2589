import BrowserSupport
import Foundation
import NIOHTTP1
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Server

/// Every test of the payer's page, one after the other, in one browser; each test has a server of its own.
@Suite("A payer's page in a browser", .serialized, PayersBrowser())
enum PayersPage {}

/// Opens the browser before the first test and closes it after the last, whatever happened.
struct PayersBrowser: SuiteTrait, TestScoping {
    @TaskLocal static var shared: Browser?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Browser.with { browser in
            try await Self.$shared.withValue(browser) { try await function() }
        }
    }
}

/// A server that takes Pix with static codes, and a payer's browser.
struct PayerVisit: Sendable {
    let browser: Browser
    let running: RunningServer

    /// Longer than any machine takes; nothing is judged by it.
    static let patience = Duration.seconds(30)

    private static let environment = [
        "PIX_KEY": "123e4567-e12b-12d1-a456-426655440000", "PIX_MERCHANT_NAME": "Fulano de Tal",
        "PIX_MERCHANT_CITY": "BRASILIA",
    ]

    /// Afterwards nothing but the server may have been asked for anything, and the console must be empty of errors.
    ///
    /// - Parameter tolerating: a part of those errors that the test itself provokes.
    static func with(
        _ more: [String: String] = [:], clock: ManualClock? = nil, tolerating excuses: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (PayerVisit) async throws -> Void
    ) async throws {
        let browser = try #require(PayersBrowser.shared)
        try await RunningServer.with(environment.merging(more) { $1 }, clock: clock) { running in
            let visit = PayerVisit(browser: browser, running: running)
            try await visit.tidyUp()
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

    /// - Returns: the page's id.
    func charge(_ body: String = #"{"amount":"1234.56","description":"Caneca azul","expiry":600}"#) async throws
        -> String
    {
        let answer = try await post("/payments/pix", body)
        return try #require(answer["payment"]?["id"]?.stringValue, "\(answer.text)")
    }

    func code(_ id: String) async throws -> String {
        let answer = try await running.merchant(.GET, "/payments/pix/\(id)", headers: [("accept", "application/json")])
        return try #require(answer.body["copia_e_cola"]?.stringValue)
    }

    /// The merchant says that it is paid.
    func pay(_ id: String) async throws {
        let answer = try await post(
            "/payments/pix/confirm", #"{"bank_payment_id":"\#(id)","amount":"1234.56"}"#)
        try #require(answer["payment"]?["paid"] == true, "\(answer.text)")
    }

    private func post(_ path: String, _ body: String) async throws -> JSONValue {
        try await running.merchant(.POST, path, JSONValue(parsing: body)).body
    }

    func open(_ id: String, _ language: String = "en", live: Bool = true) async throws {
        try await browser.go("\(running.url)/payments/pix/\(id)?lang=\(language)")
        if live { try await see("main[data-live=on]") }
    }

    @discardableResult
    func see(_ css: String) async throws -> Element { try await browser.awaited(css, within: Self.patience) }

    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        _ = try await browser.wait(for: what, within: Self.patience) { try await condition() ? true : nil }
    }

    func text(_ css: String) async throws -> String { try await browser.text(of: css, within: Self.patience) }
}

extension RunningServer {
    /// What the job does within a minute.
    func expirePix() async { _ = await server.pix?.gateway.charges.advanceDue() }
}
