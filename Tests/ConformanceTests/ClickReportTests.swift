import Conformance
import Foundation
import StrictJSON
import Testing

@Suite("Reports of a Click endpoint")
struct ClickReportTests {
    private func report(_ behaviour: HostileServer.Behaviour) async throws -> ConformanceReport {
        try await HostileServer.run(behaviour) { server in
            var configuration = ConformanceConfiguration(url: server.url, key: ClickMerchant.key, amount: 500_000)
            configuration.gateway = "click"
            configuration.serviceID = ClickMerchant.serviceID
            configuration.orders = (1...40).map(String.init)
            return try await ConformanceRun(configuration).run()
        }
    }

    /// Whatever looks like an MD5, with or without its last digit.
    private func digests(in text: String) -> [String] {
        text.utf8.split { !Character(Unicode.Scalar($0)).isHexDigit }
            .filter { $0.count >= 31 && Set($0).count > 4 }.map { String(decoding: $0, as: UTF8.self) }
    }

    private func expectNoSecret(_ report: ConformanceReport, sourceLocation: SourceLocation = #_sourceLocation) {
        // Whoever has a signed call can send it again, with another `error`: that is not signed.
        for format in ReportFormat.allCases {
            let text = format.text(of: report, width: 100_000)
            #expect(!text.contains(ClickMerchant.key), sourceLocation: sourceLocation)
            #expect(!text.contains(ClickMerchant.merchantKey), sourceLocation: sourceLocation)
            #expect(digests(in: text) == [], sourceLocation: sourceLocation)
        }
    }

    @Test("show neither keys nor signatures")
    func secrets() async throws {
        let right = try await ClickServer.run { try await ConformanceRun($0.configuration()).run() }
        expectNoSecret(right)
        let wrong = try await ClickServer.run(faults: [.takesAnySignature, .answersHTML]) { server in
            try await ConformanceRun(server.configuration()).run()
        }
        #expect(wrong.count(.missed) > 0)
        expectNoSecret(wrong)
        #expect(ReportFormat.html.text(of: wrong).contains("sign_string=[signature with another key]"))
    }

    @Test("show neither even if the server sends them back")
    func echoes() async throws {
        expectNoSecret(try await report(.echoes))
        let answer = #"{"error": -7, "error_note": "bad key \#(ClickMerchant.key)"}"#
        let told = try await report(HostileServer.answer(answer))
        expectNoSecret(told)
        #expect(told.scenarios.contains { $0.steps.contains { $0.got.contains("[secret]") } })
    }

    @Test("say whose service it was, and where Complete went")
    func environment() async throws {
        let report = try await ClickServer.run { server in
            var configuration = server.configuration()
            configuration.url = server.url.replacing("/click", with: "/prepare")
            configuration.completeURL = server.url.replacing("/click", with: "/complete?token=abcdef")
            configuration.only = ["suite-2026-06"]
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.scenarios.map(\.outcome) == Array(repeating: .passed, count: 6))
        let json = try JSONValue(parsing: ReportFormat.json.text(of: report), limits: JSONLimits(maximumBytes: 1 << 20))
        #expect(json["gateway"] == "click")
        #expect(json["service_id"] == 54321)
        #expect(json["complete_url"]?.stringValue?.contains("/complete?") == true)
        #expect(json["login"] == nil && json["account_field"] == nil)
        let table = ReportFormat.table.text(of: report, width: 200)
        #expect(table.contains("one_time orders, 500000 tiyin, service 54321, Complete at http://"))
        #expect(table.contains("Click's test collection of 2026, step by step"))
        for format in ReportFormat.allCases { #expect(!format.text(of: report).contains("abcdef")) }
        #expect(ReportFormat.html.text(of: report).contains("Click endpoint"))
    }

    @Test("of an endpoint that answers anything but Click's JSON miss everything")
    func nonsense() async throws {
        let answers: [HostileServer.Behaviour] = [
            HostileServer.answer(type: "text/html", "<html><body>It works!</body></html>"),
            HostileServer.answer(status: "500 Internal Server Error", type: "text/plain", "Traceback"),
            HostileServer.answer("[]"), HostileServer.answer(""), HostileServer.answer(#"{"result": 5}"#),
            HostileServer.answer(#"{"error": {"error": -1}}"#), HostileServer.answer(#"{"error": 0.5}"#),
            HostileServer.answer(#"{"error": null}"#),
        ]
        for answer in answers {
            let report = try await report(answer)
            #expect(report.exitCode == 1)
            #expect(report.count(.passed) + report.count(.noted) == 0, "\(report.unmet)")
            #expect(report.count(.missed) > 60)
        }
    }

    @Test("a key or a service that the endpoint does not know is said to be wrong")
    func wrongKey() async throws {
        for change: @Sendable (inout ConformanceConfiguration) -> Void in [
            { $0.key = "another-key" }, { $0.serviceID = 99999 },
        ] {
            try await ClickServer.run { server in
                var configuration = server.configuration()
                change(&configuration)
                let run = try ConformanceRun(configuration)
                await #expect {
                    _ = try await run.run()
                } throws: { error in
                    "\(error)".contains("answers -1 to a call that is signed with the key that was given, of the")
                        && !"\(error)".contains(configuration.key) && (error as? ConformanceError)?.exitCode == 2
                }
            }
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let change: @Sendable (inout ConformanceConfiguration) -> Void
        let refusal: String
        var testDescription: String { refusal }
    }

    @Test(
        "arguments that make no sense are refused in a sentence",
        arguments: [
            Mistake(change: { $0.key = "" }, refusal: "The key is empty: give the service's secret key."),
            Mistake(change: { $0.serviceID = nil }, refusal: "A service id is needed"),
            Mistake(change: { $0.serviceID = 0 }, refusal: "A service id is needed"),
            Mistake(change: { $0.amount = 100_050 }, refusal: "The amount 100050 tiyin must be two or more whole sums"),
            Mistake(change: { $0.amount = 100 }, refusal: "The amount 100 tiyin must be two or more whole sums"),
            Mistake(change: { $0.amount = 30_000 }, refusal: "The amount must not be 300 sums"),
            Mistake(change: { $0.completeURL = "shop" }, refusal: "The second URL \"shop\" must begin with http://"),
            Mistake(
                change: { $0.gateway = "payme" }, refusal: "Payme calls one URL; a second one has no use."),
        ])
    func areRefused(mistake: Mistake) {
        var configuration = ConformanceConfiguration(url: "https://shop.example/click", key: "key", amount: 1000)
        configuration.gateway = "click"
        configuration.serviceID = 1
        configuration.completeURL = "https://shop.example/complete"
        configuration.orders = ["1", "2"]
        mistake.change(&configuration)
        #expect {
            try ConformanceRun(configuration)
        } throws: { error in
            "\(error)".hasPrefix(mistake.refusal)
        }
    }
}
