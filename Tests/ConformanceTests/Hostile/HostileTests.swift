import Conformance
import Testing

@Suite("A hostile endpoint")
struct HostileTests {
    private func report(
        _ behaviour: HostileServer.Behaviour, only: [String] = [], callMillisecondsMax: Int64 = 10_000
    ) async throws -> ConformanceReport {
        try await HostileServer.run(behaviour) { server in
            var configuration = Self.configuration(server.url)
            configuration.only = only
            configuration.callMillisecondsMax = callMillisecondsMax
            return try await ConformanceRun(configuration).run()
        }
    }

    private static func configuration(_ url: String) -> ConformanceConfiguration {
        var configuration = ConformanceConfiguration(url: url, key: "a-long-secret-key-0123456789", amount: 500_000)
        configuration.orders = (1...30).map(String.init)
        configuration.clock.pause = { _ in }
        return configuration
    }

    private func refusal(_ behaviour: HostileServer.Behaviour) async throws -> ConformanceError? {
        do {
            _ = try await report(behaviour)
            return nil
        } catch let error as ConformanceError {
            return error
        }
    }

    // MARK: Misses, and an end in bounded time

    @Test("that answers anything but JSON-RPC misses everything")
    func nonsense() async throws {
        let answers: [HostileServer.Behaviour] = [
            HostileServer.answer(type: "text/html", "<html><body>It works!</body></html>"),
            HostileServer.answer(status: "500 Internal Server Error", type: "text/plain", "Traceback"),
            HostileServer.answer("[]"), HostileServer.answer(""), HostileServer.answer(#"{"result": 5}"#),
            HostileServer.answer(#"{"error": "no"}"#), HostileServer.answer(#"{"error": {"code": "-32504"}}"#),
            HostileServer.answer(String(repeating: "[", count: 100_000)),
        ]
        for answer in answers {
            let report = try await report(answer)
            #expect(report.exitCode == 1)
            #expect(report.count(.passed) + report.count(.noted) == 0)
        }
    }

    @Test("that hangs up misses everything", arguments: ["", "\u{0}\u{1}garbage\r\n\r\n", "HTTP/1.1 200"])
    func hangsUp(bytes: String) async throws {
        let behaviour: HostileServer.Behaviour = bytes.isEmpty ? .hangsUp : .sends(Array(bytes.utf8))
        let report = try await report(behaviour)
        #expect(report.exitCode == 1)
        #expect(report.count(.passed) + report.count(.noted) == 0)
    }

    @Test("that sends without end is cut off")
    func floods() async throws {
        let report = try await report(.floods, only: ["auth-missing"], callMillisecondsMax: 60_000)
        #expect(report.scenarios.map(\.outcome) == [.missed])
        #expect(report.scenarios.first?.steps.first?.got == "no answer: the answer is longer than 4 MiB")
    }

    @Test("that never answers, or drips, ends the run after three calls")
    func silent() async throws {
        for behaviour in [HostileServer.Behaviour.isSilent, .drips] {
            let report = try await report(behaviour, callMillisecondsMax: 300)
            #expect(report.exitCode == 2)
            #expect(
                report.endedEarly
                    == "The server gave no answer to 3 calls in a row: no answer within 300 ms.")
            #expect(report.count(.missed) >= 1)
            #expect(report.count(.missed) + report.count(.skipped) == report.scenarios.count)
            #expect(ReportFormat.table.text(of: report).contains("Ended early: The server gave no answer"))
        }
    }

    @Test("a server that goes away in the middle ends the run with what was found so far")
    func goesAway() async throws {
        let report = try await MerchantServer.run { merchant in
            var configuration = await merchant.configuration()
            configuration.callMillisecondsMax = 6000
            configuration.only = ["sandbox-1", "security"]
            return try await ConformanceRun(configuration).run { event in
                if case .scenarioFinished(6, _) = event { Task { await merchant.merchant.fallSilent() } }
            }
        }
        #expect(report.exitCode == 2)
        #expect(report.count(.passed) >= 6)
        #expect(report.count(.skipped) > 0)
    }

    // MARK: Refusals

    @Test("a port where nothing listens is one clear sentence")
    func nobodyThere() async throws {
        let port = try await HostileServer.run(.isSilent) { $0.port }
        await #expect {
            _ = try await ConformanceRun(Self.configuration("http://127.0.0.1:\(port)/payme")).run()
        } throws: { error in
            "\(error)" == "Cannot reach http://127.0.0.1:\(port)/payme: nothing listens at 127.0.0.1, port \(port)."
                && (error as? ConformanceError)?.exitCode == 2
        }
    }

    @Test("a host without an address is one clear sentence")
    func noSuchHost() async throws {
        await #expect {
            _ = try await ConformanceRun(Self.configuration("http://no-such-host.invalid/payme")).run()
        } throws: { error in
            "\(error)"
                == "Cannot reach http://no-such-host.invalid/payme: the host no-such-host.invalid has no address."
        }
    }

    @Test("a server that speaks no TLS is one clear sentence")
    func noTLS() async throws {
        try await HostileServer.run(HostileServer.answer("{}")) { server -> Void in
            await #expect {
                _ = try await ConformanceRun(Self.configuration("https://127.0.0.1:\(server.port)/")).run()
            } throws: { error in
                "\(error)".hasPrefix("Cannot reach https://127.0.0.1:\(server.port)/: the TLS handshake with 127.0.0.1")
            }
        }
    }

    @Test("redirects are not followed")
    func redirects() async throws {
        let error = try await refusal(
            HostileServer.answer(status: "301 Moved", headers: ["Location: http://127.0.0.1:1/"], ""))
        #expect(error?.description.contains("redirects to http://127.0.0.1:1/") == true)
    }

    @Test("a page that does not exist is a wrong URL, not a hundred misses")
    func notFound() async throws {
        let error = try await refusal(HostileServer.answer(status: "404 Not Found", type: "text/html", "Not Found"))
        #expect(error?.description.hasSuffix("answers HTTP 404: is the path right?") == true)
    }

    @Test("a wrong key is said to be wrong")
    func wrongKey() async throws {
        try await MerchantServer.run { server in
            var configuration = await server.configuration()
            configuration.key = "another key"
            let run = try ConformanceRun(configuration)
            await #expect {
                _ = try await run.run()
            } throws: { error in
                "\(error)".contains("answers -32504 to the login Paycom and the key that was given")
                    && !"\(error)".contains("another key")
            }
        }
    }

    @Test("a merchant API that makes no orders says why, without its key")
    func noOrders() async throws {
        try await MerchantServer.run { server in
            var configuration = await server.configuration()
            configuration.merchantKey = "not-the-merchant-key"
            let run = try ConformanceRun(configuration)
            await #expect {
                _ = try await run.run()
            } throws: { error in
                "\(error)".hasPrefix("The merchant API did not make an order: HTTP 401")
                    && !"\(error)".contains("not-the-merchant-key")
            }
        }
    }

    @Test("a merchant API that stops making orders ends the run with what was found so far")
    func noMoreOrders() async throws {
        let report = try await MerchantServer.run { server in
            var configuration = await server.configuration()
            configuration.merchantKey = "not-the-merchant-key"
            configuration.only = ["auth-missing", "auth-refused-changes-nothing"]
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.scenarios.map(\.outcome) == [.passed, .skipped])
        #expect(report.endedEarly?.hasPrefix("The merchant API did not make an order: HTTP 401") == true)
        #expect(report.exitCode == 2)
    }

    @Test("a run that takes too long ends with what was found so far")
    func tooLong() async throws {
        let report = try await MerchantServer.run { server in
            var configuration = await server.configuration()
            configuration.runMillisecondsMax = 1
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.exitCode == 2)
        #expect(report.count(.skipped) == report.scenarios.count)
    }
}
