import Conformance
import NIOCore
import NIOPosix
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Every scenario of YooKassa's notifications")
    struct YooKassaConforming {
        private static let shop = "700100"
        private static let key = "test_key-of-the-tests"

        /// A port that nobody has: the server has to know the API's before the run serves it.
        private func freePort() async throws -> Int {
            let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = channel.localAddress?.port ?? 0
            try await channel.close()
            return port
        }

        /// The report of a run against `tiyin serve` in a process of its own.
        private func report(
            _ settings: [String: String], _ change: (inout ConformanceConfiguration, Int) -> Void
        ) async throws -> ConformanceReport {
            let port = try await freePort()
            let server = try await ServerProcess(
                .tiyin, in: TemporaryFolder(),
                [
                    "YOOKASSA_SHOP_ID": Self.shop, "YOOKASSA_SECRET_KEY": Self.key,
                    "YOOKASSA_BASE_URL": "http://127.0.0.1:\(port)/v3",
                    "YOOKASSA_RETURN_URL": "https://shop.example/{id}",
                ].merging(settings) { $1 })
            var configuration = ConformanceConfiguration(
                url: server.url + "/payments/yookassa/webhook", key: Self.key, amount: 15_010)
            configuration.gateway = "yookassa"
            configuration.shopID = Self.shop
            change(&configuration, port)
            do {
                let report = try await ConformanceRun(configuration).run()
                #expect(await server.stop() == .success)
                return report
            } catch {
                _ = await server.stop()
                throw error
            }
        }

        private func unmet(_ report: ConformanceReport) -> [String] {
            report.scenarios.filter { $0.outcome != .passed }.map { scenario in
                "\(scenario.id): \(scenario.outcome) "
                    + (scenario.skipReason ?? "\(scenario.steps.flatMap { $0.problems + $0.notes })")
            }
        }

        @Test("is green against the server, which makes its payments and asks the run's own API")
        func green() async throws {
            // As behind a reverse proxy: the sender's address counts.
            let report = try await report(["HTTP_TRUSTED_PROXIES": "127.0.0.1"]) { configuration, port in
                configuration.bankPort = port
                configuration.isProxy = true
                configuration.bankMillisecondsMax = 4_000
                configuration.callMillisecondsMax = 20_000
                configuration.merchantKey = ServerProcess.merchantKey
            }
            #expect(report.exitCode == 0, "\(unmet(report))")
            #expect(report.count(.skipped) == 0 && report.count(.missed) == 0, "\(unmet(report))")
            #expect(report.scenarios.count == 70)
        }

        @Test("is green without YooKassa's API: what it tells is answered, and believed when it can be asked")
        func plain() async throws {
            let report = try await report(["YOOKASSA_SENDERS": "127.0.0.1"]) { configuration, _ in
                configuration.orders = (100...160).map { "2d8a1b77-000f-5000-9000-100000000\($0)" }
            }
            #expect(report.exitCode == 0 && report.count(.missed) == 0, "\(unmet(report))")
            #expect(report.count(.passed) > 30)
        }

        @Test("is not green against a server that lets in YooKassa's addresses alone")
        func strangers() async throws {
            await #expect(throws: ConformanceError.self) {
                try await report([:]) { configuration, _ in
                    configuration.orders = ["2d8a1b77-000f-5000-9000-100000000001"]
                }
            }
        }
    }
}
