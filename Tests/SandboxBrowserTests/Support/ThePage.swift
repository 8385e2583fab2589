import BrowserSupport
import Testing

/// Every test of the sandbox's page, one after the other, in one browser: each test has a sandbox of its own, and a
/// browser costs more than that.
@Suite("The page in a browser", .serialized, OneBrowser())
enum ThePage {}

/// Opens the browser before the first test and closes it after the last, whatever happened.
struct OneBrowser: SuiteTrait, TestScoping {
    @TaskLocal static var shared: Browser?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Browser.with { browser in
            try await Self.$shared.withValue(browser) { try await function() }
        }
    }
}
