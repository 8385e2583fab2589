import Conformance
import Foundation
import StrictJSON
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Reports")
struct ReportTests {
    /// A run with everything in it: passes, notes, misses and skips.
    private func mixedReport() async throws -> ConformanceReport {
        try await MerchantServer.run(faults: [.amountNegative, .raceCancel], takesFiscalData: false) { server in
            var configuration = await server.configuration()
            configuration.merchantKey = nil
            configuration.orders = ["1", "2"]
            for id in ["1", "2"] {
                await server.merchant.add(MerchantOrder(id: id, amount: 500_000, isOneTime: true))
            }
            return try await ConformanceRun(configuration).run()
        }
    }

    private func report(_ behaviour: HostileServer.Behaviour, key: String) async throws -> ConformanceReport {
        try await HostileServer.run(behaviour) { server in
            var configuration = ConformanceConfiguration(url: server.url, key: key, amount: 500_000)
            configuration.orders = (1...30).map(String.init)
            configuration.clock.pause = { _ in }
            return try await ConformanceRun(configuration).run()
        }
    }

    @Test("JSON can be read back and says what the run found")
    func json() async throws {
        let report = try await mixedReport()
        let json = try JSONValue(
            parsing: ReportFormat.json.text(of: report), limits: JSONLimits(maximumBytes: 16 << 20))
        #expect(json["format"] == "tiyin-conformance/1")
        #expect(json["exit_code"] == 1)
        #expect(json["summary"]?["scenarios"]?.integerValue == Int64(report.scenarios.count))
        for outcome in Outcome.allCases {
            #expect(json["summary"]?[outcome.rawValue]?.integerValue == Int64(report.count(outcome)))
            #expect(report.count(outcome) > 0)
        }
        let scenarios = try #require(json["scenarios"]?.arrayValue)
        let miss = try #require(scenarios.first { $0["id"] == "amount-negative" })
        #expect(miss["outcome"] == "missed")
        let exchange = miss["steps"]?[0]?["exchanges"]?[0]
        #expect(exchange?["status"] == 200)
        #expect(exchange?["request_body"]?.stringValue?.contains("-500000") == true)
        #expect(exchange?["answer_body"]?.stringValue?.contains(#""allow":true"#) == true)
        #expect(scenarios.contains { $0["skip_reason"]?.stringValue == "needs 1 more order" })
    }

    @Test("JUnit's XML is well-formed and counts right, whatever the server sends")
    func junit() async throws {
        let mixed = try await mixedReport()
        let counts = try JUnitCounts(ReportFormat.junit.text(of: mixed))
        #expect(counts.cases == mixed.scenarios.count)
        #expect(counts.failures == mixed.count(.missed))
        #expect(counts.skipped == mixed.count(.skipped))

        let body = #"{"error":{"code":1,"message":"]]> <a b='\"'> & \u0000\u001b[31m \ufffe"},"id":1}"#
        let hostile = try await report(HostileServer.answer(body), key: "a-long-secret-key")
        #expect(try JUnitCounts(ReportFormat.junit.text(of: hostile)).failures == hostile.count(.missed))
    }

    @Test("HTML shows what a server sends and runs none of it")
    func htmlEscapes() async throws {
        let body = #"{"error":{"code":1,"message":"<script>alert(1)</script>"},"id":1}"#
        let evil = HostileServer.answer(headers: ["X-Evil: \"><script>alert(2)</script>"], body)
        let html = ReportFormat.html.text(of: try await report(evil, key: "a-long-secret-key"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("&lt;script&gt;alert(2)&lt;/script&gt;"))
        for forbidden in ["<script", "<img", "<link", "<iframe", " src=", "url(", "@import", "javascript:"] {
            #expect(!html.lowercased().contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("default-src 'none'"))
    }

    @Test("HTML has every scenario, its reason and its exchanges, in one file")
    func html() async throws {
        let report = try await mixedReport()
        let html = ReportFormat.html.text(of: report)
        for scenario in report.scenarios { #expect(html.contains("id=\"\(scenario.id)\""), "\(scenario.id)") }
        #expect(html.contains("Added to a balance, a negative payment takes money out."))
        #expect(html.contains("https://developer.help.paycom.uz/"))
        #expect(html.contains("prefers-color-scheme:dark"))
        #expect(html.contains("@media print"))
        #expect(html.contains("What cannot be seen from outside"))
        #expect(html.count(of: "<details") == html.count(of: "</details>"))
        #expect(html.count(of: "<div") == html.count(of: "</div>"))
        #expect(html.count(of: "<section") == html.count(of: "</section>"))
    }

    @Test("a table stays within its width, and colours only if it is told to")
    func table() async throws {
        let report = try await mixedReport()
        for width in [70, 100, 140] {
            let table = ReportFormat.table.text(of: report, width: width)
            #expect(!table.contains("\u{1B}"))
            for line in table.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        }
        let table = ReportFormat.table.text(of: report)
        for word in ["sent ", "expected ", "got ", "problem ", "rule ", "stands in ", "why "] {
            #expect(table.contains("        \(word)"), "\(word)")
        }
        #expect(table.contains("Hint:") == false)
        #expect(ReportFormat.table.text(of: report, isColoured: true).contains("\u{1B}[31mMISS"))
    }

    @Test("a terminal is not made to obey what a server sends")
    func tableIsPrintable() async throws {
        let body = #"{"error":{"code":1,"message":"\u001b[2J\u0007\u202e"},"id":1}"#
        let table = ReportFormat.table.text(
            of: try await report(HostileServer.answer(body), key: "a-long-secret-key"))
        #expect(!table.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" || $0 == "\u{202E}" })
    }

    @Test(
        "no report shows a secret, even if the server sends it back",
        arguments: ["Odd#Key&With?Signs$0123456789abcdef", "quote\"back\\slash/key", "ключ-кассы-0123"])
    func secrets(key: String) async throws {
        let report = try await report(.echoes, key: key)
        let forms = [key, "Paycom:\(key)"].flatMap { [$0, Data($0.utf8).base64EncodedString()] }
        #expect(report.scenarios.contains { $0.steps.contains { $0.got.contains("[secret]") } })
        for format in ReportFormat.allCases {
            let text = format.text(of: report, width: 10_000)
            for secret in forms {
                #expect(!text.contains(secret), "\(format)")
                #expect(!text.contains(JSONValue.string(secret).text.dropFirst().dropLast()), "\(format)")
            }
        }
    }
}

/// Counts JUnit's elements, and refuses what is not well-formed.
private final class JUnitCounts: NSObject, XMLParserDelegate {
    private(set) var cases = 0
    private(set) var failures = 0
    private(set) var skipped = 0

    init(_ xml: String) throws {
        super.init()
        let parser = XMLParser(data: Data(xml.utf8))
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        switch name {
        case "testcase": cases += 1
        case "failure": failures += 1
        case "skipped": skipped += 1
        default: break
        }
    }
}

extension String {
    fileprivate func count(of part: String) -> Int { components(separatedBy: part).count - 1 }
}
