import ArgumentParser
import Conformance
import TestSupport
import Testing

@testable import tiyin

extension EndToEnd {
    @Suite("Every scenario of Click's test tools and beyond")
    struct ClickConforming {
        private static let key = "click-key-of-the-tests/+&"

        /// The report of a run on one URL, or on two.
        private func report(
            _ kind: OrderKind, policy: String = "suite-compatible", onTwo: Bool = false, only: [String] = []
        ) async throws -> ConformanceReport {
            let settings = [
                "CLICK_SERVICE_ID": "54321", "CLICK_MERCHANT_ID": "11", "CLICK_SECRET_KEY": Self.key,
                "CLICK_CANCEL_AFTER_PERFORM": policy,
            ]
            return try await RunningServer.with(settings) { running in
                let root = running.url + "/payments/click/"
                var configuration = ConformanceConfiguration(
                    url: root + (onTwo ? "prepare" : "webhook"), key: Self.key, amount: 500_000)
                configuration.gateway = "click"
                configuration.completeURL = onTwo ? root + "complete" : nil
                configuration.serviceID = 54321
                configuration.merchantKey = running.merchantKey
                configuration.kind = kind
                configuration.only = only
                return try await ConformanceRun(configuration).run()
            }
        }

        @Test("is green against the server, on one URL and on two", arguments: zip(OrderKind.allCases, [false, true]))
        func green(kind: OrderKind, onTwo: Bool) async throws {
            let report = try await report(kind, onTwo: onTwo)
            #expect(report.exitCode == 0, "\(missed(report))")
            #expect(report.scenarios.count > 90)
            #expect(report.count(.skipped) == 0)
        }

        @Test("is red in exactly one step where the tables contradict each other", arguments: OrderKind.allCases)
        func policies(kind: OrderKind) async throws {
            let only = ["suite-2026", "desktop", "repeat", "edge"]
            #expect(missed(try await report(kind, policy: "deny", only: only)) == ["suite-2026-08"])
            #expect(missed(try await report(kind, policy: "accept", onTwo: true, only: only)) == ["desktop-07"])
        }

        private func missed(_ report: ConformanceReport) -> [String] {
            report.scenarios.filter { $0.outcome == .missed }.map(\.id)
        }
    }

    @Suite("Options of conform click")
    struct ClickOptions {
        private func configuration(
            _ arguments: [String], _ environment: [String: String] = [:]
        ) throws -> ConformanceConfiguration {
            let command = try ConformCommand.parseAsRoot(["click"] + arguments)
            return try #require(command as? ConformClickCommand).configuration(environment)
        }

        @Test("become settings")
        func settings() throws {
            let one = try configuration([
                "--url", "https://shop.example/click", "--service-id", "54321", "--secret-key", "secret", "--orders",
                "1, 2,3", "--amount", "500000", "--kind", "cumulative", "--strict", "--only", "desktop,amount",
            ])
            #expect(one.gateway == "click")
            #expect(one.url == "https://shop.example/click")
            #expect(one.completeURL == nil)
            #expect(one.serviceID == 54321 && one.key == "secret")
            #expect(one.orders == ["1", "2", "3"] && one.amount == 500_000)
            #expect(one.kind == .cumulative && one.strictness == .strict)
            #expect(one.only == ["desktop", "amount"])
            let two = try configuration(
                [
                    "--prepare-url", "https://shop.example/p", "--complete-url", "https://shop.example/c", "--amount",
                    "1000", "--make-orders",
                ],
                ["CLICK_SECRET_KEY": "hidden", "CLICK_SERVICE_ID": "7", "MERCHANT_API_KEY": "merchant"])
            #expect(two.url == "https://shop.example/p" && two.completeURL == "https://shop.example/c")
            #expect(two.serviceID == 7 && two.key == "hidden" && two.merchantKey == "merchant")
            #expect(two.kind == .oneTime && two.strictness == .tolerant)
        }

        @Test(
            "are refused where something is missing or too much",
            arguments: [
                ["--amount", "1000"],
                [
                    "--url", "https://a/", "--prepare-url", "https://a/", "--complete-url", "https://a/", "--amount",
                    "9",
                ],
                ["--prepare-url", "https://a/p", "--amount", "1000"],
                ["--complete-url", "https://a/c", "--amount", "1000"],
                ["--url", "https://a/"],
                ["--url", "https://a/", "--amount", "1000", "--kind", "both"],
                ["--url", "https://a/", "--amount", "1000", "--service-id", "x"],
                ["--url", "https://a/", "--amount", "1000", "--service-id", "1"],
                ["--url", "https://a/", "--amount", "1000", "--secret-key", "k"],
                ["--url", "https://a/", "--amount", "1000", "--service-id", "1", "--secret-key", "k", "--make-orders"],
            ])
        func refused(arguments: [String]) {
            #expect(throws: (any Error).self) { try configuration(arguments) }
        }

        @Test("of conform payme are as they were")
        func payme() throws {
            let command = try ConformCommand.parseAsRoot([
                "payme", "--url", "https://shop.example/payme", "--key", "secret", "--orders", "1", "--amount", "1000",
                "--login", "Merchant", "--account-field", "phone",
            ])
            let configuration = try #require(command as? ConformPaymeCommand).configuration([:])
            #expect(configuration.gateway == "payme")
            #expect(configuration.login == "Merchant" && configuration.accountField == "phone")
        }
    }
}
