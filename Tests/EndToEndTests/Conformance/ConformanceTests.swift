import Conformance
import Payments
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Every scenario of Payme's sandbox and beyond")
    struct Conforming {
        @Test("is green against the server, for both kinds of orders", arguments: OrderKind.allCases)
        func green(kind: OrderKind) async throws {
            try await RunningServer.with { running in
                try await expectGreen(Self.configuration(running, kind))
            }
        }

        @Test("is green against a shop with hooks of its own, and other settings", arguments: OrderKind.allCases)
        func otherSettings(kind: OrderKind) async throws {
            let settings = [
                "PAYME_LOGIN": "Merchant", "PAYME_ACCOUNT_FIELD": "phone", "PAYME_BUSY_ORDER_ERROR": "unable",
                "PAYME_KEY": "another#key&of?36@characters%$^+/=x",
            ]
            try await RunningServer.with(settings, hooks: RaceHooks(), migrations: RaceHooks.migrations) { running in
                var configuration = Self.configuration(running, kind)
                configuration.key = settings["PAYME_KEY"] ?? ""
                configuration.login = "Merchant"
                configuration.accountField = "phone"
                // -31008 for a busy order is noted: the documentation and the reports disagree.
                let noted: Set<String> = [
                    "sandbox-1-create", "sandbox-2-create", "busy-order-create", "paid-order-create",
                    "race-create-different-transactions",
                ]
                try await expectGreen(configuration, tolerated: kind == .oneTime ? noted : [])
            }
        }

        @Test("is not green with a wrong key, so that green means something")
        func red() async throws {
            try await RunningServer.with { running in
                var configuration = Self.configuration(running, .oneTime)
                configuration.key = "not-the-key"
                let exitCode: Int32
                do {
                    exitCode = try await ConformanceRun(configuration).run().exitCode
                } catch let error as ConformanceError {
                    exitCode = error.exitCode
                }
                #expect(exitCode != 0)
            }
        }

        private func expectGreen(
            _ configuration: ConformanceConfiguration, tolerated: Set<String> = [],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let report = try await ConformanceRun(configuration).run()
            let unmet = report.scenarios.filter { $0.outcome != .passed && !tolerated.contains($0.id) }.map {
                scenario in
                "\(scenario.id): \(scenario.skipReason ?? "\(scenario.steps.flatMap { $0.problems + $0.notes })")"
            }
            #expect(unmet == [], sourceLocation: sourceLocation)
            #expect(report.exitCode == 0, sourceLocation: sourceLocation)
            #expect(report.scenarios.count > 20, sourceLocation: sourceLocation)
        }

        /// A run that makes its own orders and moves the server's clock instead of waiting.
        private static func configuration(_ running: RunningServer, _ kind: OrderKind) -> ConformanceConfiguration {
            var configuration = ConformanceConfiguration(
                url: running.client.url, key: running.paymeKey, amount: 500_000)
            configuration.merchantKey = running.merchantKey
            configuration.kind = kind
            let clock = running.clock
            configuration.clock = ConformanceClock(
                now: { clock.now }, pause: { clock.advance(milliseconds: $0) })
            return configuration
        }
    }
}
